"""Settle what a crash left, or what could not be verified. Only questions are asked: recovery sends nothing.

Gone: it counts as deleted, and what follows is set pending. Still there: abandoned, and the next run decides afresh.
Its entry gone and its files not yet, or no answer: it stays unsettled, and its title is in no plan.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from keepercheky.cleanup.execute import after_kinds
from keepercheky.cleanup.gone import Found, arr_of, look
from keepercheky.cleanup.house import House
from keepercheky.cleanup.points import reached
from keepercheky.errors import ServiceError
from keepercheky.logs import get_logger
from keepercheky.store import Step

log = get_logger()

MAY_COME_BACK: Final = timedelta(days=30)  # an instance that left the settings


async def settle(house: House) -> None:
    """Ask what became of every step nobody knows the end of."""
    for step in await house.store.steps.unsettled():
        if step.state == "planned":  # never begun
            await house.store.steps.end(step, "abandoned", "the run ended before its turn", house.clock.now())
        else:
            await _ask(house, step)
        reached("settled")


async def _ask(house: House, step: Step) -> None:
    arr, steps, now = arr_of(house, step.body), house.store.steps, house.clock.now()
    if arr is None:
        if now - step.planned_at > MAY_COME_BACK:
            await steps.end(step, "abandoned", "its instance left the settings: nobody can ask", now)
        return
    try:
        found = await look(arr, step.body)
    except ServiceError as error:
        log.warning("not_settled", key=step.key, problem=str(error))
        return
    if found is Found.GONE:
        await steps.gone(step, now, after_kinds(house, step))
    elif found is Found.THERE:
        await steps.end(step, "abandoned", "it is still there", now)
    else:
        await steps.end(step, "unverified", "it is not listed any more, and its files are not seen gone", now)
    log.info("settled", key=step.key, found=found.value)
