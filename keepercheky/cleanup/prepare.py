"""What exactly will be done to each title of a plan: everything a step needs, written before the first act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import msgspec

from keepercheky.cleanup.gather import World
from keepercheky.cleanup.house import House
from keepercheky.library.requests import requests_by_row
from keepercheky.library.said import MediaSaid, RequestSaid
from keepercheky.media import Movie, Show, Unknown
from keepercheky.paths import is_under, mapped, normal
from keepercheky.policy.findings import Verdict
from keepercheky.policy.plan import Plan
from keepercheky.policy.terms import Kind, Schedule
from keepercheky.policy.title import Title
from keepercheky.policy.verdict import Decision
from keepercheky.store import Body, Step

WITNESSES = 5

Owner: TypeAlias = Movie | Show
Place: TypeAlias = tuple[str, int, bool]  # instance, row id, whether it is a movie


@dataclass(frozen=True, slots=True)
class _Run:
    """What all steps of a run are made of."""

    house: House
    world: World
    media: tuple[MediaSaid, ...]
    run_id: str
    now: datetime
    owners: Mapping[Place, Owner]
    witnesses: Mapping[str, tuple[str, ...]]  # by folder: what lies in it and stays
    hd: frozenset[
        Place
    ]  # titles of which an HD request would speak; the others are 4K copies and nothing else


def steps_of(
    house: House, made: Plan, world: World, media: tuple[MediaSaid, ...], run_id: str, now: datetime
) -> list[Step]:
    """A step for every title of the plan that may go now, in the plan's order."""
    decided = {decision.title.key: decision for decision in made.decisions}
    owners = _owners(world)
    going = [decided[key] for key in made.cleared]
    around = _Run(
        house=house,
        world=world,
        media=media,
        run_id=run_id,
        now=now,
        owners=owners,
        witnesses=_witnesses(owners, going, made.decisions),
        hd=_hd(owners, going, world),
    )
    return [_step(around, decision, position) for position, decision in enumerate(going)]


def _owners(world: World) -> Mapping[Place, Owner]:
    library = world.joined.library
    found: dict[Place, Owner] = {(movie.service, movie.arr_id, True): movie for movie in library.movies}
    found.update({(show.service, show.arr_id, False): show for show in library.shows})
    return found


def _place(title: Title) -> Place:
    return title.service, title.arr_id, title.kind is Kind.MOVIE


def _step(around: _Run, decision: Decision, position: int) -> Step:
    title = decision.title
    owner = around.owners[_place(title)]
    schedule = around.house.rules.schedule(decision.schedule or "")
    return Step(
        run_id=around.run_id,
        position=position,
        key=title.key,
        schedule=schedule.id,
        state="planned",
        due_at=around.world.now,
        planned_at=around.now,
        size_bytes=title.size_bytes,
        frees_bytes=title.frees_bytes,
        storage=title.storage,
        bin_days=_bin_days(title.service, around.world),
        body=_body(around, title, owner, schedule),
    )


def _body(around: _Run, title: Title, owner: Owner, schedule: Schedule) -> Body:
    files = _seen_files(owner, title.files)
    whole = title.kind in (Kind.MOVIE, Kind.SHOW) and not schedule.keep_entry
    told, vanishing = _jellyfin(around, title, owner, keep_entry=schedule.keep_entry)
    root = _parent(owner)
    return Body(
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
        seen=(owner.folder_seen,) if whole and owner.folder_seen is not None else files,
        seen_files=files,
        seen_root=root,
        witnesses=around.witnesses.get(root, ()),
        tmdb=title.ids.tmdb,
        imdb=title.ids.imdb,
        tvdb=title.ids.tvdb,
        import_exclusion=schedule.import_exclusion,
        keep_entry=schedule.keep_entry,
        jellyfin=told,
        vanishing=vanishing,
        seerr=_seerr_rows(owner, around.media, around.world) if schedule.seerr == "clear" else (),
        only_4k=_place(title) not in around.hd,
        monitored=_monitored(title, around.world),
        delete_empty_shows=schedule.delete_empty_shows and title.kind is Kind.SEASON,
    )


def _bin_days(service: str, world: World) -> int | None:
    """Days until the instance's recycle bin is emptied; 0 never, None: it has none. Unread counts as never emptied."""
    arr = next(arr for arr in world.said.arrs if arr.name == service)
    if arr.recycle_bin is None:
        return 0
    return arr.recycle_bin.cleanup_days if arr.recycle_bin.path else None


def _episode_ids(owner: Owner, files: tuple[int, ...]) -> tuple[int, ...]:
    if isinstance(owner, Movie) or isinstance(owner.episodes, Unknown):
        return ()
    return tuple(episode.arr_id for episode in owner.episodes if episode.file_id in files)


def _monitored(title: Title, world: World) -> bool:
    """Whether the show is monitored as a whole; of a movie it says nothing."""
    rows = (row for arr in world.said.arrs if arr.name == title.service for row in arr.series)
    return next((row.monitored for row in rows if row.id == title.arr_id), True)


# what we see of it ourselves


def _seen_files(owner: Owner, files: tuple[int, ...]) -> tuple[str, ...]:
    if owner.folder_seen is None:
        return ()
    if isinstance(owner, Movie):
        return (owner.file.path,) if owner.file is not None else ()
    return tuple(owner.files[file].path for file in files if file in owner.files)


def _parent(owner: Owner) -> str:
    """Our own path of the folder that a title's folder lies in; "" where we do not see it."""
    return (owner.folder_seen or "").rstrip("/").rpartition("/")[0]


def _witnesses(
    owners: Mapping[Place, Owner], going: Iterable[Decision], decisions: Iterable[Decision]
) -> Mapping[str, tuple[str, ...]]:
    """By folder, a few other titles' folders that this run leaves: first those that nobody wants to delete."""
    away = {_place(decision.title) for decision in going}
    due = {_place(decision.title) for decision in decisions if decision.verdict is Verdict.DELETE}
    found: dict[str, list[str]] = defaultdict(list)
    for place, owner in sorted(owners.items(), key=lambda row: row[0] in due):
        has_files = owner.file is not None if isinstance(owner, Movie) else owner.has_files is True
        if place not in away and has_files and owner.folder_seen is not None:
            found[_parent(owner)].append(owner.folder_seen)
    return {folder: tuple(paths[:WITNESSES]) for folder, paths in found.items()}


# what Jellyfin and Seerr have of it


def _jellyfin(
    around: _Run, title: Title, owner: Owner, *, keep_entry: bool
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The items Jellyfin is told of, and the ids of those that must vanish: none of another copy's."""
    items = owner.jellyfin_items
    jellyfin = around.world.said.jellyfin
    path_map = around.house.setting.path_maps.get(jellyfin.name, {}) if jellyfin else {}
    folder = normal(owner.folder_seen or owner.folder)
    own = tuple(
        (item, path)
        for item, path in items
        if path and is_under(normal(mapped(path, path_map) or path), folder)
    )
    copies = sum(other.identity == owner.identity for other in around.owners.values())
    if not own and len(items) == copies == 1:
        own = items  # another view of the same disk, and nothing it could be mistaken for
    goes = title.kind is Kind.MOVIE or (title.kind is Kind.SHOW and not keep_entry)
    return own or items, tuple(item for item, _ in own) if goes else ()


def _seerr_rows(owner: Owner, media: tuple[MediaSaid, ...], world: World) -> tuple[tuple[int, str, int], ...]:
    """Seerr's rows of the title as they are now: (row id, when it changed last, its newest request)."""
    is_movie = isinstance(owner, Movie)
    requests = world.said.seerr.requests if world.said.seerr else ()
    rows = []
    for row in media:
        if (row.media_type == "movie") is not is_movie:
            continue
        pairs = [(row.tmdb_id, owner.ids.tmdb), *([] if is_movie else [(row.tvdb_id, owner.ids.tvdb)])]
        same = [theirs == ours for theirs, ours in pairs if theirs and ours]
        if same and all(same):
            newest = max((request.id for request in requests if request.media_id == row.id), default=0)
            rows.append((row.id, row.updated_at.isoformat() if row.updated_at else "", newest))
    return tuple(rows)


def _hd(owners: Mapping[Place, Owner], going: Iterable[Decision], world: World) -> frozenset[Place]:
    """Of these titles those an HD request would speak of, were there one: as the library sees it."""
    places = {_place(decision.title) for decision in going}
    if world.said.seerr is None:
        return frozenset(places)
    asked = tuple(_hd_request(owners[place]) for place in sorted(places))
    heard = requests_by_row(
        msgspec.structs.replace(world.said.seerr, requests=(*world.said.seerr.requests, *asked)),
        world.said.arrs,
    )
    return frozenset(
        place for place in places if any(request.by == _NOBODY for request in heard.get(place[:2], ()))
    )


_NOBODY = "\0"  # no user's name


def _hd_request(owner: Owner) -> RequestSaid:
    return RequestSaid(
        id=0,
        status=1,
        media_type="movie" if isinstance(owner, Movie) else "tv",
        is_4k=False,
        tmdb_id=owner.ids.tmdb,
        tvdb_id=owner.ids.tvdb,
        server_id=None,
        arr_id=None,
        requested_by=_NOBODY,
        jellyfin_user_id=None,
        created_at=None,
        updated_at=None,
        media_added_at=None,
    )
