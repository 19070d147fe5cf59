"""What the pretend Radarr and Sonarr share: keys, errors, paging, tags, disks, history and the queue (API v3).

Shapes follow the published OpenAPI files; behaviour follows the real servers: null members are left out, times are whole
seconds with Z, routes know no case, a missing ``sortDirection`` means descending, an unknown ``sortKey`` is replaced.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from keepercheky.demo import arr_rows
from keepercheky.demo.arr_errors import ArrError
from keepercheky.demo.arr_pages import Pages
from keepercheky.demo.arr_state import Arr
from keepercheky.demo.ask import Answer, Ask, BadQueryError, indented, text_answer
from keepercheky.demo.faults import LOGIN_PAGE
from keepercheky.demo.records import Download, Event
from keepercheky.demo.world import World

Handler = Callable[[Ask, "re.Match[str]"], Answer]


class ArrFake:
    """One *arr over the world. ``routes`` are regular expressions on the lower-cased path."""

    product: ClassVar[str]
    version: ClassVar[str]
    other: ClassVar[str]  # the product it is mistaken for
    title_word: ClassVar[str]  # movie | series
    event_numbers: ClassVar[dict[str, int]]
    sort_keys: ClassVar[dict[str, Callable[[Any], Any]]]

    def __init__(self, world: World, name: str, api_key: str) -> None:
        self.world = world
        self.name = name
        self.api_key = api_key
        self.started = world.now() - timedelta(days=3)
        self.routes: list[tuple[str, re.Pattern[str], Handler]] = [
            (method, re.compile(pattern), handler)
            for method, pattern, handler in self._shared() + self.own_routes()
        ]
        self.pages = Pages()

    @property
    @abstractmethod
    def state(self) -> Arr: ...

    @abstractmethod
    def own_routes(self) -> list[tuple[str, str, Handler]]: ...

    @abstractmethod
    def history_row(self, event: Event, ask: Ask) -> dict[str, Any]: ...

    @abstractmethod
    def queue_row(self, row: Download, ask: Ask) -> dict[str, Any]: ...

    @abstractmethod
    def tagged(self, tag: int) -> dict[str, list[int]]: ...

    @abstractmethod
    def media_management(self) -> dict[str, Any]: ...

    # what the wire asks of a fake

    def now(self) -> datetime:
        return self.world.now() + self.world.clock_skew.get(self.name, timedelta())

    def base_path(self) -> str:
        return self.world.base_path.get(self.name, "")

    def moved(self, path: str) -> Answer:
        return Answer(307, (b"",), "text/plain", [("Location", f"{self.base_path()}{path}")])

    def refusal(self, status: int) -> Answer:
        if status in (401, 403):
            return Answer(status, (b"",))
        if status == 404:
            return arr_rows.not_found()
        if status == 429:
            return text_answer("Too Many Requests", 429)
        if status == 503:
            return indented({"errorMessage": f"{self.product} is starting up, please try again later"}, 503)
        return indented(
            {"message": "database disk image is malformed", "description": "   at Some.Frame()"}, status
        )

    def stranger(self, ask: Ask, answer: Answer) -> Answer:
        if ask.path.lower().endswith("/system/status"):
            return indented(self._status() | {"appName": self.other, "instanceName": self.other})
        return answer

    def handle(self, ask: Ask) -> Answer:
        path = ask.path.lower().rstrip("/")
        if path == "/ping":
            return indented({"status": "OK"})
        if not path.startswith("/api/") and path != "/api":
            return text_answer(LOGIN_PAGE, kind="text/html; charset=utf-8")
        if self._key(ask) != self.api_key:
            return self.refusal(401)
        method = "GET" if ask.method == "HEAD" else ask.method
        for known, pattern, handler in self.routes:
            if known == method and (match := pattern.fullmatch(path)):
                return self._guarded(handler, ask, match)
        if method != "GET":
            return indented({"message": "this pretend home does not know how to do that"}, 501)
        return indented({"message": "NotFound"}, 404)

    def _guarded(self, handler: Handler, ask: Ask, match: re.Match[str]) -> Answer:
        try:
            return handler(ask, match)
        except BadQueryError as bad:
            return arr_rows.unbound(bad.name, bad.value)
        except ArrError as error:
            return error.answer()

    def _key(self, ask: Ask) -> str:
        """The query wins even when it is wrong; then X-Api-Key; then Authorization with or without Bearer."""
        if ask.has("apikey"):
            return ask.text("apikey")
        if "x-api-key" in ask.headers:
            return ask.headers["x-api-key"]
        return ask.headers.get("authorization", "").removeprefix("Bearer ")

    # the shared endpoints

    def _shared(self) -> list[tuple[str, str, Handler]]:
        v3 = "/api/v3"
        word = self.title_word
        return [
            ("GET", "/api", lambda _, __: indented({"current": "v3", "deprecated": []})),
            ("GET", f"{v3}/system/status", lambda _, __: indented(self._status())),
            (
                "GET",
                f"{v3}/health",
                lambda _, __: indented([arr_rows.ailment(a) for a in self.state.ailments]),
            ),
            ("GET", f"{v3}/diskspace", lambda _, __: indented(self._disks())),
            ("GET", f"{v3}/rootfolder", lambda _, __: indented(self._roots())),
            ("GET", f"{v3}/tag", lambda _, __: indented(self._tags())),
            ("GET", f"{v3}/tag/(?P<id>\\d+)", self._tag),
            ("GET", f"{v3}/tag/detail", lambda _, __: indented([self._tag_detail(t) for t in self._tags()])),
            ("GET", f"{v3}/qualityprofile", lambda _, __: indented(arr_rows.profiles(self.product))),
            ("GET", f"{v3}/history", self._history),
            ("GET", f"{v3}/history/since", self._history_since),
            ("GET", f"{v3}/history/{word}", self._history_of),
            ("GET", f"{v3}/queue", self._queue),
            ("GET", f"{v3}/queue/details", self._queue_details),
            ("GET", f"{v3}/queue/status", lambda _, __: indented(self._queue_status())),
            ("GET", f"{v3}/config/mediamanagement", lambda _, __: indented(self.media_management())),
        ]

    def _status(self) -> dict[str, Any]:
        return arr_rows.status(self.product, self.version, self.started, self.base_path())

    def _disks(self) -> list[dict[str, Any]]:
        """Mounts, sorted by path; never the root folders themselves. Both *arrs see the same home."""
        return [
            {
                "path": disk.path,
                "label": disk.label,
                "freeSpace": self.world.free_bytes(disk),
                "totalSpace": disk.total,
            }
            for disk in sorted(self.world.disks, key=lambda disk: disk.path)
        ]

    def _roots(self) -> list[dict[str, Any]]:
        free = self.world.free_bytes(self.world.media_disk)
        answer = []
        for number, root in enumerate(self.state.roots, 1):
            row: dict[str, Any] = {"path": root, "accessible": root not in self.state.missing_roots}
            if row["accessible"]:
                row["freeSpace"] = free
            row["unmappedFolders"] = [
                {"name": stray.rsplit("/", 1)[1], "path": stray, "relativePath": stray.rsplit("/", 1)[1]}
                for stray in self._unmapped(root)
                if row["accessible"]
            ]
            answer.append(row | {"id": number})
        return answer

    def _unmapped(self, root: str) -> list[str]:
        """Folders right below a root that are no title's; a folder that holds a title's folder is not one itself."""
        mapped = {movie.path for movie in self.world.movies.values()}
        mapped |= {show.path for show in self.world.shows.values()}
        found = {path for path in self.world.contents.folders_in(root) if path not in mapped}
        return sorted(found | {path for path in self.world.strays if path.rsplit("/", 1)[0] == root})

    def _tags(self) -> list[dict[str, Any]]:
        return [
            {"id": tag, "label": label} for tag, label in sorted(self.state.tags.items(), key=lambda t: t[1])
        ]

    def _tag(self, _: Ask, match: re.Match[str]) -> Answer:
        found = [tag for tag in self._tags() if tag["id"] == int(match["id"])]
        return indented(found[0]) if found else arr_rows.not_found()

    def _tag_detail(self, tag: dict[str, Any]) -> dict[str, Any]:
        nothing = (
            "delayProfileIds",
            "importListIds",
            "notificationIds",
            "indexerIds",
            "downloadClientIds",
            "autoTagIds",
        )
        return tag | {name: [] for name in nothing} | self.tagged(tag["id"])

    # history and queue

    def _history(self, ask: Ask, _: re.Match[str]) -> Answer:
        return self.pages.page(
            ask, self._events(ask), self.sort_keys, "date", lambda event: self.history_row(event, ask)
        )

    def _events(self, ask: Ask) -> list[Event]:
        """Filtered as asked; the same list from page to page while the world stands still."""
        kinds = frozenset(ask.numbers("eventType"))
        titles = frozenset(ask.numbers(f"{self.title_word}Ids"))
        download = ask.text("downloadId")
        return self.pages.kept(
            (self.world.revision, len(self.state.history), kinds, titles, download),
            lambda: [
                event
                for event in self.state.history
                if (not kinds or self.event_numbers[event.kind] in kinds)
                and (not titles or event.title_id in titles)
                and (not download or event.download_id == download)
            ],
        )

    def _history_since(self, ask: Ask, _: re.Match[str]) -> Answer:
        try:
            since = datetime.fromisoformat(ask.text("date"))
        except ValueError:
            raise BadQueryError("date", ask.text("date")) from None
        since = since if since.tzinfo else since.replace(tzinfo=UTC)
        found = sorted(
            (event for event in self._events(ask) if event.date >= since), key=lambda event: event.date
        )
        return indented([self.history_row(event, ask) for event in found])

    def _history_of(self, ask: Ask, _: re.Match[str]) -> Answer:
        name = f"{self.title_word}Id"
        if not ask.has(name):
            raise BadQueryError(name, "")
        self.check_title(ask.number(name))
        found = [event for event in self._events(ask) if event.title_id == ask.number(name)]
        if ask.has("seasonNumber"):
            found = [event for event in found if event.season_number == ask.number("seasonNumber")]
        found.sort(key=lambda event: event.date, reverse=True)
        return indented([self.history_row(event, ask) for event in found])

    def check_title(self, number: int) -> None:
        """Whether an unknown title is an error for its history: not in Radarr, in Sonarr it is."""

    def _queue(self, ask: Ask, _: re.Match[str]) -> Answer:
        word = self.title_word.capitalize()
        wanted = set(ask.numbers(f"{self.title_word}Ids"))
        found = [
            row
            for row in self.state.queue
            if (row.title_id or ask.flag(f"includeUnknown{word}Items"))
            and (not wanted or row.title_id in wanted)
        ]
        keys = {
            "timeleft": lambda row: row.left,
            "added": lambda row: row.added,
            "size": lambda row: row.size,
        }
        return self.pages.page(
            ask, found, keys, "timeleft", lambda row: self.queue_row(row, ask), last_again=True
        )

    def _queue_details(self, ask: Ask, _: re.Match[str]) -> Answer:
        name = f"{self.title_word}Id"
        found = [row for row in self.state.queue if not ask.has(name) or row.title_id == ask.number(name)]
        return indented([self.queue_row(row, ask) for row in found])

    def _queue_status(self) -> dict[str, Any]:
        unknown = sum(1 for row in self.state.queue if not row.title_id)
        total = len(self.state.queue)
        troubled = any(row.tracked_status == "error" for row in self.state.queue)
        return {
            "totalCount": total, "count": total - unknown, "unknownCount": unknown, "errors": troubled,
            "warnings": any(row.tracked_status == "warning" for row in self.state.queue), "unknownErrors": False,
            "unknownWarnings": False,
        }  # fmt: skip

    def paged_exclusions(self, ask: Ask, row: Callable[[Any], dict[str, Any]]) -> Answer:
        return self.pages.page(ask, list(self.state.exclusions), {"id": lambda one: one.id}, "id", row)
