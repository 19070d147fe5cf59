from __future__ import annotations

import pytest
from demo_visitor import Visitor

from keepercheky.demo import returns

BOTH = pytest.mark.parametrize("service", ["radarr", "sonarr"])


@BOTH
async def test_a_tag_made_twice_is_the_same_tag_and_201_both_times(few: Visitor, service: str):
    answers = [await few.write(service, "POST", "/tag", {"label": label}) for label in ("Soon", "soon")]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["label"] == "soon"


async def test_radarr_takes_no_odd_letters_in_a_tag_and_sonarr_takes_any(few: Visitor):
    answers = [
        await few.write(service, "POST", "/tag", {"label": "two words"}) for service in ("radarr", "sonarr")
    ]

    assert [answer.status_code for answer in answers] == [400, 201]
    assert answers[0].json()[0]["propertyName"] == "Label"


async def test_a_tag_in_use_cannot_go(few: Visitor):
    world = few.home.world
    world.movie("Dune").tag("keep")
    used, unused = world.radarr.tag("keep"), world.radarr.tag("unused")

    answers = [await few.write("radarr", "DELETE", f"/tag/{tag}") for tag in (used, unused, 999)]

    assert [answer.status_code for answer in answers] == [409, 200, 404]


@pytest.mark.parametrize(
    ("service", "path", "body"),
    [
        ("radarr", "/exclusions", {"tmdbId": 7, "movieTitle": "Seven", "movieYear": 1995}),
        ("sonarr", "/importlistexclusion", {"tvdbId": 7, "title": "Seven"}),
    ],
)
async def test_an_exclusion_is_added_once_paged_and_taken_back(few: Visitor, service, path, body):
    first = await few.write(service, "POST", path, body)
    again = await few.write(service, "POST", path, body)
    nameless = await few.write(service, "POST", path, {**dict.fromkeys(body), "tmdbId": 8, "tvdbId": 8})
    many = await few.write(service, "POST", f"{path}/bulk", [body, {**body, "tmdbId": 9, "tvdbId": 9}])
    page = await few.json(service, f"/api/v3{path}/paged", pageSize=1)

    assert (first.status_code, again.status_code, nameless.status_code) == (201, 400, 400)
    assert again.json()[0]["errorMessage"] == "This exclusion has already been added."
    assert first.json() == body | {"id": first.json()["id"]}
    assert len(many.json()) == 1
    assert page["records"] == many.json()
    for known in (first.json()["id"], 999):
        assert (await few.write(service, "DELETE", f"{path}/{known}")).status_code == 200
    await few.write(service, "DELETE", f"{path}/bulk", {"ids": [many.json()[0]["id"]]})
    assert 7 not in {one.number for one in getattr(few.home.world, service).exclusions}


async def test_out_of_the_queue_is_out_of_the_download_client_unless_told_otherwise(few: Visitor):
    world = few.home.world
    episodes = world.show("Breaking Bad").season(5).episodes[:3]
    rows = [world.queue_episode(episode) for episode in episodes]
    rows[1].download_id = rows[0].download_id  # a pack: a line per episode

    kept = await few.write("sonarr", "DELETE", f"/queue/{rows[2].id}", removeFromClient="false")
    pack = await few.write("sonarr", "DELETE", f"/queue/{rows[0].id}")
    gone = await few.write("sonarr", "DELETE", f"/queue/{rows[0].id}")

    assert (kept.status_code, pack.status_code, gone.status_code) == (200, 200, 404)
    assert world.sonarr.queue == ()


async def test_a_queue_can_be_emptied_in_one_call(few: Visitor):
    [row] = few.home.world.radarr.queue

    wrong = await few.write("radarr", "DELETE", "/queue/bulk", {"ids": [row.id, 1]})
    right = await few.write("radarr", "DELETE", "/queue/bulk", {"ids": [row.id]})

    assert (wrong.status_code, right.status_code) == (500, 200)
    assert (await few.radarr("/queue"))["records"] == []


async def test_a_command_is_queued_first_and_can_be_followed(few: Visitor):
    asked = await few.write("radarr", "POST", "/command", {"name": "rescanMovie", "movieId": 27})
    unknown = await few.write("radarr", "POST", "/command", {"name": "RescanSeries"})

    now = await few.radarr(f"/command/{asked.json()['id']}")

    assert (asked.status_code, asked.json()["status"], now["status"]) == (201, "queued", "completed")
    assert unknown.status_code == 500
    assert len(await few.radarr("/command")) == 1
    assert (await few.raw("radarr", "/api/v3/command/999")).status_code == 404


async def test_a_rescan_finds_out_what_somebody_else_deleted(few: Visitor):
    world = few.home.world
    dune, first = world.movie("Dune"), world.show("Breaking Bad").episode(1, 1)
    for file in (dune.file, first.file):
        world.contents.remove(file.path)
    stale = await few.radarr(f"/movie/{dune.id}")

    await few.write("radarr", "POST", "/command", {"name": "RescanMovie", "movieId": dune.id})
    await few.write("sonarr", "POST", "/command", {"name": "RescanSeries", "seriesId": first.show.id})

    assert stale["hasFile"]
    assert not (await few.radarr(f"/movie/{dune.id}"))["hasFile"]
    assert not (await few.sonarr(f"/episode/{first.id}"))["hasFile"]


async def test_a_search_queues_what_is_wanted_and_missing(few: Visitor):
    world = few.home.world
    show = world.show("Breaking Bad")
    for file in show.files()[:2]:
        world.delete_episode_file(file)
    show.episode(1, 2).monitored = False

    await few.write("sonarr", "POST", "/command", {"name": "SeriesSearch", "seriesId": show.id})
    await few.write("sonarr", "POST", "/command", {"name": "MissingEpisodeSearch"})
    await few.write("radarr", "POST", "/command", {"name": "MoviesSearch", "movieIds": [27]})
    world.settle()

    assert [row.episode_id for row in world.sonarr.queue] == [show.episode(1, 1).id]
    assert 27 in {row.title_id for row in world.radarr.queue}


async def test_what_is_not_excluded_comes_back_with_the_next_import_list(few: Visitor):
    world = few.home.world
    await few.write("radarr", "DELETE", f"/movie/{world.movie('Dune').id}", deleteFiles="true")
    await few.write(
        "radarr",
        "DELETE",
        f"/movie/{world.movie('Aliens').id}",
        deleteFiles="true",
        addImportExclusion="true",
    )
    await few.write("sonarr", "DELETE", "/series/1", deleteFiles="true")
    await few.write("sonarr", "DELETE", "/series/2", deleteFiles="true", addImportListExclusion="true")
    world.settle()

    returns.from_lists(world)

    assert {row["title"] for row in await few.radarr("/movie")} & {"Dune", "Aliens"} == {"Dune"}
    titles = {row["title"] for row in await few.sonarr("/series")}
    assert titles & {"Breaking Bad", "Game of Thrones"} == {"Breaking Bad"}
