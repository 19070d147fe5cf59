"""What the owner asked for, typed and frozen: the rules of the house that every decision reads.

Settings build one `Rules`; nothing here reads a file, a clock or a service. Durations are exact
(`1d` = 24 h), sizes are bytes, shares are fractions of a storage's total (`"15%"` = 0.15).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Mode(StrEnum):
    """What the program may do. Preview is the dry run: it writes nothing outside our own state."""

    PREVIEW = "preview"
    ANNOUNCE = "announce"
    CLEAN = "clean"


class Approve(StrEnum):
    FIRST = "first"
    ALWAYS = "always"
    NEVER = "never"


class Order(StrEnum):
    """Which of the titles that may go, goes first."""

    OLDEST = "oldest"
    LARGEST = "largest"


class Kind(StrEnum):
    """What can go as one."""

    MOVIE = "movie"
    SHOW = "show"
    SEASON = "season"
    EPISODE = "episode"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of space: a share of a storage's total, or bytes. Exactly one of the two is set."""

    share: float | None = None
    size_bytes: int | None = None
    text: str = ""

    def of(self, total_bytes: int | None) -> int | None:
        """Bytes of a storage with that total; None when a share of an unknown total is asked for."""
        if self.size_bytes is not None:
            return self.size_bytes
        if total_bytes is None or self.share is None:
            return None
        return round(self.share * total_bytes)


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """How long after its last activity a title may go; None = never for that state."""

    unwatched: timedelta | None
    watched: timedelta | None

    @property
    def shortest(self) -> timedelta | None:
        """The limit under which a title would go first; None when it never would."""
        known = [limit for limit in (self.unwatched, self.watched) if limit is not None]
        return min(known, default=None)

    def when(self, *, watched: bool | None) -> timedelta | None:
        """The limit in force. Watched not known: the longer of the two, and never is the longest."""
        if watched is None:
            if self.unwatched is None or self.watched is None:
                return None
            return max(self.unwatched, self.watched)
        return self.watched if watched else self.unwatched


@dataclass(frozen=True, slots=True)
class Level:
    """An age limit that holds while effective free space is below an amount."""

    below: Amount
    limit: AgeLimit
    notice: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AgeRule:
    """When movies, seasons or shows expire: always by one limit, or by levels of free space. One of the two."""

    always: AgeLimit | None = None
    levels: tuple[Level, ...] = ()

    @property
    def shortest(self) -> timedelta | None:
        limits = [self.always] if self.always else [level.limit for level in self.levels]
        return min((limit.shortest for limit in limits if limit.shortest is not None), default=None)


@dataclass(frozen=True, slots=True)
class EpisodeRule:
    """When single episodes of a show expire. `after` None: at once, once they are not among the latest."""

    keep_latest: int
    after: timedelta | None = None
    max_age: timedelta | None = None
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron time, a scope and an age limit. Scope keys that are None hold everything."""

    id: str
    name: str
    cron: str = "0 4 * * *"
    enabled: bool = True
    movies: AgeRule | None = None
    shows: AgeRule | None = None
    seasons: AgeRule | None = None
    episodes: EpisodeRule | None = None
    tag: str | None = None
    services: frozenset[str] | None = None
    root_folders: frozenset[str] | None = None
    libraries: frozenset[str] | None = None
    specials: bool = False
    for_space: bool = True
    notice: timedelta = timedelta(days=14)
    order: Order = Order.OLDEST
    import_exclusion: bool = True
    keep_entry: bool = False
    delete_empty_shows: bool = False
    seerr: str = "clear"

    @property
    def show_kind(self) -> Kind | None:
        """The one kind of shows this schedule names, if any."""
        if self.shows:
            return Kind.SHOW
        if self.seasons:
            return Kind.SEASON
        return Kind.EPISODE if self.episodes else None

    def rule(self, kind: Kind) -> AgeRule | EpisodeRule | None:
        if kind is Kind.MOVIE:
            return self.movies
        if kind is Kind.SHOW:
            return self.shows
        return self.seasons if kind is Kind.SEASON else self.episodes


@dataclass(frozen=True, slots=True)
class Keep:
    """What protects a title whatever its age. A duration of None, or False, switches that rule off."""

    tags: frozenset[str] = frozenset()
    favorites: bool | frozenset[str] = True
    in_progress: timedelta | None = timedelta(days=30)
    next_up: timedelta | None = timedelta(days=60)
    requested: timedelta | None = timedelta(days=30)
    hardlinked: bool = True
    airing: bool = True
    libraries: frozenset[str] = frozenset()
    root_folders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """The brakes: per 24 h over everything together, and what needs a person's look."""

    titles: int = 20
    size_bytes: int = 500 * 10**9
    ask_above: float = 0.10
    max_shrink: float = 0.20


@dataclass(frozen=True, slots=True)
class StorageRule:
    """A place with a free space of its own. Without a path it holds what no other storage holds."""

    name: str
    path: str | None = None
    keep_free: Amount | None = None
    margin: Amount = Amount(share=0.02, text="2%")
    reserve: Amount = Amount(share=0.05, text="5%")


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """What deciding must know of a configured service."""

    name: str
    kind: str  # radarr | sonarr | jellyfin | seerr
    in_jellyfin: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the owner asked for."""

    schedules: tuple[Schedule, ...] = ()
    keep: Keep = Keep()
    limits: Limits = Limits()
    storages: tuple[StorageRule, ...] = ()
    services: tuple[ServiceRule, ...] = ()
    mode: Mode = Mode.PREVIEW
    approve: Approve = Approve.FIRST
    timezone: str = "UTC"
    _by_id: dict[str, Schedule] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_id.update({schedule.id: schedule for schedule in self.schedules})

    def schedule(self, schedule_id: str) -> Schedule:
        return self._by_id[schedule_id]

    def has(self, kind: str) -> bool:
        """Whether any service of that product is configured: a protection without a source does not exist."""
        return any(service.kind == kind for service in self.services)
