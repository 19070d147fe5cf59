"""Which titles share a folder? Radarr and Sonarr delete whole folders: a shared one must not go (FACTS §1.6)."""

from __future__ import annotations

from collections.abc import Iterable

from keepercheky.library.paths import is_under, normal


def shared(folders: Iterable[tuple[str, str]], roots: Iterable[str]) -> dict[str, str]:
    """Of (owner, folder) pairs in one view of the disk: owner → whom or what the folder is shared with.

    Shared is a folder that equals, contains or lies in another owner's, or that equals a root folder.
    """
    found: dict[str, str] = {}
    taken = {normal(root) for root in roots}
    above: list[tuple[str, str]] = []  # the folders that hold the current one, outermost first
    # "/a" < "/a/b" < "/a b" only when the border sorts below every other character
    for path, owner in sorted(
        ((normal(path), owner) for owner, path in folders), key=lambda row: row[0].replace("/", "\0")
    ):
        if path in taken:
            found.setdefault(owner, path)
        while above and not is_under(path, above[-1][0]):
            above.pop()
        if above:
            found.setdefault(owner, above[-1][1])
            for _, holder in above:
                found.setdefault(holder, owner)
        above.append((path, owner))
    return found
