"""Promises, keeps by hand, plays, the baseline, deletions and the pause."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepercheky.library.plays import PlayMark
from keepercheky.policy.marks import (
    Accepted,
    Baseline,
    Counts,
    HandKeep,
    Promise,
    ScheduleMark,
    Spent,
    StorageMark,
)
from keepercheky.store import Sample
from keepercheky.store.columns import from_column, to_column

NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
ALIEN = Promise("movie:tmdb:348@radarr", "old", NOW, NOW + 14 * DAY, NOW - 200 * DAY, simulated=False)
FULL = Promise(
    key="season:tvdb:5:1@sonarr",
    schedule="old",
    announced_at=NOW,
    promised_until=NOW + 3 * DAY,
    active_at=NOW - 90 * DAY,
    simulated=False,
    level="5%",
    idle_since=NOW - DAY,
    idle_runs=2,
    files=(31, 32),
)
BASELINE = Baseline(
    taken_at=NOW,
    counts=Counts(
        titles={"radarr": 177},
        tags={"radarr": 3},
        users=4,
        matched=170,
        favorites=0,
        played=99,
        requests=None,
    ),
    services=frozenset({"radarr", "jellyfin"}),
    keep_tags=frozenset({"keep"}),
    storages={"media": StorageMark(total_bytes=10**12, files=("/data/a.mkv", "/data/ñ.mkv"))},
)


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001 - made aware below
def test_instants_come_back_exactly(moment):
    at = moment.replace(tzinfo=UTC)

    assert from_column(to_column(at)) == at
    assert to_column(at + timedelta(microseconds=1)) == to_column(at) + 1


def test_an_instant_of_no_zone_is_refused():
    with pytest.raises(TypeError):
        to_column(datetime(2025, 1, 1))  # noqa: DTZ001


def test_every_field_of_a_promise_is_set_in_the_example():
    names = Promise.__struct_fields__[-len(Promise.__struct_defaults__) :]
    defaults = dict(zip(names, Promise.__struct_defaults__, strict=True))

    assert all(getattr(FULL, name) != default for name, default in defaults.items())


async def test_promises_come_back_as_they_were(store):
    await store.promises.replace(False, [ALIEN, FULL])

    assert await store.promises.all(False) == {ALIEN.key: ALIEN, FULL.key: FULL}
    assert await store.promises.all(True) == {}


async def test_replacing_promises_writes_only_the_differences(store):
    moved = msgspec.structs.replace(FULL, promised_until=FULL.promised_until + DAY)
    added = msgspec.structs.replace(ALIEN, key="movie:tmdb:679@radarr")

    first = await store.promises.replace(False, [ALIEN, FULL])
    same = await store.promises.replace(False, [FULL, ALIEN])
    second = await store.promises.replace(False, [moved, added])

    assert (first, same, second) == ((2, 0, 0), (0, 0, 0), (1, 1, 1))
    assert await store.promises.all(False) == {moved.key: moved, added.key: added}


async def test_what_preview_promised_is_apart_and_goes_alone(store):
    pretended = msgspec.structs.replace(ALIEN, simulated=True, promised_until=NOW)
    await store.promises.replace(False, [ALIEN])
    await store.promises.replace(True, [pretended])

    apart = (await store.promises.all(False), await store.promises.all(True))
    discarded = await store.promises.discard_simulated()

    assert apart == ({ALIEN.key: ALIEN}, {ALIEN.key: pretended})
    assert discarded == 1
    assert await store.promises.all(True) == {}
    assert await store.promises.all(False) == {ALIEN.key: ALIEN}


async def test_real_and_simulated_promises_do_not_mix(store):
    with pytest.raises(ValueError, match="do not mix"):
        await store.promises.replace(True, [ALIEN])


async def test_keeps_hold_until_their_end_and_are_then_forgotten(store):
    for_good = HandKeep("movie:tmdb:348", NOW, None, "a classic", "ana")
    for_a_day = HandKeep("show:tvdb:5", NOW, NOW + DAY)
    await store.keeps.add(for_good)
    await store.keeps.add(for_a_day)

    before = await store.keeps.all(NOW + DAY - timedelta(microseconds=1))
    after = await store.keeps.all(NOW + DAY)
    async with store.database.reading() as statements:
        [(stored,)] = await statements.rows("SELECT count(*) FROM keeps")

    assert before == (for_good, for_a_day)
    assert after == (for_good,)
    assert stored == 1


async def test_a_second_keep_takes_the_place_of_the_first(store):
    await store.keeps.add(HandKeep("movie:tmdb:348", NOW, NOW + DAY))
    longer = HandKeep("movie:tmdb:348", NOW, NOW + 30 * DAY, "longer")
    await store.keeps.add(longer)

    assert await store.keeps.all(NOW) == (longer,)


async def test_a_keep_is_removed_once(store):
    await store.keeps.add(HandKeep("movie:tmdb:348", NOW))

    assert await store.keeps.remove("movie:tmdb:348") is True
    assert await store.keeps.remove("movie:tmdb:348") is False


async def test_plays_are_merged_by_title_and_user(store):
    ana = PlayMark("movie:tmdb:348", "ana", NOW, finished=True, play_count=2)
    luis = PlayMark("movie:tmdb:348", "luis", None, finished=False, play_count=1, undated_since=NOW)
    await store.plays.merge([ana, luis])
    again = msgspec.structs.replace(ana, played_at=NOW + DAY, play_count=3)

    await store.plays.merge([again])

    assert await store.plays.all() == {("movie:tmdb:348", "ana"): again, ("movie:tmdb:348", "luis"): luis}


async def test_many_plays_pass_through_in_batches(store):
    marks = [PlayMark(f"episode:tvdb:{number}:1:1", "ana", NOW, True, number) for number in range(25_001)]

    await store.plays.merge(iter(marks))

    plays = await store.plays.all()
    assert len(plays) == 25_001
    assert plays["episode:tvdb:25000:1:1", "ana"].play_count == 25_000


async def test_once_matched_stays_matched(store):
    await store.plays.add_matched(["movie:tmdb:348@radarr", "show:tvdb:5@sonarr"])
    await store.plays.add_matched(["movie:tmdb:348@radarr"])

    assert await store.plays.matched() == {"movie:tmdb:348@radarr", "show:tvdb:5@sonarr"}


async def test_there_is_one_baseline_and_the_newest_holds(store):
    assert await store.baseline.get() is None
    await store.baseline.set(BASELINE)
    newer = msgspec.structs.replace(BASELINE, taken_at=NOW + DAY)

    await store.baseline.set(newer)

    assert await store.baseline.get() == newer


async def test_what_was_accepted_holds_until_dropped(store):
    shrink = Accepted("shrunk:radarr", NOW, {"titles": 90, "share": 0.5, "service": "radarr"})
    await store.baseline.accept(shrink)
    await store.baseline.accept(Accepted("clock", NOW, {}))

    await store.baseline.drop_accepted(["clock", "nothing"])

    assert await store.baseline.accepted() == {"shrunk:radarr": shrink}


async def test_schedule_marks_are_set_one_by_one(store):
    await store.baseline.set_schedule_mark("old", ScheduleMark(NOW, held_back=True, approved=False))
    await store.baseline.set_schedule_mark("new", ScheduleMark())
    await store.baseline.set_schedule_mark("old", ScheduleMark(NOW, held_back=False, approved=True))

    assert await store.baseline.schedule_marks() == {
        "old": ScheduleMark(NOW, held_back=False, approved=True),
        "new": ScheduleMark(),
    }


async def test_a_pause_says_who_and_since_when(store):
    before = await store.baseline.pause()
    await store.baseline.set_paused(True, by="ana", at=NOW)
    during = await store.baseline.pause()
    await store.baseline.set_paused(False, by="luis", at=NOW + DAY)

    assert (before.paused, before.at) == (False, None)
    assert (during.paused, during.by, during.at) == (True, "ana", NOW)
    assert await store.baseline.paused() is False


async def test_a_deletion_is_recorded_once_a_run_however_often_it_is_told(store):
    alien = Spent("old", "movie", NOW, 10**9)
    told = [
        await store.baseline.record_deletion(
            run_id=run_id, key="movie:tmdb:348@radarr", identity="movie:tmdb:348", spent=alien, at=at
        )
        for run_id, at in (("r1", NOW), ("r1", NOW + DAY), ("r2", NOW - DAY))
    ]

    assert told == [True, False, True]
    assert await store.baseline.spent(NOW - DAY) == (alien, alien)
    assert await store.baseline.spent(NOW) == ()
    assert await store.baseline.deleted() == {"movie:tmdb:348": NOW + DAY}


async def test_old_deletions_can_be_forgotten(store):
    for day in (0, 10):
        await store.baseline.record_deletion(
            run_id=f"r{day}",
            key=f"k{day}",
            identity=f"i{day}",
            spent=Spent("old", "movie", NOW + day * DAY, 1),
            at=NOW + day * DAY,
        )

    await store.baseline.prune(NOW + 5 * DAY)

    assert await store.baseline.deleted() == {"i10": NOW + 10 * DAY}
    assert len(await store.baseline.spent(NOW - DAY)) == 1


async def test_the_newest_record_is_found_wherever_it_is(store):
    seen = [await store.baseline.last_record_at()]
    await store.promises.replace(False, [ALIEN])
    seen.append(await store.baseline.last_record_at())
    await store.baseline.set_paused(True, by="", at=NOW + DAY)
    seen.append(await store.baseline.last_record_at())
    await store.samples.add([Sample("media", NOW + 2 * DAY, 1, 2)])
    seen.append(await store.baseline.last_record_at())
    await store.journal.begin(
        schedule="old", trigger="cron", due_at=NOW, started_at=NOW + 3 * DAY, mode="clean"
    )
    seen.append(await store.baseline.last_record_at())

    assert seen == [None, NOW, NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY]


async def test_deciding_reads_all_of_it_at_once(store):
    keep = HandKeep("movie:tmdb:679", NOW, NOW + DAY, "soon", "ana")
    spent = Spent("old", "movie", NOW - timedelta(hours=23), 5)
    accepted = Accepted("clock", NOW, {"minutes": 6})
    await store.promises.replace(False, [ALIEN])
    await store.keeps.add(keep)
    await store.keeps.add(HandKeep("movie:tmdb:1", NOW - 2 * DAY, NOW - DAY))
    await store.baseline.record_deletion(run_id="r", key="k", identity="movie:tmdb:7", spent=spent, at=NOW)
    await store.baseline.set_schedule_mark("old", ScheduleMark(NOW))
    await store.baseline.accept(accepted)
    await store.baseline.set(BASELINE)
    await store.baseline.set_paused(True, by="ana", at=NOW + DAY)

    marks = await store.baseline.marks(NOW, False)

    assert marks.promises == {ALIEN.key: ALIEN}
    assert marks.keeps == (keep,)
    assert marks.spent == (spent,)
    assert marks.deleted == {"movie:tmdb:7": NOW}
    assert marks.schedules == {"old": ScheduleMark(NOW)}
    assert marks.accepted == {"clock": accepted}
    assert marks.baseline == BASELINE
    assert marks.last_record_at == NOW + DAY
    assert marks.paused is True
    assert (await store.baseline.marks(NOW, True)).promises == {}


async def test_free_space_is_told_by_name_and_time(store):
    samples = [Sample("media", NOW, 10, 100), Sample("media", NOW + DAY, 9, None), Sample("tv", NOW, 5, 50)]
    await store.samples.add(reversed(samples))

    assert await store.samples.since(NOW) == samples
    assert await store.samples.since(NOW, "tv") == samples[2:]
    assert await store.samples.since(NOW + DAY) == samples[1:2]


async def test_old_samples_grow_thin_to_hours_and_days_and_then_go(store):
    minutes = [
        Sample("media", NOW - timedelta(minutes=step * 20), step, None) for step in range(3 * 24 * 450)
    ]
    await store.samples.add(minutes)

    first = await store.samples.thin(NOW)
    again = await store.samples.thin(NOW)

    kept = [sample.at for sample in await store.samples.since(NOW - 1000 * DAY)]
    assert first > 0
    assert again == 0
    assert len([at for at in kept if at >= NOW - 2 * DAY]) == 2 * 24 * 3 + 1
    assert len([at for at in kept if NOW - 14 * DAY <= at < NOW - 2 * DAY]) == 12 * 24
    daily = [at for at in kept if at < NOW - 14 * DAY]
    assert 385 <= len(daily) <= 387
    assert min(kept) >= NOW - 400 * DAY
