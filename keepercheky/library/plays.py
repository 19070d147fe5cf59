"""Play history that never moves back.

Jellyfin forgets: a file replaced, an item re-added, a playback started anew (that clears `Played`). What was once
seen is kept in our state by kind and provider id, and joined with what Jellyfin says today. Only *finished* is ever
taken back, for a user who unticked it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from keepercheky.library.said import UserDataSaid
from keepercheky.media import Watch


class PlayMark(msgspec.Struct, frozen=True, gc=False):
    """One user's plays of one movie (`movie:tmdb:603`) or episode (`episode:tvdb:121361:1:2`), as ever seen.

    Episodes that Jellyfin puts in no season count for their show (`show:tvdb:121361`), those without a number for
    their season (number -1). `play_count` is the count when it was last seen finished (while it never was: the last
    one seen).
    """

    identity: str
    user: str  # Jellyfin's user id
    played_at: (
        datetime | None
    )  # the newest date ever seen; of a half watched one without a date, the day it was seen
    finished: bool
    play_count: int
    undated_since: datetime | None = None  # first sight of a play without a date; its date from then on


class Sight(msgspec.Struct, frozen=True, gc=False):
    """What today's reading makes of one user and one title: the watch, the mark to store, and any doubt."""

    watch: Watch
    mark: PlayMark
    undated: bool  # played, but nobody knows when: the dated plays are only a bound in this run


def look(
    identity: str,
    user: tuple[str, str],
    rows: Iterable[UserDataSaid],
    mark: PlayMark | None,
    *,
    sees_it: bool,
    in_session: bool,
    now: datetime,
) -> Sight:
    """Join a user's rows of all copies of a title with the stored mark. `user`: (id, name)."""
    user_id, name = user
    copies = list(rows)
    known = mark or PlayMark(identity, user_id, None, finished=False, play_count=0)
    ticked = any(row.played for row in copies)
    count = max((row.play_count for row in copies), default=0)
    unticked = known.finished and sees_it and not ticked and count <= known.play_count and not in_session
    finished = ticked or (known.finished and not unticked)

    half = [row for row in copies if row.in_progress and not row.played]
    played_at = _newest(
        known.played_at,
        *(row.last_played_at for row in copies),
        now if any(row.last_played_at is None for row in half) else None,  # it counts as today
    )
    first_sight = _first_sight(copies, known, count)
    new = PlayMark(
        identity,
        user_id,
        played_at,
        finished=finished,
        play_count=count if ticked or (sees_it and not finished) else known.play_count,
        undated_since=_newest(known.undated_since, now) if first_sight else known.undated_since,
    )
    watch = Watch(
        user=name,
        played_at=_newest(played_at, known.undated_since),
        played=finished or count > 0 or played_at is not None or new.undated_since is not None,
        finished=finished,
        in_progress=bool(half),
    )
    return Sight(watch, new, undated=first_sight and (watch.played_at is None or watch.played_at < now))


def _first_sight(copies: Iterable[UserDataSaid], known: PlayMark, count: int) -> bool:
    """Whether a play without a date is seen that no stored first sight stands for."""
    undated = [row for row in copies if row.last_played_at is None and (row.played or row.play_count > 0)]
    if known.undated_since is None:
        return bool(undated)
    anew = not known.finished or count > known.play_count
    return anew and any(row.played for row in undated)


def _newest(*dates: datetime | None) -> datetime | None:
    newest = None
    for date in dates:  # asked for every play there is: `max` over a generator takes three times as long
        if date is not None and (newest is None or date > newest):
            newest = date
    return newest
