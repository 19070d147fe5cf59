"""The log: one line per event, an identifier with fields, on standard error. Secrets never reach it.

    log = logs.get_logger()
    log.info("run_started", schedule="old_media")

JSON lines (`ts`, `level`, `event`, …) unless a person sits before a terminal. What other libraries say through
`logging` goes the same way. A failure is one line; its traceback follows at level debug only.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

HIDDEN: Final = "***"
SHORTEST_SECRET: Final = 6  # a shorter one would hide half of every line

# They say too much when all is well: httpx whole addresses, aiosqlite every value of every statement, uvicorn each
# start and stop of each of its servers.
_QUIET: Final = ("aiosqlite", "asyncio", "httpcore", "httpx", "uvicorn.access", "uvicorn.error")
_OWN_HANDLERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.access")

_SECRET_NAME: Final = re.compile(
    r"(api[_-]?key|token|password|passwd|secret|authorization|cookie)$", re.IGNORECASE
)
_SECRET_IN_TEXT: Final = re.compile(
    r"""((?:api[_-]?key|token|password|passwd|secret)["']?\s*[=:]\s*["']?|\bbearer\s+)[^\s&"',;]+""",
    re.IGNORECASE,
)
_USER_IN_ADDRESS: Final = re.compile(r"(://)[^/\s@]+@")


def set_up(
    *, level: str = "info", form: str = "auto", secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Start to log. `form`: `json`, `console`, or `auto` by whether standard error is a terminal.

    `secrets`: values that are masked wherever they turn up. May be called again, when settings change.
    """
    target = stream or sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    as_json = form == "json" or (form == "auto" and not target.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        _Failures(with_traceback=number <= logging.DEBUG),
        _Mask(secrets),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[ProcessorFormatter.remove_processors_meta, _in_order, _renderer(as_json, target)],
        )
    )
    _route(handler, number)


def get_logger() -> FilteringBoundLogger:
    """The module's logger; it may be had before `set_up`."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


def of_run(run_id: str, **fields: object) -> AbstractContextManager[Any]:
    """Within it every line says which run it is of, in this task and those it starts."""
    return structlog.contextvars.bound_contextvars(run_id=run_id, **fields)


def _route(handler: logging.Handler, number: int) -> None:
    """One handler for everybody; libraries with handlers of their own give them up."""
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in _OWN_HANDLERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    logging.captureWarnings(capture=True)


def _renderer(as_json: bool, target: TextIO) -> Processor:
    if as_json:
        return _json_line
    return structlog.dev.ConsoleRenderer(
        colors=target.isatty(),
        sort_keys=False,
        timestamp_key="ts",
        exception_formatter=structlog.dev.plain_traceback,
        pad_event_to=0,
    )


def _json_line(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    line = json.dumps(event, ensure_ascii=False, default=str)
    return line.encode(errors="backslashreplace").decode()  # a file name need not be text; `\udc80` is JSON


def _in_order(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    first = {key: event[key] for key in ("ts", "level", "event") if key in event}
    return {**first, **event}


class _Failures:
    """`exc_info` becomes `error`, one line; and `exception`, the traceback without any values, at level debug."""

    def __init__(self, *, with_traceback: bool) -> None:
        self._with_traceback = with_traceback

    def __call__(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        said = event.pop("exc_info", None)
        error = said[1] if isinstance(said, tuple) else said
        if error is True:
            error = sys.exc_info()[1]
        if isinstance(error, BaseException):
            event.setdefault("error", "; ".join(_one_line(leaf) for leaf in _leaves(error)))
            if self._with_traceback:
                event["exception"] = "".join(traceback.format_exception(error)).rstrip()
        return event


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _one_line(error: BaseException) -> str:
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


class _Mask:
    """Hides values of secret names, secrets within text and addresses, and the secrets it was told of."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted(
            {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True
        )
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        return {key: self._value(key, value) if key[:1] != "_" else value for key, value in event.items()}

    def _value(self, name: object, value: object) -> object:
        if isinstance(name, str) and _SECRET_NAME.search(name):
            return HIDDEN
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self._text(str(key)): self._value(key, inner) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value("", inner) for inner in value]
        return self._text(value if isinstance(value, str) else str(value))

    def _text(self, text: str) -> str:
        text = self._known.sub(HIDDEN, text) if self._known else text
        text = _SECRET_IN_TEXT.sub(rf"\1{HIDDEN}", text)
        return _USER_IN_ADDRESS.sub(rf"\1{HIDDEN}@", text)
