"""The smaller tables of the settings file: storages, protections, brakes, pages, logs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from keepercheky.policy.terms import Amount
from keepercheky.settings.addresses import Bind
from keepercheky.settings.fields import (
    AnyAmount,
    BasePath,
    BindAddress,
    CountFromOne,
    Folder,
    FolderPath,
    Hosts,
    Networks,
    People,
    Section,
    Share,
    Size,
    SomeAmount,
    SomeDuration,
    Tags,
    Text,
    Texts,
    TheirFolders,
    Url,
    Written,
    YesNo,
    protection,
)
from keepercheky.settings.values import choice

IN_PROGRESS = timedelta(days=30)
NEXT_UP = timedelta(days=60)
REQUESTED = timedelta(days=30)

LogLevel = Annotated[
    str,
    Written(
        "word",
        choice("debug", "info", "warning", "error"),
        None,
        {"type": "string", "enum": ["debug", "info", "warning", "error"]},
    ),
]
LogFormat = Annotated[
    str,
    Written(
        "word",
        choice("auto", "json", "console"),
        None,
        {"type": "string", "enum": ["auto", "json", "console"]},
    ),
]
WebAuth = Annotated[
    str,
    Written(
        "word",
        choice("password", "proxy", "none"),
        None,
        {"type": "string", "enum": ["password", "proxy", "none"]},
    ),
]


class StorageSettings(Section):
    path: Folder | None = Field(
        default=None,
        description="The folder as KeeperCheky sees it; read-only is enough. "
        "Left out: the numbers come from Radarr and Sonarr.",
    )
    keep_free: SomeAmount | None = Field(
        default=None,
        description="Clean only while less than this is free; left out: a schedule's levels decide.",
    )
    margin: AnyAmount = Field(
        default=Amount(share=0.02, text="2%"),
        description="How far past `keep_free` one run goes, so that it lasts.",
    )
    reserve: AnyAmount = Field(
        default=Amount(share=0.05, text="5%"),
        description="How far past `keep_free` titles are announced; at least `margin`.",
    )


class KeepSettings(Section):
    tags: Tags = Field(default=(), description="Titles with one of these tags in Radarr or Sonarr are kept.")
    favorites: People = Field(
        default=True, description="Keep what is a favorite in Jellyfin: of anybody, or of the people named."
    )
    in_progress: Annotated[timedelta | None, protection(when_true=IN_PROGRESS)] = Field(
        default=IN_PROGRESS, description="Keep what somebody began and touched within this time."
    )
    next_up: Annotated[timedelta | None, protection(when_true=NEXT_UP)] = Field(
        default=NEXT_UP,
        description="Keep the seasons that follow one which somebody played within this time.",
    )
    requested: Annotated[timedelta | None, protection(when_true=REQUESTED)] = Field(
        default=REQUESTED,
        description="Keep what was asked for in Seerr and became available within this time.",
    )
    hardlinked: YesNo = Field(
        default=True, description="Keep files that have another link, such as a torrent still there."
    )
    airing: YesNo = Field(default=True, description="Keep the newest season of a show that is still airing.")
    libraries: Texts = Field(default=(), description="Keep everything in these Jellyfin libraries.")
    root_folders: TheirFolders = Field(
        default=(), description="Keep everything in these root folders of Radarr and Sonarr."
    )


class LimitsSettings(Section):
    titles: CountFromOne = Field(
        default=20, description="At most so many titles are deleted in 24 hours, everything together."
    )
    bytes: Size = Field(
        default=500 * 10**9, description="At most so much is deleted in 24 hours, everything together."
    )
    ask_above: Share = Field(
        default=0.10,
        description="A plan that would delete more than this share of its titles waits for approval.",
    )
    max_shrink: Share = Field(
        default=0.20,
        description="When a service suddenly knows so much less than before, the run is stopped for safety.",
    )


class LeavingSoonSettings(Section):
    enabled: YesNo = Field(
        default=True,
        description="Show what leaves soon as a collection in Jellyfin. Without this section: false.",
    )
    name: Text = Field(default="Leaving Soon", description="The name of that collection.")


class WebSettings(Section):
    bind: BindAddress = Field(
        default=Bind("127.0.0.1", 8484),
        description="Where the pages listen: `HOST:PORT`, or a port of this machine alone.",
    )
    auth: WebAuth = Field(
        default="password",
        description="Who may see the pages: `password` (chosen on the first visit), `proxy` (a proxy named in "
        "`trusted_proxies` signs people in), or `none`.",
    )
    public_url: Url | None = Field(default=None, description="The address people use, for links in messages.")
    base_path: BasePath = Field(
        default="", description="The path before every page, behind a proxy: `/keepercheky`."
    )
    allowed_hosts: Hosts = Field(
        default=(), description="Further host names the pages answer to, beside `bind` and `public_url`."
    )
    trusted_proxies: Networks = Field(
        default=(), description="Addresses or networks of proxies whose headers are believed."
    )


class StateSettings(Section):
    path: FolderPath | None = Field(
        default=None,
        description="The folder of KeeperCheky's own state. Left out: `$STATE_DIRECTORY`, `/config` where it exists, "
        "or the user's state folder.",
    )


class LogSettings(Section):
    level: LogLevel = Field(default="info", description="`debug`, `info`, `warning` or `error`.")
    format: LogFormat = Field(
        default="auto",
        description="`console` for people, `json` for programs, `auto`: console on a terminal.",
    )


class MetricsSettings(Section):
    enabled: YesNo = Field(default=True, description="Whether `/metrics` answers.")


class HistorySettings(Section):
    keep: SomeDuration = Field(
        default=timedelta(days=400),
        description="How long runs and their details are kept; totals stay for good.",
    )
