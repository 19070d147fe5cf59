"""Jellyfin's shapes (10.10, 10.11, 12.0), and what they mean in our words.

Facts used: keys are PascalCase, null members are mostly left out, ids are compared without dashes in lower case,
dates carry up to seven decimals and the year 1 stands for "none", provider ids are texts under keys of any case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from keepercheky.library.said import ItemSaid, MediaLibrarySaid, UserDataSaid, UserSaid
from keepercheky.services.times import instant

# A favourite on one of these counts for what it holds; its play data is computed or not kept, and is not read.
FOLDERS: Final = frozenset({"Series", "Season", "BoxSet"})
VIRTUAL: Final = "Virtual"  # an item without a file: a missing episode


class _Wire(msgspec.Struct, rename="pascal", gc=False):
    """Pascal case, as everything here."""


class SystemInfo(_Wire):
    product_name: str | None = None
    version: str | None = None
    id: str | None = None


class _Policy(_Wire):
    enable_all_folders: bool | None = None
    enabled_folders: list[str] | None = None
    blocked_media_folders: list[str] | None = None
    max_parental_rating: int | None = None
    max_parental_sub_rating: int | None = None
    blocked_tags: list[str] | None = None
    allowed_tags: list[str] | None = None
    block_unrated_items: list[str] | None = None


class UserOnWire(_Wire):
    id: str
    name: str = ""
    policy: _Policy | None = None


class FolderOnWire(_Wire):
    name: str = ""
    item_id: str | None = None
    locations: list[str] | None = None


class UserDataOnWire(_Wire):
    """All but the date is always told: what is not there is not "no"."""

    play_count: int
    played: bool
    playback_position_ticks: int
    is_favorite: bool
    last_played_date: datetime | None = None


class SeenOnWire(_Wire):
    """An item of one user's list."""

    id: str
    type: str = ""
    location_type: str | None = None
    user_data: UserDataOnWire | None = None


class ItemOnWire(_Wire):
    """An item of the whole list."""

    id: str
    type: str = ""
    name: str = ""
    path: str | None = None
    provider_ids: dict[str, str | None] | None = None
    series_id: str | None = None
    parent_index_number: int | None = None
    index_number: int | None = None
    index_number_end: int | None = None
    location_type: str | None = None


class SeenPage(_Wire):
    items: list[SeenOnWire]
    total_record_count: int


class ItemPage(_Wire):
    items: list[ItemOnWire]
    total_record_count: int


class PlayingOnWire(_Wire):
    id: str
    type: str | None = None
    series_id: str | None = None


class SessionOnWire(_Wire):
    user_id: str | None = None
    now_playing_item: PlayingOnWire | None = None
    now_playing_queue: list[PlayingOnWire] | None = None
    now_playing_queue_full_items: list[PlayingOnWire] | None = None


def plain(identity: str) -> str:
    return identity.replace("-", "").lower()


def plain_or_none(identity: str | None) -> str | None:
    """None also for the empty guid, which stands for nobody."""
    bare = plain(identity or "")
    return bare if bare.strip("0") else None


def user(row: UserOnWire) -> UserSaid:
    """Where the policy is not told, nothing is hidden: an item this user does not list is then unknown, not unseen."""
    policy = row.policy or _Policy()
    return UserSaid(
        id=plain(row.id),
        name=row.name,
        all_folders=policy.enable_all_folders is not False,
        folders=tuple(plain(folder) for folder in policy.enabled_folders or ()),
        restricted=policy.max_parental_rating is not None
        or policy.max_parental_sub_rating is not None
        or bool(policy.blocked_tags)
        or bool(policy.allowed_tags)
        or bool(policy.block_unrated_items)
        or bool(policy.blocked_media_folders),
    )


def library(row: FolderOnWire) -> MediaLibrarySaid:
    return MediaLibrarySaid(id=plain(row.item_id or ""), name=row.name, locations=tuple(row.locations or ()))


def item(row: ItemOnWire) -> ItemSaid | None:
    """None for a movie or an episode without a file. A season without a folder of its own is an item like others."""
    if row.location_type == VIRTUAL and row.type in ("Movie", "Episode"):
        return None
    ids = {
        key.lower(): text
        for key, value in (row.provider_ids or {}).items()
        if (text := (value or "").strip())
    }
    season, episode = row.parent_index_number, row.index_number
    if row.type == "Season":
        season, episode = row.index_number, None
    return ItemSaid(
        id=plain(row.id),
        type=row.type,
        name=row.name,
        path=row.path or None,
        tmdb_id=ids.get("tmdb"),
        imdb_id=ids.get("imdb"),
        tvdb_id=ids.get("tvdb"),
        series_id=plain_or_none(row.series_id),
        season=season if row.type in ("Season", "Episode") else None,
        episode=episode if row.type == "Episode" else None,
        episode_end=row.index_number_end if row.type == "Episode" else None,
    )


def user_data(identity: str, kind: str, row: UserDataOnWire) -> UserDataSaid | None:
    """None when there is nothing to tell."""
    if kind in FOLDERS:
        row = UserDataOnWire(0, played=False, playback_position_ticks=0, is_favorite=row.is_favorite)
    said = UserDataSaid(
        item_id=identity,
        played=row.played,
        play_count=row.play_count,
        in_progress=row.playback_position_ticks > 0,
        favorite=row.is_favorite,
        last_played_at=instant(row.last_played_date),
    )
    telling = said.played or said.play_count or said.in_progress or said.favorite or said.last_played_at
    return said if telling else None
