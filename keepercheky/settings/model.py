"""The whole settings tree. What it means for deciding is built from it in `rules.py`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from keepercheky.policy.terms import Approve, Mode
from keepercheky.settings.fields import Duration, Name, Written, YesNo, Zone
from keepercheky.settings.schedules import AfterSeerr, Order, ScheduleSettings
from keepercheky.settings.sections import (
    HistorySettings,
    KeepSettings,
    LeavingSoonSettings,
    LimitsSettings,
    LogSettings,
    MetricsSettings,
    StateSettings,
    StorageSettings,
    WebSettings,
)
from keepercheky.settings.service import NOT_YET, PRODUCTS, ServiceSettings
from keepercheky.settings.values import choice

_mode = choice("preview", "announce", "clean")
_approve = choice("first", "always", "never")
RunMode = Annotated[
    Mode, Written("word", lambda value: Mode(_mode(value)), str, {"type": "string", "enum": list(Mode)})
]
Approval = Annotated[
    Approve,
    Written("word", lambda value: Approve(_approve(value)), str, {"type": "string", "enum": list(Approve)}),
]


class Settings(BaseSettings):
    """Every setting, typed and frozen. `load` builds it; what it is built from is handed in, never fetched."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, title="KeeperCheky settings"
    )

    dry_run: YesNo | None = Field(
        default=None, description='`true` means `mode = "preview"`, whatever `mode` says.'
    )
    mode: RunMode = Field(
        default=Mode.PREVIEW,
        validate_default=True,
        description="`preview` (dry run: changes nothing anywhere), `announce` (tell, never delete), `clean`.",
    )
    demo: YesNo = Field(
        default=False,
        description="Set by the demo: the environment is ignored, and every service must be on this machine.",
    )
    notice: Duration = Field(
        default=timedelta(days=14), description='The time between being announced and deleted; `"0d"`: none.'
    )
    approve: Approval = Field(
        default=Approve.FIRST,
        description="When a plan waits for approval: `first` (until one approved plan deleted something), "
        "`always`, `never`.",
    )
    timezone: Zone = Field(
        default="UTC", description="The time zone of cron lines and dates. Left out: the system's."
    )
    order: Order = Field(
        default="oldest", description="Which title goes first: the `oldest` or the `largest`."
    )
    import_exclusion: YesNo = Field(
        default=True,
        description="Tell Radarr and Sonarr not to import a deleted title again from their lists.",
    )
    keep_entry: YesNo = Field(
        default=False, description="Delete only the files: the title stays in Radarr or Sonarr, unmonitored."
    )
    delete_empty_shows: YesNo = Field(
        default=False, description="After the last season of an ended show, delete the show's entry too."
    )
    seerr: AfterSeerr = Field(
        default="clear",
        description="After a deletion: `clear` its entry in Seerr, so that it can be asked for again, or `leave` it.",
    )
    services: dict[Name, ServiceSettings] = Field(
        default={}, description="The services, by a name of your choice."
    )
    storage: dict[Name, StorageSettings] = Field(
        default={}, description="The storages, by a name of your choice."
    )
    keep: KeepSettings = Field(default=KeepSettings(), description="What is kept whatever its age.")
    limits: LimitsSettings = Field(default=LimitsSettings(), description="The brakes.")
    schedules: tuple[ScheduleSettings, ...] = Field(default=(), description="When to clean what.")
    leaving_soon: LeavingSoonSettings = Field(
        default=LeavingSoonSettings(enabled=False), description="The Leaving Soon collection."
    )
    web: WebSettings = Field(default=WebSettings(), description="The pages.")
    state: StateSettings = Field(default=StateSettings(), description="Where the state is kept.")
    log: LogSettings = Field(default=LogSettings(), description="The log.")
    metrics: MetricsSettings = Field(default=MetricsSettings(), description="Numbers for Prometheus.")
    history: HistorySettings = Field(default=HistorySettings(), description="What is remembered.")

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands in: the demo must be able to rely on nothing else being read."""
        return (sources["init_settings"],)

    @field_validator("mode")
    @classmethod
    def _dry_run_wins(cls, mode: Mode, info: Any) -> Mode:
        return Mode.PREVIEW if info.data.get("dry_run") else mode

    @field_validator("services", mode="before")
    @classmethod
    def _kind_from_name(cls, services: Any) -> Any:
        """A service named after its program needs no `kind`."""
        if not isinstance(services, dict):
            return services
        return {
            name: {"kind": name, **service}
            if isinstance(service, dict) and name in (*PRODUCTS, *NOT_YET)
            else service
            for name, service in services.items()
        }
