"""Settings from the environment: `KEEPERCHEKY_SERVICES__RADARR__API_KEY` is `services.radarr.api_key`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keepercheky.errors import Mistake
from keepercheky.settings.spelling import PREFIX
from keepercheky.settings.tree import field_at, written

# Begin like a setting, but say where to find them.
NOT_SETTINGS = frozenset({"KEEPERCHEKY_CONFIG"})


@dataclass(frozen=True, slots=True)
class Given:
    """One value that a variable gives. The path names a schedule by its id."""

    variable: str
    path: tuple[str, ...]
    value: Any = field(repr=False)  # it may be a key


def read_environment(environ: Mapping[str, str]) -> tuple[list[Given], list[Mistake]]:
    """All settings of the environment, whole tables before single keys, and what cannot be read.

    An empty variable counts as not given: compose files pass on what is not set that way.
    """
    given: list[Given] = []
    mistakes: list[Mistake] = []
    for variable in sorted(environ, key=lambda name: (name.count("__"), name)):
        text = environ[variable].strip()
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS or not text:
            continue
        path = tuple(step.lower() for step in variable.removeprefix(PREFIX).split("__"))
        try:
            given.append(Given(variable, path, _decode(path, text)))
        except ValueError:
            mistakes.append(
                Mistake(
                    variable, "it begins like JSON but is not", 'Write it like ["a", "b"] or {"20%": "90d"}'
                )
            )
    return given, mistakes


def _decode(path: tuple[str, ...], text: str) -> Any:
    """JSON for tables and lists where it begins like JSON, a comma list where a list is wanted, else the text."""
    index: tuple[str | int, ...] = (
        (path[0], 0, *path[2:]) if path[0] == "schedules" and len(path) > 1 else path
    )
    known = field_at(index)
    reader = written(known) if known else None
    if text[0] in "[{" and (reader is None or reader.is_list):
        return json.loads(text)
    if (
        reader is not None
        and reader.is_list
        and text.lower() not in {"true", "false", "yes", "no", "on", "off"}
    ):
        return [item.strip() for item in text.split(",") if item.strip()]
    return text
