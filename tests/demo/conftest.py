"""One shared home for tests that only look, a home of one's own for tests that change something."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from demo_visitor import NO_CERTIFICATES, NOW, Visitor

from keepercheky.demo import open_home


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def shared(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visitor]:
    """The whole story with its files. Only for looking."""
    async with (
        open_home(tmp_path_factory.mktemp("home"), now=lambda: NOW) as home,
        httpx.AsyncClient(verify=NO_CERTIFICATES) as client,
    ):
        yield Visitor(home, client)


@pytest.fixture
async def few(tmp_path: Path) -> AsyncIterator[Visitor]:
    """A smaller home without files, with a qBittorrent. To be written to."""
    async with (
        open_home(tmp_path, now=lambda: NOW, movies=30, shows=6, users=3, files=False, torrents=True) as home,
        httpx.AsyncClient(verify=NO_CERTIFICATES) as client,
    ):
        yield Visitor(home, client)


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Visitor]:
    """The story without files. To be changed."""
    async with (
        open_home(tmp_path, now=lambda: NOW, files=False) as home,
        httpx.AsyncClient(verify=NO_CERTIFICATES) as client,
    ):
        yield Visitor(home, client)
