"""How a key was written: `services.radarr.url` in the file, `KEEPERCHEKY_SERVICES__RADARR__URL` in the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keepercheky.settings.tree import UNWRITTEN, Path

PREFIX = "KEEPERCHEKY_"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Turns paths into the words of the person who wrote them."""

    raw: Mapping[str, Any] = field(repr=False)  # with keys in it
    variables: Mapping[
        Path, tuple[str, int]
    ]  # which variable gave the value at a path, and what its name covers

    def __call__(self, path: Path) -> str:
        """The key as written; a step that only the model knows is left out."""
        for length in range(len(path), 0, -1):
            if (variable := self.variables.get(path[:length])) is not None:
                name, covered = variable
                return name + "".join(self._steps(path)[covered:])
        return "".join(self._steps(path)).removeprefix(".")

    def _steps(self, path: Path) -> list[str]:
        """One text per step, empty where nothing was written for it."""
        steps: list[str] = []
        here: Any = self.raw
        for step in path:
            if isinstance(step, int):
                here = here[step] if isinstance(here, list | tuple) and step < len(here) else None
                given = here.get("id") if isinstance(here, dict) else None
                steps.append(
                    dotted(given) if steps == [".schedules"] and isinstance(given, str) else f"[{step + 1}]"
                )
            elif isinstance(here, dict) and step in here:
                here = here[step]
                steps.append(dotted(step))
            elif step == UNWRITTEN or (steps and not isinstance(here, dict)):
                steps.append("")
            else:
                here = None
                steps.append(dotted(step))
        return steps


def dotted(step: str) -> str:
    return f".{step}" if _BARE.fullmatch(step) else f'."{step}"'


def key_of(path: tuple[str, ...]) -> str:
    return "".join(dotted(step) for step in path).removeprefix(".")


def variable_of(path: tuple[str, ...]) -> str:
    """The environment variable of a key."""
    return PREFIX + "__".join(step.upper() for step in path)
