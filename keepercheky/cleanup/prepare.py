"""What exactly will be done to each title of a plan: everything a step needs, written before the first act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from keepercheky.cleanup.gather import World
from keepercheky.cleanup.house import House
from keepercheky.library.said import MediaSaid
from keepercheky.media import Movie, Show, Unknown
from keepercheky.policy.plan import Plan
from keepercheky.policy.terms import Kind
from keepercheky.policy.verdict import Decision
from keepercheky.store import Body, Step

SEERR_TYPE = {Kind.MOVIE: "movie"}


def steps_of(
    house: House, made: Plan, world: World, media: tuple[MediaSaid, ...], run_id: str, now: datetime
) -> list[Step]:
    """A step for every title of the plan that may go now, in the plan's order."""
    decided = {decision.title.key: decision for decision in made.decisions}
    owners = _owners(world)
    return [
        _step(house, decided[key], owners, world, media, run_id, position, now)
        for position, key in enumerate(made.cleared)
    ]


def _owners(world: World) -> Mapping[tuple[str, int, bool], Movie | Show]:
    """Movies and shows by instance, row id and whether it is a movie."""
    found: dict[tuple[str, int, bool], Movie | Show] = {
        (movie.service, movie.arr_id, True): movie for movie in world.joined.library.movies
    }
    found.update({(show.service, show.arr_id, False): show for show in world.joined.library.shows})
    return found


def _step(
    house: House,
    decision: Decision,
    owners: Mapping[tuple[str, int, bool], Movie | Show],
    world: World,
    media: tuple[MediaSaid, ...],
    run_id: str,
    position: int,
    now: datetime,
) -> Step:
    title = decision.title
    owner = owners[title.service, title.arr_id, title.kind is Kind.MOVIE]
    schedule = house.rules.schedule(decision.schedule or "")
    return Step(
        run_id=run_id,
        position=position,
        key=title.key,
        schedule=schedule.id,
        state="planned",
        due_at=world.now,
        planned_at=now,
        size_bytes=title.size_bytes,
        frees_bytes=title.frees_bytes,
        storage=title.storage,
        bin_days=_bin_days(title.service, world),
        body=Body(
            identity=title.identity,
            service=title.service,
            kind=title.kind.value,
            arr_id=title.arr_id,
            title=title.title,
            year=title.year,
            season=title.season,
            episode=title.episode,
            files=title.files,
            episode_ids=_episode_ids(owner, title.files),
            folder=owner.folder,
            seen=_seen(owner, title.kind, title.files, keep_entry=schedule.keep_entry),
            tmdb=title.ids.tmdb,
            imdb=title.ids.imdb,
            tvdb=title.ids.tvdb,
            import_exclusion=schedule.import_exclusion,
            keep_entry=schedule.keep_entry,
            jellyfin=owner.jellyfin_items,
            seerr=_seerr_rows(owner, media, world) if schedule.seerr == "clear" else (),
        ),
    )


def _bin_days(service: str, world: World) -> int | None:
    """Days until the instance's recycle bin is emptied; 0 never, None: it has none. Unread counts as never emptied."""
    arr = next(arr for arr in world.said.arrs if arr.name == service)
    if arr.recycle_bin is None:
        return 0
    return arr.recycle_bin.cleanup_days if arr.recycle_bin.path else None


def _episode_ids(owner: Movie | Show, files: tuple[int, ...]) -> tuple[int, ...]:
    if isinstance(owner, Movie) or isinstance(owner.episodes, Unknown):
        return ()
    return tuple(episode.arr_id for episode in owner.episodes if episode.file_id in files)


def _seen(owner: Movie | Show, kind: Kind, files: tuple[int, ...], *, keep_entry: bool) -> tuple[str, ...]:
    """Our own paths that must be gone: the folder where the entry goes with it, else the files."""
    if owner.folder_seen is None:
        return ()
    if kind in (Kind.MOVIE, Kind.SHOW) and not keep_entry:
        return (owner.folder_seen,)
    if isinstance(owner, Movie):
        return (owner.file.path,) if owner.file is not None else ()
    return tuple(owner.files[file].path for file in files if file in owner.files)


def _seerr_rows(
    owner: Movie | Show, media: tuple[MediaSaid, ...], world: World
) -> tuple[tuple[int, str, int], ...]:
    """Seerr's rows of the title as they are now: (row id, when it changed last, its newest request)."""
    is_movie = isinstance(owner, Movie)
    requests = world.said.seerr.requests if world.said.seerr else ()
    rows = []
    for row in media:
        if (row.media_type == "movie") is not is_movie:
            continue
        same_tmdb = row.tmdb_id is not None and row.tmdb_id == owner.ids.tmdb
        same_tvdb = not is_movie and row.tvdb_id is not None and row.tvdb_id == owner.ids.tvdb
        if same_tmdb or same_tvdb:
            newest = max((request.id for request in requests if request.media_id == row.id), default=0)
            rows.append((row.id, row.updated_at.isoformat() if row.updated_at else "", newest))
    return tuple(rows)
