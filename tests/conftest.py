"""What every test shares: one event loop backend, and logging left as it was found."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Programs set up logging once; tests are many programs in one process."""
    loggers = [
        logging.root,
        *(row for row in logging.root.manager.loggerDict.values() if isinstance(row, logging.Logger)),
    ]
    before = [
        (logger, logger.level, logger.handlers[:], logger.propagate, logger.disabled) for logger in loggers
    ]
    yield
    for logger, level, handlers, propagate, disabled in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
        logger.propagate = propagate
        logger.disabled = disabled
    structlog.reset_defaults()
