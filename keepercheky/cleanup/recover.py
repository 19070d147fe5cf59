"""Settle what a crash left, or what could not be verified. Only questions are asked: recovery sends nothing.

Gone: it counts as deleted, and what follows is set pending. Still there: abandoned, and the next run decides afresh.
No answer: it stays unsettled, and its title is in no plan.
"""

from __future__ import annotations

from keepercheky.cleanup.execute import after_kinds
from keepercheky.cleanup.gone import is_gone
from keepercheky.cleanup.house import House
from keepercheky.errors import ServiceError
from keepercheky.logs import get_logger
from keepercheky.services.radarr import Radarr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import Step

log = get_logger()


async def settle(house: House) -> None:
    """Ask what became of every step nobody knows the end of."""
    for step in await house.store.steps.unsettled():
        if step.state == "planned":  # never begun
            await house.store.steps.end(step, "abandoned", "the run ended before its turn", house.clock.now())
        else:
            await _ask(house, step)


async def _ask(house: House, step: Step) -> None:
    arr = next((one for one in house.services if one.name == step.body.service), None)
    if not isinstance(arr, Radarr | Sonarr):
        return
    try:
        gone = await is_gone(arr, step.body)
    except ServiceError as error:
        log.warning("not_settled", key=step.key, problem=str(error))
        return
    now = house.clock.now()
    if gone:
        await house.store.steps.gone(step, now, after_kinds(house, step))
        log.info("settled", key=step.key, outcome="done")
    else:
        await house.store.steps.end(step, "abandoned", "it is still there", now)
        log.info("settled", key=step.key, outcome="abandoned")
