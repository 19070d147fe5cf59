"""Which titles share a folder? Radarr and Sonarr delete whole folders: a shared one must not go."""

from __future__ import annotations

from collections.abc import Iterable

from keepercheky.library.paths import is_under, normal


def shared(folders: Iterable[tuple[str, str]], roots: Iterable[str]) -> dict[str, str]:
    """Of (owner, folder) pairs in one view of the disk: owner → whom or what the folder is shared with.

    Shared is a folder that equals, contains or lies in another owner's, or that equals or contains a root folder.
    """
    rows = [(normal(path), True, owner) for owner, path in folders]
    rows += [(root, False, root) for root in dict.fromkeys(normal(root) for root in roots)]
    found: dict[str, str] = {}
    above: list[tuple[str, str]] = []  # the owners' folders that hold the current path, outermost first
    for path, owned, name in sorted(rows, key=_order):
        while above and not is_under(path, above[-1][0]):
            above.pop()
        for _, holder in above:
            found.setdefault(holder, name)
        if owned:
            if above:
                found.setdefault(name, above[-1][1])
            above.append((path, name))
    return found


def _order(row: tuple[str, bool, str]) -> tuple[str, bool, str]:
    """Whole before parts, owners before root folders of the same path."""
    path, owned, name = row
    # "/a" < "/a/b" < "/a b" only when the border sorts below every other character
    return path.replace("/", "\0"), not owned, name
