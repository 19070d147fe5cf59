"""The API on the socket file: what it answers, and how it says no."""

import io
import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from lived_in import DAY, GB, KEYS, NOW, RESTING, journal, live_in, movie

from keepercheky import logs
from keepercheky.errors import LockedError, Mistake, SettingsError, TimedOut
from keepercheky.store import Sample


def error_of(answer, code):
    """The error in an answer; its shape is always the same."""
    assert answer.status_code == code
    assert answer.headers["content-type"] == "application/json"
    [error] = answer.json().values()
    assert error.keys() == {"kind", "message", "remedy"}
    return error


async def test_a_plan_of_every_schedule_or_of_one(admin):
    everything = (await admin.get("/api/v1/plan")).json()
    one = (await admin.get("/api/v1/plan", params={"schedule": "old_media", "at_free": "10%"})).json()

    assert [plan["schedule"] for plan in everything["plans"]] == ["old_media"]
    assert (one["schedule"], one["outcome"]) == ("old_media", "refused")  # no service answers


async def test_what_was_decided_can_be_asked_for(app, admin):
    await live_in(app.store, NOW, keep=1, undecided=0, leaving=2, taken=1)

    explained = (await admin.get("/api/v1/explain", params={"q": "movie 1"})).json()
    leaving = (await admin.get("/api/v1/leaving")).json()
    history = (await admin.get("/api/v1/history", params={"limit": 1})).json()

    assert [title["key"] for title in explained["titles"]] == ["movie:tmdb:1@radarr"]
    assert leaving["simulated"] is True
    assert [title["promised_until"] for title in leaving["titles"]] == [
        "2025-03-08T12:00:00Z",
        "2025-03-09T12:00:00Z",
    ]
    assert [run["outcome"] for run in history["runs"]] == ["success"]


async def test_status_tells_the_same_as_the_page(app, settings_file, admin):
    settings_file.write_text(settings_file.read_text(encoding="utf-8") + RESTING, encoding="utf-8")
    await app.reload()
    await live_in(app.store, NOW, keep=3, undecided=2, leaving=2, taken=1)
    await journal(app.store, NOW + timedelta(hours=1), "refused", gaps=("jellyfin",))

    told = (await admin.get("/api/v1/status")).json()

    assert (told["version"], told["mode"], told["paused"], told["timezone"]) == (
        "0.1.0",
        "preview",
        False,
        "Europe/Madrid",
    )
    old_media, resting = told["schedules"]
    assert (old_media["id"], old_media["name"], old_media["cron"]) == ("old_media", "Old media", "0 4 * * *")
    assert (old_media["next_due"], old_media["last_success_at"]) == (
        "2025-03-02T03:00:00Z",
        "2025-03-01T12:00:00Z",
    )
    assert old_media["last_run"]["outcome"] == "refused"
    assert (resting["enabled"], resting["next_due"], resting["last_run"]) == (False, None, None)
    assert [(service["name"], service["up"]) for service in told["services"]] == [
        ("radarr", True), ("sonarr", True), ("jellyfin", False), ("jellyseerr", True),
    ]  # fmt: skip
    assert told["services"][2]["last_sync_at"] == "2025-03-01T11:59:50Z"
    [storage] = told["storages"]
    assert (storage["name"], storage["free_bytes"], storage["keep_free_bytes"]) == (
        "media:/movies",
        700 * GB,
        1_000 * GB,
    )
    assert told["titles"]["undecided"] == {"titles": 2, "bytes": 8 * GB}
    assert told["settings"] == {"read_at": "2025-03-01T12:00:00Z", "problem": None}


async def test_a_title_is_kept_and_given_back(app, admin):
    await app.store.mirror.record("old_media", [movie(1)], NOW, "a run")

    asked = {"query": "movie 1", "until_seconds": 86_400, "reason": "for Ana", "by": "ana"}
    kept = await admin.post("/api/v1/keep", json=asked)

    assert kept.json()["until"] == "2025-03-02T12:00:00Z"
    [keep] = await app.store.keeps.all(NOW)
    assert (keep.identity, keep.until, keep.reason, keep.by) == ("movie:tmdb:1", NOW + DAY, "for Ana", "ana")

    back = await admin.post("/api/v1/unkeep", json={"query": "movie 1"})

    assert [title["title"] for title in back.json()["titles"]] == ["Movie 1"]
    assert await app.store.keeps.all(NOW) == ()
    assert error_of(await admin.post("/api/v1/unkeep", json={"query": "movie 1"}), 404)["kind"] == "no_match"


async def test_a_refusal_is_accepted(app, admin):
    refusal = {
        "id": "titles.radarr",
        "because": "fewer",
        "remedy": "look",
        "acceptable": True,
        "facts": {"now": 412},
    }
    await journal(app.store, NOW, "refused", refusals=(refusal,))

    answer = await admin.post("/api/v1/accept", json={"id": "titles.radarr"})

    assert answer.json() == {"accepted": "titles.radarr", "because": "fewer"}
    assert (await app.store.baseline.accepted())["titles.radarr"].facts == {"now": 412}


NO_SENSE = [
    ("plan?shedule=x", "There is no parameter 'shedule'", "It takes schedule, at_free"),
    (
        "plan?schedule=nope",
        "There is no schedule 'nope'",
        "Schedules in the settings: old_media",
    ),
    ("plan?at_free=10", 'at_free: "10" is neither a share nor a size', 'Write a share such as "10%"'),
    ("explain", "The parameter 'q' is missing", "It takes q"),
    (
        "explain?q=",
        "The parameter 'q' cannot be meant: String should have at least 1 character",
        "It takes q",
    ),
    (
        "history?limit=many",
        "The parameter 'limit' cannot be meant: Input should be a valid integer",
        "It takes limit",
    ),
    ("history?limit=0", "The parameter 'limit' cannot be meant", "It takes limit"),
    ("leaving?x=1", "There is no parameter 'x'", "It takes no parameters"),
    ("check?x=1", "There is no parameter 'x'", "It takes no parameters"),
    ("status?x=1", "There is no parameter 'x'", "It takes no parameters"),
]


async def test_a_question_that_makes_no_sense_names_its_parameter(admin):
    for address, message, remedy in NO_SENSE:
        error = error_of(await admin.get(f"/api/v1/{address}"), 400)

        assert error["kind"] == "usage"
        assert error["message"].startswith(message)
        assert error["remedy"].startswith(remedy)


NO_SENSE_POSTED = [
    (b"", "The body is missing"),
    (b"{", "The body is not a JSON object"),
    (b"[1]", "The body is not a JSON object"),
    (b'{"reason": "x"}', "The parameter 'query' is missing"),
    (b'{"query": 5}', "The parameter 'query' cannot be meant: Input should be a valid string"),
    (b'{"query": "x", "until_seconds": "60"}', "The parameter 'until_seconds' cannot be meant"),
    (b'{"query": "x", "until_seconds": -1}', "The parameter 'until_seconds' cannot be meant"),
    (b'{"query": "x", "until_seconds": 99999999999}', "The parameter 'until_seconds' cannot be meant"),
    (b'{"query": "x", "until": 60}', "There is no parameter 'until'"),
]


async def test_a_body_that_makes_no_sense_names_its_parameter(admin):
    for body, message in NO_SENSE_POSTED:
        headers = {"Content-Type": "application/json"}

        error = error_of(await admin.post("/api/v1/keep", content=body, headers=headers), 400)

        assert error["kind"] == "usage"
        assert error["message"].startswith(message)
        assert error["remedy"] == "It takes query, until_seconds, reason, by"


async def test_addresses_that_are_not_there_are_errors_of_the_same_shape(admin):
    for method, address, code in [("GET", "nope", 404), ("GET", "keep", 405), ("POST", "plan", 405)]:
        assert error_of(await admin.request(method, f"/api/v1/{address}"), code)["kind"] == "usage"


async def test_nothing_matches(admin):
    error = error_of(await admin.get("/api/v1/explain", params={"q": "The Matrix"}), 404)

    assert (error["kind"], error["message"]) == ("no_match", "No title matches 'The Matrix'")


TOLD = [
    (TimedOut("radarr", "no answer within 30 s", "look at it"), 502, "service"),
    (LockedError("another process owns the state", "look at it"), 503, "locked"),
    (SettingsError((Mistake("mode", "is wrong", "mend it"),), "the file"), 400, "settings"),
]


async def test_our_errors_keep_their_words(app, admin):
    class Failing:
        """A clock that cannot be read, for want of a better way to fail."""

        def __init__(self, error) -> None:
            self.error = error

        def now(self):
            raise self.error

    for error, code, kind in TOLD:
        app.house = replace(app.house, clock=Failing(error))

        told = error_of(await admin.get("/api/v1/status"), code)

        assert told == {"kind": kind, "message": error.message, "remedy": error.remedy}


async def test_a_state_that_cannot_be_read_is_told(app, admin):
    async with app.store.database.writing() as statements:
        await statements.run("DROP TABLE runs")

    assert error_of(await admin.get("/api/v1/history"), 503)["kind"] == "state"


@pytest.fixture
def log():
    """The lines of the log at level info."""
    root, stream = logging.getLogger(), io.StringIO()
    before = (root.handlers[:], root.level)
    logs.set_up(form="json", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


async def test_what_nobody_foresaw_is_plain_to_the_caller_and_one_line_in_the_log(app, admin, log):
    app.house = replace(app.house, rules=None)

    error = error_of(await admin.get("/api/v1/status"), 500)
    page = await admin.get("/")

    assert error == {
        "kind": "internal",
        "message": "Something went wrong inside KeeperCheky",
        "remedy": "The log says more",
    }
    assert (page.status_code, page.text) == (
        500,
        "Something went wrong inside KeeperCheky. The log says more.\n",
    )
    lines = [line for line in log() if line["event"] == "request_failed"]
    assert [line["path"] for line in lines] == ["/api/v1/status", "/"]
    assert all("AttributeError" in line["error"] and "exception" not in line for line in lines)


async def test_no_key_is_in_any_answer(app, admin):
    await live_in(app.store, NOW)
    questions = ["plan", "check", "status", "history", "leaving", "explain?q=movie", "plan?nope=1"]

    answers = [(await admin.get(f"/api/v1/{question}")).text for question in questions]

    assert not [key for key in KEYS for answer in answers if key in answer]


async def test_the_pages_are_there_too_under_any_host_name(admin):
    for address in ("/", "/health", "/ready", "/metrics"):
        assert (await admin.get(address, headers={"Host": "keepercheky"})).status_code == 200


async def test_a_storage_that_could_not_be_read_says_so(app, admin):
    await app.store.samples.add([Sample("media:/movies", NOW - DAY, 700 * GB, None)])
    await journal(app.store, NOW)  # looked again, and was told nothing

    [storage] = (await admin.get("/api/v1/status")).json()["storages"]

    assert (storage["readable"], storage["total_bytes"], storage["keep_free_bytes"]) == (False, None, None)
