"""The types settings are made of: how each is read, shown, and described to other programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, SecretStr
from pydantic_core import CoreSchema, core_schema

from keepercheky.policy.terms import Amount
from keepercheky.settings.addresses import (
    Bind,
    parse_base_path,
    parse_bind,
    parse_host,
    parse_network,
    parse_url,
)
from keepercheky.settings.times import parse_cron, parse_zone
from keepercheky.settings.values import (
    BadValue,
    format_duration,
    format_share,
    format_size,
    parse_amount,
    parse_duration,
    parse_share,
    parse_some_amount,
    parse_some_duration,
    parse_some_size,
    parse_yes_no,
    whole_number,
)
from keepercheky.settings.words import (
    list_of,
    parse_folder,
    parse_key,
    parse_key_file,
    parse_name,
    parse_names_or_yes_no,
    parse_path,
    parse_tag,
    parse_text,
    parse_their_folder,
)


class Section(BaseModel):
    """A table of the settings file: unknown keys are mistakes, nothing changes once read, errors show no values."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """How one kind of value is read from what was written, and written back; `shape` is its name in the docs."""

    shape: str
    parse: Callable[[Any], Any]
    show: Callable[[Any], Any] | None = None
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    is_list: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        show = self.show and core_schema.plain_serializer_function_ser_schema(self.show, when_used="json")
        return core_schema.no_info_plain_validator_function(self.parse, serialization=show or None)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)


def text(pattern: str, *examples: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, "examples": list(examples)}


def words_of(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item, "uniqueItems": True}


def protection(*, when_true: timedelta) -> Written:
    """How long a protection lasts: a duration, `false` for not at all, `true` for the usual time."""

    def parse(value: Any) -> timedelta | None:
        if value is None or value is False or (isinstance(value, str) and value.strip().lower() == "false"):
            return None
        if value is True or (isinstance(value, str) and value.strip().lower() == "true"):
            return when_true
        try:
            return parse_some_duration(value)
        except BadValue as bad:
            raise BadValue(bad.problem, f"{bad.remedy}; false switches this protection off") from None

    def show(value: timedelta | None) -> str | bool:
        return False if value is None else format_duration(value)

    return Written("duration or false", parse, show, {"anyOf": [DURATION_SCHEMA, {"type": "boolean"}]})


DURATION_SCHEMA = text("^[0-9]+[smhdw]$", "14d", "12h")
SHARE_SCHEMA = text(r"^[0-9]+(\.[0-9]+)? ?%$", "15%")
SIZE_SCHEMA = text(r"^[0-9]+(\.[0-9]+)? ?([KMGTPkmgtp]i?)?[Bb]$", "500GB", "1.5TiB")
AMOUNT_SCHEMA = {"anyOf": [SHARE_SCHEMA, SIZE_SCHEMA]}
NAME_SCHEMA = text("^[a-z][a-z0-9_]*$", "old_media")
TAG_SCHEMA = text("^[A-Za-z0-9-]+$", "10-days")

Duration = Annotated[timedelta, Written("duration", parse_duration, format_duration, DURATION_SCHEMA)]
SomeDuration = Annotated[
    timedelta, Written("duration", parse_some_duration, format_duration, DURATION_SCHEMA)
]
Share = Annotated[float, Written("share", parse_share, format_share, SHARE_SCHEMA)]
Size = Annotated[
    int,
    Written("size", parse_some_size, format_size, SIZE_SCHEMA),
]
AnyAmount = Annotated[
    Amount, Written("share or size", parse_amount, lambda amount: amount.text, AMOUNT_SCHEMA)
]
SomeAmount = Annotated[
    Amount, Written("share or size", parse_some_amount, lambda amount: amount.text, AMOUNT_SCHEMA)
]
YesNo = Annotated[bool, Written("true or false", parse_yes_no, None, {"type": "boolean"})]
Count = Annotated[int, Written("whole number", whole_number(0), None, {"type": "integer", "minimum": 0})]
CountFromOne = Annotated[
    int, Written("whole number", whole_number(1), None, {"type": "integer", "minimum": 1})
]
Name = Annotated[str, Written("name", parse_name, None, NAME_SCHEMA)]
Text = Annotated[str, Written("text", parse_text)]
Tag = Annotated[str, Written("tag", parse_tag, None, TAG_SCHEMA)]
Folder = Annotated[str, Written("folder", parse_folder, None, text("^/", "/data/media"))]
TheirFolder = Annotated[str, Written("folder", parse_their_folder)]
FolderPath = Annotated[Path, Written("folder", parse_path, str, text("^/", "/var/lib/keepercheky"))]
Cron = Annotated[str, Written("cron line", parse_cron, None, {"type": "string", "examples": ["0 4 * * *"]})]
Zone = Annotated[
    str, Written("time zone", parse_zone, None, {"type": "string", "examples": ["Europe/Madrid"]})
]
Url = Annotated[str, Written("address", parse_url, None, text("^https?://", "http://192.168.1.10:7878"))]
Key = Annotated[
    SecretStr, Written("secret", parse_key, lambda _: "**********", {"type": "string", "writeOnly": True})
]
KeyFile = Annotated[Path, Written("file", parse_key_file, str, text("^/", "/run/secrets/radarr"))]
BindAddress = Annotated[
    Bind, Written("HOST:PORT", parse_bind, str, {"anyOf": [{"type": "string"}, {"type": "integer"}]})
]
BasePath = Annotated[str, Written("path", parse_base_path)]
Names = Annotated[
    tuple[str, ...],
    Written("names", list_of(parse_name, '["radarr"]'), list, words_of(NAME_SCHEMA), is_list=True),
]
Texts = Annotated[
    tuple[str, ...],
    Written("names", list_of(parse_text, '["Kids"]'), list, words_of({"type": "string"}), is_list=True),
]
Tags = Annotated[
    tuple[str, ...], Written("tags", list_of(parse_tag, '["keep"]'), list, words_of(TAG_SCHEMA), is_list=True)
]
TheirFolders = Annotated[
    tuple[str, ...],
    Written(
        "folders",
        list_of(parse_their_folder, '["/movies"]'),
        list,
        words_of({"type": "string"}),
        is_list=True,
    ),
]
Hosts = Annotated[
    tuple[str, ...],
    Written(
        "host names",
        list_of(parse_host, '["media.example.org"]'),
        list,
        words_of({"type": "string"}),
        is_list=True,
    ),
]
Networks = Annotated[
    tuple[str, ...],
    Written(
        "networks", list_of(parse_network, '["172.18.0.2"]'), list, words_of({"type": "string"}), is_list=True
    ),
]
People = Annotated[
    bool | tuple[str, ...],
    Written(
        "true, false or names",
        parse_names_or_yes_no,
        lambda value: value if isinstance(value, bool) else list(value),
        {"anyOf": [{"type": "boolean"}, words_of({"type": "string"})]},
        is_list=True,
    ),
]
