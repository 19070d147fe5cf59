"""What the pretend Jellyfin can be told: to look at folders, what somebody watched, collections, libraries, deletions.

Deleting through Jellyfin takes the real files, past any recycle bin, and tells no *arr: nobody should.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from keepercheky.demo import body, departures, jellyfin_rows
from keepercheky.demo.ask import Answer, Ask, BadQueryError, json_answer, text_answer
from keepercheky.demo.body import Body
from keepercheky.demo.contents import parent
from keepercheky.demo.items import Item, Library
from keepercheky.demo.jellyfin_errors import RefusedError
from keepercheky.demo.jellyfin_items import plain
from keepercheky.demo.people import User

if TYPE_CHECKING:
    from keepercheky.demo.jellyfin import Handler, JellyfinFake

DONE = 204
ID = "(?P<id>[0-9a-f-]{32,36})"


class JellyfinWrites:
    def __init__(self, fake: JellyfinFake) -> None:
        self.fake = fake
        self.world = fake.world
        self.routes: list[tuple[str, re.Pattern[str], Handler]] = [
            (method, re.compile(pattern), handler)
            for method, pattern, handler in (
                ("POST", "/library/media/updated", self._look_at),
                ("POST", "/library/refresh", self._look_at_all),
                ("POST", f"/userplayeditems/{ID}", self._played),
                ("DELETE", f"/userplayeditems/{ID}", self._played),
                ("POST", "/collections", self._collect),
                ("POST", f"/collections/{ID}/items", self._add_members),
                ("DELETE", f"/collections/{ID}/items", self._drop_members),
                ("DELETE", f"/items/{ID}", lambda ask, match, _: self._delete(ask, [match["id"]])),
                ("DELETE", "/items", lambda ask, _, __: self._delete(ask, ask.commas("ids"))),
                ("POST", "/library/virtualfolders", self._add_library),
                ("DELETE", "/library/virtualfolders", self._drop_library),
            )
        ]

    # looking

    def _look_at(self, ask: Ask, _: re.Match[str], __: User | None) -> Answer:
        """Only paths as Jellyfin knows them say anything to it; what kind of update it was it does not care."""
        for update in _read(ask).bodies("Updates"):
            path = update.text("Path").rstrip("/")
            if path:
                self._scan_later(path)
        return Answer(DONE)

    def _look_at_all(self, _: Ask, __: re.Match[str], ___: User | None) -> Answer:
        self._scan_later("")
        return Answer(DONE)

    def _scan_later(self, path: str) -> None:
        self.world.promise(
            self.world.scan_delay, f"{self.fake.name}: scan {path}", lambda: departures.scan(self.world, path)
        )

    # people

    def _played(self, ask: Ask, match: re.Match[str], user: User | None) -> Answer:
        """Ticked or unticked by hand. The key alone is nobody, and nobody watches."""
        if user is None:
            raise RefusedError(400)
        item = self.world.items.get(plain(match["id"]))
        if item is None or not user.sees(item):
            raise RefusedError(404)
        if ask.method == "DELETE":
            user.marks_unwatched(item)
        else:
            user.marks_watched(item, at=_moment(ask) or self.world.now())
        return json_answer(jellyfin_rows.user_data(item, user, ()))

    # collections

    def _found(self, numbers: list[str]) -> list[Item]:
        """The items of these ids; one that is unknown is a bad argument, and nothing is done."""
        found = [self.world.items.get(plain(number)) for number in numbers]
        if not all(found):
            raise RefusedError(400)
        return [item for item in found if item]

    def _collection(self, match: re.Match[str]) -> Item:
        item = self.world.items.get(plain(match["id"]))
        if item is None or item.kind != "BoxSet":
            raise RefusedError(400)
        return item

    def _collect(self, ask: Ask, _: re.Match[str], __: User | None) -> Answer:
        """A name that is taken makes a second collection on the same folder; unknown members an empty one, and a 400."""
        if not ask.text("name"):
            raise RefusedError(400)
        collection = self.world.collect(ask.text("name"))
        self._join(collection, self._found(ask.commas("ids")))
        return json_answer({"Id": collection.id})

    def _add_members(self, ask: Ask, match: re.Match[str], _: User | None) -> Answer:
        if not ask.has("ids"):
            raise BadQueryError("ids", "The ids field is required.")
        self._join(self._collection(match), self._found(ask.commas("ids")))
        return Answer(DONE)

    def _join(self, collection: Item, items: list[Item]) -> None:
        """Those that are in it already stay where they are."""
        members = {item.id: item for item in (*collection.members, *items)}
        collection.members = tuple(members.values())

    def _drop_members(self, ask: Ask, match: re.Match[str], _: User | None) -> Answer:
        if not ask.has("ids"):
            raise BadQueryError("ids", "The ids field is required.")
        collection, going = self._collection(match), {plain(number) for number in ask.commas("ids")}
        collection.members = tuple(item for item in collection.members if item.id not in going)
        return Answer(DONE)

    # deleting

    def _delete(self, ask: Ask, numbers: list[str]) -> Answer:
        """One after the other; the first that is missing ends it, and those before it are gone."""
        caller = self.fake.caller(ask)
        for number in numbers:
            item = self.world.items.get(plain(number))
            if item is None:
                raise RefusedError(404)
            if caller is not None and not caller.admin:
                return text_answer("Unauthorized access", 401)
            self._erase(item)
        return Answer(DONE)

    def _erase(self, item: Item) -> None:
        """The item and its files; a collection is only itself. Inside the request, and for good."""
        if item.kind != "BoxSet":
            path = self._on_disk(item)
            if self.world.is_stuck(path):
                raise RefusedError(500)
            if self.world.contents.has_folder(path):
                self.world.contents.remove_folder(path)
            else:
                stem = path.rpartition(".")[0]
                for file in self.world.contents.below(parent(path)):
                    if file.startswith(f"{stem}."):  # the video and what lies beside it under its name
                        self.world.contents.remove(file)
        departures.forget_items(self.world, {item.id} | {one.id for one in _below(item)})

    def _on_disk(self, item: Item) -> str:
        """The folder that goes with an item; of an episode, and of a film in a mixed folder, the file."""
        folder = parent(item.path)
        if item.is_folder or item.kind == "Episode" or folder in item.library.locations:
            return item.path
        return folder

    # libraries

    def _add_library(self, ask: Ask, _: re.Match[str], __: User | None) -> Answer:
        """A name that is taken gets a number, and nobody is told."""
        asked = _read(ask)
        options = Body(asked.any("LibraryOptions") or {})
        paths = [*ask.commas("paths"), *(one.text("Path") for one in options.bodies("PathInfos"))]
        name, taken = ask.text("name").strip(), {one.name for one in self.world.libraries}
        if not name or not all(self._exists(path) for path in paths):
            raise RefusedError(400)
        number, wanted = 1, name
        while name in taken:
            number += 1
            name = f"{wanted}{number}"
        library = Library(
            owner=self.world, id=self.world.hex_id("library", name), name=name, locations=tuple(paths),
            kind=ask.text("collectionType", "mixed"),
        )  # fmt: skip
        self.world.libraries.append(library)
        self.world.touch()
        return Answer(DONE)

    def _exists(self, path: str) -> bool:
        """Inside Jellyfin's container, where the media folder is the same folder as everywhere."""
        if self.world.contents.has_folder(path.rstrip("/")):
            return True
        return self.world.files is not None and self.world.files.is_folder(path)

    def _drop_library(self, ask: Ask, _: re.Match[str], __: User | None) -> Answer:
        """The entry and its items; no file is touched."""
        for library in self.world.libraries:
            if library.name == ask.text("name"):
                self.world.libraries.remove(library)
                going = {item.id for item in self.world.items.values() if item.library is library}
                departures.forget_items(self.world, going)
                return Answer(DONE)
        raise RefusedError(404)


def _below(item: Item) -> list[Item]:
    return [one for child in item.children for one in (child, *_below(child))]


def _read(ask: Ask) -> Body:
    if not body.says_json(ask):
        raise RefusedError(415)
    return body.read(ask)


def _moment(ask: Ask) -> datetime | None:
    text = ask.text("datePlayed")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadQueryError("datePlayed", text) from None
    return moment if moment.tzinfo else moment.astimezone()
