"""Jellyfin: who there is, what there is, who watched what, and what is playing.

It is told where files are gone, and never asked to delete: that would pass every recycle bin, and take the copies of
other *arrs with it. So no DELETE may be sent here at all.

The order of reading matters: the whole list comes last, so that what disappeared meanwhile shows. Then all is read
once more; what somebody did with an item that is gone for good is known to be lost, and that stops the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Final
from urllib.parse import quote

from keepercheky.errors import NotFound, WrongProduct
from keepercheky.library.said import JellyfinSaid, MediaLibrarySaid, UserSaid
from keepercheky.services import faults, jellyfin_items, jellyfin_sessions
from keepercheky.services.http import Wire
from keepercheky.services.identity import Identity
from keepercheky.services.jellyfin_items import Looked
from keepercheky.services.jellyfin_wire import FolderOnWire, SystemInfo, UserOnWire, library, user
from keepercheky.services.together import together

PRODUCT: Final = "Jellyfin"
PRODUCT_NAME: Final = "Jellyfin Server"
READINGS: Final = 2
_ITEM_ID: Final = re.compile(r"[0-9A-Za-z-]+")


def headers(api_key: str) -> dict[str, str]:
    """The one form that 10.10, 10.11 and 12.0 all take. The server undoes the percent encoding."""
    device = {"Token": api_key, "Client": "KeeperCheky", "Device": "KeeperCheky", "DeviceId": "keepercheky"}
    device["Version"] = version("keepercheky")
    return {
        "Authorization": "MediaBrowser "
        + ", ".join(f'{key}="{quote(value, safe="")}"' for key, value in device.items())
    }


class Jellyfin:
    kind: Final = "jellyfin"
    writes: Final = frozenset({"POST"})

    def __init__(self, wire: Wire) -> None:
        self.name = wire.name
        self._wire = wire

    async def identify(self) -> Identity:
        """Who answers; needs the key, so it proves the key as well."""
        remedy = f"Set {faults.url_of(self.name)} to the address of {PRODUCT}"
        try:
            info = await self._wire.get("/System/Info", SystemInfo)
        except NotFound:
            raise WrongProduct(self.name, f"is not {PRODUCT}: it has no /System/Info", remedy) from None
        if info.product_name != PRODUCT_NAME:
            said = info.product_name or "something that does not say its name, perhaps Emby"
            raise WrongProduct(self.name, f"is {said}, not {PRODUCT}", remedy)
        return Identity(PRODUCT, info.version or "")

    async def read(self) -> JellyfinSaid:
        """Everything this Jellyfin says, completely, or the `ServiceError` that stood in the way."""
        identity = await self.identify()
        async with together() as ask:
            asked_users = ask(self._users)
            libraries = ask(self._libraries)
        users = asked_users.value
        interned: dict[str, str] = {}
        touched: set[str] = set()  # what somebody did anything with, in any reading
        for _ in range(READINGS):
            async with together() as ask:
                playing = ask(jellyfin_sessions.playing, self._wire)
                asked = {one.id: ask(jellyfin_items.look, self._wire, one, interned) for one in users}
            looked = {user_id: answer.value for user_id, answer in asked.items()}
            collections = await self._collections(users, looked)
            items = await jellyfin_items.everything(self._wire)
            listed = {one.id: one for one in items}
            touched.update(row.item_id for one in looked.values() for row in one.view.data)
            gone = touched.union(*(one.view.seen for one in looked.values())) - listed.keys()
            if not gone:
                break
        else:
            raise faults.moved_meanwhile(
                self.name, f"{len(gone)} of its users' items are not in its whole list"
            )
        sessions = await jellyfin_sessions.concerning(self._wire, playing.value, listed)
        return JellyfinSaid(
            name=self.name,
            version=identity.version,
            date=self._wire.date,
            users=users,
            libraries=libraries.value,
            items=items,
            views={user_id: one.view for user_id, one in looked.items()},
            collections=collections,
            sessions=sessions,
        )

    async def item_exists(self, item_id: str) -> bool:
        """Whether Jellyfin still lists it; after a deletion that takes a scan."""
        if not _ITEM_ID.fullmatch(item_id):
            raise ValueError(f"not the id of an item: {item_id!r}")
        return await jellyfin_items.exists(self._wire, item_id)

    async def media_updated(self, paths: Iterable[str]) -> None:
        """These paths, as Jellyfin sees them, have no file any more: it looks there again, a minute later."""
        gone = list(dict.fromkeys(paths))
        if isinstance(paths, str) or not gone or not all(path.strip() for path in gone):
            raise ValueError(f"not paths: {paths!r}")
        updates = [{"Path": path, "UpdateType": "Deleted"} for path in gone]
        await self._wire.send("POST", "/Library/Media/Updated", body={"Updates": updates})

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _users(self) -> tuple[UserSaid, ...]:
        """Everybody, disabled users too: what they played was played."""
        rows = await self._wire.get("/Users", list[UserOnWire])
        if not rows:
            raise faults.unexpected(self.name, "no users, which is impossible")
        users = tuple(user(row) for row in rows)
        if len({one.id for one in users}) != len(users):
            raise faults.unexpected(self.name, "two users with the same id")
        return users

    async def _libraries(self) -> tuple[MediaLibrarySaid, ...]:
        return tuple(
            library(row) for row in await self._wire.get("/Library/VirtualFolders", list[FolderOnWire])
        )

    async def _collections(
        self, users: tuple[UserSaid, ...], looked: Mapping[str, Looked]
    ) -> dict[str, tuple[str, ...]]:
        """What the favourite collections hold, each asked for once, as somebody who sees everything if anybody does."""
        widest = next((one.id for one in users if one.all_folders and not one.restricted), None)
        viewers = {
            collection: widest or user_id for user_id, one in looked.items() for collection in one.collections
        }
        async with together() as ask:
            asked = {
                collection: ask(jellyfin_items.members, self._wire, collection, user_id)
                for collection, user_id in viewers.items()
            }
        return {collection: answer.value for collection, answer in asked.items()}
