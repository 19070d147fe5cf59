"""The page and the API where deletions are real: pauses, approvals, what was announced, what was deleted."""

from datetime import timedelta

import pytest
from lived_in import DAY, GB, NOW, journal, live_in, movie
from test_page import look

from keepercheky.app import opening


@pytest.fixture
def settings_file(settings_file, monkeypatch):
    """The mode is clean, in a version that may."""
    monkeypatch.setattr(opening, "PREVIEW_ONLY", False)
    settings_file.write_text('mode = "clean"\n' + settings_file.read_text(encoding="utf-8"), encoding="utf-8")
    return settings_file


async def test_a_pause_names_who_and_since_when(admin, pages, clock):
    await admin.post("/api/v1/pause", json={"by": "<ana>"})
    clock.at += timedelta(hours=1)

    told, status = await look(pages), (await admin.get("/api/v1/status")).json()

    assert "Everything is paused by <ana> since Sat 1 Mar, 13:00. Run keepercheky resume." in told
    assert (status["paused"], status["paused_by"], status["paused_at"]) == (
        True,
        "<ana>",
        "2025-03-01T12:00:00Z",
    )
    await admin.post("/api/v1/resume", json={"by": "ana"})
    assert "paused" not in await look(pages)
    assert (await admin.get("/api/v1/status")).json()["paused_by"] is None


async def test_what_waits_for_approval_needs_a_look(app, pages):
    await live_in(app.store, NOW, taken=2)
    await journal(
        app.store,
        NOW + timedelta(hours=1),
        "waiting",
        mode="clean",
        reason="approve_first",
        totals={"delete": 2},
    )

    told = await look(pages)

    assert "Needs a look Old media: waiting for approval" in told
    assert "the schedule's first deletions want a look: keepercheky approve old_media." in told
    assert "A clean run today would delete 2 items" in told


async def test_the_first_run_after_preview_is_told_until_the_next(app, pages, clock):
    row = movie(1, "leaving", announced_at=NOW, promised_until=NOW + 14 * DAY)
    await app.store.mirror.record("old_media", [row], NOW, "a run")
    await journal(app.store, NOW - DAY, mode="preview", totals={"announced": 5})
    await journal(app.store, NOW, mode="clean", totals={"announced": 1, "deleted": 0})

    assert "1 item is announced today; nothing is deleted before Sat 15 Mar." in await look(pages)
    clock.at = NOW + DAY
    assert "1 item was announced on Sat 1 Mar; nothing is deleted before Sat 15 Mar." in await look(pages)

    await journal(app.store, NOW + DAY, mode="clean", totals={"announced": 1, "deleted": 0})
    assert "nothing is deleted before" not in await look(pages)


async def test_a_run_that_was_stopped_leaves_the_first_one_to_come(app, admin, pages):
    await journal(app.store, NOW - DAY, mode="preview", totals={"announced": 5})
    await journal(app.store, NOW, "refused", mode="clean")

    [schedule] = (await admin.get("/api/v1/status")).json()["schedules"]

    assert schedule["goes_live"] is True
    assert "announced today" not in await look(pages)


async def test_the_last_runs_tell_what_they_deleted(app, admin, pages):
    totals = {"deleted": 5, "freed_bytes": 41 * GB, "failed": 1, "skipped": 2, "delete": 8}
    run = await journal(app.store, NOW, "partial", mode="clean", totals=totals)

    assert "5 deleted (41 GB), 1 failed, 2 kept back, 8 may go" in await look(pages)
    one = (await admin.get(f"/api/v1/history/{run.id}")).json()
    assert (one["id"], one["steps"], one["totals"]) == (run.id, [], totals)


async def test_questions_that_act_name_their_parameters(admin):
    for address, body, message in [
        ("pause", {"for": "1h"}, "There is no parameter 'for'"),
        ("resume", {"by": 1}, "The parameter 'by' cannot be meant"),
        ("clean", {}, "The parameter 'schedule' is missing"),
        ("clean", {"schedule": "nope"}, "There is no schedule 'nope'"),
        ("approve", {"schedule": "old_media"}, "Either all is true or keys are named"),
        ("undo", {"what": "x", "search": 1}, "The parameter 'search' cannot be meant"),
    ]:
        answer = await admin.post(f"/api/v1/{address}", json=body)
        assert (answer.status_code, answer.json()["error"]["kind"]) == (400, "usage")
        assert answer.json()["error"]["message"].startswith(message)


async def test_nothing_that_acts_is_at_the_port(pages):
    for address in ("pause", "resume", "clean", "approve", "undo"):
        assert (await pages.post(f"/api/v1/{address}", json={})).status_code in (404, 405)
