"""Where a published file is not what its product does: what is changed in a copy of it, and why."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from contract_published import PREFIX, parts, published

Spec = dict[str, Any]


class Change(NamedTuple):
    """``apply`` says whether there was anything to change: a gap that was closed is to be taken from the list."""

    service: str
    why: str
    apply: Callable[[Spec], bool]


def _served_below(prefix: str) -> Callable[[Spec], bool]:
    def apply(spec: Spec) -> bool:
        spec["paths"] = {prefix + path: operations for path, operations in spec["paths"].items()}
        return True

    return apply


def _also_at(path: str, media_type: str) -> Callable[[Spec], bool]:
    def apply(spec: Spec) -> bool:
        answer = {"200": {"description": "", "content": {media_type: {}}}}
        return spec["paths"].setdefault(path, added := {"get": {"responses": answer}}) is added

    return apply


def _commas_in_lists(spec: Spec) -> bool:
    lists = [
        parameter
        for operations in spec["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
        and parameter["schema"].get("type") == "array"
        and "explode" not in parameter
    ]
    for parameter in lists:
        parameter["explode"] = False
    return bool(lists)


def _more_than_200(spec: Spec) -> bool:
    for operations in spec["paths"].values():
        for method, operation in operations.items():
            answers = operation["responses"]
            if method in ("post", "put"):
                for status in ("201", "202"):
                    answers.setdefault(status, answers.get("200", {"description": ""}))
            answers.setdefault("404", {"description": ""})
    return True


def _sent_back_whole(spec: Spec) -> bool:
    computed = [
        member
        for schema in spec["components"]["schemas"].values()
        for member in schema.get("properties", {}).values()
        if member.pop("readOnly", False)
    ]
    return bool(computed)


def _nulls_with_a_type(spec: Spec) -> bool:
    loose = [part for part in parts(spec) if part.get("nullable") is True and "type" not in part]
    for part in loose:
        rest = {name: value for name, value in part.items() if name != "nullable"}
        part.clear()
        part["anyOf"] = [rest, {"enum": [None]}]
    return bool(loose)


# contract_published has made its own changes before: no dashes in Jellyfin's ids, and Seerr's forgotten nulls.
CHANGES: tuple[Change, ...] = (
    *(
        Change(service, "Prism, without a word, judges no body by a null without a type", _nulls_with_a_type)
        for service in ("radarr", "sonarr", "jellyfin", "jellyseerr")
    ),
    *(
        Change(
            arr,
            "only 200 is published; POST and PUT say 201 or 202, and what is gone says 404",
            _more_than_200,
        )
        for arr in ("radarr", "sonarr")
    ),
    Change(
        "sonarr", "a PUT is the whole row sent back, with what the server computes itself", _sent_back_whole
    ),
    Change("jellyseerr", "Prism takes no base path from `servers`", _served_below(PREFIX["jellyseerr"])),
    Change("jellyfin", "lists with commas are taken, too; the file only knows repetition", _commas_in_lists),
    Change("jellyfin", "served by every Jellyfin, and not in its file", _also_at("/health", "text/plain")),
)


def write_adapted(service: str, path: Path) -> None:
    spec = copy.deepcopy(published(service).spec)
    for change in CHANGES:
        if change.service == service:
            assert change.apply(spec), (
                f"{service}: this gap is closed, and can go from the list: {change.why}"
            )
    path.write_text(json.dumps(spec, default=str))  # YAML reads an example's date as one
