"""What the log says, how, and what it never says."""

import io
import json
import logging
import warnings

import pytest
import structlog

from keepercheky import logs
from keepercheky.errors import Unreachable


@pytest.fixture
def lines(monkeypatch):
    """Set the log up, and read what it wrote."""
    streams = []
    root = logging.getLogger()
    before = (root.handlers[:], root.level)

    def set_up(**options):
        streams.append(io.StringIO())
        logs.set_up(stream=streams[-1], **({"form": "json"} | options))

        def read():
            return [json.loads(line) for line in streams[-1].getvalue().splitlines()]

        read.stream = streams[-1]
        return read

    yield set_up
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def fail(error):
    raise error


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_line_is_json_with_its_time_level_and_event_first(lines):
    read = lines()

    logs.get_logger().info("run_started", schedule="old_media", titles=3, share=0.5, enabled=True, none=None)

    [line] = read()
    assert list(line)[:3] == ["ts", "level", "event"]
    assert line["ts"].endswith("Z")
    assert line["level"] == "info"
    assert line["event"] == "run_started"
    assert line["schedule"] == "old_media"
    assert (line["titles"], line["share"], line["enabled"], line["none"]) == (3, 0.5, True, None)


def test_before_a_terminal_a_line_is_for_people():
    logs.set_up(form="auto", stream=(terminal := Terminal()))
    logs.get_logger().info("run_started", schedule="old_media")
    logs.set_up(form="auto", stream=(pipe := io.StringIO()))
    logs.get_logger().info("run_started", schedule="old_media")

    assert "run_started" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    assert json.loads(pipe.getvalue())["event"] == "run_started"


def test_lines_for_people_can_be_asked_for(lines):
    read = lines(form="console")

    logs.get_logger().info("run_started", schedule="old_media", api_key="abcdef")

    assert "schedule=old_media" in read.stream.getvalue()
    assert "abcdef" not in read.stream.getvalue()


def test_within_a_run_every_line_says_which(lines):
    read = lines()

    with logs.of_run("r1", schedule="old"):
        logs.get_logger().info("inside")
        logging.getLogger("croniter").warning("inside, too")
    logs.get_logger().info("outside")

    assert [(line.get("run_id"), line.get("schedule")) for line in read()] == [
        ("r1", "old"),
        ("r1", "old"),
        (None, None),
    ]


def test_below_the_level_nothing_is_said(lines):
    read = lines(level="warning")

    logs.get_logger().info("quiet")
    logging.getLogger("anything").info("quiet")
    logs.get_logger().warning("loud")

    assert [line["event"] for line in read()] == ["loud"]


def test_setting_up_again_takes_the_new_level(lines):
    log = logs.get_logger()
    lines(level="error")
    log.info("quiet")
    read = lines(level="info")
    log.info("loud")

    assert [line["event"] for line in read()] == ["loud"]


def test_what_libraries_say_is_a_line_like_ours(lines):
    read = lines()

    logging.getLogger("uvicorn.error").warning("Lost the client on %s:%d", "127.0.0.1", 8000)

    [line] = read()
    assert (line["event"], line["level"], line["logger"]) == (
        "Lost the client on 127.0.0.1:8000",
        "warning",
        "uvicorn.error",
    )


def test_uvicorn_gives_up_handlers_of_its_own(lines):
    own = io.StringIO()
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler(own))
    read = lines()

    logging.getLogger("uvicorn").info("once")

    assert own.getvalue() == ""
    assert len(read()) == 1


@pytest.mark.parametrize("name", ["httpx", "httpcore", "aiosqlite", "uvicorn.access", "uvicorn.error"])
def test_libraries_that_say_too_much_are_heard_from_warnings_on(lines, name):
    read = lines(level="debug")

    logging.getLogger(name).info("GET http://radarr/api?apikey=0123456789")
    logging.getLogger(name).warning("trouble")

    assert [line["event"] for line in read()] == ["trouble"]


def test_warnings_of_python_go_to_the_log(lines):
    read = lines()

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old fashioned", stacklevel=1)

    assert "old fashioned" in read()[0]["event"]


def test_a_failure_is_one_line_without_a_traceback(lines):
    read = lines()

    try:
        fail(Unreachable("radarr", "no answer\nfrom there", "Is it running?"))
    except Unreachable:
        logs.get_logger().exception("read_failed", service="radarr")

    [line] = read()
    assert line["error"] == "Unreachable: radarr: no answer from there. Is it running?"
    assert "exception" not in line
    assert "Traceback" not in read.stream.getvalue()


def test_at_level_debug_the_traceback_follows(lines):
    read = lines(level="debug")

    try:
        fail(ValueError("token=0123456789"))
    except ValueError as error:
        logs.get_logger().error("read_failed", exc_info=error)

    [line] = read()
    assert line["error"] == "ValueError: token=***"
    assert line["exception"].startswith("Traceback")
    assert "0123456789" not in read.stream.getvalue()


def test_failures_of_libraries_are_treated_alike(lines):
    read = lines()

    try:
        fail(KeyError())
    except KeyError:
        logging.getLogger("croniter").exception("it broke")

    [line] = read()
    assert (line["event"], line["error"]) == ("it broke", "KeyError")


def test_of_a_group_of_failures_each_is_named(lines):
    read = lines()
    group = ExceptionGroup("two", [ValueError("first"), ExceptionGroup("inner", [KeyError("second")])])

    logs.get_logger().error("run_failed", exc_info=group)
    logs.get_logger().error("nothing_raised", exc_info=True)

    assert read()[0]["error"] == "ValueError: first; KeyError: 'second'"
    assert "error" not in read()[1]


@pytest.mark.parametrize(
    "fields",
    [
        {"api_key": "0123456789"},
        {"apiKey": "0123456789"},
        {"radarr_api_key": "0123456789"},
        {"X-Api-Key": "0123456789"},
        {"token": "0123456789"},
        {"access_token": "0123456789"},
        {"password": "0123456789"},
        {"Authorization": "0123456789"},
        {"headers": {"X-Emby-Token": "0123456789"}},
        {"answers": [{"nested": ({"secret": "0123456789"},)}]},
        {"url": "http://h/api?apikey=0123456789&page=1"},
        {"url": "http://h/api?page=1&ApiKey=0123456789"},
        {"url": "http://h/api?api_key=0123456789"},
        {"url": "http://h/socket?access_token=0123456789"},
        {"url": "http://ana:0123456789@h/api"},
        {"header": 'MediaBrowser Client="x", Token="0123456789"'},
        {"header": "Authorization: Bearer 0123456789"},
        {"body": '{"apiKey": "0123456789"}'},
        {"error": ValueError("password: 0123456789")},
        {"anything": "the key is kn0wn-secret"},
        {"named": {"kn0wn-secret": 1}},
    ],
)
@pytest.mark.parametrize("form", ["json", "console"])
def test_secrets_never_reach_the_log(lines, fields, form):
    read = lines(form=form, secrets=["kn0wn-secret", "no"])

    logs.get_logger().info("asked", **fields)
    logging.getLogger("library").info("asked %s", fields.get("url", "http://h?token=0123456789"))

    written = read.stream.getvalue()
    assert "0123456789" not in written
    assert "kn0wn-secret" not in written
    assert "***" in written


def test_what_is_no_secret_is_left_alone(lines):
    read = lines(secrets=["no"])  # too short to be told from words
    fields = {
        "key": "movie:tmdb:603@radarr",
        "tokens": "3",
        "title": "The Secret in Their Eyes",
        "url": "http://192.168.1.10:7878/api/v3/movie?page=1",
        "note": "nothing known",
    }

    logs.get_logger().info("asked", **fields)

    assert {name: read()[0][name] for name in fields} == fields


def test_a_file_name_that_is_no_text_does_not_stop_the_log(lines):
    read = lines()

    logs.get_logger().info("file_seen", path="/data/\udce9.mkv", title="Años 🎬")

    assert read()[0]["title"] == "Años 🎬"
    read.stream.getvalue().encode()
