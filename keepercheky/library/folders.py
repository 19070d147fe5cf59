"""Which titles share a folder? Radarr and Sonarr delete whole folders: a shared one must not go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from keepercheky.library.places import Places
from keepercheky.library.said import ArrSaid, MovieSaid, SeriesSaid
from keepercheky.paths import is_under, normal

Folder = tuple[str, str, str]  # instance, owner (none: a root folder), its path there


def shared_folders(arrs: Sequence[ArrSaid], places: Places) -> Mapping[str, str]:
    """Owner `instance/row id` → what its folder is shared with.

    A path map says where a folder is. Where one of two folders has none, both are compared as they stand, too: two
    instances that see one disk alike may have a map for one of them only.
    """
    names = {f"{arr.name}/{row.id}": f"{row.title} ({arr.name})" for arr in arrs for row in _titles(arr)}
    found: dict[str, str] = {}
    for view in _views(list(_folders(arrs)), places):
        owned = [(owner, path) for _, owner, path in view if owner]
        roots = [normal(path) for _, owner, path in view if not owner]
        for owner, other in shared(owned, roots).items():
            found.setdefault(owner, names.get(other, other))
    return found


def _titles(arr: ArrSaid) -> tuple[MovieSaid | SeriesSaid, ...]:
    return (*arr.movies, *arr.series)


def _folders(arrs: Iterable[ArrSaid]) -> Iterator[Folder]:
    for arr in arrs:
        for row in _titles(arr):
            if row.folder:
                yield arr.name, f"{arr.name}/{row.id}", row.folder
        for root in arr.root_folders:
            yield arr.name, "", root.path


def _views(folders: Sequence[Folder], places: Places) -> Iterator[Iterable[Folder]]:
    """As we see them; then each instance that has a map, as it sees them itself, among those that have none."""
    yield [(arr, owner, places.ours(arr, path) or path) for arr, owner, path in folders]
    mapped = [places.is_mapped(arr, path) for arr, _, path in folders]
    unmapped = [folder for folder, has_map in zip(folders, mapped, strict=True) if not has_map]
    for name in sorted({arr for (arr, _, _), has_map in zip(folders, mapped, strict=True) if has_map}):
        yield [
            *(folder for folder in folders if folder[0] == name),
            *(row for row in unmapped if row[0] != name),
        ]


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
