"""Play history that never moves back.

Jellyfin forgets: a file replaced, an item re-added, a playback started anew (that clears `Played`, FACTS §3.4).
What was once seen is kept in our state by kind and provider id, and joined with what Jellyfin says today. Only
*finished* is ever taken back, for a user who unticked it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from keepercheky.library.said import UserDataSaid
from keepercheky.media import Watch


class PlayMark(msgspec.Struct, frozen=True):
    """One user's plays of one movie (`movie:tmdb:603`) or episode (`episode:tvdb:121361:1:2`), as ever seen.

    `play_count` is the count when it was last seen finished (while it never was: the last one seen).
    """

    identity: str
    user: str  # Jellyfin's user id
    played_at: datetime | None  # the newest date ever seen
    finished: bool
    play_count: int
    undated_since: datetime | None = (
        None  # first sight of a play without a date; counts as its date from then on
    )


class Sight(msgspec.Struct, frozen=True):
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
    played_now = any(row.played for row in copies)
    count = max((row.play_count for row in copies), default=0)
    dates = [row.last_played_at for row in copies if row.last_played_at is not None]
    any_play = played_now or count > 0 or bool(dates)
    known = mark or PlayMark(identity, user_id, None, finished=False, play_count=0)

    unticked = known.finished and sees_it and not played_now and count <= known.play_count and not in_session
    finished = played_now or (known.finished and not unticked)
    undated_since = known.undated_since
    undated = any_play and not dates and known.played_at is None and undated_since is None
    if undated:
        undated_since = now
    in_progress = [row for row in copies if row.in_progress and not row.played]
    if known.played_at is not None:
        dates.append(known.played_at)
    stored = max(dates, default=None)
    if known.undated_since is not None:
        dates.append(known.undated_since)
    if any(row.last_played_at is None for row in in_progress):
        dates.append(now)  # half watched, nobody knows when: it counts as today
    new = PlayMark(
        identity,
        user_id,
        stored,
        finished=finished,
        play_count=count if played_now or not finished else known.play_count,
        undated_since=undated_since,
    )
    watch = Watch(
        user=name,
        played_at=max(dates, default=None),
        played=any_play or finished or stored is not None or undated_since is not None,
        finished=finished,
        in_progress=bool(in_progress),
    )
    return Sight(watch, new, undated=undated and not in_progress)
