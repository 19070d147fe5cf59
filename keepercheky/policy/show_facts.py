"""What is known of a piece of a show: the whole, a season, or the episodes of one file.

A keep or a doubt on a part holds for every piece containing it, one on a whole for all its parts, and not onward: a
favourite episode does not hold the other seasons.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from keepercheky.media import Episode, Fact, MediaFile, Show, Unknown, Watching
from keepercheky.policy.terms import Kind
from keepercheky.policy.title import finished, most_links

NEAR = timedelta(days=90)  # "airing": an episode of the show aired or airs this close to now


class Piece(msgspec.Struct, frozen=True):
    """What may go as one. `episodes`: those with a file; none while they are not known."""

    kind: Kind
    episodes: tuple[Episode, ...]
    season: int | None = None
    doubt: Unknown | None = None  # why its episodes are not known

    @property
    def lowest(self) -> int | None:
        """The number it is keyed by, of a file's episodes."""
        if self.kind is not Kind.EPISODE:
            return None
        return min((episode.number for episode in self.episodes), default=None)


def identity_of(show: Show, piece: Piece) -> str:
    whose = _whose(show)
    if piece.kind is Kind.SHOW:
        return f"show:{whose}"
    if piece.kind is Kind.SEASON:
        return f"season:{whose}:{piece.season}"
    if piece.season is None:
        return f"episode:{whose}:*"
    return f"episode:{whose}:{piece.season}:{piece.lowest}"


def identities_of(show: Show, piece: Piece) -> tuple[str, ...]:
    """Its own name first, then those of its parts and wholes."""
    whose = _whose(show)
    seasons = {row.number for row in show.seasons} if piece.kind is Kind.SHOW else {piece.season} - {None}
    names = [identity_of(show, piece), f"show:{whose}"]
    names.append(f"episode:{whose}:*")  # what stood for all episodes while they were not known
    names += [f"season:{whose}:{number}" for number in sorted(seasons, key=lambda row: row or 0)]
    names += [f"episode:{whose}:{part.season}:{part.number}" for part in piece.episodes]
    return tuple(dict.fromkeys(names))


def _whose(show: Show) -> str:
    """The show by the id others know it by; without one it is nobody else's."""
    return show.identity.removeprefix("show:")


def watchings_of(show: Show, piece: Piece) -> list[Watching]:
    """What is known of its parts: by Sonarr's episodes, and by Jellyfin's own numbers of the same season."""
    of_episodes = [episode.watching for episode in piece.episodes]
    if piece.kind is Kind.EPISODE:
        return of_episodes
    return of_episodes + [
        watching for (season, _), watching in show.parts.items() if piece.season in (None, season)
    ]


def files_of(show: Show, piece: Piece) -> list[MediaFile]:
    ids = dict.fromkeys(episode.file_id for episode in piece.episodes)
    return [show.files[file] for file in ids if file in show.files]


def links_of(show: Show, piece: Piece) -> Fact[int | None]:
    if piece.doubt is not None:
        return piece.doubt
    if any(episode.file_id not in show.files for episode in piece.episodes):
        return Unknown("episode_without_its_file")
    return most_links(files_of(show, piece))


def fans_of(show: Show, piece: Piece, parts: list[Watching]) -> frozenset[str]:
    """Who marked it, a part of it or a whole of it as a favourite."""
    seasons = [
        row.favorite_of for row in show.seasons if piece.kind is Kind.SHOW or row.number == piece.season
    ]
    return show.whole.favorite_of.union(*seasons, *(part.favorite_of for part in parts))


def is_queued(show: Show, piece: Piece) -> bool:
    queued = show.queued
    if queued.whole or any(episode.arr_id in queued.episodes for episode in piece.episodes):
        return True
    if piece.kind is Kind.EPISODE:
        return piece.season in queued.season_packs
    return bool(queued) if piece.kind is Kind.SHOW else piece.season in queued.seasons


def finished_by(piece: Piece, now: datetime) -> Fact[frozenset[str]]:
    """Who finished every aired episode with a file: regular ones, of season 0 the specials.

    Of an episode without an air date nobody knows whether it aired: where it makes the difference, it is unknown.
    """
    if piece.doubt is not None:
        return piece.doubt
    counted = [row for row in piece.episodes if row.season > 0 or piece.season == 0]
    aired = [row.watching for row in counted if row.air_at is not None and row.air_at <= now]
    undated = [row.watching for row in counted if row.air_at is None]
    everything = finished([*aired, *undated])
    if undated and not everything and finished(aired):
        return Unknown("no_air_date")
    return everything


def is_airing(show: Show, piece: Piece, now: datetime) -> Fact[bool]:
    """The newest season with an aired episode, of a series not ended, while the show airs near now."""
    if show.ended or piece.kind is Kind.EPISODE:
        return False
    if isinstance(show.episodes, Unknown):
        return True if piece.kind is Kind.SHOW and show.airs_near else show.episodes
    regular = [(row.season, row.air_at) for row in show.episodes if row.season > 0 and row.air_at is not None]
    near = any(abs(air_at - now) <= NEAR for _, air_at in regular)
    current = max((season for season, air_at in regular if air_at <= now), default=None)
    return near and (piece.kind is Kind.SHOW or piece.season == current)


def next_up(
    show: Show, piece: Piece, now: datetime
) -> tuple[tuple[tuple[str, datetime], ...], Unknown | None]:
    """Who played a lower regular season and has not finished this one, with their newest such play; and any doubt."""
    if piece.kind is not Kind.SEASON or not piece.season:
        return (), None
    newest, doubt = _plays_below(show, piece.season)
    if not newest or piece.doubt is not None:
        return (), piece.doubt if newest else doubt
    done = finished_by(piece, now)
    finishers = frozenset() if isinstance(done, Unknown) else done
    return tuple((user, at) for user, at in sorted(newest.items()) if user not in finishers), doubt


def _plays_below(show: Show, season: int) -> tuple[dict[str, datetime], Unknown | None]:
    """Each user's newest play of a lower regular season; a play without a date, or an unread one, is a doubt."""
    lower = [watching for (number, _), watching in show.parts.items() if 0 < number < season]
    if not isinstance(show.episodes, Unknown):
        lower += [row.watching for row in show.episodes if row.file_id and 0 < row.season < season]
    newest: dict[str, datetime] = {}
    doubt: Unknown | None = None
    for watching in lower:
        doubt = doubt or watching.unknown
        for watch in watching.watches:
            if watch.played_at is not None:
                newest[watch.user] = max(newest.get(watch.user, watch.played_at), watch.played_at)
            elif watch.played or watch.in_progress:
                doubt = doubt or Unknown("play_without_date")
    return newest, doubt
