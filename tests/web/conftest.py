from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import httpx
import pytest
from lived_in import NOW, SETTINGS

from keepercheky.app import open_app
from keepercheky.services import http
from keepercheky.settings import load
from keepercheky.web import create_admin, create_pages


class StandingClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - NOW) / timedelta(seconds=1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def settings_file(tmp_path):
    """The settings of the application under test; write others before `app` is asked for, or reload."""
    path = tmp_path / "keepercheky.toml"
    path.write_text(f'{SETTINGS}\n[state]\npath = "{tmp_path / "state"}"\n', encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
async def app(settings_file, clock):
    """The real application over a real state; its services answer nothing."""
    async with open_app(lambda: load(settings_file, {}), {}, clock=clock) as opened:
        yield opened


@pytest.fixture
async def client_of():
    """Makes clients of servers, without a socket between."""
    async with AsyncExitStack() as stack:

        def client(server) -> httpx.AsyncClient:
            opened = httpx.AsyncClient(
                transport=httpx.ASGITransport(server), base_url="http://127.0.0.1:8484"
            )
            stack.push_async_callback(opened.aclose)
            return opened

        yield client


@pytest.fixture
async def pages(app, client_of):
    """A client at the port."""
    return client_of(create_pages(app))


@pytest.fixture
async def admin(app, client_of):
    """A client at the socket file."""
    return client_of(create_admin(app))


@pytest.fixture(autouse=True)
def _no_pauses_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens where these settings point: trying again is tested where it lives."""
    monkeypatch.setattr(http, "FIRST_PAUSE_SECONDS", 0.001)
