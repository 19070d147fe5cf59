"""A desk for every test, and a log that is set up again as it was."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from at_the_desk import Desk, Stub


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command sets up its log; the next test's must not write to its closed stream."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def stub(desk: Desk) -> Iterator[Callable[[dict[str, tuple[int, str]]], Stub]]:
    """A daemon of straw; the desk's settings lead to it."""
    made: list[Stub] = []

    def make(answers: dict[str, tuple[int, str]]) -> Stub:
        desk.write()
        desk.state.mkdir(exist_ok=True)
        server = Stub(desk.state / "keepercheky.sock", answers)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        made.append(server)
        return server

    yield make
    for server in made:
        server.go_on.set()
        server.shutdown()
        server.server_close()
