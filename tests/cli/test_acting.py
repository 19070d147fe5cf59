"""Verbs that act: what they end with, and one story over a pretend home from the first look to the way back."""

import json
import re
import sqlite3
import stat
import tarfile
from contextlib import closing
from datetime import UTC, datetime

import pytest
from anyio.from_thread import start_blocking_portal
from test_asking_the_daemon import TITLE, made, ok, refused

from keepercheky.app import opening
from keepercheky.cleanup import follow
from keepercheky.demo import open_home
from keepercheky.store.lock import Lock

RUN = {
    "id": "20260301T040000000-4f2a1c", "schedule": "old_media", "trigger": "manual", "mode": "clean",
    "due_at": "2026-03-01T04:00:00Z", "started_at": "2026-03-01T04:00:00Z", "ended_at": "2026-03-01T04:01:00Z",
    "outcome": "success", "reason": None, "totals": {}, "refusals": [], "gaps": [], "by_reason": [],
}  # fmt: skip
STEP = {
    "key": "movie:tmdb:1@radarr", "service": "radarr", "kind": "movie", "title": "Heat", "year": 1995, "season": None,
    "episode": None, "size_bytes": 12 * 10**9, "frees_bytes": 12 * 10**9, "storage": "media", "state": "done",
    "reason": None, "recycle_bin_days": None, "planned_at": None, "acting_at": None, "ended_at": None,
}  # fmt: skip
REFUSAL = {"id": "paused", "because": "everything is paused", "remedy": "run `keepercheky resume`"}


def over(outcome="success", **more):
    run = RUN | {"outcome": outcome} | more.pop("run", {})
    answer = {
        "run": run,
        "preview_only": False,
        "going_live": None,
        "steps": [],
        "waiting": [],
        "would_delete": [],
    }
    return answer | more


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (over(steps=[STEP]), 0, "Deleted: 1 movie, 12.0 GB."),
        (over(), 0, "Deleted nothing."),
        (
            over("partial", steps=[STEP, STEP | {"state": "failed", "reason": "radarr would not"}]),
            1,
            "radarr would not",
        ),
        (over("failed", run={"reason": "radarr: it broke"}), 1, "radarr: it broke."),
        (over("skipped", run={"reason": "stopped"}), 1, "KeeperCheky was stopped."),
        (
            over("waiting", run={"reason": "approve_first"}, waiting=[TITLE]),
            3,
            "the schedule's first deletions want a look: `keepercheky approve old_media`.",
        ),
        (over("refused", run={"refusals": [REFUSAL]}), 3, "→ run `keepercheky resume`."),
        (
            over(run={"mode": "preview"}, would_delete=[TITLE], preview_only=True),
            0,
            "This version only previews, whatever `mode` says.",
        ),
        (over(run={"mode": "announce"}, would_delete=[TITLE]), 0, "Would be deleted: 1 movie"),
        (
            over(going_live={"titles": 33, "not_before": "2026-03-15T04:00:00Z"}),
            0,
            "33 items are announced today; nothing is deleted before Sun 15 Mar 2026.",
        ),
    ],
)
def test_clean_ends_as_its_run_did(desk, stub, answer, code, said):
    server = stub(
        {"/clean": ok(answer), "/approve": ok(answer | {"approved": ["x"], "until": RUN["due_at"]})}
    )

    for_people, for_programs = desk("clean", "old_media"), desk("clean", "old_media", "--json")
    approved = desk("approve", "old_media", "--all")

    assert (for_people.exit_code, for_programs.exit_code, approved.exit_code) == (code, code, code)
    assert said in for_people.stdout
    assert said in approved.stdout
    assert "Approved: 1 item, good until Sun 1 Mar 2026." in approved.stdout
    assert json.loads(for_programs.stdout) == answer
    assert server.asked == ["/api/v1/clean", "/api/v1/clean", "/api/v1/approve"]


def test_a_review_lists_what_waits_and_says_how_to_go_on(desk, stub):
    due = [
        TITLE | {"approved": False},
        TITLE | {"taken": False, "key": "movie:tmdb:2@radarr", "approved": True},
    ]
    review = {
        "schedule": "old_media", "taken_at": RUN["due_at"], "mode": "clean", "outcome": "waiting", "reason": "look",
        "refusals": [], "titles": due,
    }  # fmt: skip
    server = stub({"/approve": ok(review)})

    told = desk("approve", "old_media")

    assert told.exit_code == 3
    assert re.search(
        r"Would go today: 1 movie.*movie:tmdb:1@radarr.*Due, and not for today.*approved",
        told.stdout,
        re.DOTALL,
    )
    assert "keepercheky approve old_media --all" in told.stdout
    assert json.loads(desk("approve", "old_media", "--json").stdout) == review
    server.answers["/approve"] = ok(review | {"outcome": "nothing", "titles": []})
    assert desk("approve", "old_media").exit_code == 0
    server.answers["/approve"] = ok(review | {"outcome": "refused", "refusals": [REFUSAL], "titles": []})
    assert desk("approve", "old_media").exit_code == 3


def test_a_stopped_approval_says_why(desk, stub):
    stub({"/approve": ok({"run": None, "approved": [], "until": None, "refusals": [REFUSAL]})})

    told = desk("approve", "old_media", "movie:tmdb:1")

    assert told.exit_code == 3
    assert "everything is paused." in told.stdout


@pytest.mark.parametrize(("complete", "code"), [(True, 0), (False, 1)])
def test_undo_ends_with_one_when_something_is_left(desk, stub, complete, code):
    parts = [
        {"what": "keep", "outcome": "done", "says": "Kept by hand for 90 days"},
        {"what": "entry", "outcome": "done" if complete else "failed", "says": "It says so"},
    ]
    answer = {"titles": [STEP | {"complete": complete, "parts": parts}]}
    stub({"/undo": ok(answer)})

    told, as_json = desk("undo", RUN["id"]), desk("undo", RUN["id"], "--search", "--json")

    assert (told.exit_code, as_json.exit_code) == (code, code)
    assert "Heat (1995) · movie:tmdb:1@radarr" in told.stdout
    assert ("Of 1 item something is left to do." in told.stdout) is not complete
    assert json.loads(as_json.stdout) == answer


def test_what_does_not_match_or_make_sense_is_told_as_by_the_daemon(desk, stub):
    stub(
        {
            "/undo": refused(404, "no_match"),
            "/approve": refused(400, "usage"),
            "/clean": refused(400, "usage"),
        }
    )

    assert desk("undo", "x").exit_code == 1
    assert desk("approve", "x").exit_code == 2
    assert desk("clean", "x").exit_code == 2


def test_a_pause_is_told_with_who_and_when(desk, stub):
    pause = {"paused": True, "by": "ana", "at": RUN["due_at"], "changed": True, "running": "old_media"}
    server = stub({"/pause": ok(pause), "/resume": ok(pause | {"changed": False})})

    assert "The run of old_media that is under way stops before its next deletion." in desk("pause").stdout
    server.answers["/pause"] = ok(pause | {"changed": False, "running": None})
    assert "Paused already by ana, since Sun 1 Mar 2026, 05:00." in desk("pause").stdout
    assert desk("resume").stdout == "Nothing was paused.\n"


def test_history_tells_what_became_of_each_item(desk, stub):
    steps = [STEP, STEP | {"state": "skipped", "reason": "paused", "title": "Alien"}]
    run = RUN | {"steps": steps, "totals": {"deleted": 1, "freed_bytes": 12 * 10**9, "skipped": 1, "keep": 3}}
    server = stub({"/history": ok({"runs": [run]}), f"/history/{RUN['id']}": ok(run)})

    everything, one = desk("history"), desk("history", RUN["id"])

    for told in (everything, one):
        assert "1 deleted (12.0 GB freed), 1 kept back, 3 kept" in told.stdout
        assert f"run {RUN['id']}" in told.stdout
        assert re.search(r"kept back +Alien \(1995\) +12.0 GB +paused", told.stdout)
    assert json.loads(desk("history", RUN["id"], "--json").stdout) == run
    assert server.asked[1] == f"/api/v1/history/{RUN['id']}"


def test_the_first_plan_after_preview_says_what_it_announces(desk, stub):
    leaving = TITLE | {
        "verdict": "leaving", "taken": False, "announced_at": "2025-11-20T04:00:00Z",
        "promised_until": "2025-12-04T04:00:00Z",
    }  # fmt: skip
    said = "1 item is announced today; nothing is deleted before Thu 4 Dec 2025."
    schedules = [{"id": "old_media", "goes_live": True}]
    server = stub(
        {"/plan": ok(made("ready", "clean", titles=[leaving])), "/status": ok({"schedules": schedules})}
    )

    assert said in desk("plan", "old_media").stdout
    server.answers["/status"] = ok({"schedules": [{"id": "old_media", "goes_live": False}]})
    assert said not in desk("plan", "old_media").stdout
    server.answers["/plan"] = ok(made("ready", "preview", titles=[leaving]))
    assert said not in desk("plan", "old_media").stdout


@pytest.fixture
def home(desk, monkeypatch):
    """A pretend home on real sockets, and settings under which a version that deletes would clean it."""
    monkeypatch.setattr(opening, "PREVIEW_ONLY", False)
    monkeypatch.setattr(follow, "PAUSE_SECONDS", 0.01, raising=False)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(
            open_home(desk.folder / "home", now=lambda: datetime.now(UTC), movies=40, shows=6)
        ) as opened,
    ):
        text = opened.settings_toml(state=desk.state, port=9, cron="0 4 * * *")
        text = re.sub(r'notice( *)= "\d+d"', r'notice\1= "0d"', text)
        text = text.replace('mode   = "preview"', 'mode   = "clean"')
        text = re.sub(r"seasons = .*\n", "", text)
        text = text.replace("[keep]", '[limits]\ntitles = 3\nask_above = "100%"\n[keep]')
        desk.settings.write_text(text)
        desk.settings.chmod(0o600)
        yield opened


def test_from_the_first_look_to_the_way_back(desk, home):
    before = {movie.tmdb_id for movie in home.world.movies.values()}

    waits, review = desk("clean", "old_media"), desk("approve", "old_media", "--json")
    assert (waits.exit_code, review.exit_code) == (3, 3)
    assert "Waits for approval: 3 movies" in waits.stdout
    taken = [title["key"] for title in json.loads(review.stdout)["titles"] if title["taken"]]
    assert {movie.tmdb_id for movie in home.world.movies.values()} == before

    saved = desk("backup", "first.tar")
    assert saved.exit_code == 0, saved.output
    assert desk("pause").exit_code == 0
    held = desk("approve", "old_media", "--all")
    assert (held.exit_code, "run `keepercheky resume`" in held.stdout) == (3, True)
    assert desk("resume").stdout == "Going on with the next run.\n"

    done = desk("approve", "old_media", "--all")
    assert done.exit_code == 0, done.output
    assert "Deleted: 3 movies" in done.stdout
    gone = before - {movie.tmdb_id for movie in home.world.movies.values()}
    assert {f"movie:tmdb:{tmdb}@radarr" for tmdb in gone} == set(taken)

    past = desk("history")
    [run] = re.findall(r"· run (\S+)", past.stdout)
    assert past.stdout.count("\n  deleted ") == 3
    assert desk("history", "nope").exit_code == 1

    back, again = desk("undo", run), desk("undo", run)
    assert (back.exit_code, again.exit_code) == (0, 0), back.output
    assert {movie.tmdb_id for movie in home.world.movies.values()} == before
    assert "It is in radarr already." in again.stdout
    assert desk("undo", "movie:tmdb:1@radarr").exit_code == 1

    restored = desk("restore", "first.tar")
    assert restored.exit_code == 0, restored.output
    assert "keepercheky-before-restore-" in restored.stdout
    assert "· run " not in desk("history").stdout


def test_a_backup_holds_no_key_and_is_never_overwritten(desk):
    desk.write()
    old = '\n# radarr = { api_key = "0123456789abcdef0123456789abcdef" } was the old one\n'
    desk.settings.write_text(desk.settings.read_text() + old)
    assert desk("backup", "x.tar").exit_code == 1  # no state yet
    desk("history")

    wrote, again = desk("backup", "x.tar"), desk("backup", "x.tar")

    assert (wrote.exit_code, again.exit_code) == (0, 2)
    assert "without API keys" in wrote.stdout
    assert "never overwrites" in again.stderr
    assert stat.S_IMODE((desk.folder / "x.tar").stat().st_mode) == 0o600
    whole = (desk.folder / "x.tar").read_bytes()
    assert b"secret" not in whole
    assert b"0123456789abcdef" not in whole
    with tarfile.open(desk.folder / "x.tar") as tar:
        settings = tar.extractfile("keepercheky.toml").read().decode()
    assert 'api_key = "put-your-key-here"' in settings
    assert "# radarr = { api_key = " in settings
    (desk.folder / "back.toml").write_text(settings)
    assert desk("--config", "back.toml", "check", "--offline").exit_code == 0


def test_restore_wants_the_state_to_itself_and_a_file_of_ours(desk):
    desk.write()
    desk("history")
    desk("backup", "x.tar")
    (desk.folder / "text").write_text("no backup")
    lock = Lock.take(desk.state)

    beside_a_daemon = desk("restore", "x.tar")
    lock.release()
    foreign, missing = desk("restore", "text"), desk("restore", "gone.tar")

    assert (beside_a_daemon.exit_code, foreign.exit_code, missing.exit_code) == (1, 1, 2)
    assert "Stop that one first" in beside_a_daemon.stderr
    assert "no backup of KeeperCheky" in foreign.stderr
    with closing(sqlite3.connect(desk.state / "keepercheky.db")) as state:
        assert state.execute("PRAGMA quick_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('services.radarr.api_key = "abcdefgh12345678"', "services.radarr.api_key"),
        ("[services.radarr]\napi_key = '''abcdefgh12345678'''\n", "api_key"),
        ('[services]\nradarr = { api_key = "abcd\\u0065fgh12345678" } # note', "api_key"),
        ('[services.radarr]\napi_key = "x"\nurl = "http://x"\n', 'url = "http://x"'),
        ('name = "a # b abcdefgh12345678"\n[services.radarr]\napi_key = "abcdefgh12345678"', "# b"),
    ],
)
def test_a_key_is_found_however_it_is_written(written, kept):
    from keepercheky.app.settings_copy import without_keys  # noqa: PLC0415 - what is tried here

    clean = without_keys(written, ["abcdefgh12345678"])

    assert "abcdefgh12345678" not in clean
    assert "put-your-key-here" in clean
    assert kept in clean
