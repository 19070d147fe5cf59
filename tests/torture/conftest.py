"""Long ones. They run when asked for: `TORTURE=full python -m pytest tests/torture`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("TORTURE") != "full":
        long = pytest.mark.skip(
            reason="takes minutes: TORTURE=full asks for it; its short form is in tests/runs"
        )
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(long)
