"""The table everything is laid on while one library is joined: what all titles share, found fast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from keepercheky.library.household import Household
from keepercheky.library.imports import arrivals
from keepercheky.library.match import Index
from keepercheky.library.paths import longest_prefix
from keepercheky.library.places import Places
from keepercheky.library.said import ArrSaid, ItemSaid, QueueSaid, ShowDetail
from keepercheky.library.seen import Seen, Setting
from keepercheky.media import NOTHING_ASKED, Fact, MediaFile, Request, Unknown


@dataclass(slots=True)
class Table:
    now: datetime
    setting: Setting
    seen: Seen
    places: Places
    household: Household | None
    movies: Index
    series: Index
    parts: Mapping[str, list[ItemSaid]]
    requests: Mapping[tuple[str, int], tuple[Request, ...]]
    shared: Mapping[str, str]
    seerr_read: bool
    ever_matched: AbstractSet[str]
    details: Mapping[tuple[str, int], ShowDetail]
    matched: set[str] = field(default_factory=set)

    def find(
        self, index: Index, kind: str, ids: Mapping[str, str], paths: list[str], key: str, service: str
    ) -> tuple[ItemSaid, ...] | Unknown:
        """A title's items in Jellyfin. () where none are expected: no Jellyfin, or an instance said not to be there."""
        if self.household is None:
            return Unknown("not_read", "jellyfin") if self.setting.has_jellyfin else ()
        found = index.find(kind, ids, paths)
        if not isinstance(found, Unknown):
            self.matched.add(key)
            return found
        if found.why == "unmatched" and not self.setting.in_jellyfin.get(service, True):
            return Unknown("no_longer_matched") if key in self.ever_matched else ()
        return found

    def requests_of(self, service: str, row_id: int) -> Fact[tuple[Request, ...]]:
        if self.setting.has_seerr and not self.seerr_read:
            return Unknown("not_read", "seerr")
        return self.requests.get((service, row_id), ())

    def libraries(self, items: tuple[ItemSaid, ...]) -> frozenset[str]:
        names = [self.household.library(item.id) for item in items] if self.household else []
        return frozenset(name for name in names if name)

    def shared_with(self, service: str, row_id: int, folder: str) -> Fact[str | None]:
        if not folder:
            return Unknown("no_folder", service)
        return self.shared.get(f"{service}/{row_id}")

    def media_file(self, service: str, file_id: int, path: str, size_bytes: int) -> MediaFile:
        """A file of an *arr with what the disk says of it, where we can see that disk."""
        ours = self.places.ours(service, path)
        if ours is None:
            return MediaFile(file_id, path, size_bytes)
        told = self.seen.files.get(ours, Unknown(NOTHING_ASKED))
        if isinstance(told, Unknown):
            return MediaFile(file_id, ours, size_bytes, links=told)
        return MediaFile(
            file_id, ours, size_bytes, links=told.links, last_link_bytes=size_bytes if told.links <= 1 else 0
        )


@dataclass(frozen=True, slots=True)
class Spoken:
    """One *arr's statement with what is looked up in it by title."""

    arr: ArrSaid
    arrived: Mapping[
        int, Fact[datetime]
    ]  # by movie or episode id: since when it is here, as the history tells
    queued_movies: frozenset[int]
    queue: Mapping[int, list[QueueSaid]]  # by series id
    episodes: Mapping[int, set[int]]  # by series id: episodes the history speaks of


def spoken(arr: ArrSaid, now: datetime) -> Spoken:
    queue: dict[int, list[QueueSaid]] = defaultdict(list)
    for row in arr.queue:
        if row.series_id is not None:
            queue[row.series_id].append(row)
    episodes: dict[int, set[int]] = defaultdict(set)
    for event in arr.history:
        if event.series_id:
            episodes[event.series_id].add(event.item_id)
    return Spoken(
        arr=arr,
        arrived=arrivals(arr.history, now),
        queued_movies=frozenset(row.movie_id for row in arr.queue if row.movie_id is not None),
        queue=queue,
        episodes=episodes,
    )


def tag_labels(tags: tuple[int, ...], arr: ArrSaid) -> Fact[frozenset[str]]:
    """Labels of tag ids, as read in this very run; an id without a label makes the title's tags unknown."""
    if not all(tag in arr.labels for tag in tags):
        return Unknown("tag_without_label", arr.name)
    return frozenset(arr.labels[tag].lower() for tag in tags)


def root_of(folder: str, arr: ArrSaid) -> str | None:
    """The *arr's root folder, as the *arr writes it, that holds a folder."""
    return longest_prefix(folder, [root.path for root in arr.root_folders]) if folder else None
