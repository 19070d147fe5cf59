"""An approval speaks of a schedule as it was; a title nobody knows the end of is in no plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from msgspec.structs import replace as changed

from keepercheky.media import Ids, Unknown
from keepercheky.policy.approval import approved_as_scoped, scope_of
from keepercheky.policy.findings import Verdict, delete, keep
from keepercheky.policy.marks import Marks, ScheduleMark
from keepercheky.policy.plan import unsettled
from keepercheky.policy.terms import AgeLimit, AgeRule, Kind, Limits, Rules, Schedule
from keepercheky.policy.title import Activity, Title
from keepercheky.policy.verdict import Decision

OLD = Schedule(id="old", name="Old", movies=AgeRule(always=AgeLimit(timedelta(90), timedelta(90))))
RULES = Rules(schedules=(OLD,))


def marked(scope: str) -> Marks:
    return Marks(schedules={"old": ScheduleMark(approved=True, scope=scope)})


def test_an_approval_stands_while_the_schedule_is_as_it_was():
    assert approved_as_scoped(marked(scope_of(OLD, RULES)), RULES).schedules["old"].approved


def test_a_wider_schedule_or_other_limits_want_a_look_again():
    given = marked(scope_of(OLD, RULES))
    sooner = replace(OLD, movies=AgeRule(always=AgeLimit(timedelta(30), timedelta(30))))
    more = replace(RULES, limits=Limits(titles=200))

    assert not approved_as_scoped(given, replace(RULES, schedules=(sooner,))).schedules["old"].approved
    assert not approved_as_scoped(given, more).schedules["old"].approved


def test_a_schedule_that_is_no_more_is_not_approved():
    given = marked(scope_of(OLD, RULES))

    assert not approved_as_scoped(given, Rules()).schedules["old"].approved


def test_a_title_whose_last_deletion_is_unsettled_is_not_sure():
    title = Title(
        key="movie:tmdb:1@radarr",
        identities=("movie:tmdb:1",),
        kind=Kind.MOVIE,
        service="radarr",
        arr_id=1,
        title="One",
        year=2001,
        ids=Ids(tmdb=1),
        size_bytes=1,
        last_link_bytes=None,
        storage=None,
        root_folder=None,
        libraries=frozenset(),
        tags=frozenset(),
        active=Activity(None),
        imported_at=Unknown("no_import_date"),
        watches=(),
        finished_by=frozenset(),
        unseen=None,
        favorite_of=frozenset(),
        playing=False,
        queued=False,
        requests=(),
        shared_with=None,
        links=None,
    )
    due = Decision(title, "old", Verdict.DELETE, (delete("expired"),))
    kept = changed(due, verdict=Verdict.KEEP, findings=(keep("tags"),))

    assert unsettled(due).verdict is Verdict.UNDECIDED
    assert unsettled(due).because.code == "unsettled"
    assert unsettled(kept) == kept
