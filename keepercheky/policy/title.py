"""A title: what can go as one, with the facts of its parts and wholes folded in.

A keep or a doubt on a part holds for every title containing it, one on a whole for all its parts, and not onward:
a favourite episode does not hold the other seasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from keepercheky.media import Fact, Ids, MediaFile, Movie, Request, Unknown, Watch, Watching
from keepercheky.policy.terms import Kind


class Activity(msgspec.Struct, frozen=True, gc=False):
    """When something last happened to it. With a `doubt`, `at` is only a lower bound (None: not even that)."""

    at: datetime | None
    doubt: Unknown | None = None


class Title(msgspec.Struct, frozen=True, gc=False):  # many, and none holds another: nothing to collect
    key: str
    identities: tuple[
        str, ...
    ]  # its own first, then those of its parts and wholes: a keep by hand on any holds it
    kind: Kind
    service: str
    arr_id: int
    title: str
    year: int
    ids: Ids
    size_bytes: int
    last_link_bytes: int | None  # bytes whose last link goes with it; None: its files are not visible
    storage: str | None
    root_folder: str | None
    libraries: Fact[frozenset[str]]
    tags: Fact[frozenset[str]]
    active: Activity
    imported_at: Fact[datetime]
    watches: tuple[Watch, ...]
    finished_by: Fact[frozenset[str]]
    unseen: Unknown | None  # nothing Jellyfin says of it can be relied on to be all
    favorite_of: frozenset[str]
    playing: Fact[bool]
    queued: bool
    requests: Fact[tuple[Request, ...]]
    shared_with: Fact[str | None]
    links: Fact[int | None]
    files: tuple[int, ...] = ()
    season: int | None = None
    episode: int | None = None
    episodes: tuple[int, ...] = ()
    airing: Fact[bool] = False
    # (user, newest play of a lower season): those who surely have not finished this one
    next_up_for: tuple[tuple[str, datetime], ...] = ()
    next_up_doubt: Unknown | None = None  # there may be others
    only_specials: bool = False
    rank: int | None = None  # episodes: 0 is the newest aired of the whole show

    @property
    def identity(self) -> str:
        return self.identities[0]

    @property
    def frees_bytes(self) -> int:
        """What deleting it frees; where the files are not visible the size stands in, as an estimate."""
        return self.size_bytes if self.last_link_bytes is None else self.last_link_bytes


def movie_title(movie: Movie) -> Title | None:
    """The movie as a title; without a file it is none."""
    file = movie.file
    if file is None:
        return None
    return Title(
        key=movie.key,
        identities=(movie.identity,),
        kind=Kind.MOVIE,
        service=movie.service,
        arr_id=movie.arr_id,
        title=movie.title,
        year=movie.year,
        ids=movie.ids,
        size_bytes=movie.size_bytes,
        last_link_bytes=last_links([file]),
        storage=movie.storage,
        root_folder=movie.root_folder,
        libraries=movie.libraries,
        tags=movie.tags,
        active=activity([movie.imported_at], movie.watching.watches, doubt_of([movie.watching])),
        imported_at=movie.imported_at,
        watches=movie.watching.watches,
        finished_by=finished([movie.watching]),
        unseen=unseen([movie.watching]),
        favorite_of=movie.watching.favorite_of,
        playing=movie.watching.playing,
        queued=movie.queued,
        requests=movie.requests,
        shared_with=movie.shared_with,
        links=file.links,
        files=(file.id,),
    )


def activity(imports: Iterable[Fact[datetime]], watches: Iterable[Watch], doubt: Unknown | None) -> Activity:
    """The latest of arrivals and plays; what is unknown leaves the rest as a lower bound."""
    dates: list[datetime] = []
    for fact in imports:
        if isinstance(fact, Unknown):
            doubt = doubt or fact
            dates += [fact.at_least] if fact.at_least else []
        else:
            dates.append(fact)
    for watch in watches:
        if watch.played_at is not None:
            dates.append(watch.played_at)
        elif watch.played or watch.in_progress:
            doubt = doubt or Unknown("play_without_date")
    return Activity(max(dates, default=None), doubt)


def newest(imports: Iterable[Fact[datetime]]) -> Fact[datetime]:
    """The newest arrival; one undated part makes it unknown, with the dated ones as the bound."""
    folded = activity(imports, (), None)
    if folded.doubt is not None or folded.at is None:
        why = folded.doubt or Unknown("no_import_date")
        return Unknown(why.why, why.source, at_least=folded.at)
    return folded.at


def finished(parts: Iterable[Watching]) -> Fact[frozenset[str]]:
    """Users who finished every part. Nobody for sure, with a doubt about somebody: unknown."""
    users: frozenset[str] | None = None
    doubt: Unknown | None = None
    for part in parts:
        done = frozenset([watch.user for watch in part.watches if watch.finished])
        users = done if users is None else users & done
        doubt = doubt or part.unknown
    return users or doubt or frozenset()


def doubt_of(parts: Iterable[Watching]) -> Unknown | None:
    return next((part.unknown for part in parts if part.unknown is not None), None)


def unseen(parts: Iterable[Watching]) -> Unknown | None:
    """A doubt about everything Jellyfin could say; an undated play is only a doubt about age."""
    return next(
        (
            part.unknown
            for part in parts
            if part.unknown is not None and part.unknown.why != "play_without_date"
        ),
        None,
    )


def any_true(facts: Iterable[Fact[bool]]) -> Fact[bool]:
    """True when any is; else unknown when any is; else False."""
    doubt: Unknown | None = None
    for fact in facts:
        if isinstance(fact, Unknown):
            doubt = doubt or fact
        elif fact:
            return True
    return doubt or False


def last_links(files: Iterable[MediaFile]) -> int | None:
    """Bytes whose last link goes with these files; None when any of them is not visible."""
    total = 0
    for file in files:
        if file.last_link_bytes is None:
            return None
        total += file.last_link_bytes
    return total


def most_links(files: Iterable[MediaFile]) -> Fact[int | None]:
    """The largest number of hard links; unknown when no file has more than one and some could not be seen."""
    most: int | None = None
    doubt: Unknown | None = None
    for file in files:
        if isinstance(file.links, Unknown):
            doubt = doubt or file.links
        elif file.links is not None:
            most = max(most or 0, file.links)
    return doubt if doubt is not None and (most is None or most <= 1) else most
