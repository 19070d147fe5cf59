"""One schedule: when it runs, for which titles it speaks, and how old they may grow."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from keepercheky.settings.fields import (
    AMOUNT_SCHEMA,
    DURATION_SCHEMA,
    Count,
    CountFromOne,
    Cron,
    Duration,
    Name,
    Names,
    Section,
    SomeDuration,
    Tag,
    Text,
    Texts,
    TheirFolders,
    Written,
    YesNo,
)
from keepercheky.settings.values import BadValue, choice, parse_amount, quoted

Order = Annotated[
    str,
    Written(
        "word",
        choice("oldest", "largest", value="is not yet supported in this version"),
        None,
        {"type": "string", "enum": ["oldest", "largest"]},
    ),
]
AfterSeerr = Annotated[
    str, Written("word", choice("clear", "leave"), None, {"type": "string", "enum": ["clear", "leave"]})
]
AGE_REMEDY = 'Write a duration, "90d", or { unwatched = "180d", watched = "60d" }'
LEVEL_REMEDY = 'Write "20%" = "90d", or "20%" = { after = "90d", notice = "3d" }'


def parse_level(value: Any) -> str:
    """The free space below which a level holds, as written."""
    try:
        amount = parse_amount(value)
    except BadValue:
        raise BadValue(
            f"{quoted(value)} is not an amount of free space",
            f"Beside levels there are only levels. {LEVEL_REMEDY}",
        ) from None
    if not (amount.share or amount.size_bytes):
        raise BadValue(f"free space is never below {quoted(value)}", LEVEL_REMEDY)
    return amount.text


LevelKey = Annotated[str, Written("share or size", parse_level, None, {"type": "string"})]


class _Age(Section):
    """A duration, or one for what nobody finished and one for what somebody did."""

    after: SomeDuration | None = Field(
        default=None, description="How long after its last activity a title may go."
    )
    unwatched: SomeDuration | None = Field(
        default=None, description="The same for titles nobody has finished; left out: never."
    )
    watched: Duration | None = Field(
        default=None, description="The same for titles somebody has finished; left out: never."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.after is not None and (self.unwatched is not None or self.watched is not None):
            raise BadValue(
                "`after` stands beside watched or unwatched", f"Keep one of the two ways. {AGE_REMEDY}"
            )
        return self

    @property
    def is_given(self) -> bool:
        return any(limit is not None for limit in (self.after, self.unwatched, self.watched))


class LevelSettings(_Age):
    """The age limit while free space is below an amount."""

    notice: Duration | None = Field(
        default=None, description="A shorter notice while this level is in force; left out: the schedule's."
    )

    @model_validator(mode="before")
    @classmethod
    def _a_duration_alone(cls, value: Any) -> Any:
        return value if isinstance(value, dict | LevelSettings) else {"after": value}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.is_given:
            raise BadValue("this level says no age limit", LEVEL_REMEDY)
        return self


class AgeSettings(_Age):
    """When movies, shows or seasons may go: one limit, or levels of free space."""

    levels: dict[LevelKey, LevelSettings] = Field(
        default={},
        description="Limits that hold while free space is below an amount; the smallest one counts.",
    )

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, value: Any) -> Any:
        if isinstance(value, AgeSettings):
            return value
        if not isinstance(value, dict):
            return {"after": value}
        if any(isinstance(key, str) and key[:1].isdigit() for key in value):
            return {"levels": value}
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.is_given and not self.levels:
            raise BadValue("there is neither a watched nor an unwatched limit", AGE_REMEDY)
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        limits = dict.fromkeys(("after", "unwatched", "watched"), DURATION_SCHEMA)
        one = {"type": "object", "properties": limits, "additionalProperties": False, "minProperties": 1}
        level = {**one, "properties": {**limits, "notice": DURATION_SCHEMA}}
        levels = {
            "type": "object",
            "propertyNames": AMOUNT_SCHEMA,
            "additionalProperties": {"anyOf": [DURATION_SCHEMA, level]},
            "minProperties": 1,
        }
        return {"anyOf": [DURATION_SCHEMA, one, levels], "description": cls.__doc__}


class EpisodesSettings(Section):
    """When single episodes go: all but the latest ones."""

    keep_latest: CountFromOne = Field(
        description="So many of a show's newest aired episodes stay, whatever their age."
    )
    after: SomeDuration | None = Field(
        default=None, description="How long after their last activity the others may go; left out: at once."
    )
    max_age: SomeDuration | None = Field(
        default=None, description="The age at which even the latest may go; left out: never."
    )
    at_least: Count = Field(default=1, description="So many of the newest stay even past `max_age`.")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.keep_latest < self.at_least:
            raise BadValue(
                f"keep_latest = {self.keep_latest} is below at_least = {self.at_least}",
                f"Raise keep_latest to {self.at_least} or lower at_least",
            )
        if self.after is not None and self.max_age is not None and self.max_age < self.after:
            raise BadValue(
                "max_age is shorter than after: the latest episodes would go before the others",
                "Raise max_age or lower after",
            )
        return self


class ScheduleSettings(Section):
    id: Name = Field(
        description="The schedule's name for commands, metrics and history. It stays when `name` changes."
    )
    name: Text | None = Field(default=None, description="The name people read; left out: made from `id`.")
    enabled: YesNo = Field(
        default=True, description="`false`: it does not run, and the titles it speaks for are kept."
    )
    cron: Cron = Field(default="0 4 * * *", description="When it runs: minute hour day month weekday.")
    movies: AgeSettings | None = Field(
        default=None,
        description="Age limit of movies: a duration, `{ unwatched, watched }`, or levels "
        '`{ "20%" = "90d", "5%" = { after = "15d", notice = "3d" } }`.',
    )
    shows: AgeSettings | None = Field(
        default=None,
        description="Age limit of whole shows, as for movies. Only one of shows, seasons, episodes.",
    )
    seasons: AgeSettings | None = Field(
        default=None, description="Age limit of single seasons, as for movies."
    )
    episodes: EpisodesSettings | None = Field(
        default=None, description="Single episodes: `{ keep_latest, after, max_age, at_least }`."
    )
    tag: Tag | None = Field(default=None, description="Only titles with this tag in Radarr or Sonarr.")
    services: Names | None = Field(
        default=None, description="Only titles of these services; left out: of all."
    )
    root_folders: TheirFolders | None = Field(
        default=None, description="Only titles in these root folders, as Radarr and Sonarr call them."
    )
    libraries: Texts | None = Field(default=None, description="Only titles in these Jellyfin libraries.")
    specials: YesNo = Field(default=False, description="Whether season 0 may go as a season or by episode.")
    for_space: YesNo | None = Field(
        default=None,
        description="Delete only when a storage needs space. Left out: true, but false with `tag` or `episodes`.",
    )
    notice: Duration | None = Field(default=None, description="Here instead of the `notice` at the top.")
    order: Order | None = Field(default=None, description="Here instead of the `order` at the top.")
    import_exclusion: YesNo | None = Field(
        default=None, description="Here instead of the `import_exclusion` at the top."
    )
    keep_entry: YesNo | None = Field(default=None, description="Here instead of the `keep_entry` at the top.")
    delete_empty_shows: YesNo | None = Field(
        default=None, description="Here instead of the `delete_empty_shows` at the top."
    )
    seerr: AfterSeerr | None = Field(default=None, description="Here instead of the `seerr` at the top.")

    @property
    def takes_for_space(self) -> bool:
        if self.for_space is not None:
            return self.for_space
        return self.tag is None and self.episodes is None

    @property
    def title(self) -> str:
        return self.name or self.id.replace("_", " ").strip().capitalize()
