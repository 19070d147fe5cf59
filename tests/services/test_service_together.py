"""Several questions at once: all answers, or one error."""

import anyio
import pytest

from keepercheky.errors import InvalidAnswer, NotFound
from keepercheky.services.together import together


async def doubled(number):
    await anyio.lowlevel.checkpoint()
    return 2 * number


async def fails(error):
    raise error


async def test_every_answer_is_there_at_the_end():
    async with together() as ask:
        one, two = ask(doubled, 1), ask(doubled, 2)

    assert (one.value, two.value) == (2, 4)


async def test_the_first_error_stops_the_others_and_stands_alone():
    async def both():
        async with together() as ask:
            ask(anyio.sleep_forever)
            ask(fails, NotFound("radarr", "gone", "look"))

    with pytest.raises(NotFound):
        await both()


async def test_an_error_from_within_stands_alone_too():
    with pytest.raises(InvalidAnswer):
        async with together() as ask:
            ask(nested)


async def nested():
    async with anyio.create_task_group() as group:
        group.start_soon(fails, InvalidAnswer("radarr", "odd", "look"))


async def test_a_mistake_of_our_own_is_not_hidden():
    with pytest.raises(BaseExceptionGroup) as caught:
        async with together() as ask:
            ask(fails, ZeroDivisionError())

    assert caught.value.subgroup(ZeroDivisionError)
