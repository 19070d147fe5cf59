"""No daemon runs: settings are looked over, and questions are answered in this process, alone with the state."""

import json
import socket
import sqlite3
import stat
import subprocess
import sys

import anyio
import pytest
from at_the_desk import DEAD_PORT

from keepercheky.cli import client


def test_init_writes_a_file_that_passes_check_offline_without_a_warning(desk):
    made = desk("init")
    checked = desk("check", "--offline")

    assert made.exit_code == 0
    assert "keepercheky check" in made.output
    assert stat.S_IMODE(desk.settings.stat().st_mode) == 0o600
    assert checked.exit_code == 0
    assert checked.output == "The settings are fine (keepercheky.toml).\n"
    assert [each.name for each in desk.folder.iterdir()] == ["keepercheky.toml"]


def test_init_never_overwrites(desk):
    desk.settings.write_text("mine")

    again = desk("init", str(desk.folder))

    assert again.exit_code == 2
    assert "already" in again.stderr
    assert desk.settings.read_text() == "mine"


def test_check_offline_needs_no_state_and_no_service(desk):
    desk.write()

    checked = desk("check", "--offline", "--json")

    assert checked.exit_code == 0
    assert {row["level"] for row in json.loads(checked.stdout)["checks"]} <= {"warning"}
    assert not desk.state.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mode = [\n", "not TOML"),
        ('colour = "red"\nmode = "delete"\n', "3 mistakes in keepercheky.toml"),
    ],
)
@pytest.mark.parametrize("verb", ["plan", "check", "serve", "leaving"])
def test_settings_with_mistakes_end_every_verb_with_two(desk, verb, text, said):
    desk.settings.write_text(text)

    told = desk(verb)

    assert told.exit_code == 2
    assert said in told.stderr
    assert told.stdout == ""


def test_mistakes_are_json_too(desk):
    desk.settings.write_text('colour = "red"\nmode = "delete"\n')

    told = desk("check", "--offline", "--json")

    assert told.exit_code == 2
    assert [(row["what"], row["level"]) for row in json.loads(told.stdout)["checks"]] == [
        ("colour", "failed"),
        ("mode", "failed"),
        ("services", "failed"),
    ]


@pytest.mark.parametrize("verb", ["plan", "check", "serve", "history"])
def test_no_settings_at_all_say_how_to_get_some(desk, verb):
    told = desk(verb)

    assert told.exit_code == 2
    assert "keepercheky init" in told.stderr


def test_a_service_that_is_down_stops_the_plan_for_safety(desk):
    desk.write()

    told = desk("plan")

    assert told.exit_code == 3
    assert "Stopped for safety" in told.stdout
    assert "radarr is not answering" in told.stdout
    assert "→" in told.stdout
    assert "secret" not in told.output
    assert told.stderr == ""


def test_of_several_plans_the_highest_exit_code_counts_and_json_stays_json(desk):
    desk.write()

    told = desk("plan", "--json")

    assert told.exit_code == 3
    assert [plan["outcome"] for plan in json.loads(told.stdout)["plans"]] == ["refused"]


def test_check_says_what_is_down_and_ends_with_one(desk):
    desk.write()

    told = desk("check")

    assert told.exit_code == 1
    assert "services.radarr" in told.stdout
    assert "failed" in told.stdout


def test_the_mode_of_the_settings_is_not_promised(desk):
    desk.settings.write_text(desk.write().read_text().replace('"preview"', '"clean"'))

    told = desk("plan")

    assert "only previews" in told.stderr
    assert "Preview (dry run)" in told.stdout


@pytest.mark.parametrize(
    "args", [["explain", "heat"], ["keep", "heat"], ["unkeep", "heat"], ["accept", "fewer.x"]]
)
def test_nothing_matches_and_the_verb_ends_with_one(desk, args):
    desk.write()

    told = desk(*args)

    assert told.exit_code == 1
    assert "→" in told.stderr
    assert told.stdout == ""


def test_before_the_first_run_there_is_no_history_and_nothing_leaves(desk):
    desk.write()

    assert "No run yet" in desk("history").output
    assert desk("leaving").output == "Nothing is leaving.\n"
    assert json.loads(desk("history", "--json").stdout) == {"runs": []}


def test_a_schedule_that_is_not_there_names_those_that_are(desk):
    desk.write()

    told = desk("plan", "new_media")

    assert told.exit_code == 2
    assert "old_media" in told.stderr


def test_health_without_a_daemon_is_one_and_says_why(desk):
    desk.write()

    told = desk("health")

    assert told.exit_code == 1
    assert "keepercheky serve" in told.stderr


def test_a_socket_that_was_left_behind_is_nobody(desk):
    desk.write()
    desk.state.mkdir()
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(desk.state / "keepercheky.sock"))

    assert desk("history").exit_code == 0


def test_a_state_folder_that_cannot_be_made(desk):
    (desk.folder / "file").write_text("")
    desk.write(state=desk.folder / "file" / "state")

    told = desk("history")

    assert told.exit_code == 1
    assert "cannot be used for the state" in told.stderr
    assert "→" in told.stderr


def test_a_state_file_that_is_none(desk):
    desk.write()
    desk.state.mkdir()
    (desk.state / "keepercheky.db").write_text("no database, but long enough to look like one " * 100)

    told = desk("history")

    assert told.exit_code == 1
    assert "not a KeeperCheky state file" in told.stderr


def test_a_state_file_of_a_newer_version(desk):
    desk.write()
    desk("history")
    database = sqlite3.connect(desk.state / "keepercheky.db")
    database.execute("PRAGMA user_version = 99")
    database.close()

    told = desk("history")

    assert told.exit_code == 1
    assert "newer KeeperCheky" in told.stderr


def test_a_state_that_another_process_holds(desk, monkeypatch):
    monkeypatch.setattr(client, "START_SECONDS", 0.2)
    desk.write()
    desk.state.mkdir()
    hold = "import sys; from pathlib import Path; from keepercheky.store.lock import Lock; "
    hold += "kept = Lock.take(Path(sys.argv[1])); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(desk.state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        holder.stdout.readline()

        told = desk("history")

        holder.communicate("\n")
    assert told.exit_code == 1
    assert f"process {holder.pid}" in told.stderr
    assert "→ Stop that one first" in told.stderr


def test_a_state_that_somebody_else_may_enter(desk, monkeypatch):
    async def refuse(_path: object) -> None:
        raise PermissionError(13, "Permission denied")

    desk.write()
    monkeypatch.setattr(anyio, "connect_unix", refuse)

    told, health = desk("history"), desk("health")

    assert told.exit_code == 1
    assert "You may not open" in told.stderr
    assert "→ Run this as the user" in told.stderr
    assert health.exit_code == 1


def test_a_port_that_is_taken_keeps_the_daemon_from_starting(desk):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        desk.write(port=taken.getsockname()[1])

        told = desk("serve")

    assert told.exit_code == 2
    assert "[web] bind" in told.stderr
    assert not (desk.state / "keepercheky.sock").exists()


@pytest.mark.parametrize(
    ("web", "where"),
    [
        ('bind = "0.0.0.0:8484"', "http://ADDRESS-OF-THIS-MACHINE:8484/"),
        ('bind = "[::]:8484"\nbase_path = "/kc"', "http://ADDRESS-OF-THIS-MACHINE:8484/kc/"),
        ('bind = "0.0.0.0:8484"\npublic_url = "https://kc.example.org"', "https://kc.example.org"),
        ('bind = "127.0.0.1:8484"', "http://127.0.0.1:8484/"),
    ],
)
def test_serve_says_where_to_look(desk, monkeypatch, web, where):
    async def start(load, _environ, *, say):
        load()
        say("http://127.0.0.1:8484/")

    monkeypatch.setattr("keepercheky.cli.serve.run_daemon", start)
    desk.settings.write_text(desk.write().read_text().replace(f'bind = "127.0.0.1:{DEAD_PORT}"', web))

    told = desk("serve")

    assert told.stdout == f"KeeperCheky previews and deletes nothing. Look at {where}\n"


def test_what_nobody_foresaw_is_one_plain_line_without_keys(desk, monkeypatch):
    desk.write()

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("a-key-that-is-secret\nwas wrong")

    monkeypatch.setattr("keepercheky.cli.check.ask", fail)

    told = desk("check")

    assert told.exit_code == 1
    assert len(told.stderr.splitlines()) == 1
    assert "RuntimeError: *** was wrong" in told.stderr
    assert "--debug" in told.stderr


@pytest.mark.parametrize("how", ["option", "variable"])
def test_where_it_came_from_is_told_at_level_debug_and_still_without_keys(desk, monkeypatch, how):
    desk.write()

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("a-key-that-is-secret")

    monkeypatch.setattr("keepercheky.cli.history.ask", fail)
    desk.environ = {"KEEPERCHEKY_LOG__LEVEL": "debug"} if how == "variable" else {}
    monkeypatch.setattr("keepercheky.cli.history.ask", lambda desk, *_, **__: (desk.load(), fail()))

    result = desk.with_traceback(*(["--debug"] if how == "option" else []), "history")

    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "a-key-that-is-secret" not in result.output
