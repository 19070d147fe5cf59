"""What one *arr keeps beside its titles: tags, history, queue, exclusions, health and a few settings."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypedDict, Unpack

from msgspec import Struct

from keepercheky.demo.noun import Noun
from keepercheky.demo.records import Download, Event, Exclusion
from keepercheky.demo.titles import Quality

TAG = re.compile(r"[a-z0-9-]+", re.IGNORECASE)


class Ailment(Struct, frozen=True):
    """A line of /health. ``severity``: ok, notice, warning, error."""

    source: str
    message: str
    severity: str = "warning"


class Command(Struct, frozen=True):
    """Something it was told to do."""

    id: int
    name: str
    queued: datetime
    done: bool = False


class EventFacts(TypedDict, total=False):
    episode_id: int
    season_number: int
    download_id: str
    file_id: int
    path: str
    size: int
    release_group: str
    reason: str


class Arr(Noun, kw_only=True):
    """The state of the pretend Radarr or Sonarr. Tag ids are its own: the same label has another id in the other."""

    name: str
    roots: tuple[str, ...]
    tags: dict[int, str]
    history: list[Event]
    queue: tuple[Download, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    ailments: tuple[Ailment, ...] = ()
    missing_roots: frozenset[str] = frozenset()
    recycle_bin: str = ""
    recycle_bin_days: int = 7
    unmonitors_deleted: bool = False
    deletes_empty_folders: bool = True
    commands: tuple[Command, ...] = ()
    next_tag: int = 1
    next_event: int = 1

    def tag(self, label: str) -> int:
        """The id of a label, made on first use, lower-cased as the real ones do."""
        if not TAG.fullmatch(label):
            raise ValueError(f"{label!r} is no tag Radarr would take")
        return self.make_tag(label)

    def make_tag(self, label: str) -> int:
        """The same for a label of any letters, which Sonarr takes."""
        label = label.lower()
        for known, existing in self.tags.items():
            if existing == label:
                return known
        self.tags[self.next_tag] = label
        self.next_tag += 1
        return self.next_tag - 1

    def exclude(self, number: int, title: str, year: int = 0) -> Exclusion:
        """Keeps a title from coming back by itself; once is enough."""
        for known in self.exclusions:
            if known.number == number:
                return known
        newest = max((known.id for known in self.exclusions), default=0)
        self.exclusions = (*self.exclusions, Exclusion(newest + 1, number, title, year))
        return self.exclusions[-1]

    def loses_tag(self, label: str) -> None:
        """The label goes; titles that carry it keep a number nobody can read."""
        self.tags = {number: existing for number, existing in self.tags.items() if existing != label}

    def remember(
        self,
        kind: str,
        date: datetime,
        title_id: int,
        source: str,
        quality: Quality,
        **facts: Unpack[EventFacts],
    ) -> None:
        self.history.append(Event(self.next_event, kind, date, title_id, source, quality, **facts))
        self.next_event += 1

    def forgets(self, title_id: int) -> None:
        """History and queue of a title go with it, as they do in a real one."""
        self.history = [event for event in self.history if event.title_id != title_id]
        self.queue = tuple(row for row in self.queue if row.title_id != title_id)
