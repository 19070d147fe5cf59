"""Which items are which title's, over all instances at once: copies of one title share what is known of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from keepercheky.library.match import Index, wanted_ids
from keepercheky.library.places import Places
from keepercheky.library.said import ArrSaid, ItemSaid, MovieSaid, Said, SeriesSaid
from keepercheky.library.seen import Setting
from keepercheky.media import Unknown
from keepercheky.paths import normal

Items: TypeAlias = tuple[ItemSaid, ...]
KINDS = frozenset({"Movie", "Series"})


class Matches:
    """Items in Jellyfin by title. `matched`: keys of the titles that were found there."""

    def __init__(
        self, said: Said, setting: Setting, places: Places, *, read: bool, ever_matched: AbstractSet[str]
    ) -> None:
        """`read`: Jellyfin said everything. `ever_matched`: keys of titles that were found in earlier runs."""
        self.matched: set[str] = set()
        self._ever_matched = ever_matched
        self._in_jellyfin = setting.in_jellyfin
        self._read = read
        self._configured = setting.has_jellyfin or said.jellyfin is not None
        self._found: dict[tuple[str, int], Items | Unknown] = {}
        self._copies: dict[str, dict[str, ItemSaid]] = defaultdict(dict)
        jellyfin = said.jellyfin
        index = Index(
            (item for item in jellyfin.items if item.type in KINDS) if jellyfin and read else (),
            setting.path_maps.get(jellyfin.name, {}) if jellyfin else {},
        )
        for arr in said.arrs:
            for kind, row in _rows(arr):
                if not number_of(row):  # it would pass for a copy of all others without one
                    self._found[arr.name, row.id] = Unknown("no_provider_id")
                    continue
                identity = identity_of(row, arr.name)
                paths = [normal(places.ours(arr.name, path) or path) for path in _paths(row)]
                found = index.find(kind, _ids(row), paths)
                found = self._expected(found, arr.name, f"{identity}@{arr.name}")
                self._found[arr.name, row.id] = found
                if not isinstance(found, Unknown):
                    self._copies[identity] |= {item.id: item for item in found}

    def of(self, service: str, row: MovieSaid | SeriesSaid) -> Items | Unknown:
        """A title's items, those of its copies included. () where none are expected."""
        found = self._found[service, row.id]
        if isinstance(found, Unknown):
            return found
        copies = self._copies[identity_of(row, service)]
        return tuple(copies[item] for item in sorted(copies))

    def _expected(self, found: Items | Unknown, service: str, key: str) -> Items | Unknown:
        """What a search means: nothing is unknown, unless no Jellyfin is configured or the instance is not in it."""
        if not self._read:
            return Unknown("not_read", "jellyfin") if self._configured else ()
        if not isinstance(found, Unknown):
            self.matched.add(key)
        elif found.why == "unmatched" and not self._in_jellyfin.get(service, True):
            return Unknown("no_longer_matched") if key in self._ever_matched else ()
        return found


def identity_of(row: MovieSaid | SeriesSaid, service: str) -> str:
    """Kind and provider id; without one the row of its instance, so that it shares an identity with nothing."""
    kind, provider = ("movie", "tmdb") if isinstance(row, MovieSaid) else ("show", "tvdb")
    number = number_of(row)
    return f"{kind}:{provider}:{number}" if number else f"{kind}:{service}:{row.id}"


def number_of(row: MovieSaid | SeriesSaid) -> int | None:
    """Its provider id; 0 is none."""
    return (row.tmdb_id if isinstance(row, MovieSaid) else row.tvdb_id) or None


def _rows(arr: ArrSaid) -> Iterator[tuple[str, MovieSaid | SeriesSaid]]:
    yield from (("Movie", movie) for movie in arr.movies)
    yield from (("Series", series) for series in arr.series)


def _ids(row: MovieSaid | SeriesSaid) -> Mapping[str, str]:
    tvdb = row.tvdb_id if isinstance(row, SeriesSaid) else None
    return wanted_ids(tmdb=row.tmdb_id, imdb=row.imdb_id, tvdb=tvdb)


def _paths(row: MovieSaid | SeriesSaid) -> Iterator[str]:
    """Where Jellyfin may have it: the folder, of a movie also its file."""
    if row.folder:
        yield row.folder
    if isinstance(row, MovieSaid) and row.file is not None and row.file.path:
        yield row.file.path
