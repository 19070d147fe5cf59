"""The table everything is laid on while one library is joined: what all titles share, found fast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from keepercheky.library.household import Household
from keepercheky.library.imports import arrivals
from keepercheky.library.matches import Items, Matches
from keepercheky.library.places import Places
from keepercheky.library.said import ArrSaid, ItemSaid, QueueSaid, ShowDetail
from keepercheky.library.seen import Seen
from keepercheky.media import NOT_WATCHED, NOTHING_ASKED, Fact, MediaFile, Request, Unknown, Watching
from keepercheky.paths import longest_prefix


@dataclass(frozen=True, slots=True)
class Table:
    now: datetime
    seen: Seen
    places: Places
    household: Household | None
    matches: Matches
    parts: Mapping[str, list[ItemSaid]]  # seasons and episodes of Jellyfin by their series
    requests: Mapping[tuple[str, int], tuple[Request, ...]]
    shared: Mapping[str, str]
    unread_requests: Unknown | None
    unread_arr: Unknown | None  # whose folders nobody knows: any may be shared with one
    details: Mapping[tuple[str, int], ShowDetail]

    def watching(self, identity: str, items: Iterable[ItemSaid] | Unknown) -> Watching:
        """What the household did with these items; with a doubt, what is remembered is the bound."""
        if self.household is None:
            return Watching(unknown=items, playing=items) if isinstance(items, Unknown) else NOT_WATCHED
        if isinstance(items, Unknown):
            return self.household.uncertain(identity, items)
        return self.household.watching(identity, items)

    def favorite_of(self, item: ItemSaid) -> frozenset[str]:
        return self.household.favorite_of(item.id) if self.household else frozenset()

    def libraries(self, items: Items | Unknown) -> Fact[frozenset[str]]:
        if isinstance(items, Unknown):
            return items
        if self.household is None:
            return frozenset()
        return self.unread_arr or self.household.libraries(items)

    def requests_of(self, service: str, row_id: int) -> Fact[tuple[Request, ...]]:
        return self.unread_requests or self.requests.get((service, row_id), ())

    def shared_with(self, service: str, row_id: int, folder: str) -> Fact[str | None]:
        if not folder:
            return Unknown("no_folder", service)
        return self.shared.get(f"{service}/{row_id}") or self.unread_arr

    def media_file(self, service: str, file_id: int, path: str, size_bytes: int) -> MediaFile:
        """A file of an *arr with what the disk says of it, where we can see that disk."""
        ours = self.places.ours(service, path)
        if ours is None:
            return MediaFile(file_id, path, size_bytes)
        told = self.seen.files.get(ours, Unknown(NOTHING_ASKED))
        if isinstance(told, Unknown):
            return MediaFile(file_id, ours, size_bytes, links=told)
        last_link_bytes = size_bytes if told.links <= 1 else 0
        return MediaFile(file_id, ours, size_bytes, links=told.links, last_link_bytes=last_link_bytes)


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
        episodes[event.series_id].add(event.item_id)
    return Spoken(
        arr=arr,
        arrived=arrivals(arr.history, now),
        queued_movies=frozenset(row.movie_id for row in arr.queue if row.movie_id is not None),
        queue=queue,
        episodes=episodes,
    )


def tag_labels(tags: tuple[int, ...] | None, arr: ArrSaid) -> Fact[frozenset[str]]:
    """Labels of tag ids, as read in this very run; ids not told, or without a label, make the title's tags unknown."""
    if tags is None:
        return Unknown("not_read", arr.name)
    if not all(tag in arr.labels for tag in tags):
        return Unknown("tag_without_label", arr.name)
    return frozenset(arr.labels[tag].lower() for tag in tags)


def root_of(folder: str, arr: ArrSaid) -> str | None:
    """The *arr's root folder, as the *arr writes it, that holds a folder."""
    return longest_prefix(folder, [root.path for root in arr.root_folders])
