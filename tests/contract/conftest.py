"""The judges of others, in ``clients`` and ``prism``, need a place of their own: ``make contract`` makes it and calls them.

``CONTRACT=short`` or ``CONTRACT=full`` in the environment says that they are wanted, and how long they may take; without
it they are not even collected.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

MODES = ("short", "full")
MODE = os.environ.get("CONTRACT", "")
HERE = Path(__file__).parent
# Where `make contract` puts what others wrote: never on the product's path.
PLACE = Path(os.environ.get("CONTRACT_PLACE", HERE.parents[1] / ".venv-contract")).absolute()

if MODE and MODE not in MODES:
    raise pytest.UsageError(f"CONTRACT is {MODE!r}; it can be {' or '.join(MODES)}")

collect_ignore = [] if MODE else ["clients", "prism"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def place() -> Path:
    return PLACE
