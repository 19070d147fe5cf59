from datetime import UTC, datetime

import pytest

from keepercheky.store import open_store

NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(tmp_path):
    async with open_store(tmp_path / "state", now=NOW) as opened:
        yield opened
