"""One plan asks little: so many requests, whatever the size of the library."""

from __future__ import annotations

from collections import Counter

from tests.runs.conftest import Lab


async def test_one_plan_stays_within_its_requests(lab: Lab) -> None:
    lab.home.requests.clear()

    await lab.app.plan()

    asked = Counter((row.service, row.path) for row in lab.home.requests)
    by_service = Counter(row.service for row in lab.home.requests)
    details = {row.query for row in lab.home.requests if row.path.endswith("/episode")}
    users = len(lab.home.world.users)
    boxes = [item.id for item in lab.home.world.items.values() if item.kind == "BoxSet"]
    collections = sum(
        any(box in user.data and user.data[box].favourite for user in lab.home.world.users) for box in boxes
    )
    pages = sum("startIndex=" in row.query and "startIndex=0" not in row.query for row in lab.home.requests)
    assert by_service["radarr"] <= 9
    assert by_service["sonarr"] - 2 * len(details) <= 9
    assert by_service["jellyfin"] + by_service["jellyseerr"] <= 3 * users + 8 + collections + pages
    assert asked["sonarr", "/api/v3/episode"] == len(details)  # one call a candidate show …
    assert asked["sonarr", "/api/v3/episodefile"] == len(details)  # … and one for its files


async def test_a_show_that_is_certainly_undue_is_not_asked_about(lab: Lab) -> None:
    world = lab.home.world
    show = world.show("Dark")
    world.user("ana").plays(show, at=lab.clock.now())
    lab.home.requests.clear()

    await lab.plan()

    asked = {row.query for row in lab.home.requests if row.path.endswith("/episode")}
    assert not any(f"seriesId={show.id}" == query for query in asked)


async def test_a_show_kept_by_the_lists_alone_is_not_asked_about(lab: Lab) -> None:
    world = lab.home.world
    show = world.show("The Sopranos")
    show.tag("keep")
    lab.home.requests.clear()

    plan = await lab.plan()

    asked = {row.query for row in lab.home.requests if row.path.endswith("/episode")}
    assert f"seriesId={show.id}" not in asked
    assert lab.title(plan, "The Sopranos", 1)["findings"][0]["rule"] == "tags"
