from __future__ import annotations

import httpx
import pytest
from demo_visitor import Visitor

from keepercheky.demo import Fault

UNDONE = [
    Fault.REFUSED, Fault.UNAUTHORIZED, Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.TOO_MANY, Fault.ERROR,
    Fault.UNAVAILABLE, Fault.HTML, Fault.REDIRECT, Fault.WRONG_PRODUCT, Fault.LIES,
]  # fmt: skip


async def delete(few: Visitor) -> int:
    """The status a deletion of Dune ends with; 0 for none."""
    try:
        answer = await few.write("radarr", "DELETE", "/movie/27", deleteFiles="true")
    except httpx.TransportError:
        return 0
    return answer.status_code


async def test_a_write_that_does_not_reach_its_service_does_nothing(few: Visitor):
    before, welcome = few.home.world.picture(), set()

    for fault in UNDONE:
        few.home.faults.set("radarr", fault)
        if await delete(few) == 200:
            welcome.add(fault)

    assert few.home.world.picture() == before
    assert welcome == {Fault.LIES, Fault.HTML}


async def test_a_lie_is_a_200_of_every_service_and_reads_stay_true(few: Visitor):
    world = few.home.world
    for service in few.home.services:
        few.home.faults.set(service, Fault.LIES)
    before = world.picture()

    answers = [
        await few.write("radarr", "PUT", "/movie/editor", {"movieIds": [27], "monitored": False}),
        await few.write("sonarr", "DELETE", "/series/1", deleteFiles="true"),
        await few.write("jellyfin", "POST", "/Library/Refresh"),
        await few.write("jellyseerr", "DELETE", "/media/1"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert world.picture() == before
    assert (await few.radarr("/movie/27"))["title"] == "Dune"


async def test_a_lost_answer_is_of_a_deed_that_was_done(few: Visitor):
    few.home.faults.set("radarr", Fault.LOST, method="DELETE", times=1)

    assert await delete(few) == 0
    assert await delete(few) == 404


async def test_an_answer_cut_in_the_middle_is_of_a_deed_that_was_done(few: Visitor):
    few.home.faults.set("radarr", Fault.TRUNCATED)
    body = {"movieIds": [27], "monitored": False}

    answer = await few.write("radarr", "PUT", "/movie/editor", body)

    assert answer.status_code == 202
    with pytest.raises(ValueError, match=r"(?i)expect|unterminated|delimiter"):
        answer.json()
    assert few.home.world.movies[27].monitored is False
    assert await delete(few) == 200


async def test_a_fault_can_be_about_writes_only_or_one_kind_of_them(few: Visitor):
    few.home.faults.set("radarr", Fault.ERROR, "/api/v3/movie/*", method="DELETE", after=1)
    few.home.faults.set("sonarr", Fault.ERROR, method="WRITES")

    assert (await few.raw("radarr", "/api/v3/movie/27")).status_code == 200
    assert await delete(few) == 200
    assert await delete(few) == 500
    assert (await few.raw("sonarr", "/api/v3/tag")).status_code == 200
    assert (await few.write("sonarr", "POST", "/tag", {"label": "x"})).status_code == 500
