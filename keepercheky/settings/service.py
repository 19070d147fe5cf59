"""One service: which program it is, where it answers, and with which key."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, SecretStr

from keepercheky.settings.fields import (
    Folder,
    Key,
    KeyFile,
    Section,
    SomeDuration,
    TheirFolder,
    Url,
    Written,
    YesNo,
)
from keepercheky.settings.values import BadValue, choice, quoted
from keepercheky.settings.words import PLACEHOLDERS


class Product(StrEnum):
    """The programs KeeperCheky speaks to."""

    RADARR = "radarr"
    SONARR = "sonarr"
    JELLYFIN = "jellyfin"
    SEERR = "seerr"


# A service that bears one of these names needs no `kind`.
PRODUCTS = {
    "radarr": Product.RADARR,
    "sonarr": Product.SONARR,
    "jellyfin": Product.JELLYFIN,
    "seerr": Product.SEERR,
    "jellyseerr": Product.SEERR,
    "overseerr": Product.SEERR,
}
NOT_YET = ("qbittorrent", "jellystat", "streamystats")
KIND_REMEDY = 'Write kind = "radarr", "sonarr", "jellyfin" or "seerr"'


class NotYet(BadValue):
    """A program that a later version will speak to."""


def parse_kind(value: Any) -> Product:
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in NOT_YET:
        raise NotYet(f"{word} is not yet supported in this version", "Take this service out for now")
    if word not in PRODUCTS:
        raise BadValue(f"{quoted(value)} is no program KeeperCheky knows", KIND_REMEDY)
    return PRODUCTS[word]


Kind = Annotated[Product, Written("word", parse_kind, str, {"type": "string", "enum": [*PRODUCTS, *NOT_YET]})]
Torrents = Annotated[
    str, Written("word", choice("remove", "leave"), None, {"type": "string", "enum": ["remove", "leave"]})
]


class ServiceSettings(Section):
    kind: Kind = Field(
        description="Which program it is: `radarr`, `sonarr`, `jellyfin` or `seerr` (also `jellyseerr`, `overseerr`). "
        "Needed where the name is not a program's."
    )
    enabled: YesNo = Field(
        default=True, description="`false`: not asked at all; what it knows then protects nothing."
    )
    url: Url = Field(description="Where it answers, with its prefix path if it has one.")
    api_key: Key = Field(default=SecretStr(""), description="Its API key, from the service's settings page.")
    api_key_file: KeyFile | None = Field(
        default=None, description="A file that holds the API key, instead of `api_key`."
    )
    path_map: dict[TheirFolder, Folder] = Field(
        default={},
        description="Remote path mapping: its view of a folder = KeeperCheky's view of the same folder.",
    )
    in_jellyfin: YesNo = Field(
        default=True,
        description="Radarr and Sonarr: `false` says that its titles are not expected in Jellyfin.",
    )
    torrents: Torrents = Field(
        default="remove",
        description="Torrent client: `remove` finished torrents of deleted titles, or `leave` them.",
    )
    connect_timeout: SomeDuration = Field(
        default=timedelta(seconds=5), description="How long to wait for a connection."
    )
    read_timeout: SomeDuration = Field(
        default=timedelta(seconds=30), description="How long to wait for an answer."
    )
    list_timeout: SomeDuration = Field(
        default=timedelta(seconds=120), description="How long to wait for the list of a whole library."
    )

    @property
    def key_is_placeholder(self) -> bool:
        """Whether the key is still the one of the sample."""
        return self.api_key.get_secret_value() in PLACEHOLDERS
