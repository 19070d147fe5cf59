"""Jellyfin's long lists: page by page, counted once, and believed only when whole."""

import pytest
from service_answers import ANA, LUIS, Home, Turns, item, jellyfin_answers, opened, said

from keepercheky.errors import InvalidAnswer


def jellyfin(home=None, **answers):
    return opened("jellyfin", jellyfin_answers(home, **answers), url="http://nas:8096")


@pytest.mark.parametrize("ids", [1200, 1000, 500])
async def test_long_lists_are_read_page_by_page_and_counted_once(ids):
    home = Home([item(f"{n:x}") for n in range(ids)])
    client, service = jellyfin(home, users=[{"Id": ANA}])

    assert len((await client.read()).items) == ids

    pages = [query for query in service.queries("/Items") if ("fields", "ProviderIds,Path") in query]
    assert [dict(query)["startIndex"] for query in pages] == [str(n) for n in range(0, ids, 500)]
    assert ["enableTotalRecordCount" in dict(query) for query in pages] == [False] + [True] * (len(pages) - 1)


@pytest.mark.parametrize("total", [0, 2, 4])
async def test_a_total_other_than_the_rows_read_is_not_believed(total):
    def answer(request):
        if "userId" in request.url.params:
            return Home()(request)
        return said({"Items": [item("1"), item("2"), item("3")], "TotalRecordCount": total})

    client, _ = jellyfin(answer)

    with pytest.raises(InvalidAnswer, match=f"3 of {total} items"):
        await client.read()


async def test_half_a_users_list_is_not_believed():
    def answer(request):
        if request.url.params.get("userId") == LUIS:
            return said({"Items": [], "TotalRecordCount": 7})
        return Home()(request)

    client, _ = jellyfin(answer)

    with pytest.raises(InvalidAnswer, match="0 of 7 items of the user luis"):
        await client.read()


async def test_a_list_that_moves_under_the_reading_is_read_once_more():
    whole = [item(f"{n:x}") for n in range(600)]
    page = {"TotalRecordCount": 600, "Items": whole[:500]}
    moved = {"TotalRecordCount": 0, "Items": whole[499:599]}
    turns = Turns(page, moved, page, page | {"TotalRecordCount": 0, "Items": whole[500:]})

    def answer(request):
        return Home()(request) if "userId" in request.url.params else said(turns.next())

    client, _ = jellyfin(answer)

    assert len((await client.read()).items) == 600


async def test_no_items_at_all_are_told_as_such():
    client, _ = jellyfin()

    assert (await client.read()).items == ()
