"""Steps of deletions: which state follows which, what is written together, what counts once; and what was approved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
import pytest

from keepercheky.policy.marks import Promise, ScheduleMark
from keepercheky.store import Body, Step, Store
from keepercheky.store import steps as steps_module
from keepercheky.store.steps import BEFORE, Ending, State

NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
HD = 5_000_000_000
ENDINGS = get_args(Ending)


def body(number: int = 603, **facts: Any) -> Body:
    whole: dict[str, Any] = {
        "identity": f"movie:tmdb:{number}",
        "service": "radarr",
        "kind": "movie",
        "arr_id": number,
        "title": "The Matrix",
        "year": 1999,
        "season": None,
        "episode": None,
        "files": (number * 10,),
        "episode_ids": (),
        "folder": "/data/movies/The Matrix (1999)",
        "seen": (),
        "tmdb": number,
        "imdb": None,
        "tvdb": None,
        "import_exclusion": True,
        "keep_entry": False,
    }
    return Body(**(whole | facts))


def step(number: int = 603, *, run_id: str = "run", position: int = 0, **facts: Any) -> Step:
    whole: dict[str, Any] = {
        "run_id": run_id,
        "position": position,
        "key": f"movie:tmdb:{number}@radarr",
        "schedule": "old",
        "state": "planned",
        "due_at": NOW,
        "planned_at": NOW,
        "size_bytes": HD,
        "frees_bytes": HD,
        "storage": "media",
        "body": body(number),
    }
    return Step(**(whole | facts))


async def put(store: Store, state: State, number: int = 603, **facts: Any) -> Step:
    """A step in that state, come there as steps do."""
    [planned] = await store.steps.plan([step(number, run_id=f"run{number}{state}", **facts)])
    if state not in ("planned", "skipped"):
        assert await store.steps.acting(planned, b"{}", NOW)
    if state == "done":
        assert await store.steps.gone(planned, NOW, ["jellyfin", "seerr"])
    elif state in ENDINGS:
        assert await store.steps.end(planned, state, "why", NOW)  # type: ignore[arg-type]
    return await now(store, planned)


async def now(store: Store, one: Step) -> Step:
    return next(row for row in await store.steps.of_run(one.run_id) if row.id == one.id)


async def everything(store: Store) -> list[tuple[Any, ...]]:
    """All that a transition may write."""
    found: list[tuple[Any, ...]] = []
    async with store.database.reading() as statements:
        for table in ("steps", "spent", "deleted", "after_steps", "approvals", "counters"):
            found += [(table, *row) for row in await statements.rows(f"SELECT * FROM {table}")]
    return found


async def counters(store: Store) -> dict[tuple[str, str], float]:
    async with store.database.reading() as statements:
        rows = await statements.rows("SELECT name, labels, value FROM counters")
    return {(name, msgspec.json.decode(labels).get("outcome", "")): value for name, labels, value in rows}


# transitions


async def test_steps_are_journalled_whole_and_in_order_before_anything_is_done(store: Store) -> None:
    wanted = [step(number, position=place) for place, number in enumerate((5, 3, 4))]

    planned = await store.steps.plan(wanted)

    assert [row.key for row in planned] == [row.key for row in wanted]
    assert all(row.id and row.state == "planned" and row.acting_at is None for row in planned)
    assert [msgspec.structs.replace(row, id=0) for row in planned] == wanted
    assert await store.steps.plan([]) == []
    assert await store.steps.unsettled() == sorted(planned, key=lambda row: row.id)


async def test_a_run_journals_a_title_once_or_nothing_at_all(store: Store) -> None:
    with pytest.raises(Exception, match="UNIQUE"):
        await store.steps.plan([step(1), step(2, position=1), step(1, position=2)])

    assert await store.steps.of_run("run") == []


@pytest.mark.parametrize("state", get_args(State))
async def test_only_what_waits_for_its_turn_can_begin(store: Store, state: State) -> None:
    one = await put(store, state)
    before = await everything(store)

    began = await store.steps.acting(one, b'{"id": 1}', LATER)

    assert began is (state == "planned")
    after = await now(store, one)
    if began:
        assert (after.state, after.acting_at) == ("acting", LATER)
        assert await store.steps.resource(one) == b'{"id": 1}'
    else:
        assert await everything(store) == before


@pytest.mark.parametrize("state", get_args(State))
async def test_only_what_began_can_be_gone(store: Store, state: State) -> None:
    one = await put(store, state)
    before = await everything(store)

    gone = await store.steps.gone(one, LATER, ["jellyfin"])

    assert gone is (state in ("acting", "unverified"))
    if gone:
        after = await now(store, one)
        assert (after.state, after.reason, after.ended_at) == ("done", None, LATER)
    else:
        assert await everything(store) == before


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("ending", ENDINGS)
async def test_every_other_end_has_its_beginnings(store: Store, state: State, ending: Ending) -> None:
    one = await put(store, state)
    before = await everything(store)

    ended = await store.steps.end(one, ending, "because", LATER)

    assert ended is (state in BEFORE[ending])
    if ended:
        after = await now(store, one)
        assert (after.state, after.reason, after.ended_at) == (ending, "because", LATER)
    else:
        assert await everything(store) == before


def test_nothing_that_began_is_skipped_and_nothing_fails_that_never_began() -> None:
    assert BEFORE["skipped"] == ("planned",)
    assert BEFORE["failed"] == BEFORE["unverified"] == ("acting",)
    assert not any(
        "done" in states or set(states) & {"failed", "skipped", "abandoned"} for states in BEFORE.values()
    )


# what is written together


async def test_gone_spends_marks_counts_and_sets_what_follows_pending(store: Store) -> None:
    one = await put(store, "done")

    [spent] = await store.baseline.spent(NOW - timedelta(hours=22))
    assert (spent.schedule, spent.kind, spent.due_at, spent.size_bytes) == ("old", "movie", NOW, HD)
    assert await store.baseline.deleted() == {"movie:tmdb:603": NOW}
    assert await counters(store) == {("deletions_total", "done"): 1, ("freed_bytes_total", ""): HD}
    assert [(after.kind, after.attempts, after.step.key) for after in await store.steps.pending()] == [
        ("jellyfin", 0, one.key),
        ("seerr", 0, one.key),
    ]


async def test_gone_twice_counts_once(store: Store) -> None:
    one = await put(store, "done")
    before = await everything(store)

    assert not await store.steps.gone(one, LATER, ["jellyfin", "seerr"])
    assert await everything(store) == before


async def test_what_may_be_gone_counts_against_the_caps_and_frees_nothing(store: Store) -> None:
    await put(store, "unverified")

    assert len(await store.baseline.spent(NOW - timedelta(hours=22))) == 1
    assert await counters(store) == {("deletions_total", "unverified"): 1}
    assert await store.steps.pending() == []


async def test_found_gone_later_it_is_spent_once_and_freed_once(store: Store) -> None:
    one = await put(store, "unverified")

    assert await store.steps.gone(one, LATER, ["jellyfin"])

    assert len(await store.baseline.spent(NOW - timedelta(hours=22))) == 1
    assert await counters(store) == {
        ("deletions_total", "unverified"): 1,
        ("deletions_total", "done"): 1,
        ("freed_bytes_total", ""): HD,
    }
    assert [row.key for row in await store.steps.done_since(NOW)] == [one.key]


async def test_what_was_settled_late_was_deleted_when_it_was_told_to_go(store: Store) -> None:
    """A file that came back before anybody asked is younger than our deletion of the one before."""
    one = await put(store, "acting")

    await store.steps.gone(one, NOW + timedelta(days=5), [])

    assert await store.baseline.deleted() == {"movie:tmdb:603": NOW}


@pytest.mark.parametrize("ending", ["failed", "skipped", "abandoned"])
async def test_what_is_still_there_costs_nothing(store: Store, ending: State) -> None:
    await put(store, ending)

    assert await store.baseline.spent(NOW - timedelta(hours=22)) == ()
    assert await store.baseline.deleted() == {}
    assert await store.steps.counted_since(NOW) == []
    assert await counters(store) == {("deletions_total", ending): 1}


async def test_gone_without_us_what_follows_follows_and_nothing_is_spent(store: Store) -> None:
    one = await put(store, "planned")

    await store.steps.end(one, "skipped", "it is gone already", NOW, ["seerr"])

    assert [(after.kind, after.step.state) for after in await store.steps.pending()] == [("seerr", "skipped")]
    assert await store.baseline.spent(NOW - timedelta(hours=22)) == ()


@pytest.mark.parametrize("way", ["gone", "unverified"])
@pytest.mark.parametrize("breaks", ["add_counters", "use_approvals", "_pend"])
async def test_a_transition_that_breaks_leaves_nothing_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch, way: str, breaks: str
) -> None:
    one = await put(store, "acting")
    await store.approvals.approve("old", {one.key: one.body.files}, NOW, LATER)
    before = await everything(store)

    async def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(steps_module, breaks, fail)
    ways = {
        "gone": store.steps.gone(one, LATER, ["jellyfin"]),
        "unverified": store.steps.end(one, "unverified", "", LATER),
    }
    with pytest.raises(RuntimeError, match="broken"):
        await ways.pop(way)
    ways.popitem()[1].close()

    assert await everything(store) == before


async def test_the_entry_of_an_empty_show_is_no_title_and_counts_as_none(store: Store) -> None:
    entry = step(9, size_bytes=0, frees_bytes=0, body=body(9, kind="show", files=(), identity="show:tvdb:9"))
    [planned] = await store.steps.plan([entry])
    await store.steps.acting(planned, b"{}", NOW)
    await store.steps.gone(planned, NOW, ["jellyfin"])

    assert await store.baseline.spent(NOW - timedelta(hours=22)) == ()
    assert await counters(store) == {}
    assert await store.steps.counted_since(NOW) == []
    assert await store.baseline.deleted() == {"show:tvdb:9": NOW}
    assert len(await store.steps.pending()) == 1


async def test_a_title_deleted_again_in_a_later_run_counts_again(store: Store) -> None:
    for run_id in ("one", "two"):
        [planned] = await store.steps.plan([step(run_id=run_id)])
        await store.steps.acting(planned, b"{}", NOW)
        await store.steps.gone(planned, NOW, [])

    assert len(await store.baseline.spent(NOW - timedelta(hours=22))) == 2
    assert (await counters(store))["deletions_total", "done"] == 2
    newest = await store.steps.newest("movie:tmdb:603@radarr")
    assert newest is not None
    assert newest.run_id == "two"


# what is asked of them


async def test_unsettled_are_those_nobody_knows_the_end_of(store: Store) -> None:
    for number, state in enumerate(get_args(State), start=1):
        await put(store, state, number)

    assert [row.state for row in await store.steps.unsettled()] == ["planned", "acting", "unverified"]
    assert [row.state for row in await store.steps.counted_since(NOW)] == ["done", "unverified"]
    assert [row.state for row in await store.steps.done_since(NOW)] == ["done"]
    assert await store.steps.done_since(LATER) == []


@pytest.mark.parametrize(
    ("bin_days", "held_for"), [(None, timedelta(0)), (7, timedelta(days=9)), (0, timedelta(days=10_000))]
)
async def test_a_recycle_bin_holds_for_its_days_and_two_more(
    store: Store, bin_days: int | None, held_for: timedelta
) -> None:
    await put(store, "done", bin_days=bin_days)

    assert await store.steps.in_bins(NOW + held_for) == (
        [] if bin_days != 0 else await store.steps.done_since(NOW)
    )
    if held_for:
        assert len(await store.steps.in_bins(NOW + held_for - timedelta(microseconds=1))) == 1


# what follows


async def test_a_pending_after_step_counts_its_attempts_and_an_ended_one_stays(store: Store) -> None:
    await put(store, "done")
    [first, second] = await store.steps.pending()

    await store.steps.after(first, "pending", "Jellyfin still shows it", LATER)
    [again, _] = await store.steps.pending()
    assert again.attempts == 1
    await store.steps.after(again, "done", "", LATER)
    assert [row.kind for row in await store.steps.pending()] == [second.kind]
    before = await everything(store)

    await store.steps.after(first, "pending", "late", LATER)
    await store.steps.after(first, "dropped", "late", LATER)

    assert await everything(store) == before


async def test_what_follows_is_set_pending_once(store: Store) -> None:
    one = await put(store, "unverified")

    await store.steps.gone(one, LATER, ["jellyfin", "jellyfin"])

    assert [row.kind for row in await store.steps.pending()] == ["jellyfin"]


# approvals


async def test_an_approval_holds_for_its_schedule_and_until_its_end(store: Store) -> None:
    await store.approvals.approve("old", {"a": (1, 2)}, NOW, LATER)

    assert await store.approvals.in_force("old", NOW) == {"a": (1, 2)}
    assert await store.approvals.in_force("other", NOW) == {}
    assert await store.approvals.in_force("old", LATER) == {}


async def test_approved_again_the_newer_approval_holds(store: Store) -> None:
    await store.approvals.approve("old", {"a": (1,)}, NOW, LATER)
    await store.approvals.approve("old", {"a": (2,)}, NOW, LATER + timedelta(days=1))

    assert await store.approvals.in_force("old", LATER) == {"a": (2,)}


@pytest.mark.parametrize(
    ("state", "used"),
    [("done", True), ("unverified", True), ("failed", False), ("skipped", False), ("abandoned", False)],
)
async def test_an_approval_is_good_for_one_deletion(store: Store, state: State, used: bool) -> None:
    key = "movie:tmdb:603@radarr"
    await store.approvals.approve("old", {key: (6030,), "another": (1,)}, NOW, LATER)

    await put(store, state)

    left = await store.approvals.in_force("old", NOW)
    assert (key not in left) is used
    assert "another" in left


# going live


async def went_live(store: Store, *modes: str) -> list[str | None]:
    return [await store.approvals.went_live(mode, NOW) for mode in modes]


async def test_a_change_of_mode_is_told_once(store: Store) -> None:
    told = await went_live(store, "preview", "preview", "announce", "announce", "clean", "preview", "clean")

    assert told == [None, None, "preview", None, "announce", "clean", "preview"]


@pytest.mark.parametrize("mode", ["announce", "clean"])
async def test_leaving_preview_forgets_what_it_promised_and_what_was_approved(
    store: Store, mode: str
) -> None:
    for simulated in (True, False):
        promise = Promise(f"{simulated}", "old", NOW, LATER, NOW, simulated=simulated)
        await store.promises.replace(simulated, [promise])
    await store.baseline.set_schedule_mark("old", ScheduleMark(approved=True))
    await store.approvals.approve("old", {"a": (1,)}, NOW, LATER)

    await went_live(store, mode)

    assert (await store.baseline.marks(NOW, True)).promises == {}
    assert list((await store.baseline.marks(NOW, False)).promises) == ["False"]
    assert not (await store.baseline.schedule_marks())["old"].approved
    assert await store.approvals.in_force("old", NOW) == {}


async def test_from_announce_to_clean_everything_stands(store: Store) -> None:
    await went_live(store, "announce")
    await store.promises.replace(False, [Promise("a", "old", NOW, LATER, NOW, simulated=False)])
    await store.baseline.set_schedule_mark("old", ScheduleMark(approved=True))
    await store.approvals.approve("old", {"a": (1,)}, NOW, LATER)

    await went_live(store, "clean")

    assert list((await store.baseline.marks(NOW, False)).promises) == ["a"]
    assert (await store.baseline.schedule_marks())["old"].approved
    assert await store.approvals.in_force("old", NOW) == {"a": (1,)}


async def test_a_step_is_read_as_it_was_written(store: Store) -> None:
    whole = body(
        7,
        jellyfin=(("i1", "/m/a.mkv"),),
        vanishing=("i1",),
        seerr=((3, "2025-03-01T04:00:00+00:00", 9),),
        witnesses=("/m/b",),
        seen_root="/m",
        only_4k=True,
    )

    [planned] = await store.steps.plan([step(7, body=whole, bin_days=0, storage=None)])

    assert planned.body == whole
    assert (planned.bin_days, planned.storage, planned.due_at) == (
        0,
        None,
        NOW,
    )
