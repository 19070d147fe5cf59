"""A show, its seasons or its episodes as titles: only the kind its governing schedule names.

Until its episodes were asked for, a show's titles carry `Unknown("not_asked")` where a verdict could hang on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from keepercheky.media import Episode, Fact, Show, Unknown
from keepercheky.policy.show_facts import (
    Piece,
    fans_of,
    files_of,
    finished_by,
    identities_of,
    identity_of,
    is_airing,
    is_queued,
    links_of,
    next_up,
    watchings_of,
)
from keepercheky.policy.terms import Kind
from keepercheky.policy.title import Title, activity, any_true, doubt_of, last_links, newest, unseen


def show_titles(show: Show, kind: Kind, now: datetime, *, specials: bool) -> list[Title]:
    """The titles of that kind; a show without files is none."""
    if show.has_files is False:
        return []
    if kind is Kind.SHOW:
        return _whole(show, now)
    if kind is Kind.SEASON:
        return _seasons(show, now, specials=specials)
    return _episodes(show, now, specials=specials)


def _whole(show: Show, now: datetime) -> list[Title]:
    if isinstance(show.episodes, Unknown):
        known_regular = any(season.number > 0 and season.episode_files > 0 for season in show.seasons)
        return [
            _title(
                show,
                Piece(Kind.SHOW, (), doubt=show.episodes),
                now,
                size_bytes=show.size_bytes,
                only_specials=not isinstance(show.has_files, Unknown) and not known_regular,
            )
        ]
    kept = _with_file(show.episodes)
    if not kept:
        return []
    only_specials = all(episode.season == 0 for episode in kept)
    piece = Piece(Kind.SHOW, kept)
    return [_title(show, piece, now, size_bytes=show.size_bytes, only_specials=only_specials)]


def _seasons(show: Show, now: datetime, *, specials: bool) -> list[Title]:
    titles = []
    for season in sorted(show.seasons, key=lambda row: row.number):
        if season.number == 0 and not specials:
            continue
        piece = None
        if not isinstance(show.episodes, Unknown):
            if kept := _with_file(show.episodes, season.number):
                piece = Piece(Kind.SEASON, kept, season.number)
        elif season.episode_files > 0 or isinstance(show.has_files, Unknown):
            piece = Piece(Kind.SEASON, (), season.number, doubt=show.episodes)
        if piece is not None:
            titles.append(_title(show, piece, now, size_bytes=season.size_bytes))
    return titles


def _episodes(show: Show, now: datetime, *, specials: bool) -> list[Title]:
    if isinstance(show.episodes, Unknown):
        # one title stands for all of them: nothing that is said of one episode speaks for the others
        piece = Piece(Kind.EPISODE, (), doubt=show.episodes)
        return [_title(show, piece, now, size_bytes=show.size_bytes)]
    by_file: dict[int, list[Episode]] = {}
    for episode in _with_file(show.episodes):
        if episode.season > 0 or specials:
            by_file.setdefault(episode.file_id, []).append(episode)
    groups = sorted(
        (sorted(group, key=_number) for group in by_file.values()), key=lambda row: _number(row[0])
    )
    rank = {group[0].file_id: place for place, group in enumerate(_newest_first(groups, now))}
    titles = []
    for group in groups:
        piece = Piece(Kind.EPISODE, tuple(group), group[0].season)
        size = sum(file.size_bytes for file in files_of(show, piece))
        titles.append(_title(show, piece, now, size_bytes=size, rank=rank.get(group[0].file_id)))
    return titles


def _newest_first(groups: Iterable[list[Episode]], now: datetime) -> list[list[Episode]]:
    """Files of which every episode has an air date that is over: by the newest date, then number."""
    aired = []
    for group in groups:
        dates = [episode.air_at for episode in group if episode.air_at is not None and episode.air_at <= now]
        if len(dates) == len(group):
            aired.append((max(dates), _number(group[-1]), group))
    return [group for _, _, group in sorted(aired, key=lambda row: row[:2], reverse=True)]


def _number(episode: Episode) -> tuple[int, int]:
    return (episode.season, episode.number)


def _with_file(episodes: Iterable[Episode], season: int | None = None) -> tuple[Episode, ...]:
    return tuple(row for row in episodes if row.file_id and season in (None, row.season))


def _title(
    show: Show,
    piece: Piece,
    now: datetime,
    *,
    size_bytes: int,
    only_specials: bool = False,
    rank: int | None = None,
) -> Title:
    parts = watchings_of(show, piece)
    files = files_of(show, piece)
    imported = _imported_at(show, piece)
    together = [show.whole, *parts]
    watches = tuple(watch for watching in together for watch in watching.watches)
    waiting, next_up_doubt = next_up(show, piece, now)
    of_file = piece.episodes if piece.kind is Kind.EPISODE else ()
    return Title(
        key=f"{identity_of(show, piece)}@{show.service}",
        identities=identities_of(show, piece),
        kind=piece.kind,
        service=show.service,
        arr_id=show.arr_id,
        title=show.title,
        year=show.year,
        ids=show.ids,
        size_bytes=size_bytes,
        last_link_bytes=last_links(files) if files else None,
        storage=show.storage,
        root_folder=show.root_folder,
        libraries=show.libraries,
        tags=show.tags,
        active=activity([imported], watches, doubt_of(together)),
        imported_at=imported,
        watches=watches,
        finished_by=finished_by(piece, now),
        unseen=unseen(together),
        favorite_of=fans_of(show, piece, parts),
        playing=any_true(watching.playing for watching in together),
        queued=is_queued(show, piece),
        requests=show.requests,
        shared_with=show.shared_with if piece.kind is Kind.SHOW else None,
        links=links_of(show, piece),
        files=tuple(file.id for file in files),
        season=piece.season,
        episode=piece.lowest,
        episodes=tuple(episode.number for episode in of_file),
        airing=is_airing(show, piece, now),
        next_up_for=waiting,
        next_up_doubt=next_up_doubt,
        only_specials=only_specials,
        rank=rank,
    )


def _imported_at(show: Show, piece: Piece) -> Fact[datetime]:
    """Its newest arrival; while nobody asked, what the history vouches for of the whole show is a bound."""
    if piece.doubt is None:
        return newest(episode.imported_at for episode in piece.episodes)
    bound = show.imported_bound if piece.kind is Kind.SHOW else None
    return Unknown(piece.doubt.why, piece.doubt.source, at_least=bound)
