"""The settings described: as rows for people, as a JSON schema for editors and other programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from keepercheky.settings.model import Settings
from keepercheky.settings.schedules import AgeSettings, EpisodesSettings, LevelSettings
from keepercheky.settings.spelling import key_of
from keepercheky.settings.tree import PLACES, UNWRITTEN, leaves, model_of, written

SCOPES = {"services": "[services.NAME]", "storage": "[storage.NAME]", "schedules": "[[schedules]]"}
# Tables that stand inside one key: shown after all others, under the key they stand in.
INNER = (
    ("schedules.ID.movies", "age limit of movies, shows, seasons", AgeSettings),
    ('schedules.ID.movies."20%"', "one level of an age limit", LevelSettings),
    ("schedules.ID.episodes", "episodes", EpisodesSettings),
)
# Defaults that are not one value.
DEFAULTS = {
    "timezone": "the system's",
    "services.NAME.kind": "from the name",
    "services.NAME.api_key": "required, or `api_key_file`",
    "leaving_soon.enabled": "`true` with `[leaving_soon]`, else `false`",
    "schedules.ID.name": "from `id`",
    "schedules.ID.for_space": "`true`; with `tag` or `episodes` `false`",
    **{
        f"schedules.ID.{key}": "as at the top"
        for key in ("notice", "order", "import_exclusion", "keep_entry", "delete_empty_shows", "seerr")
    },
}
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting, in Markdown where it matters."""

    key: str
    scope: str
    type: str
    default: str
    meaning: str

    @property
    def line(self) -> str:
        """The row of the table in docs/settings.md."""
        return f"| `{self.key}` | {self.scope} | {self.type} | {self.default} | {self.meaning} |"


def document() -> list[Row]:
    """Every key there is, in the order of the model."""
    rows = [_row(key_of(leaf.path), _scope(leaf.path), leaf.field) for leaf in leaves()]
    for key, scope, model in INNER:
        rows.extend(_row(f"{key}.{name}", scope, field) for name, field in _fields(model))
    return rows


def json_schema() -> dict[str, Any]:
    """The JSON schema of `keepercheky.toml`."""
    schema = Settings.model_json_schema()
    schema["$defs"]["ServiceSettings"]["required"].remove("kind")  # the name may say it
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    return ((name, field) for name, field in model.model_fields.items() if name != UNWRITTEN)


def _scope(path: tuple[str, ...]) -> str:
    if len(path) == 1:
        return "top level"
    return f"`{SCOPES[path[0]]}`" if path[0] in PLACES else f"`[{path[0]}]`"


def _row(key: str, scope: str, field: FieldInfo) -> Row:
    return Row(key, scope, _type(field), _default(key, field), field.description or "")


def _type(field: FieldInfo) -> str:
    reader = written(field)
    if reader is not None:
        return reader.shape
    model = model_of(field.annotation)
    if model is AgeSettings:
        return "age limit"
    return "table" if model is not None else "folder = folder"


def _default(key: str, field: FieldInfo) -> str:
    if key in DEFAULTS:
        return DEFAULTS[key]
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value == "":
        return NOTHING
    if value in ((), {}):
        return "empty"
    reader = written(field)
    shown = reader.show(value) if reader is not None and reader.show is not None else value
    if isinstance(shown, bool):
        return f"`{str(shown).lower()}`"
    return f"`{shown}`" if isinstance(shown, int) else f'`"{shown}"`'
