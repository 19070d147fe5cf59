"""Everything wrong in the settings, collected in the words of the person who wrote them.

Values that may be secret never come here: pydantic's own messages, which repeat the input, are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from typing import Any

from pydantic import ValidationError

from keepercheky.errors import Mistake
from keepercheky.settings.addresses import URL_REMEDY
from keepercheky.settings.service import KIND_REMEDY, PRODUCTS, NotYet
from keepercheky.settings.spelling import Spelling, key_of, variable_of
from keepercheky.settings.tree import UNWRITTEN, Path, leaves, model_at
from keepercheky.settings.values import BadValue

LIKE = 0.4
SEE_ALSO = "Take it out; docs/settings.md lists every setting"
TABLE_REMEDIES = {
    "episodes": 'Write episodes = { keep_latest = 10, after = "30d" }',
    "path_map": 'Write its folder = ours: path_map = { "/movies" = "/data/media/movies" }',
    "services": 'Write radarr = { url = "http://192.168.1.10:7878", api_key = "..." } below [services]',
    "storage": "A storage has a name: write [storage.media] above its keys",
    "schedules": 'Write [[schedules]] with two brackets, then id = "old_media" below it',
}
MISSING = {
    "url": ("the address is missing", URL_REMEDY),
    "kind": ("the name does not say which program this is", KIND_REMEDY),
    "id": ("the schedule has no id", 'Give it a short name that stays: id = "old_media"'),
    "keep_latest": ("it does not say how many episodes stay", "Add keep_latest = 10"),
}


@dataclass(slots=True)
class Findings:
    """Mistakes and warnings so far. What is wrong in itself is `broken`, and left out of further judgement."""

    spell: Spelling
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)

    def mistake(self, path: Path, problem: str, remedy: str, about: Iterable[Path] = ()) -> None:
        """Unless one of the keys it is `about` is broken itself: that was said already."""
        if not any(self.is_broken(each) for each in about):
            self._add(self.mistakes, path, problem, remedy)

    def warning(self, path: Path, problem: str, remedy: str, about: Iterable[Path] = ()) -> None:
        if not any(self.is_broken(each) for each in about):
            self._add(self.warnings, path, problem, remedy)

    def is_broken(self, path: Path) -> bool:
        """Whether the value at the path, or anything in it or around it, could not be read."""
        return any(path[: len(each)] == each or each[: len(path)] == path for each in self.broken)

    def _add(self, where: list[Mistake], path: Path, problem: str, remedy: str) -> None:
        found = Mistake(self.spell(path), problem, remedy)
        if found not in where:
            where.append(found)


def add_validation(error: ValidationError, findings: Findings, numbers: list[int]) -> list[Path]:
    """Each of pydantic's errors as a mistake, unless a broken key explains it; all their paths, now broken too.

    `numbers` are the schedules' numbers in the file, where some were left out.
    """
    details = error.errors(include_url=False, include_input=False)
    not_yet = {detail["loc"][:2] for detail in details if isinstance(_cause(detail), NotYet)}
    paths = [_path(detail["loc"], numbers) for detail in details]
    known = findings.broken | {
        path for detail, path in zip(details, paths, strict=True) if detail["loc"][-1:] == ("[key]",)
    }
    for detail, path in zip(details, paths, strict=True):
        cause = _cause(detail)
        findings.broken.add(path)
        is_key = detail["loc"][-1:] == ("[key]",)
        if not is_key and any(path[: len(each)] == each or each[: len(path)] == path for each in known):
            continue
        if isinstance(cause, NotYet):
            is_written = "kind" in findings.spell.raw["services"][path[1]]
            findings.mistake(path if is_written else path[:2], cause.problem, cause.remedy)
        elif path[:2] in not_yet:
            continue
        elif isinstance(cause, BadValue):
            findings.mistake(path, cause.problem, cause.remedy)
        else:
            findings.mistake(path, *_plain(detail["type"], path, findings.spell))
    return paths


def _path(location: Path, numbers: list[int]) -> Path:
    path = location[:-1] if location[-1:] == ("[key]",) else location
    if len(path) > 1 and path[0] == "schedules" and isinstance(path[1], int):
        return ("schedules", numbers[path[1]], *path[2:])
    return path


def _cause(detail: Any) -> Any:
    return detail.get("ctx", {}).get("error")


def _plain(kind: str, path: Path, spell: Spelling) -> tuple[str, str]:
    """Problem and remedy of what pydantic itself found: something missing, unknown, or no table."""
    name = str(path[-1])
    if kind == "missing":
        return MISSING.get(name, ("it is missing", f"Add {name}"))
    if kind == "extra_forbidden":
        return "there is no such setting", unknown_remedy(path, spell)
    if kind in {"model_type", "model_attributes_type", "dict_type", "tuple_type", "list_type"}:
        remedy = TABLE_REMEDIES.get(name) or TABLE_REMEDIES.get(str(path[0]))
        return "this is not a table of settings", remedy or f"Write [{name}] and its keys below it"
    return "this cannot be read", SEE_ALSO


def unknown_remedy(path: Path, spell: Spelling) -> str:
    """Where a key that does not exist was probably meant to go."""
    variable = any(path[:length] in spell.variables for length in range(1, len(path) + 1))
    meant = _meant(path, spell.raw, by_variable=variable)
    if meant is None:
        return SEE_ALSO
    if variable:
        return f"Did you mean {variable_of(meant)}?"
    if len(meant) == 1 and len(path) > 1:
        return f"Did you mean {meant[0]} at the top of the file, above the first [section]?"
    return f"Did you mean {key_of(tuple(step for step in meant if step != UNWRITTEN))}?"


def _meant(path: Path, raw: Mapping[str, Any], *, by_variable: bool) -> tuple[str, ...] | None:
    name = str(path[-1]).lower().replace("-", "_")
    model = model_at(path[:-1])
    around = tuple(str(step) for step in path[:-1])
    if model is not None:
        fields = [each for each in model.model_fields if each != UNWRITTEN]
        if near := get_close_matches(name, fields, n=1, cutoff=0.7):
            return (*_named(around, raw), near[0])
    everything = list(_all_keys(raw))
    if exact := [each for each in everything if each[-1] == name]:
        return exact[0]
    joined = {"_".join(each): each for each in everything}
    near = get_close_matches("_".join((*around, name)), joined, n=1, cutoff=0.75 if by_variable else 0.8)
    if not near or SequenceMatcher(None, name, joined[near[0]][-1]).ratio() < LIKE:
        return None  # only what stands before it is alike
    return joined[near[0]]


def _named(around: tuple[str, ...], raw: Mapping[str, Any]) -> tuple[str, ...]:
    """A path with a schedule's id in the place of its number."""
    if around[:1] != ("schedules",) or len(around) == 1:
        return around
    try:
        return ("schedules", str(raw["schedules"][int(around[1])]["id"]), *around[2:])
    except (KeyError, IndexError, TypeError, ValueError):
        return ("schedules", "ID", *around[2:])


def _all_keys(raw: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    """Every key, with the services and storages that are there, or might be."""
    named = {
        "services": list(dict.fromkeys([*_keys(raw.get("services")), *PRODUCTS])),
        "storage": _keys(raw.get("storage")) or ["media"],
        "schedules": ["ID"],
    }
    for leaf in leaves():
        names = named.get(leaf.path[0], [])
        if names:
            yield from ((leaf.path[0], name, *leaf.path[2:]) for name in names)
        else:
            yield leaf.path


def _keys(value: Any) -> list[str]:
    return [str(key) for key in value] if isinstance(value, dict) else []
