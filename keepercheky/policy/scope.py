"""Which schedule speaks for a title? Exactly one, or none.

Those with a tag first, then the others, each in file order; the first enabled or disabled one whose scope holds it
governs. A disabled one expires nothing: switching a schedule off never hands its titles to a harsher one.
"""

from __future__ import annotations

from functools import lru_cache

from keepercheky.media import Fact, Movie, Show, Unknown
from keepercheky.paths import normal
from keepercheky.policy.terms import Rules, Schedule


def governing_order(rules: Rules) -> tuple[Schedule, ...]:
    """All schedules in the order in which they are asked."""
    return tuple(sorted(rules.schedules, key=lambda schedule: schedule.tag is None))


def governs(order: tuple[Schedule, ...], item: Movie | Show) -> Schedule | None:
    """The schedule that speaks for a movie, or for a show and all its parts.

    What is unknown may hold: a title whose tags or libraries are not known is listed by the first schedule that
    may hold it, where the doubt then keeps it.
    """
    return next((schedule for schedule in order if _names(schedule, item) and _holds(schedule, item)), None)


def _names(schedule: Schedule, item: Movie | Show) -> bool:
    return schedule.movies is not None if isinstance(item, Movie) else schedule.show_kind is not None


def _holds(schedule: Schedule, item: Movie | Show) -> bool:
    return (
        (schedule.services is None or item.service in schedule.services)
        and (schedule.root_folders is None or is_one_of(item.root_folder, schedule.root_folders))
        and (schedule.tag is None or _may_hold(item.tags, frozenset({schedule.tag})))
        and (schedule.libraries is None or _may_hold(item.libraries, schedule.libraries))
    )


def _may_hold(fact: Fact[frozenset[str]], wanted: frozenset[str]) -> bool:
    return isinstance(fact, Unknown) or bool(fact & wanted)


def is_one_of(folder: str | None, named: frozenset[str]) -> bool:
    """Whether the settings name a root folder: however slashes, case on Windows or accents are written."""
    return bool(folder) and normal(folder or "") in _normal_all(named)


@lru_cache(maxsize=64)
def _normal_all(folders: frozenset[str]) -> frozenset[str]:
    return frozenset(normal(folder) for folder in folders)
