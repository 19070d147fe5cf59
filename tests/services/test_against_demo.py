"""The real clients against the pretend home: real sockets, real traps, misbehaviour on command."""

import logging
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from service_answers import Naps

from keepercheky.demo import Fault, open_home
from keepercheky.errors import (
    InvalidAnswer,
    NotFound,
    ServerFault,
    ServiceError,
    TimedOut,
    Unauthorized,
    Unreachable,
    WrongProduct,
)
from keepercheky.services.catalog import open_service
from keepercheky.services.http import Timeouts

NOW = datetime(2025, 6, 3, 10, tzinfo=UTC)
NAMES = ["radarr", "sonarr", "jellyfin", "jellyseerr"]
LISTS = {
    "radarr": "/api/v3/movie",
    "sonarr": "/api/v3/series",
    "jellyfin": "/Items",
    "jellyseerr": "/api/v1/request",
}


@pytest.fixture(scope="module")
async def shared_home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    async with open_home(folder, now=lambda: NOW, movies=30, shows=6, files=False) as home:
        yield home


@pytest.fixture
async def home(shared_home):
    """Opened once: a test here changes only what is put back afterwards."""
    yield shared_home
    shared_home.faults.clear()
    shared_home.requests.clear()
    shared_home.world.base_path.clear()
    shared_home.world.clock_skew.clear()


@asynccontextmanager
async def client_of(home, name, *, base="", api_key=None, timeouts=None):
    service = home.services[name]
    client = open_service(
        name, service.kind, service.url + base, api_key or service.api_key, timeouts=timeouts, sleep=Naps()
    )
    try:
        yield client
    finally:
        await client.aclose()


async def test_the_arrs_tell_what_the_home_owns(home):
    async with client_of(home, "radarr") as radarr, client_of(home, "sonarr") as sonarr:
        movies, shows = await radarr.read(), await sonarr.read()
        detail = await sonarr.detail(shows.series[0].id)

    assert {movie.id for movie in movies.movies} == set(home.world.movies)
    assert sum(movie.file is not None for movie in movies.movies) == sum(
        movie.file is not None for movie in home.world.movies.values()
    )
    assert {show.id for show in shows.series} == set(home.world.shows)
    assert len(detail.episodes) == sum(
        episode.show is home.world.shows[shows.series[0].id] for episode in home.world.episodes.values()
    )
    assert movies.labels
    assert movies.history
    assert movies.disks
    assert movies.date == shows.date == NOW


async def test_jellyfin_tells_every_user_and_every_item(home):
    async with client_of(home, "jellyfin") as jellyfin:
        told = await jellyfin.read()

    assert [user.name for user in told.users] == [user.name for user in home.world.users]
    assert set(told.views) == {user.id for user in told.users}
    assert {item.type for item in told.items} >= {"Movie", "Series", "Season", "Episode"}
    everything = {item.id for item in told.items}
    assert all(view.seen <= everything for view in told.views.values())
    assert any(row.last_played_at for view in told.views.values() for row in view.data)


async def test_a_favourite_collection_shows_its_members_to_us(home):
    films = list(home.world.movies.values())[2:5]
    box = home.world.collect("Evenings", *films)
    home.world.users[0].favourites(box)

    async with client_of(home, "jellyfin") as jellyfin:
        told = await jellyfin.read()

    assert len(told.collections[box.id]) == sum(film.file is not None for film in films)


async def test_seerr_tells_every_request(home):
    async with client_of(home, "jellyseerr") as seerr:
        told = await seerr.read()

    assert len(told.requests) == len(home.world.requests)
    assert {row.requested_by for row in told.requests} <= {user.name for user in home.world.users}
    assert {server.kind for server in told.servers} == {"radarr", "sonarr"}


async def test_a_reading_keeps_to_its_budget_of_requests_and_only_reads(home):
    for name in NAMES:
        async with client_of(home, name) as client:
            await client.read()

    assert {asked.method for asked in home.requests} == {"GET"}
    asked = Counter(asked.service for asked in home.requests)
    users, pages, collections = len(home.world.users), 1, 1
    assert asked["radarr"] == asked["sonarr"] == 9
    assert asked["jellyseerr"] == 4
    assert asked["jellyfin"] <= 4 + 3 * users + pages + collections


@pytest.mark.parametrize("name", NAMES)
async def test_no_key_reaches_a_log_however_loud(home, name, caplog):
    caplog.set_level(logging.DEBUG)

    async with client_of(home, name) as client:
        await client.read()

    assert caplog.records
    assert home.services[name].api_key not in caplog.text


async def test_a_clock_that_is_wrong_there_is_told(home):
    home.world.clock_skew["sonarr"] = timedelta(hours=1)

    async with client_of(home, "sonarr") as sonarr:
        assert (await sonarr.read()).date == NOW + timedelta(hours=1)


@pytest.mark.parametrize("name", ["radarr", "sonarr", "jellyfin"])
async def test_a_url_base_works_and_a_missing_one_is_named(home, name):
    home.world.base_path[name] = "/media/here"
    base = home.services[name].url + "/media/here"

    async with client_of(home, name, base="/media/here") as client:
        assert (await client.identify()).version
    async with client_of(home, name) as client:
        with pytest.raises(InvalidAnswer) as caught:
            await client.identify()

    assert caught.value.remedy == f'Set services.{name}.url to "{base}"'


@pytest.mark.parametrize("name", NAMES)
async def test_a_wrong_key_is_told_as_such(home, name):
    async with client_of(home, name, api_key="wrong-but-secret") as client:
        for ask in (client.identify, client.read):
            with pytest.raises(Unauthorized) as caught:
                await ask()
            assert f"services.{name}.api_key" in caught.value.remedy
            assert "wrong-but-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("sonarr", "radarr"),
        ("radarr", "sonarr"),
        ("jellyseerr", "radarr"),
        ("radarr", "jellyfin"),
        ("radarr", "seerr"),
    ],
)
async def test_the_address_of_another_product_is_told_as_such(home, asked, kind):
    service = home.services[asked]
    client = open_service("mine", kind, service.url, service.api_key, sleep=Naps())

    with pytest.raises(ServiceError) as caught:
        await client.identify()
    await client.aclose()

    assert isinstance(caught.value, WrongProduct | InvalidAnswer)
    assert "services.mine.url" in caught.value.remedy


async def test_nobody_at_the_door_is_unreachable():
    client = open_service("radarr", "radarr", "http://127.0.0.1:9", "key", sleep=Naps())

    with pytest.raises(Unreachable, match="connection refused"):
        await client.identify()
    await client.aclose()


MISBEHAVIOUR = {
    Fault.REFUSED: Unreachable,
    Fault.TIMEOUT: TimedOut,
    Fault.SLOW_DRIP: TimedOut,
    Fault.UNAUTHORIZED: Unauthorized,
    Fault.FORBIDDEN: Unauthorized,
    Fault.NOT_FOUND: NotFound,
    Fault.TOO_MANY: ServerFault,
    Fault.ERROR: ServerFault,
    Fault.UNAVAILABLE: ServerFault,
    Fault.HTML: InvalidAnswer,
    Fault.REDIRECT: InvalidAnswer,
    Fault.TRUNCATED: InvalidAnswer,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", MISBEHAVIOUR, ids=lambda fault: fault.name)
async def test_a_list_that_misbehaves_stops_the_reading(home, name, fault):
    home.faults.set(name, fault, LISTS[name])
    timeouts = Timeouts()
    if MISBEHAVIOUR[fault] is TimedOut:
        timeouts = Timeouts(read=0.1) if name == "jellyfin" else Timeouts(whole_list=0.05)

    async with client_of(home, name, timeouts=timeouts) as client:
        with pytest.raises(MISBEHAVIOUR[fault]) as caught:
            await client.read()

    assert caught.value.remedy
    assert home.services[name].api_key not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("radarr", "/api/v3/history"),
        ("radarr", "/api/v3/queue"),
        ("sonarr", "/api/v3/history"),
        ("jellyfin", "/Items"),
        ("jellyseerr", "/api/v1/request"),
    ],
)
async def test_half_a_list_with_a_whole_total_is_not_believed(home, name, path):
    home.faults.set(name, Fault.HALF_LIST, path)

    async with client_of(home, name) as client:
        with pytest.raises(InvalidAnswer):
            await client.read()


@pytest.mark.parametrize("name", NAMES)
async def test_an_outage_that_is_over_at_the_second_try_is_not_noticed(home, name):
    home.faults.set(name, Fault.UNAVAILABLE, LISTS[name], times=1)

    async with client_of(home, name) as client:
        assert (await client.read()).name == name


@pytest.mark.parametrize("name", NAMES)
async def test_a_changed_product_is_told_as_such(home, name):
    home.faults.set(name, Fault.WRONG_PRODUCT)

    async with client_of(home, name) as client:
        with pytest.raises((WrongProduct, InvalidAnswer)):
            await client.read()
