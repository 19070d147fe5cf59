"""The demo as people run it: a process of its own, asked from another, ended by a signal."""

import json
import re
import signal
import socket
import subprocess
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest
from at_the_desk import Desk

pytestmark = pytest.mark.xdist_group("the demo")

SECONDS = 25  # more than a slow machine needs
HOSTILE = {
    "KEEPERCHEKY_SERVICES__RADARR__URL": "http://192.0.2.1:7878",
    "KEEPERCHEKY_SERVICES__RADARR__API_KEY": "the-real-key",
    "KEEPERCHEKY_MODE": "clean",
    "KEEPERCHEKY_STATE__PATH": "/nowhere",
    "KEEPERCHEKY_CONFIG": "/nowhere/keepercheky.toml",
}
PLAN = {
    "plan_id", "schedule", "taken_at", "mode", "outcome", "reason", "refusals", "gaps", "storages", "totals",
    "by_reason", "titles",
}  # fmt: skip
TITLE = {
    "key", "service", "kind", "title", "year", "season", "episode", "episodes", "ids", "size_bytes", "frees_bytes",
    "storage", "verdict", "taken", "because", "findings", "active_at", "expires_at", "announced_at", "promised_until",
}  # fmt: skip


class Running:
    """A demo in a process of its own."""

    def __init__(self, desk, *args: str) -> None:
        self.desk = desk
        self.lines: list[str] = []
        self.process = desk.start("demo", *args, stderr=subprocess.STDOUT)

    def until(self, words: str) -> str:
        """What it says up to a line with these words."""
        deadline = time.monotonic() + SECONDS
        assert self.process.stdout is not None
        while time.monotonic() < deadline:
            line = self.process.stdout.readline()
            if not line:
                break
            self.lines.append(line)
            if words in line:
                return "".join(self.lines)
        raise AssertionError(f"no {words!r}: {''.join(self.lines)}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> str:
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=SECONDS)
        return "".join(self.lines) + rest


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    desk = Desk(tmp_path_factory.mktemp("d"), dict(HOSTILE))
    try:
        running = Running(desk, "--dir", "home", "--port", "0")
        running.until("daily_shows ran")
        yield running
    finally:
        desk.close()


@pytest.fixture
def ask(demo, desk):
    """A verb over the running demo, from this process."""
    settings = demo.desk.folder / "home" / "keepercheky.toml"

    def give(*args: str):
        return desk("--config", str(settings), *args)

    return give


def test_it_says_what_runs_where_to_look_what_it_found_and_how_to_stop(demo):
    said = "".join(demo.lines)

    assert "nothing real is touched" in said
    assert "Preview (dry run)" in said
    assert re.search(r"http://127\.0\.0\.1:\d+/metrics", said)
    assert f"keepercheky --config {demo.desk.folder}/home/keepercheky.toml plan" in said
    assert "Ctrl-C ends it" in said
    assert "old_media ran, done" in said
    assert "Leaving: " in said
    assert "Traceback" not in said


def test_nothing_of_the_environment_reaches_it(demo, ask):
    settings = tomllib.loads((demo.desk.folder / "home" / "keepercheky.toml").read_text())

    assert settings["demo"] is True
    assert {row["level"] for row in json.loads(ask("check", "--json").stdout)["checks"]} <= {"ok", "warning"}
    assert all(service["url"].startswith("http://127.0.0.1:") for service in settings["services"].values())
    assert "the-real-key" not in json.dumps(settings) + "".join(demo.lines)


def test_every_plan_holds_exactly_the_keys_that_scripts_rely_on(ask):
    told = ask("plan", "--json")
    plans = json.loads(told.stdout)["plans"]

    assert told.exit_code == 0
    assert told.stderr == ""
    assert [plan["schedule"] for plan in plans] == ["old_media", "short_lived", "daily_shows"]
    for plan in plans:
        assert plan.keys() == PLAN
        assert plan["mode"] == "preview"
        assert plan["outcome"] in ("ready", "waiting", "refused", "nothing")
        assert plan["totals"].keys() == {
            "keep",
            "undecided",
            "leaving",
            "delete",
            "delete_bytes",
            "frees_bytes",
        }
        assert all(title.keys() == TITLE for title in plan["titles"])
        assert all(row.keys() == {"rule", "titles", "bytes"} for row in plan["by_reason"])
        assert all(
            storage.keys()
            == {
                "name",
                "path",
                "source",
                "free_bytes",
                "total_bytes",
                "effective_free_bytes",
                "keep_free_bytes",
            }
            for storage in plan["storages"]
        )
        found = [finding for title in plan["titles"] for finding in title["findings"]]
        assert all(finding.keys() == {"rule", "says", "because"} for finding in found)
        assert {finding["says"] for finding in found} <= {"keep", "delete", "unknown"}


def test_one_plan_is_one_object_also_in_a_pipe(demo):
    settings = demo.desk.folder / "home" / "keepercheky.toml"

    with demo.desk.start("--config", str(settings), "plan", "old_media", "--json") as asking:
        out, err = asking.communicate(timeout=SECONDS)

    assert (asking.returncode, err) == (0, "")
    assert json.loads(out).keys() == PLAN


def test_the_same_plan_for_people(ask):
    told = ask("plan")

    assert told.exit_code == 0
    assert told.stdout.startswith("old_media · Preview (dry run)\n")
    assert "Leaving · short_lived" in told.stdout
    assert "Not sure, so kept · old_media" in told.stdout
    assert "--json tells everything" in told.stdout


def test_with_less_space_more_would_leave(ask):
    plenty = json.loads(ask("plan", "old_media", "--at-free", "50%", "--json").stdout)
    little = json.loads(ask("plan", "old_media", "--at-free", "1%", "--json").stdout)

    assert plenty["totals"]["leaving"] < little["totals"]["leaving"]


def test_what_leaves_can_be_explained_kept_and_let_go_again(ask):
    leaving = json.loads(ask("leaving", "--json").stdout)["titles"]
    movie = next(title for title in leaving if title["kind"] == "movie" and title["schedule"] == "old_media")
    explained = ask("explain", *movie["title"].split())

    kept = ask("keep", movie["key"], "--until", "30d", "--reason", "for Christmas")
    planned = {row["key"]: row for row in json.loads(ask("plan", "old_media", "--json").stdout)["titles"]}
    gone, again = ask("unkeep", movie["key"]), ask("unkeep", movie["key"])

    assert f"{movie['title']} ({movie['year']}) · leaving" in explained.stdout
    assert kept.exit_code == 0
    assert kept.stdout.startswith("Kept until ")
    assert planned[movie["key"]]["verdict"] == "keep"
    assert re.search(r"by \S+: for Christmas", planned[movie["key"]]["because"])
    assert (gone.exit_code, again.exit_code) == (0, 1)


def test_history_and_leaving_and_health(ask):
    history = ask("history")

    assert re.search(r"old_media +done", history.stdout)
    assert len(json.loads(ask("history", "--limit", "2", "--json").stdout)["runs"]) == 2
    assert "simulated" in ask("leaving").stdout
    assert ask("health").exit_code == 0
    assert ask("check").exit_code == 0


@pytest.mark.parametrize(
    "args", [("explain", "no such title"), ("keep", "no such title"), ("accept", "fewer.x")]
)
def test_no_match(ask, args):
    assert ask(*args).exit_code == 1


def test_the_page_and_the_numbers_are_where_it_says(demo):
    url = re.search(r"http://127\.0\.0\.1:\d+/", "".join(demo.lines))[0]

    with urllib.request.urlopen(url) as page, urllib.request.urlopen(f"{url}metrics") as numbers:
        assert page.status == 200
        assert b"keepercheky_build_info" in numbers.read()


def test_a_second_demo_in_the_same_folder_is_refused(demo):
    told = demo.desk("demo", "--dir", str(demo.desk.folder / "home"))

    assert told.exit_code == 2
    assert "running in" in told.stderr


def test_it_ends_cleanly_stays_where_it_was_put_and_can_be_used_again(demo):
    folder = demo.desk.folder / "home"
    said = demo.end()

    assert demo.process.returncode == 0
    assert said.endswith(f"The demo has ended; {folder} stays.\n")
    assert "Traceback" not in said
    assert sorted(each.name for each in folder.iterdir()) == [
        "demo.json",
        "home",
        "keepercheky.toml",
        "state",
    ]
    assert not (folder / "state" / "keepercheky.sock").exists()

    settings = folder / "keepercheky.toml"
    settings.write_text(settings.read_text().replace('notice = "2d"', 'notice = "5d" # mine'))
    again = Running(demo.desk, "--dir", "home")
    again.until("Ctrl-C ends it")
    runs = json.loads(demo.desk("--config", str(settings), "history", "--json").stdout)["runs"]
    again.end(signal.SIGINT)

    assert again.process.returncode == 0
    assert 'notice = "5d" # mine' in settings.read_text()
    assert len(runs) >= 3


@pytest.fixture
def temporary(desk, tmp_path_factory):
    """Where temporary folders are made. A socket's path has to be short."""
    folder = tmp_path_factory.mktemp("t")
    desk.environ = {"TMPDIR": str(folder), **HOSTILE}
    return folder


def test_without_a_folder_it_leaves_nothing_behind(desk, temporary):
    running = Running(desk, "--titles", "5")
    said = running.until("Ctrl-C ends it")
    made = list(temporary.iterdir())
    running.end(signal.SIGINT)

    assert running.process.returncode == 0
    assert [each.name.startswith("keepercheky-") for each in made] == [True]
    assert "5 movies and 1 show" in said
    assert list(temporary.iterdir()) == []


def test_ended_while_it_is_built_it_leaves_nothing_behind(desk, temporary):
    running = Running(desk, "--titles", "120")
    deadline = time.monotonic() + SECONDS
    while (
        not list(temporary.glob("*/home")) and running.process.poll() is None and time.monotonic() < deadline
    ):
        time.sleep(0.02)
    running.end()

    assert running.process.returncode == 0
    assert list(temporary.iterdir()) == []


def test_only_the_services(desk):
    running = Running(desk, "--dir", "s", "--services-only")
    running.until("Ctrl-C ends it")
    settings = tomllib.loads((desk.folder / "s" / "keepercheky.toml").read_text())
    radarr = settings["services"]["radarr"]
    request = urllib.request.Request(
        f"{radarr['url']}/api/v3/system/status", headers={"X-Api-Key": radarr["api_key"]}
    )
    with urllib.request.urlopen(request) as answer:
        status = json.load(answer)
    said = running.end()

    assert running.process.returncode == 0
    assert status["appName"] == "Radarr"
    assert radarr["url"] in said
    assert radarr["api_key"] in said
    assert not (desk.folder / "s" / "state").exists()


def test_somebody_elses_folder_is_not_touched(desk):
    (desk.folder / "media").mkdir()
    desk.write()

    told = desk("demo", "--dir", str(desk.folder))

    assert told.exit_code == 2
    assert "other things than a demo" in told.stderr
    assert sorted(each.name for each in desk.folder.iterdir()) == ["keepercheky.toml", "media"]


def test_a_port_that_was_asked_for_and_is_taken(desk):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        running = Running(desk, "--port", str(taken.getsockname()[1]), "--titles", "5")
        said, _ = running.process.communicate(timeout=SECONDS)

    assert running.process.returncode == 2
    assert "Nothing can listen on" in said
    assert "Traceback" not in said


def test_the_daemon_itself_starts_without_its_services_and_ends_cleanly(desk):
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
    desk.write(port=port)
    with desk.start("serve") as process:
        first = process.stdout.readline()
        well = desk("health")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=SECONDS)

    assert first == f"KeeperCheky previews and deletes nothing. Look at http://127.0.0.1:{port}/\n"
    assert well.exit_code == 0
    assert process.returncode == 0
    assert all(json.loads(line) for line in log.splitlines())
    assert {each.name for each in desk.state.iterdir()} == {"keepercheky.db", "keepercheky.lock"}
