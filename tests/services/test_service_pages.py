"""A paged list is believed only when it is whole."""

import pytest

from keepercheky.errors import InvalidAnswer
from keepercheky.services.pages import Page, walk


def walked(*walks):
    """Each walk is a list of pages: (ids, total)."""
    calls = []

    async def page_at(number):
        if number == 0:
            calls.append(0)
        calls[-1] += 1
        ids, total = walks[len(calls) - 1][number]
        return Page([(one, f"row {one}") for one in ids], total)

    return page_at, calls


async def test_pages_are_read_until_the_total_is_met_and_not_beyond():
    page_at, calls = walked([([1, 2], 5), ([3, 4], 5), ([5], 5)])

    assert await walk("radarr", "rows", page_at) == [f"row {n}" for n in range(1, 6)]
    assert calls == [3]


async def test_a_row_met_twice_is_one_row():
    page_at, calls = walked([([1, 2], 4), ([2, 3], 4), ([4], 4)], [([1, 2], 4), ([3, 4], 4)])

    assert await walk("radarr", "rows", page_at) == [f"row {n}" for n in range(1, 5)]
    assert calls == [2, 2]


@pytest.mark.parametrize("total", [3, 5])
async def test_a_list_whose_total_changes_between_two_pages_is_walked_once_more(total):
    """A row that goes makes another slip from a later page into one already read."""
    again = [([1, 2], total), ([*range(3, total + 1)], total)]
    page_at, calls = walked([([1, 2], 4), ([4], total)], again)

    assert await walk("radarr", "rows", page_at) == [f"row {n}" for n in range(1, total + 1)]
    assert calls == [2, 2]


async def test_a_list_whose_total_changes_in_both_walks_is_refused():
    moving = [([1, 2], 4), ([4], 3)]
    page_at, calls = walked(moving, moving)

    with pytest.raises(InvalidAnswer, match="changed while it was read: rows came or went"):
        await walk("seerr", "rows", page_at)
    assert calls == [2, 2]


async def test_half_a_list_is_read_once_more_and_then_refused():
    page_at, calls = walked([([1, 2], 9), ([], 9)], [([1, 2], 9), ([], 9)])

    with pytest.raises(InvalidAnswer, match="2 of 9 rows"):
        await walk("radarr", "rows", page_at)
    assert calls == [2, 2]


async def test_the_last_page_again_and_again_does_not_make_a_list_whole():
    page_at, _ = walked([([1, 2], 4), ([1, 2], 4)], [([1, 2], 4), ([1, 2], 4)])

    with pytest.raises(InvalidAnswer):
        await walk("radarr", "rows", page_at)


async def test_more_rows_than_the_total_are_wrong_only_where_it_must_be_exact():
    page_at, _ = walked([([1, 2, 3], 2)])
    assert len(await walk("radarr", "rows", page_at)) == 3

    page_at, _ = walked([([1, 2, 3], 2)], [([1, 2, 3], 2)])
    with pytest.raises(InvalidAnswer):
        await walk("jellyfin", "items", page_at, exact=True)


async def test_a_page_may_leave_the_total_unsaid():
    page_at, _ = walked([([1, 2], 3), ([3], None)])

    assert len(await walk("jellyfin", "items", page_at, exact=True)) == 3


async def test_an_empty_list_is_one():
    page_at, calls = walked([([], 0)])

    assert await walk("radarr", "rows", page_at) == []
    assert calls == [1]
