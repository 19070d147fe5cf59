"""What Radarr and Sonarr have in common around the deletion of a title: what is there, what is left, and the way back.

Facts used: what was deleted without its files shows up among the root folders' unmapped ones; a folder that could not
be looked into lists none; history holds download addresses with other services' keys; exclusions are paged in
descending order unless told otherwise, and older versions know only the whole list.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from keepercheky.errors import NotFound, ServerFault
from keepercheky.services import faults
from keepercheky.services.arr import API, PAGE_SIZE
from keepercheky.services.http import Wire
from keepercheky.services.line import Query
from keepercheky.services.pages import Page, walk

Members = dict[str, msgspec.Raw]  # an object of which only the names of its members are looked at


class _Unmapped(msgspec.Struct):
    path: str


class _RootFolder(msgspec.Struct, rename="camel"):
    path: str
    accessible: bool = False
    unmapped_folders: list[_Unmapped] | None = None


class Row(msgspec.Struct):
    id: int


class Flag(msgspec.Struct):
    """A movie or an episode, as far as it matters whether it is monitored."""

    id: int
    monitored: bool


class ExclusionOnWire(msgspec.Struct, rename="camel"):
    id: int
    tmdb_id: int = 0
    tvdb_id: int = 0


class _ExclusionPage(msgspec.Struct, rename="camel"):
    total_records: int
    records: list[ExclusionOnWire]


async def unmapped_folders(wire: Wire) -> tuple[str, ...]:
    """Folders no title owns. An error where a root folder was not looked into: nothing is proven by its silence."""
    rows = await wire.get(f"{API}/rootfolder", list[_RootFolder])
    unseen = next((row.path for row in rows if not row.accessible or row.unmapped_folders is None), None)
    if unseen is not None:
        raise ServerFault(
            wire.name, f"cannot look into its root folder {unseen}", "Is that disk mounted there?"
        )
    return tuple(folder.path for row in rows for folder in row.unmapped_folders or ())


async def resource(wire: Wire, path: str, row_id: int, query: Query = ()) -> bytes:
    """One title's JSON as it came, every member of it."""
    raw = bytes(await wire.get(path, msgspec.Raw, query))
    same_row(wire, raw, row_id)
    return raw


def same_row(wire: Wire, raw: bytes, row_id: int) -> None:
    try:
        said = msgspec.json.decode(raw, type=Row).id
    except msgspec.ValidationError as problem:
        raise faults.unexpected(wire.name, str(problem)) from None
    if said != row_id:
        raise faults.unexpected(wire.name, f"{said} where {row_id} was asked for")


async def history(wire: Wire, path: str, query: Query) -> bytes:
    """A title's history, JSON, without the addresses in it: they hold keys of indexers."""
    events = await wire.get(path, list[Members], query)
    return msgspec.json.encode([_without_addresses(event) for event in events])


def _without_addresses(event: Members) -> Members:
    data = event.get("data")
    if data is None:
        return event
    members = msgspec.json.decode(data)
    if not isinstance(members, dict):
        return event
    kept = {key: value for key, value in members.items() if not _is_address(value)}
    return event | {"data": msgspec.Raw(msgspec.json.encode(kept))}


def _is_address(value: object) -> bool:
    return isinstance(value, str) and ("://" in value or value.startswith("magnet:"))


async def exclusion(wire: Wire, path: str, is_meant: Callable[[ExclusionOnWire], bool]) -> int | None:
    """The id of the first entry that is meant. `path`: the list's, which differs between the two."""

    async def page_at(number: int) -> Page[ExclusionOnWire]:
        query: Query = [
            ("page", number + 1),
            ("pageSize", PAGE_SIZE),
            ("sortKey", "id"),
            ("sortDirection", "ascending"),
        ]
        page = await wire.get(f"{path}/paged", _ExclusionPage, query)
        return Page([(row.id, row) for row in page.records], page.total_records)

    try:
        rows = await walk(wire.name, "exclusions", page_at)
    except NotFound:
        rows = await wire.get(path, list[ExclusionOnWire])
    return next((row.id for row in rows if is_meant(row)), None)


def members(resource: bytes, wanted: tuple[str, ...], optional: tuple[str, ...]) -> Members:
    """Those members of a stored title that make a new one. ValueError when it is no such title."""
    try:
        stored = msgspec.json.decode(resource, type=Members)
    except msgspec.DecodeError as problem:
        raise ValueError(f"not a stored title: {problem}") from None
    lacking = [name for name in wanted if name not in stored]
    if not ({"path", "rootFolderPath"} & stored.keys()):
        lacking.append("path")
    if lacking:
        raise ValueError(f"a stored title without {', '.join(lacking)}")
    taken = (*wanted, "path", "rootFolderPath", *optional)
    return {name: stored[name] for name in taken if name in stored}


async def add(wire: Wire, path: str, title: Members, add_options: dict[str, object]) -> int:
    """Its new row id."""
    body = title | {"addOptions": msgspec.Raw(msgspec.json.encode(add_options))}
    added = await wire.send("POST", path, Row, body=body, seconds=wire.timeouts.whole_list)
    if added.id <= 0:
        raise faults.nobody_knows(wire.name, "added a title without an id")
    return added.id


def unmonitored(wire: Wire, rows: list[Flag], ids: list[int]) -> None:
    """Nothing is deleted that would be fetched again: each must be told as no longer monitored."""
    off = {row.id for row in rows if not row.monitored}
    if still := [number for number in ids if number not in off]:
        listed = ", ".join(map(str, still[:5]))
        raise faults.unexpected(wire.name, f"still monitors {listed} after it was told not to")
