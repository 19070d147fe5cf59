"""What can be told to the pretend Radarr and Sonarr alike: tags, the queue, exclusions, commands."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from keepercheky.demo import arr_rows, body, departures
from keepercheky.demo.arr_errors import (
    BadRequestError,
    BrokenError,
    ConflictError,
    InvalidError,
    MissingError,
    NotJsonError,
    problem,
)
from keepercheky.demo.arr_state import TAG, Command
from keepercheky.demo.ask import Answer, Ask, BadQueryError, indented
from keepercheky.demo.body import Body
from keepercheky.demo.contents import inside, parent
from keepercheky.demo.records import Download, Exclusion

if TYPE_CHECKING:
    from keepercheky.demo.arr import ArrFake, Handler

Found = TypeVar("Found")

V3 = "/api/v3"
ID = r"(?P<id>-?\d+)"
PERHAPS_ID = f"(?:/{ID})?"  # of a PUT, whose body has it, too
COMMANDS = ("CleanUpRecycleBin", "RefreshMonitoredDownloads", "RssSync")


class ArrWrites:
    """The writes of one *arr. ``exclusions`` is the word its path has for them."""

    exclusions: ClassVar[str]
    commands: ClassVar[tuple[str, ...]]

    def __init__(self, fake: ArrFake) -> None:
        self.fake = fake
        self.world = fake.world

    @abstractmethod
    def exclusion_row(self, one: Exclusion) -> dict[str, Any]: ...

    @abstractmethod
    def excluded(self, asked: Body) -> Exclusion:
        """A new exclusion as the body describes it, or InvalidError."""

    @abstractmethod
    def obey(self, command: str, asked: Body) -> None:
        """Do what a command of its own says."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        exclusions = f"{V3}/{self.exclusions}"
        return [
            ("POST", f"{V3}/tag", self._make_tag),
            ("DELETE", f"{V3}/tag/{ID}", self._drop_tag),
            ("POST", exclusions, self._exclude),
            ("POST", f"{exclusions}/bulk", self._exclude_many),
            ("DELETE", f"{exclusions}/{ID}", lambda _, match: self._include([int(match["id"])])),
            ("DELETE", f"{exclusions}/bulk", lambda ask, _: self._include(read(ask).numbers("ids"))),
            ("DELETE", f"{V3}/queue/{ID}", self._unqueue),
            ("DELETE", f"{V3}/queue/bulk", self._unqueue_many),
            ("POST", f"{V3}/command", self._command),
            ("GET", f"{V3}/command", lambda _, __: indented([command_row(c) for c in self.state.commands])),
            ("GET", f"{V3}/command/{ID}", self._command_now),
        ]

    @property
    def state(self) -> Any:
        return self.fake.state

    # tags

    def _make_tag(self, ask: Ask, _: re.Match[str]) -> Answer:
        """A label that is there already is answered as if it were new."""
        label = read(ask).text("label")
        if not label or (self.fake.product == "Radarr" and not TAG.fullmatch(label)):
            message = "Allowed characters a-z, 0-9 and -" if label else "'Label' must not be empty."
            raise InvalidError(problem("Label", message, "RegularExpressionValidator", label))
        number = self.state.make_tag(label)
        return indented({"label": self.state.tags[number], "id": number}, 201)

    def _drop_tag(self, _: Ask, match: re.Match[str]) -> Answer:
        number = checked(match)
        if number not in self.state.tags:
            raise MissingError(f"Tag with ID {number} does not exist")
        if any(
            value
            for name, value in self.fake.tagged(number).items()
            if name.endswith(("movieIds", "seriesIds"))
        ):
            raise ConflictError(f"Tag '{self.state.tags[number]}' cannot be deleted since it's still in use")
        self.state.loses_tag(self.state.tags[number])
        return Answer()

    # exclusions

    def _exclude(self, ask: Ask, _: re.Match[str]) -> Answer:
        new = self.excluded(read(ask))
        if any(known.number == new.number for known in self.state.exclusions):
            message = "This exclusion has already been added."
            raise InvalidError(problem("TmdbId", message, "ImportListExclusionExistsValidator", new.number))
        return indented(self.exclusion_row(self.state.exclude(new.number, new.title, new.year)), 201)

    def _exclude_many(self, ask: Ask, _: re.Match[str]) -> Answer:
        """Those that are there already are passed over."""
        known = {one.number for one in self.state.exclusions}
        wanted = [self.excluded(Body(one)) for one in body.decoded(ask)]
        added = [
            self.state.exclude(one.number, one.title, one.year) for one in wanted if one.number not in known
        ]
        return indented([self.exclusion_row(one) for one in added])

    def _include(self, numbers: Sequence[int]) -> Answer:
        self.state.exclusions = tuple(one for one in self.state.exclusions if one.id not in numbers)
        return Answer()

    # the queue

    def _unqueue(self, ask: Ask, match: re.Match[str]) -> Answer:
        number = checked(match)
        row = next((row for row in self.state.queue if row.id == number), None)
        if row is None:
            raise MissingError("NotFound")
        self._let_go(ask, [row])
        return Answer()

    def _unqueue_many(self, ask: Ask, _: re.Match[str]) -> Answer:
        rows = exactly(self.state.queue, read(ask).numbers("ids"))
        self._let_go(ask, rows)
        return indented({})

    def _let_go(self, ask: Ask, rows: Iterable[Download]) -> None:
        """Out of the queue and, unless told otherwise, out of the download client with its data: a pack goes as a whole."""
        from_client = ask.flag("removeFromClient") is not False
        for row in rows:
            if from_client:
                departures.drop_torrent(self.world, row.download_id.lower(), data=True)
            self.state.queue = tuple(known for known in self.state.queue if known is not row)

    # commands

    def _command(self, ask: Ask, _: re.Match[str]) -> Answer:
        asked = read(ask)
        known = {name.lower(): name for name in (*COMMANDS, *self.commands)}
        name = known.get(asked.text("name").lower())
        if name is None:
            raise BrokenError("Sequence contains no matching element")
        number = self.world.next_id(f"{self.fake.name} command")
        self.state.commands = (*self.state.commands, Command(number, name, self.world.now()))

        def do() -> None:
            self.obey(name, asked)
            self.state.commands = tuple(
                Command(one.id, one.name, one.queued, done=True) if one.id == number else one
                for one in self.state.commands
            )

        self.world.promise(timedelta(), f"{self.fake.name}: {name}", do)
        return indented(command_row(self.state.commands[-1]), 201)

    def _command_now(self, _: Ask, match: re.Match[str]) -> Answer:
        found = [one for one in self.state.commands if one.id == int(match["id"])]
        return indented(command_row(found[0])) if found else arr_rows.not_found()

    # what deleting and changing share

    def root_of(self, path: str) -> str:
        """The root folder a path lies in; a path outside them is its own."""
        return next((root for root in self.state.roots if inside(path, root)), parent(path))

    def check_root(self, path: str) -> None:
        """Before a file is removed: a root that is gone or holds no folder looks like a disk that is not mounted."""
        root, word = self.root_of(path), "Movie" if self.fake.product == "Radarr" else "Series"
        if root in self.state.missing_roots or not self.world.contents.has_folder(root):
            raise ConflictError(f"{word}'s root folder ({root}) doesn't exist.")
        if not self.world.contents.folders_in(root):
            raise ConflictError(f"{word}'s root folder ({root}) is empty.")

    def addressed(self, asked: Body, match: re.Match[str]) -> int:
        """Whom a PUT of a whole row is for: the body's id, whatever the path says; the path's where the body has none.

        Raises InvalidError with everything that is wrong with the row, before it is known whether there is such a title.
        """
        problems = self.profile_problems(asked)
        if not asked.text("path"):
            problems.append(problem("Path", "'Path' must not be empty.", "NotEmptyValidator"))
        number = asked.number("id") or int(match["id"] or 0)
        if number <= 0:
            problems.append(problem("Id", "'Id' must be greater than '0'.", "GreaterThanValidator", number))
        if problems:
            raise InvalidError(*problems)
        return number

    def profile_problems(self, asked: Body) -> list[dict[str, Any]]:
        profile = asked.number("qualityProfileId")
        if any(known["id"] == profile for known in arr_rows.profiles(self.fake.product)):
            return []
        rule = "QualityProfileExistsValidator" if profile else "GreaterThanValidator"
        message = (
            "Quality Profile does not exist" if profile else "'Quality Profile Id' must be greater than '0'."
        )
        return [problem("QualityProfileId", message, rule, profile)]

    def with_tags(self, tags: frozenset[int], asked: Body) -> frozenset[int]:
        """``applyTags``: unsaid it is "add"."""
        given, how = frozenset(asked.numbers("tags")), asked.text("applyTags", "add").lower()
        ways: dict[str, Callable[[], frozenset[int]]] = {
            "add": lambda: tags | given, "remove": lambda: tags - given, "replace": lambda: given,
        }  # fmt: skip
        if how not in ways:
            raise BadQueryError("$.applyTags", how)
        return ways[how]() if asked.has("tags") else tags


def read(ask: Ask) -> Body:
    if not body.says_json(ask):
        raise NotJsonError("no JSON")
    return body.read(ask)


def checked(match: re.Match[str]) -> int:
    number = int(match["id"])
    if number <= 0:
        raise BadRequestError(f"{number} is not a valid ID")
    return number


def exactly(things: Iterable[Found], numbers: Sequence[int]) -> list[Found]:
    """The rows of these ids. One that is unknown or named twice breaks the whole call, before anything is done."""
    known: dict[int, Found] = {getattr(thing, "id"): thing for thing in things}  # noqa: B009 - Found has no bound
    found = {number for number in numbers if number in known}
    if len(found) != len(numbers):
        raise BrokenError.rows(len(numbers), len(found))
    return [known[number] for number in numbers]


def command_row(one: Command) -> dict[str, Any]:
    queued = arr_rows.stamp(one.queued)
    row: dict[str, Any] = {
        "name": one.name, "commandName": one.name, "body": {}, "priority": "normal",
        "status": "completed" if one.done else "queued", "result": "successful" if one.done else "unknown",
        "queued": queued, "trigger": "manual", "stateChangeTime": queued, "sendUpdatesToClient": True,
        "updateScheduledTask": True,
    }  # fmt: skip
    if one.done:
        row |= {"started": queued, "ended": queued, "duration": "00:00:00"}
    return row | {"id": one.id}
