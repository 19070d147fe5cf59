"""Items that leave Jellyfin between a user's list and the whole one: nobody's plays leave with them unseen."""

import pytest
from service_answers import ANA, LUIS, Home, Turns, item, jellyfin_answers, opened, with_data

from keepercheky.errors import InvalidAnswer

KEPT = item("kept")
SEEN = with_data(item("gone"))
WATCHED = with_data(item("gone"), Played=True, PlayCount=1, LastPlayedDate="2026-02-28T20:00:00Z")
LOVED = with_data(item("gone", "Season"), IsFavorite=True)


class Moving:
    """One `Home` after another: the next one is there when the whole list of the one before is asked for."""

    def __init__(self, *homes):
        self.homes = list(homes)
        self.wholes = 0

    def __call__(self, request):
        if "userId" not in request.url.params:
            self.wholes += 1
            if len(self.homes) > 1:
                self.homes.pop(0)
        return self.homes[0](request)


def reading(*homes):
    moving = Moving(*homes)
    client, _ = opened("jellyfin", jellyfin_answers(moving), url="http://nas:8096")
    return client, moving


async def test_an_item_nobody_touched_may_leave_while_all_is_read_once_more():
    client, moving = reading(
        Home([KEPT], by_user={ANA: [SEEN]}), Home([KEPT], by_user={LUIS: [with_data(KEPT)]})
    )

    told = await client.read()

    assert [one.id for one in told.items] == ["kept"]
    assert {user: view.seen for user, view in told.views.items()} == {ANA: frozenset(), LUIS: {"kept"}}
    assert moving.wholes == 2


async def test_an_item_that_was_only_overlooked_in_the_whole_list_is_there_the_second_time():
    there = Home([KEPT], by_user={ANA: [WATCHED]})
    wholes = Turns(Home([KEPT]), there)

    def answer(request):
        return (there if "userId" in request.url.params else wholes.next())(request)

    client, _ = opened("jellyfin", jellyfin_answers(answer), url="http://nas:8096")

    told = await client.read()

    assert {one.id for one in told.items} == {"kept", "gone"}
    assert [row.item_id for row in told.views[ANA].data] == ["gone"]


@pytest.mark.parametrize(
    "there",
    [Home([KEPT], by_user={ANA: [WATCHED]}), Home([KEPT], favourites={ANA: [LOVED]})],
    ids=["played", "a favourite"],
)
async def test_an_item_that_left_with_what_somebody_did_stops_the_reading(there):
    client, moving = reading(there, Home([KEPT]))

    with pytest.raises(InvalidAnswer, match="1 of its users' items are not in its whole list"):
        await client.read()
    assert moving.wholes == 2


async def test_a_list_that_never_holds_what_a_user_sees_stops_the_reading():
    def without(request):
        return (Home([KEPT]) if "userId" not in request.url.params else Home(by_user={ANA: [SEEN]}))(request)

    client, _ = opened("jellyfin", jellyfin_answers(without), url="http://nas:8096")

    with pytest.raises(InvalidAnswer):
        await client.read()
