"""Every title under its governing schedule: the decisions a plan is made of. Pure, and the order of titles is irrelevant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from keepercheky.media import Library, Show
from keepercheky.policy.marks import HandKeep, Marks, Promise, ScheduleMark
from keepercheky.policy.parts import show_titles
from keepercheky.policy.promise import extended
from keepercheky.policy.rules import Context
from keepercheky.policy.scope import governing_order, governs
from keepercheky.policy.space import as_disks
from keepercheky.policy.terms import Kind, Mode, Rules, Schedule
from keepercheky.policy.title import Title, movie_title
from keepercheky.policy.verdict import Decision, judge


def titles_of(library: Library, rules: Rules, now: datetime) -> Iterator[tuple[Title, Schedule | None]]:
    """Every title with the schedule that speaks for it. What has no files is no title."""
    order = governing_order(rules)
    for movie in library.movies:
        title = movie_title(movie)
        if title is not None:
            yield title, governs(order, movie)
    for show in library.shows:
        schedule = governs(order, show)
        for title in show_titles(
            show, _kind(schedule), now, specials=schedule is not None and schedule.specials
        ):
            yield title, schedule


def decide(
    library: Library,
    rules: Rules,
    marks: Marks,
    now: datetime,
    *,
    longest_gaps: Mapping[str, timedelta] | None = None,
    only: str | None = None,
) -> tuple[Decision, ...]:
    """A decision for every title (`only`: of one schedule), before any plan. `longest_gaps`: by schedule id."""
    context = Context(
        now=now,
        keep=rules.keep,
        by_hand=_in_force(marks.keeps, now),
        deleted=marks.deleted,
        names_libraries=bool(rules.keep.libraries) or any(row.libraries for row in rules.schedules),
    )
    promises = standing_promises(marks, longest_gaps or {}, now)
    if rules.mode is not Mode.PREVIEW:  # nobody was told of what a preview promised
        promises = {key: promise for key, promise in promises.items() if not promise.simulated}
    storages = as_disks(library.storages)
    storage_rules = {storage.name: storage for storage in rules.storages}
    return tuple(
        judge(title, schedule, context, storages, promises.get(title.key), storage_rules)
        for title, schedule in titles_of(library, rules, now)
        if only is None or (schedule is not None and schedule.id == only)
    )


def standing_promises(
    marks: Marks, longest_gaps: Mapping[str, timedelta], now: datetime
) -> dict[str, Promise]:
    """Stored promises with the time added that nobody saw, of the schedules whose longest gap is given."""
    found = {}
    for key, promise in marks.promises.items():
        mark = marks.schedules.get(promise.schedule, ScheduleMark())
        longest = longest_gaps.get(promise.schedule)
        if longest is not None and mark.longest_gap is not None:
            longest = min(
                longest, mark.longest_gap
            )  # a rarer cron line does not make days that nobody saw usual
        found[key] = promise if longest is None else extended(promise, mark.last_good_at, longest, now)
    return found


def shows_wanting_detail(decisions: tuple[Decision, ...], library: Library) -> tuple[Show, ...]:
    """Shows whose episodes must be asked for, because a verdict hangs on them."""
    wanted = {
        (decision.title.service, decision.title.arr_id)
        for decision in decisions
        if decision.title.kind is not Kind.MOVIE and decision.wants_detail
    }
    return tuple(show for show in library.shows if (show.service, show.arr_id) in wanted)


def _kind(schedule: Schedule | None) -> Kind:
    return (schedule.show_kind if schedule is not None else None) or Kind.SHOW


def _in_force(keeps: tuple[HandKeep, ...], now: datetime) -> dict[str, HandKeep]:
    return {mark.identity: mark for mark in keeps if mark.until is None or mark.until > now}
