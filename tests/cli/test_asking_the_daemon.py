"""A daemon runs: questions go over its socket, and whatever it answers ends in a message and an exit code."""

import json
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from keepercheky.cli.screen import MOST
from keepercheky.store.lock import Lock

TITLE = {
    "key": "movie:tmdb:1@radarr", "service": "radarr", "kind": "movie", "title": "Heat", "year": 1995, "season": None,
    "episode": None, "episodes": [], "ids": {"tmdb": 1, "imdb": None, "tvdb": None}, "size_bytes": 12 * 10**9,
    "frees_bytes": 12 * 10**9, "storage": "media", "verdict": "delete", "taken": True, "because": "Old", "findings": [],
    "active_at": None, "expires_at": None, "announced_at": None, "promised_until": None,
}  # fmt: skip


def made(outcome: str, mode: str = "preview", **more: object) -> dict[str, object]:
    titles = more.get("titles", [TITLE])
    counts = {
        verdict: sum(row["verdict"] == verdict for row in titles)
        for verdict in ("keep", "undecided", "leaving", "delete")
    }
    return {
        "plan_id": "1", "schedule": "old_media", "taken_at": "2025-11-20T04:00:00Z", "mode": mode, "outcome": outcome,
        "reason": None, "refusals": [], "gaps": [], "storages": [], "by_reason": [], "titles": titles,
        "totals": counts | {"delete_bytes": 12 * 10**9, "frees_bytes": 12 * 10**9},
    } | more  # fmt: skip


def ok(answer: object) -> tuple[int, str]:
    return 200, json.dumps(answer)


def refused(status: int, kind: str) -> tuple[int, str]:
    return status, json.dumps({"error": {"kind": kind, "message": "It cannot be", "remedy": "Do this"}})


@pytest.mark.parametrize(
    ("plans", "code"),
    [
        ([made("ready")], 0),
        ([made("nothing", titles=[])], 0),
        ([made("waiting", reason="it is the first")], 0),
        ([made("waiting", "clean", reason="it is the first")], 3),
        ([made("refused", refusals=[{"id": "x", "because": "radarr is away", "remedy": "mend it"}])], 3),
        ([made("ready"), made("waiting", "clean", reason="much"), made("nothing")], 3),
        ([], 0),
    ],
)
def test_a_plan_ends_with_three_when_stopped_or_waiting_outside_preview(desk, stub, plans, code):
    server = stub({"/plan": ok({"plans": plans})})

    for_people, for_programs = desk("plan"), desk("plan", "--json")

    assert (for_people.exit_code, for_programs.exit_code) == (code, code)
    assert json.loads(for_programs.stdout) == {"plans": plans}
    assert "{" not in for_people.stdout
    assert server.asked == ["/api/v1/plan", "/api/v1/plan"]


def test_one_plan_is_one_object_and_the_amount_is_handed_on(desk, stub):
    server = stub({"/plan": ok(made("ready"))})

    told = desk("plan", "old_media", "--at-free", "10%", "--json")

    assert json.loads(told.stdout) == made("ready")
    assert server.asked == ["/api/v1/plan?schedule=old_media&at_free=10%25"]


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, "usage", 2),
        (400, "settings", 2),
        (404, "no_match", 1),
        (503, "state", 1),
        (503, "locked", 1),
        (502, "service", 1),
        (500, "internal", 1),
    ],
)
def test_what_the_daemon_refuses_is_told_as_it_was_said(desk, stub, status, kind, code):
    stub({"/explain": refused(status, kind)})

    told = desk("explain", "heat", "--json")

    assert told.exit_code == code
    assert told.stderr == "It cannot be.\n→ Do this.\n"
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("status", "text"), [(200, "<html>"), (200, "[]"), (500, ""), (500, '{"error": 3}'), (200, '{"error"')]
)
def test_an_answer_that_makes_no_sense_is_a_plain_message(desk, stub, status, text):
    stub({"/leaving": (status, text)})

    told = desk("leaving")

    assert told.exit_code == 1
    assert "KeeperCheky" in told.stderr


def test_a_daemon_that_goes_away_in_the_middle_is_a_plain_message(desk, stub):
    server = stub({})
    server.go_on.set()

    told = desk("leaving")

    assert told.exit_code == 1
    assert told.stderr.startswith("KeeperCheky stopped answering.")


def test_settings_that_became_wrong_do_not_matter_while_a_daemon_runs(desk, stub):
    stub({"/leaving": ok({"simulated": True, "titles": []})})
    desk.settings.write_text(desk.settings.read_text() + '\ncolour = "red"\n')

    told = desk("leaving")

    assert told.exit_code == 0
    assert told.stdout == "Nothing is leaving.\n"
    assert "colour" in told.stderr
    assert "goes on with the settings it has" in told.stderr


def test_a_daemon_that_is_just_starting_is_waited_for(desk, stub):
    desk.write()
    desk.state.mkdir()
    lock = Lock.take(desk.state)
    starting = threading.Timer(0.5, stub, [{"/leaving": ok({"simulated": True, "titles": []})}])
    starting.start()

    told = desk("leaving")

    starting.join()
    lock.release()
    assert told.exit_code == 0
    assert told.stdout == "Nothing is leaving.\n"


def test_long_lists_are_cut_short_unless_all_is_asked_for(desk, stub):
    many = [
        TITLE | {"title": f"Heat {number}", "taken": False, "verdict": "leaving"}
        for number in range(MOST + 5)
    ]
    stub({"/plan": ok(made("ready", titles=many)), "/leaving": ok({"simulated": True, "titles": many})})

    for verb in ("plan", "leaving"):
        arguments = [verb, "old_media"] if verb == "plan" else [verb]
        short, full = desk(*arguments), desk(*arguments, "--all")

        assert "and 5 more" in short.stdout
        assert f"Heat {MOST + 4}" not in short.stdout
        assert f"Heat {MOST + 4}" in full.stdout


def test_a_title_cannot_move_the_cursor_or_colour_the_terminal(desk, stub):
    evil = TITLE | {"title": "Heat \x1b[2J\x9b31m[red]:boom:\r\n"}
    stub({"/plan": ok(made("ready", titles=[evil]))})

    told = desk("plan", "old_media")

    assert not set("\x1b\x9b\r") & set(told.stdout)
    assert "[red]:boom:" in told.stdout


def test_json_is_utf_8_whatever_a_title_holds(desk, stub):
    odd = TITLE | {"title": "Amélie \udc80"}
    stub({"/plan": ok(made("ready", titles=[odd]))})

    told = desk("plan", "old_media", "--json")

    assert json.loads(told.stdout_bytes)["titles"][0]["title"] == "Amélie \udc80"
    assert "Amélie" in told.stdout


def test_ctrl_c_ends_with_130_and_nothing_else(desk, stub):
    server = stub({})

    with desk.start("plan") as asking:
        assert server.came.wait(20)
        asking.send_signal(signal.SIGINT)
        out, err = asking.communicate(timeout=20)

    assert asking.returncode == 130
    assert (out, err.strip()) == ("", "")


def test_a_pipe_that_closes_early_is_quiet(desk, stub):
    stub({"/plan": ok(made("ready", titles=[TITLE] * 5000))})

    with desk.start("plan", "old_media", "--json") as asking:
        asking.stdout.read(10)
        asking.stdout.close()
        err = asking.stderr.read()

    assert err == ""


def test_health_asks_over_the_socket_and_tells_the_reason(desk, stub):
    server = stub({"/health": ok({"status": "ok"})})
    well = desk("health")
    server.answers["/health"] = (503, json.dumps({"status": "ailing", "reason": "The state is away"}))

    ailing = desk("health")

    assert (well.exit_code, ailing.exit_code) == (0, 1)
    assert "The state is away" in ailing.stderr


def test_health_does_not_wait_for_long(desk, stub, monkeypatch):
    monkeypatch.setattr("keepercheky.cli.health.SECONDS", 0.2)
    stub({})

    told = desk("health")

    assert told.exit_code == 1
    assert "does not answer within" in told.stderr


def test_a_typing_error_in_the_settings_makes_no_daemon_unwell(desk, stub):
    stub({"/health": ok({"status": "ok"})})
    desk.settings.write_text(desk.settings.read_text() + '\ncolour = "red"\n')

    assert desk("health").exit_code == 0


def test_health_asks_at_the_port_where_there_is_no_socket(desk):
    class Well(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests read standard error."""

    with HTTPServer(("127.0.0.1", 0), Well) as server:
        answering = threading.Thread(target=server.handle_request)
        answering.start()
        desk.write(port=server.server_port)

        told = desk("health")

        answering.join()
    assert told.exit_code == 0


def test_the_spinner_is_for_terminals_only(desk, stub):
    stub({"/plan": ok(made("nothing", titles=[]))})
    plain = desk.start("plan", "old_media")

    on_a_terminal = subprocess.run(
        ["script", "-qec", f"{sys.executable} -m keepercheky plan old_media > out.txt", "/dev/null"],
        check=True, cwd=desk.folder, capture_output=True, text=True, timeout=30, env={"TERM": "xterm", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip

    assert "Asking your services" not in "".join(plain.communicate())
    assert "Asking your services" in on_a_terminal.stdout
    assert "Asking" not in (desk.folder / "out.txt").read_text()
