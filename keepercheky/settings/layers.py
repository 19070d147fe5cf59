"""Several sources, one tree: the environment over secret files over the settings file, and where each value came from."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from keepercheky.settings.environment import Given
from keepercheky.settings.tree import Path, is_table

FILE = "file"
ENVIRONMENT = "environment"
SECRET_FILE = "secret file"  # noqa: S105 - the name of a source
DEFAULT = "default"
TWINS = {"api_key": "api_key_file", "api_key_file": "api_key"}  # the higher source replaces both


@dataclass(slots=True)
class Layers:
    """What was written so far, lowest source first. Paths name schedules by their number."""

    raw: dict[str, Any] = field(default_factory=dict, repr=False)  # with keys in it
    origins: dict[Path, str] = field(default_factory=dict)
    variables: dict[Path, tuple[str, int]] = field(default_factory=dict)

    def add_file(self, tables: Mapping[str, Any]) -> None:
        self.raw = copy.deepcopy(dict(tables))
        self._mark((), self.raw, FILE)

    def add_secret(self, service: str, key: str) -> None:
        """A key from a secret file, in place of whatever lower sources said."""
        self.put(("services", service, "api_key"), key, SECRET_FILE)

    def add_given(self, given: Given) -> None:
        """One environment variable. A schedule it names by id is found, or added at the end."""
        path: Path = given.path
        if (
            path[0] == "schedules"
            and len(path) > 1
            and isinstance(self.raw.setdefault("schedules", []), list)
        ):
            path = ("schedules", self._schedule(given.path[1], given.variable), *path[2:])
        self.put(path, given.value, ENVIRONMENT, (given.variable, len(path)))

    def _schedule(self, schedule_id: str, variable: str) -> int:
        schedules = self.raw["schedules"]
        for index, schedule in enumerate(schedules):
            if isinstance(schedule, dict) and schedule.get("id") == schedule_id:
                return index
        schedules.append({"id": schedule_id})
        index = len(schedules) - 1
        self.origins["schedules", index, "id"] = ENVIRONMENT
        self.variables["schedules", index, "id"] = (variable, 3)
        return index

    def put(self, path: Path, value: Any, origin: str, variable: tuple[str, int] | None = None) -> None:
        """Set a value at a path; a table is merged key by key where keys are settings of their own.

        `variable` is the environment variable that gave it, and how many steps of the path its name stands for.
        """
        if isinstance(value, dict) and is_table(path):
            for key, inner in value.items():
                self.put((*path, key), inner, origin, variable)
            return
        here: Any = self.raw
        for step, following in pairwise(path):
            if isinstance(here, list) and isinstance(step, int):
                here = here[step]
                continue
            inside = here.get(step)
            if not isinstance(inside, dict | list) or (
                isinstance(inside, list) and not isinstance(following, int)
            ):
                inside = here[step] = {}
            here = inside
        here[path[-1]] = value
        if path[0] == "services" and len(path) == 3 and (twin := TWINS.get(str(path[-1]))):
            other = (*path[:-1], twin)
            if twin in here and self.origins.get(other) != origin:
                del here[twin]
                self.origins.pop(other, None)
        if variable is not None:
            self.variables[path] = variable
        self._forget(path)
        self._mark(path, value, origin)

    def _forget(self, path: Path) -> None:
        for each in [each for each in self.origins if each[: len(path)] == path]:
            del self.origins[each]

    def _mark(self, path: Path, value: Any, origin: str) -> None:
        """Note the source of every key in a value."""
        if isinstance(value, dict) and is_table(path):
            for key, inner in value.items():
                self._mark((*path, key), inner, origin)
        elif path == ("schedules",) and isinstance(value, list):
            for index, inner in enumerate(value):
                self._mark((*path, index), inner, origin)
        else:
            while path and not is_table(path[:-1]):
                path = path[:-1]
            self.origins[path] = origin
