"""A show, its seasons or its episodes as titles: only the kind its governing schedule names (DECISIONS §0).

Until its episodes were asked for, a show's titles carry `Unknown("not_asked")` where a verdict could hang on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from keepercheky.media import NOTHING_ASKED, Episode, Fact, Season, Show, Unknown, Watch, Watching
from keepercheky.policy.terms import Kind
from keepercheky.policy.title import (
    Activity,
    Title,
    activity,
    any_true,
    doubt_of,
    finished,
    last_links,
    most_links,
    newest,
    unseen,
)

NEAR = timedelta(days=90)  # "airing": an episode of the show aired or airs this close to now
NOT_ASKED = Unknown(NOTHING_ASKED)


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
        doubt = show.has_files if isinstance(show.has_files, Unknown) else show.episodes
        bound = Unknown(doubt.why, doubt.source, at_least=show.imported_bound)
        return [
            _title(
                show,
                (),
                now,
                kind=Kind.SHOW,
                imported_at=bound,
                only_specials=not isinstance(show.has_files, Unknown)
                and not any(season.number > 0 and season.episode_files > 0 for season in show.seasons),
            )
        ]
    kept = _with_file(show.episodes)
    if not kept:
        return []
    return [
        _title(
            show,
            kept,
            now,
            kind=Kind.SHOW,
            imported_at=newest(episode.imported_at for episode in kept),
            only_specials=all(episode.season == 0 for episode in kept),
        )
    ]


def _seasons(show: Show, now: datetime, *, specials: bool) -> list[Title]:
    titles = []
    for season in sorted(show.seasons, key=lambda row: row.number):
        if season.number == 0 and not specials:
            continue
        if isinstance(show.episodes, Unknown):
            if season.episode_files > 0:
                titles.append(_title(show, (), now, kind=Kind.SEASON, imported_at=NOT_ASKED, season=season))
            continue
        kept = _with_file(show.episodes, season.number)
        if kept:
            imported = newest(episode.imported_at for episode in kept)
            titles.append(_title(show, kept, now, kind=Kind.SEASON, imported_at=imported, season=season))
    return titles


def _episodes(show: Show, now: datetime, *, specials: bool) -> list[Title]:
    if isinstance(show.episodes, Unknown):
        # one title stands for all of them until somebody has asked
        return [_title(show, (), now, kind=Kind.EPISODE, imported_at=NOT_ASKED)]
    by_file: dict[int, list[Episode]] = {}
    for episode in _with_file(show.episodes):
        if episode.season > 0 or specials:
            by_file.setdefault(episode.file_id, []).append(episode)
    groups = [sorted(group, key=_number) for group in by_file.values()]
    aired = [group for group in groups if _aired(group, now)]
    aired.sort(
        key=lambda group: (max(episode.air_at for episode in group if episode.air_at), *_number(group[-1])),
        reverse=True,
    )
    rank = {id(group): position for position, group in enumerate(aired)}
    return [
        _title(
            show,
            group,
            now,
            kind=Kind.EPISODE,
            imported_at=newest(episode.imported_at for episode in group),
            rank=rank.get(id(group)),
        )
        for group in sorted(groups, key=lambda group: _number(group[0]))
    ]


def _aired(group: list[Episode], now: datetime) -> bool:
    """Every episode of the file has an air date that is over."""
    return all(episode.air_at is not None and episode.air_at <= now for episode in group)


def _number(episode: Episode) -> tuple[int, int]:
    return (episode.season, episode.number)


def _with_file(episodes: Iterable[Episode], season: int | None = None) -> list[Episode]:
    return [episode for episode in episodes if episode.file_id and season in (None, episode.season)]


def _title(
    show: Show,
    kept: Iterable[Episode],
    now: datetime,
    *,
    kind: Kind,
    imported_at: Fact[datetime],
    season: Season | None = None,
    only_specials: bool = False,
    rank: int | None = None,
) -> Title:
    kept = list(kept)
    asked = not isinstance(show.episodes, Unknown)
    number = season.number if season else (kept[0].season if kind is Kind.EPISODE and kept else None)
    lowest = min((episode.number for episode in kept), default=None) if kind is Kind.EPISODE else None
    parts = _parts(show, kept, kind, number)
    files = [
        show.files[file] for file in dict.fromkeys(episode.file_id for episode in kept) if file in show.files
    ]
    whole_or_parts = [show.whole, *parts]
    watches = tuple(watch for part in whole_or_parts for watch in part.watches)
    size = (
        season.size_bytes
        if season
        else sum(file.size_bytes for file in files)
        if kind is Kind.EPISODE
        else show.size_bytes
    )
    return Title(
        key=_identity(show, kind, number, lowest) + f"@{show.service}",
        identities=_identities(show, kept, kind, number, lowest),
        kind=kind,
        service=show.service,
        arr_id=show.arr_id,
        title=show.title,
        year=show.year,
        ids=show.ids,
        size_bytes=size,
        last_link_bytes=last_links(files) if files else None,
        storage=show.storage,
        root_folder=show.root_folder,
        libraries=show.libraries,
        tags=show.tags,
        active=_activity(imported_at, watches, doubt_of(whole_or_parts)),
        imported_at=imported_at,
        watches=watches,
        finished_by=_finished(kept, kind, number, now) if asked else NOT_ASKED,
        unseen=unseen(whole_or_parts),
        favorite_of=_favorites(show, parts, number),
        playing=any_true(part.playing for part in whole_or_parts),
        queued=_queued(show, kept, kind, number),
        requests=show.requests,
        shared_with=show.shared_with if kind is Kind.SHOW else None,
        links=most_links(files) if asked else NOT_ASKED,
        files=tuple(file.id for file in files),
        season=number,
        episode=lowest,
        episodes=tuple(episode.number for episode in kept) if kind is Kind.EPISODE else (),
        airing=_airing(show, kind, number, now),
        next_up_for=_next_up(show, kept, number, now) if kind is Kind.SEASON and number else (),
        only_specials=only_specials,
        air_at=max((episode.air_at for episode in kept if episode.air_at), default=None)
        if kind is Kind.EPISODE
        else None,
        rank=rank,
    )


def _activity(imported_at: Fact[datetime], watches: Iterable[Watch], doubt: Unknown | None) -> Activity:
    if isinstance(imported_at, Unknown) and imported_at.why == NOTHING_ASKED:
        folded = activity([], watches, doubt)
        dates = [date for date in (folded.at, imported_at.at_least) if date is not None]
        return Activity(max(dates, default=None), folded.doubt or imported_at)
    return activity([imported_at], watches, doubt)


def _parts(show: Show, kept: list[Episode], kind: Kind, number: int | None) -> list[Watching]:
    """What is known of the title's parts: by Sonarr's episodes, and by Jellyfin's own numbers of the same season."""
    of_episodes = [episode.watching for episode in kept]
    if kind is Kind.EPISODE and kept:
        return of_episodes
    return of_episodes + [
        watching for (season, _), watching in show.parts.items() if number is None or season == number
    ]


def _identity(show: Show, kind: Kind, season: int | None, episode: int | None) -> str:
    tvdb = show.ids.tvdb
    if kind is Kind.SHOW or season is None:
        return f"show:tvdb:{tvdb}" if kind is not Kind.EPISODE else f"episode:tvdb:{tvdb}:*"
    return (
        f"season:tvdb:{tvdb}:{season}" if kind is Kind.SEASON else f"episode:tvdb:{tvdb}:{season}:{episode}"
    )


def _identities(
    show: Show, kept: list[Episode], kind: Kind, season: int | None, episode: int | None
) -> tuple[str, ...]:
    tvdb = show.ids.tvdb
    own = _identity(show, kind, season, episode)
    seasons = {season} if season is not None else {row.number for row in show.seasons}
    names = [own, f"show:tvdb:{tvdb}", *(f"season:tvdb:{tvdb}:{row}" for row in sorted(seasons))]
    names += [f"episode:tvdb:{tvdb}:{part.season}:{part.number}" for part in kept]
    return tuple(dict.fromkeys(names))


def _finished(kept: list[Episode], kind: Kind, season: int | None, now: datetime) -> Fact[frozenset[str]]:
    """Who finished every aired episode with a file: regular ones, of season 0 the specials. No air date: counted."""
    counted = [
        episode.watching
        for episode in kept
        if (episode.season > 0 or season == 0 or kind is Kind.EPISODE)
        and not (episode.air_at and episode.air_at > now)
    ]
    return finished(counted)


def _favorites(show: Show, parts: list[Watching], number: int | None) -> frozenset[str]:
    seasons = [row.favorite_of for row in show.seasons if number is None or row.number == number]
    own = [part.favorite_of for part in parts]
    return show.whole.favorite_of.union(*seasons, *own)


def _queued(show: Show, kept: list[Episode], kind: Kind, number: int | None) -> bool:
    queued = show.queued
    if queued.whole or any(episode.arr_id in queued.episodes for episode in kept):
        return True
    if kind is Kind.EPISODE and kept:
        return number in queued.season_packs
    return bool(queued) if number is None else number in queued.seasons


def _airing(show: Show, kind: Kind, number: int | None, now: datetime) -> Fact[bool]:
    """The newest season with an aired episode, of a series not ended, while the show airs near now."""
    if show.ended or kind is Kind.EPISODE:
        return False
    if isinstance(show.episodes, Unknown):
        return True if kind is Kind.SHOW and show.airs_near else NOT_ASKED
    regular = [episode for episode in show.episodes if episode.season > 0 and episode.air_at is not None]
    near = any(episode.air_at is not None and abs(episode.air_at - now) <= NEAR for episode in regular)
    current = max(
        (episode.season for episode in regular if episode.air_at and episode.air_at <= now), default=None
    )
    return near and (kind is Kind.SHOW or number == current)


def _next_up(
    show: Show, kept: list[Episode], number: int, now: datetime
) -> Fact[tuple[tuple[str, datetime], ...]]:
    """Users who played a lower regular season and have not finished this one, each with their newest such play."""
    lower: dict[str, datetime] = {}
    for (season, _), watching in show.parts.items():
        if 0 < season < number:
            for watch in watching.watches:
                if watch.played_at is not None:
                    lower[watch.user] = max(lower.get(watch.user, watch.played_at), watch.played_at)
    if not lower:
        return ()
    if isinstance(show.episodes, Unknown):
        return NOT_ASKED
    done = _finished(kept, Kind.SEASON, number, now)
    finishers = frozenset() if isinstance(done, Unknown) else done
    return tuple((user, at) for user, at in sorted(lower.items()) if user not in finishers)
