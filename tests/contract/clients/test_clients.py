"""Client libraries that others wrote, over the pretend services: each lists, reads, tags and deletes, and the home follows.

A library is a program of its own here, run in a venv of its own; what it saw and what it did is compared with the world.
Left out: `sonarr` (speaks the API of Sonarr 2, which no Sonarr has any more).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest

from keepercheky.demo import Home, open_home
from keepercheky.demo.radarr import RadarrFake
from keepercheky.demo.sonarr import SonarrFake

NOW = datetime(2025, 11, 20, 12, 30, 15, tzinfo=UTC)
JUDGES = Path(__file__).parent / "judges"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="session")
def python(place: Path) -> Path:
    found = place / "bin/python"
    if not found.exists():
        pytest.skip(f"the others' libraries are not in {place}: make contract puts them there")
    return found


@pytest.fixture
async def home(anyio_backend: str, tmp_path: Path) -> AsyncIterator[Home]:
    async with open_home(tmp_path, now=lambda: NOW, movies=30, shows=6, users=3) as opened:
        yield opened


async def judged(python: Path, judge: str, home: Home, service: str, **ask: Any) -> dict[str, Any]:
    where = home.services[service]
    told = json.dumps({"service": service, "url": where.url, "key": where.api_key} | ask)

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, JUDGES / f"{judge}.py"],
            input=told,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    ended = await anyio.to_thread.run_sync(run)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def agree(seen: dict[str, Any], known: dict[str, Any]) -> None:
    """Everything a library saw is known, and true; the order of a list is nobody's business here."""

    def plain(value: Any) -> Any:
        return (
            sorted(value) if isinstance(value, list) and value and not isinstance(value[0], dict) else value
        )

    assert seen.keys() <= known.keys()
    assert {name: plain(value) for name, value in seen.items() if name != "read"} == {
        name: plain(known[name]) for name in seen if name != "read"
    }
    assert seen.get("read") == (known["read"] if "read" in seen else None)


@pytest.mark.parametrize(
    "judge", ["with_pyarr", "with_radarr", "with_arrapi", "with_aiopyarr", "with_arr_py_client"]
)
async def test_radarr(python: Path, home: Home, judge: str) -> None:
    world, arr = home.world, home.world.radarr
    read, tag, file_of, gone = [movie for movie in world.movies.values() if movie.file][:4]
    known = {
        "titles": list(world.movies),
        "read": [read.title, read.year, read.tmdb_id, read.file.size],
        "by_tmdb": [read.id],
        "version": RadarrFake.version,
        "free": {disk.path: world.free_bytes(disk) for disk in world.disks},
        "history": len(arr.history),
        "queue": len(arr.queue),
        "labels": [*arr.tags.values(), "judged"],
        "gone": True,
        "left": [number for number in world.movies if number != gone.id],
        "excluded": [*(row.number for row in arr.exclusions), gone.tmdb_id],
    }
    lost = {gone.file.path} | ({file_of.file.path} if judge != "with_arrapi" else set())
    held = [movie.file.path for movie in world.movies.values() if movie.file]
    carried = tag.tags

    seen = await judged(
        python, judge, home, "radarr", read=read.id, tag=tag.id, file_of=file_of.id, delete=gone.id
    )

    agree(seen, known)
    assert gone.id not in world.movies
    assert gone.tmdb_id in {row.number for row in arr.exclusions}
    assert {arr.tags[number] for number in tag.tags - carried} == {"judged"}
    assert carried <= tag.tags
    assert {path for path in held if not world.contents.holds(path)} == lost
    assert {path for path in held if not _host(home, path).exists()} == lost


@pytest.mark.parametrize("judge", ["with_pyarr", "with_arrapi", "with_aiopyarr", "with_arr_py_client"])
async def test_sonarr(python: Path, home: Home, judge: str) -> None:
    world, arr = home.world, home.world.sonarr
    read, tag, part, gone = [show for show in world.shows.values() if show.files()][:4]
    file = part.files()[0]
    unmonitored = list(file.episodes)
    known = {
        "titles": list(world.shows),
        "read": [read.title, read.year, read.tvdb_id, sum(one.size for one in read.files())],
        "version": SonarrFake.version,
        "episodes": [one.id for one in read.episodes()],
        "files": [one.id for one in read.files()],
        "history": len(arr.history),
        "labels": [*arr.tags.values(), "judged"],
        "gone": True,
        "left": [number for number in world.shows if number != gone.id],
    }
    lost = {one.path for one in gone.files()} | ({file.path} if judge != "with_arrapi" else set())
    held = [one.path for show in world.shows.values() for one in show.files()]
    carried = tag.tags

    seen = await judged(
        python, judge, home, "sonarr", read=read.id, tag=tag.id, file=file.id, delete=gone.id,
        unmonitor=[episode.id for episode in unmonitored],
    )  # fmt: skip

    agree(seen, known)
    assert gone.id not in world.shows
    assert {arr.tags[number] for number in tag.tags - carried} == {"judged"}
    assert carried <= tag.tags
    assert not any(episode.monitored for episode in unmonitored)
    assert {path for path in held if not world.contents.holds(path)} == lost
    assert {path for path in held if not _host(home, path).exists()} == lost


@pytest.mark.parametrize("judge", ["with_seerr", "with_overseerr", "with_python_overseerr"])
async def test_seerr(python: Path, home: Home, judge: str) -> None:
    world = home.world
    user = next(user for user in world.users if any(wish.by is user for wish in world.requests))
    wish = world.requests[0]
    media = next(one.media for one in world.requests if one.media is not wish.media)
    known = {
        "version": "3.1.0",
        "count": len(world.requests),
        "requests": [one.id for one in world.requests],
        "media": [one.id for one in world.media],
        "users": [one.seerr_id for one in world.users],
        "by_user": [one.id for one in world.requests if one.by is user][:10],
        "wrong_key": True,
        "gone": True,
        "left": [one.id for one in world.requests if one is not wish and one.media is not media],
    }

    seen = await judged(
        python, judge, home, "jellyseerr", user=user.seerr_id, request=wish.id, delete=media.id
    )

    agree(seen, known)
    if "left" in seen:
        assert [one.id for one in world.requests] == known["left"]
        assert media not in world.media


@pytest.mark.parametrize("judge", ["with_jellyfin_sdk"])
async def test_jellyfin(python: Path, home: Home, judge: str) -> None:
    world, ana = home.world, home.world.user("ana")
    movies = [movie for movie in world.movies.values() if movie.item and ana.sees(movie.item)]
    read, play, gone = movies[:3]
    show = next(show for show in world.shows.values() if show.item and ana.sees(show.item))
    ana.data.pop(play.item.id, None)
    items = [item for item in world.items.values() if item.kind == "Movie"]
    known = {
        "version": "10.11.5",
        "users": [user.name for user in world.users],
        "titles": [item.id for item in items],
        "total": len(items),
        "of_user": len([item for item in items if ana.sees(item)]),
        "read": [read.item.name, read.year, str(read.tmdb_id), read.item.path],
        "series": [item.id for item in world.items.values() if item.kind == "Series"],
        "episodes": [item.id for item in show.item.leaves()],
        "libraries": [library.name for library in world.libraries],
        "sessions": len(world.sessions),
        "played": True,
        "collected": [read.item.id],
        "gone": True,
        "left": [item.id for item in items if item is not gone.item],
    }
    path, identity = gone.item.path, gone.item.id

    seen = await judged(
        python, judge, home, "jellyfin", user=ana.id, read=read.item.id, series=show.item.id,
        play=play.item.id, collect=read.item.id, delete=identity,
    )  # fmt: skip

    agree(seen, known)
    assert ana.record(play.item).played
    assert identity not in world.items
    assert not world.contents.holds(path)
    assert gone.id in world.movies  # nobody told Radarr


def _host(home: Home, path: str) -> Path:
    return home.media_folder / path.removeprefix("/data/media/")
