from __future__ import annotations

import httpx
import pytest
from demo_visitor import Visitor

from keepercheky.demo import wishes


def wish(few: Visitor, kind: str = "movie"):
    return next(one for one in few.home.world.requests if one.media.kind == kind and one.media.status == 5)


async def test_a_forgotten_title_takes_its_requests_along_and_is_forgotten_only_once(few: Visitor):
    media = wish(few).media

    first = await few.write("jellyseerr", "DELETE", f"/media/{media.id}")
    again = await few.write("jellyseerr", "DELETE", f"/media/{media.id}")

    assert (first.status_code, first.content, again.status_code) == (204, b"", 404)
    assert media.id not in {row["id"] for row in (await few.seerr("/media", take=100))["results"]}
    assert not [one for one in few.home.world.requests if one.media is media]


async def test_a_blocklisted_title_keeps_its_row_and_loses_its_links(few: Visitor):
    media = wish(few).media
    media.status = 6

    answer = await few.write("jellyseerr", "DELETE", f"/media/{media.id}")

    [row] = [r for r in (await few.seerr("/media", take=100))["results"] if r["id"] == media.id]
    assert answer.status_code == 204
    assert (row["status"], row["serviceId"], row["externalServiceId"], row["jellyfinMediaId"]) == (
        6,
        *[None] * 3,
    )


@pytest.mark.parametrize(("status", "after"), [(5, 5), (4, 1), (7, 1)])
async def test_the_last_request_of_what_is_not_available_takes_the_status_back(few: Visitor, status, after):
    request = wish(few, "tv")
    request.media.status = status

    answer = await few.write("jellyseerr", "DELETE", f"/request/{request.id}")
    again = await few.write("jellyseerr", "DELETE", f"/request/{request.id}")

    assert (answer.status_code, again.status_code) == (204, 404)
    assert (request.media.status, request.media in few.home.world.media) == (after, True)


async def test_while_another_request_is_left_the_status_stays(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    first = world.request(dune, by="ana", status=2)
    world.request(dune, by="luis", status=2)
    large = world.request(dune, by="ana", status=2, is_4k=True)

    for one in (first, large):
        await few.write("jellyseerr", "DELETE", f"/request/{one.id}")

    assert (first.media.status, first.media.status_4k) == (3, 1)


async def test_a_status_can_be_set_and_deleted_is_taken_and_does_nothing(few: Visitor):
    media, show = wish(few).media, wish(few, "tv").media

    async def set_to(status: str, row=media, body=None):
        return await few.write("jellyseerr", "POST", f"/media/{row.id}/{status}", body)

    assert (await set_to("processing")).json()["status"] == 3
    assert ((await set_to("deleted")).status_code, media.status) == (200, 3)
    assert (await set_to("available", body={"is4k": True})).json()["status4k"] == 5
    assert (await set_to("partial", show)).json()["seasons"][0]["status"] == 4
    assert [(await set_to(word)).status_code for word in ("partial", "gone")] == [400, 400]
    assert (await few.write("jellyseerr", "POST", "/media/999/available")).status_code == 404
    assert (await set_to("available", body={"is4k": "yes"})).status_code == 400


async def test_files_go_through_the_arr_without_an_exclusion(few: Visitor):
    world, media = few.home.world, wish(few).media
    movie = world.movies[media.arr_id]

    answer = await few.write("jellyseerr", "DELETE", f"/media/{media.id}/file")
    world.settle()
    again = await few.write("jellyseerr", "DELETE", f"/media/{media.id}/file")
    unknown = await few.write("jellyseerr", "DELETE", "/media/999/file")

    assert (answer.status_code, again.status_code, unknown.status_code) == (204, 404, 404)
    assert not world.contents.has_folder(movie.path)
    assert len(world.radarr.exclusions) == 1


@pytest.mark.parametrize("query", [{}, {"is4k": "true"}])
async def test_without_a_server_for_it_nobody_ever_answers(few: Visitor, query):
    world, media = few.home.world, wish(few).media
    if not query:
        world.seerr_servers = frozenset({"sonarr"})
    before = world.picture()

    with pytest.raises(httpx.ReadTimeout):
        await few.client.request(
            "DELETE",
            f"{few.home.services['jellyseerr'].url}/api/v1/media/{media.id}/file",
            params=query,
            headers={"X-Api-Key": few.home.services["jellyseerr"].api_key},
            timeout=0.1,
        )

    assert world.picture() == before
    assert len(await few.seerr("/service/radarr")) == (1 if query else 0)


async def test_with_csrf_protection_every_write_is_refused_and_every_read_is_not(few: Visitor):
    few.home.world.seerr_csrf = True

    answer = await few.write("jellyseerr", "DELETE", "/media/1")

    assert (answer.status_code, answer.json()["message"]) == (403, "invalid csrf token")
    assert (await few.seerr("/media"))["results"]


async def test_a_write_needs_the_key_and_no_unknown_parameter(few: Visitor):
    keyless = await few.raw("jellyseerr", "/api/v1/media/1", method="DELETE", key=False)
    wrong = await few.raw(
        "jellyseerr", "/api/v1/media/1", method="DELETE", key=False, headers={"X-Api-Key": "wrong"}
    )
    extra = await few.write("jellyseerr", "DELETE", "/media/1", deleteFiles="true")

    assert (keyless.status_code, wrong.status_code, extra.status_code) == (401, 403, 400)
    assert len(few.home.world.media) == (await few.seerr("/media"))["pageInfo"]["results"]


async def test_forgotten_before_jellyfin_dropped_it_a_title_comes_back_as_available(few: Visitor):
    world, request = few.home.world, wish(few)
    movie = world.movies[request.media.arr_id]
    world.remove_movie(movie)
    await few.write("jellyseerr", "DELETE", f"/media/{request.media.id}")

    wishes.scan(world)

    [row] = [row for row in world.media if row.tmdb_id == movie.tmdb_id]
    assert (row.status, [one for one in world.requests if one.media is row]) == (5, [])
    await few.write("jellyseerr", "DELETE", f"/media/{row.id}")
    world.scan()
    wishes.scan(world)
    assert not [row for row in world.media if row.tmdb_id == movie.tmdb_id]


async def test_what_is_nowhere_any_more_is_deleted_at_night_and_keeps_its_requests(few: Visitor):
    world, request = few.home.world, wish(few)
    world.remove_movie(world.movies[request.media.arr_id])
    wishes.sync(world)
    before = request.media.status
    world.scan()

    wishes.sync(world)

    assert (before, request.media.status, request.media.arr_id) == (5, 7, None)
    assert request in world.requests
