"""What systemd is told, as a real datagram socket hears it from the real daemon."""

import os
import signal
import socket
import sqlite3
import time
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime

import anyio
import pytest

from keepercheky.demo import Fault, open_home
from keepercheky.settings import load
from keepercheky.supervisor import Systemd, serve
from tests.runs.conftest import SetClock

PATIENCE = 20.0  # a run that is stuck holds on longer
WATCHDOG = {"WATCHDOG_USEC": "300000", "WATCHDOG_PID": str(os.getpid())}
SETTINGS = """
[services.radarr]
url = "{radarr}"
api_key = "0123456789abcdef0123456789abcdef"
[web]
bind = "127.0.0.1:{port}"
[state]
path = "{state}"
[[schedules]]
id = "old"
cron = "{cron}"
movies = "90d"
"""


class Ear:
    """The socket that systemd would listen on."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.bind(address)
        self.heard: list[list[str]] = []

    def listen(self):
        while True:
            try:
                self.heard.append(self.socket.recv(4096).decode().split("\n"))
            except BlockingIOError:
                return self.heard

    def count(self, begins):
        return sum(line.startswith(begins) for lines in self.listen() for line in lines)

    async def until(self, begins, times=1):
        with anyio.fail_after(PATIENCE):
            while self.count(begins) < times:  # noqa: ASYNC110 - another process would be listened to so, too
                await anyio.sleep(0.01)


@contextmanager
def ear(address):
    made = Ear(address)
    try:
        yield made
    finally:
        made.socket.close()


@pytest.fixture
def systemd(tmp_path):
    with ear(str(tmp_path / "notify")) as made:
        yield made


def write_settings(folder, radarr="http://127.0.0.1:9", cron="0 4 * * *"):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    settings = folder / "keepercheky.toml"
    settings.write_text(SETTINGS.format(radarr=radarr, port=port, state=folder / "state", cron=cron))
    settings.chmod(0o600)
    return settings


@asynccontextmanager
async def daemon(settings, environ, clock=None):
    """The daemon from its first line to a SIGTERM."""
    up, down = anyio.Event(), anyio.Event()
    async with anyio.create_task_group() as group:

        async def live():
            await serve(lambda: load(settings, {}), environ, clock=clock, say=lambda _url: up.set())
            down.set()

        group.start_soon(live)
        with anyio.fail_after(PATIENCE):
            await up.wait()
        yield
        os.kill(os.getpid(), signal.SIGTERM)
        with anyio.fail_after(PATIENCE):
            await down.wait()


def test_without_systemd_nothing_is_told_and_nothing_is_awaited():
    silent = Systemd({"WATCHDOG_USEC": "60000000"})

    silent.tell("READY=1")

    assert (silent.there, silent.patience) == (False, None)


def test_an_abstract_socket_is_heard():
    name = f"keepercheky-{os.getpid()}-{time.monotonic_ns()}"
    with ear(f"\0{name}") as abstract:
        Systemd({"NOTIFY_SOCKET": f"@{name}"}).tell("READY=1", "STATUS=two\nlines")

        assert abstract.listen() == [["READY=1", "STATUS=two lines"]]


def test_a_socket_that_is_gone_stops_nobody(tmp_path):
    Systemd({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell("READY=1")


@pytest.mark.parametrize(
    ("given", "patience"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),  # meant for another process
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_ours_or_not(given, patience):
    assert Systemd({"NOTIFY_SOCKET": "/run/nobody", **given}).patience == patience


async def test_a_life_from_ready_to_stopping(tmp_path, systemd):
    settings = write_settings(tmp_path)
    before = time.monotonic_ns() // 1000
    async with daemon(settings, {"NOTIFY_SOCKET": str(tmp_path / "notify"), **WATCHDOG}):
        await systemd.until("WATCHDOG=1", times=3)  # the loop goes round faster than every five seconds
        os.kill(os.getpid(), signal.SIGHUP)
        await systemd.until("READY=1", times=2)

    heard = systemd.listen()
    [reloading] = [lines for lines in heard if "RELOADING=1" in lines]
    [since] = [line.removeprefix("MONOTONIC_USEC=") for line in reloading if "USEC" in line]
    assert heard[0] == ["READY=1"]
    assert before < int(since) <= time.monotonic_ns() // 1000
    assert heard[-1] == ["STOPPING=1", "STATUS=Stopping"]
    assert any(line.startswith("STATUS=preview; next: old, ") for lines in heard for line in lines)


async def test_bad_settings_end_the_reload_and_are_told(tmp_path, systemd):
    settings = write_settings(tmp_path)
    async with daemon(settings, {"NOTIFY_SOCKET": str(tmp_path / "notify"), **WATCHDOG}):
        settings.write_text(settings.read_text().replace("90d", "ninety"))
        os.kill(os.getpid(), signal.SIGHUP)
        await systemd.until("READY=1", times=2)
        fed = systemd.count("WATCHDOG=1")
        await systemd.until("WATCHDOG=1", times=fed + 2)

    assert any("mistakes" in line for lines in systemd.heard for line in lines)


async def test_the_watchdog_is_not_fed_while_the_journal_cannot_be_read(tmp_path, systemd):
    settings = write_settings(tmp_path)
    async with daemon(settings, {"NOTIFY_SOCKET": str(tmp_path / "notify"), **WATCHDOG}):
        await systemd.until("WATCHDOG=1")
        [state] = (tmp_path / "state").glob("*.db")
        with sqlite3.connect(state) as other:
            other.execute("ALTER TABLE runs RENAME TO hidden")
        other.close()
        await systemd.until("STATUS=The state file")
        fed = systemd.count("WATCHDOG=1")
        await anyio.sleep(0.5)  # longer than systemd would bear
        assert systemd.count("WATCHDOG=1") == fed

        with sqlite3.connect(state) as other:
            other.execute("ALTER TABLE hidden RENAME TO runs")
        other.close()
        await systemd.until("WATCHDOG=1", times=fed + 1)


async def test_a_reload_that_waits_for_a_run_does_not_hold_up_the_end(tmp_path, systemd):
    clock = SetClock(datetime(2026, 3, 1, 3, 59, 59, tzinfo=UTC))
    async with open_home(tmp_path / "home", now=clock.now, movies=30, shows=6, files=False) as home:
        home.faults.set("radarr", Fault.TIMEOUT)
        settings = write_settings(tmp_path, radarr=home.services["radarr"].url)
        async with daemon(settings, {"NOTIFY_SOCKET": str(tmp_path / "notify"), **WATCHDOG}, clock):
            clock.go_on(seconds=1)
            await systemd.until("STATUS=preview; running old")
            os.kill(os.getpid(), signal.SIGHUP)
            await systemd.until("RELOADING=1")

        assert systemd.count("READY=1") == 1  # the reload never came to its end
