"""What every test shares: one event loop backend."""

import pytest


@pytest.fixture
def anyio_backend():
    return "asyncio"
