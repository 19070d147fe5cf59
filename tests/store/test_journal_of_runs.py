"""Runs, ticks and totals."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from keepercheky.store import Counter, Run, open_store

NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


async def begun(store, *, schedule="old", at=NOW, trigger="cron"):
    run_id = await store.journal.begin(
        schedule=schedule, trigger=trigger, due_at=at, started_at=at, mode="clean"
    )
    run = await store.journal.get(run_id)
    assert run is not None
    return run


async def ended(store, outcome="success", *, schedule="old", at=NOW, seconds=7.5, counted=(), **facts):
    run = await begun(store, schedule=schedule, at=at)
    run = msgspec.structs.replace(run, ended_at=at + timedelta(seconds=seconds), outcome=outcome, **facts)
    assert await store.journal.finish(run, counted)
    return run


async def counters(store):
    return {
        (c.name, tuple(sorted(c.labels.items()))): c.value for c in (await store.journal.totals()).counters
    }


def runs_total(schedule, outcome):
    return ("schedule_runs_total", (("outcome", outcome), ("schedule", schedule)))


async def test_a_run_that_goes_on_has_no_end_and_no_outcome(store):
    run = await begun(store, trigger="manual")

    assert run == Run(
        id=run.id, schedule="old", trigger="manual", due_at=NOW, started_at=NOW, mode="clean", ended_at=None
    )


async def test_ids_order_by_start(store):
    ids = [(await begun(store, at=NOW + timedelta(milliseconds=step))).id for step in range(5)]

    assert ids == sorted(ids)
    assert len(set(ids)) == 5


async def test_everything_told_of_a_run_is_kept(store):
    run = await ended(
        store,
        "refused",
        reason="source_unread",
        totals={"keep": 10, "delete": 0},
        refusals=({"id": "jellyfin", "because": "it does not answer", "remedy": "start it"},),
        gaps=("jellyfin",),
        by_reason=({"rule": "tags", "titles": 3, "bytes": 10**12},),
    )

    assert await store.journal.get(run.id) == run
    assert await store.journal.recent(1) == [run]
    assert await store.journal.last("old") == run


async def test_what_never_ran_is_not_found(store):
    assert await store.journal.get("nothing") is None
    assert await store.journal.last("old") is None
    assert await store.journal.last_due("old") is None


async def test_recent_runs_come_newest_first_of_all_or_of_one_schedule(store):
    first = await ended(store, at=NOW)
    other = await ended(store, schedule="tagged", at=NOW + MINUTE)
    last = await ended(store, at=NOW + 2 * MINUTE)

    assert await store.journal.recent(10) == [last, other, first]
    assert await store.journal.recent(2) == [last, other]
    assert await store.journal.recent(10, "old") == [last, first]


async def test_a_run_is_finished_once_and_counted_once(store):
    run = await ended(store)

    again = await store.journal.finish(msgspec.structs.replace(run, outcome="failed"))

    assert again is False
    assert (await store.journal.get(run.id)).outcome == "success"
    assert (await counters(store))[runs_total("old", "success")] == 1


async def test_a_finished_run_needs_an_end_and_an_outcome(store):
    run = await begun(store)

    with pytest.raises(ValueError, match="an end and an outcome"):
        await store.journal.finish(run)


async def test_a_run_nobody_began_is_not_finished(store):
    run = Run(
        id="x",
        schedule="old",
        trigger="cron",
        due_at=NOW,
        started_at=NOW,
        mode="clean",
        ended_at=NOW,
        outcome="failed",
    )

    assert await store.journal.finish(run) is False


async def test_a_tick_is_given_away_once_also_across_restarts(tmp_path):
    async with open_store(tmp_path, now=NOW) as store:
        claims = [
            await store.journal.claim_tick("old", NOW + timedelta(seconds=second))
            for second in (0, 0, 59, 60)
        ]
        other = await store.journal.claim_tick("tagged", NOW)
    async with open_store(tmp_path, now=NOW) as store:
        late = await store.journal.claim_tick("old", NOW)
        last_due = await store.journal.last_due("old")

    assert claims == [True, False, False, True]
    assert other is True
    assert late is False
    assert last_due == NOW + MINUTE


async def test_runs_left_open_by_a_crash_have_failed_without_a_duration(store):
    finished = await ended(store, at=NOW - DAY, seconds=3)
    open_run = await begun(store)

    interrupted = await store.journal.interrupt_open(NOW + DAY)
    again = await store.journal.interrupt_open(NOW + DAY)

    expected = msgspec.structs.replace(open_run, ended_at=NOW + DAY, outcome="failed", reason="interrupted")
    assert interrupted == [expected]
    assert again == []
    assert await store.journal.recent(5) == [expected, finished]
    totals = (await store.journal.totals()).schedules["old"]
    assert (totals.last_outcome, totals.last_completion_at, totals.last_duration_seconds) == (
        "failed",
        NOW + DAY,
        3,
    )
    assert (await counters(store))[runs_total("old", "failed")] == 1
    assert (await counters(store))["schedule_run_duration_seconds_count", (("schedule", "old"),)] == 1


async def test_durations_fall_into_cumulative_buckets(store):
    for seconds in (0.5, 5, 61, 4000):
        await ended(store, seconds=seconds)

    counted = await counters(store)

    def bucket(bound):
        return counted.get(("schedule_run_duration_seconds_bucket", (("le", bound), ("schedule", "old"))), 0)

    assert [bucket(bound) for bound in ("1", "5", "15", "60", "300", "900", "3600")] == [1, 2, 2, 2, 3, 3, 3]
    assert counted["schedule_run_duration_seconds_sum", (("schedule", "old"),)] == 4066.5
    assert counted["schedule_run_duration_seconds_count", (("schedule", "old"),)] == 4


async def test_a_clock_set_back_within_a_run_gives_no_negative_duration(store):
    await ended(store, seconds=-100)

    assert (await store.journal.totals()).schedules["old"].last_duration_seconds == 0


async def test_skipped_runs_are_counted_and_leave_the_last_run_as_it_was(store):
    await ended(store, "success", at=NOW, seconds=3)
    await ended(store, "partial", at=NOW + DAY, seconds=4)
    await ended(store, "skipped", at=NOW + 2 * DAY)

    totals = (await store.journal.totals()).schedules["old"]

    assert totals.last_start_at == NOW + DAY
    assert totals.last_completion_at == NOW + DAY + timedelta(seconds=4)
    assert totals.last_success_at == NOW + timedelta(seconds=3)
    assert totals.last_outcome == "partial"
    assert totals.last_duration_seconds == 4
    assert (await counters(store))[runs_total("old", "skipped")] == 1


async def test_a_run_that_goes_on_is_the_last_start(store):
    await ended(store, at=NOW)
    await begun(store, at=NOW + DAY)

    totals = (await store.journal.totals()).schedules["old"]

    assert totals.last_start_at == totals.running_since == NOW + DAY
    assert totals.last_outcome == "success"


async def test_what_a_run_counted_is_added_with_its_end(store):
    deleted = Counter("deletions_total", {"schedule": "old", "kind": "movie", "outcome": "done"}, 3)
    freed = Counter("freed_bytes_total", {"schedule": "old", "disk": "media"}, 4_000_000_000_123)
    await ended(store, counted=[deleted, freed])
    await ended(store, counted=[deleted])
    await store.journal.count([Counter("redownloaded_after_deletion_total", {"service": "radarr"})])

    counted = {c.name: c.value for c in (await store.journal.totals()).counters}

    assert counted["deletions_total"] == 6
    assert counted["freed_bytes_total"] == 4_000_000_000_123
    assert counted["redownloaded_after_deletion_total"] == 1


async def test_a_schedule_is_remembered_since_its_first_sight(store):
    since = await store.journal.remember_schedules({"old": "0 4 * * *"}, NOW)
    later = await store.journal.remember_schedules({"old": "0 4 * * *", "new": "0 5 * * *"}, NOW + DAY)

    assert since == {"old": NOW}
    assert later == {"old": NOW, "new": NOW + DAY}
    created = {name: totals.created_at for name, totals in (await store.journal.totals()).schedules.items()}
    assert created == {"old": NOW, "new": NOW + DAY}


async def test_a_changed_cron_line_counts_from_its_change(store):
    await store.journal.remember_schedules({"old": "0 4 * * *"}, NOW)

    since = await store.journal.remember_schedules({"old": "0 3 * * *"}, NOW + DAY)

    assert since == {"old": NOW + DAY}
    assert (await store.journal.totals()).schedules["old"].created_at == NOW


async def test_a_first_sight_with_a_clock_ahead_is_set_right(store):
    await store.journal.remember_schedules({"old": "0 4 * * *"}, NOW + 1000 * DAY)

    assert await store.journal.remember_schedules({"old": "0 4 * * *"}, NOW) == {"old": NOW}


async def test_a_schedule_that_ran_before_it_was_remembered_starts_with_its_first_line(store):
    await ended(store, at=NOW - DAY)

    assert await store.journal.remember_schedules({"old": "0 4 * * *"}, NOW) == {"old": NOW}
    assert (await store.journal.totals()).schedules["old"].created_at == NOW - DAY


async def test_pruning_keeps_the_last_run_of_each_schedule_and_every_total(store):
    for day in range(4):
        await ended(store, at=NOW + day * DAY)
        await store.journal.claim_tick("old", NOW + day * DAY)
    lone = await ended(store, schedule="tagged", at=NOW)
    open_run = await begun(store, schedule="open", at=NOW)
    before = await store.journal.totals()

    pruned = await store.journal.prune(NOW + 30 * DAY)

    assert pruned == 3
    assert [run.started_at for run in await store.journal.recent(10, "old")] == [NOW + 3 * DAY]
    assert await store.journal.last("tagged") == lone
    assert await store.journal.last("open") == open_run
    assert await store.journal.totals() == before
    assert await store.journal.last_due("old") == NOW + 3 * DAY
    assert await store.journal.claim_tick("old", NOW + 3 * DAY) is False


async def test_pruning_spares_what_is_young_enough(store):
    await ended(store, at=NOW)
    await ended(store, at=NOW + DAY)
    await ended(store, at=NOW + 2 * DAY)

    assert await store.journal.prune(NOW + DAY) == 1
    assert len(await store.journal.recent(10)) == 2
