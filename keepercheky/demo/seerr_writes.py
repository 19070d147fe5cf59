"""What the pretend Seerr can be told: to forget media and requests, to call a title something else, to delete its files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keepercheky.demo import body, seerr_rows
from keepercheky.demo.ask import NEVER, Answer, Ask, BadQueryError, json_answer
from keepercheky.demo.people import User
from keepercheky.demo.records import MediaRow, Request

if TYPE_CHECKING:
    from keepercheky.demo.seerr import Handler, SeerrFake

UNKNOWN, AVAILABLE, BLOCKLISTED = 1, 5, 6
STATUSES = {"available": 5, "partial": 4, "processing": 3, "pending": 2, "unknown": 1, "deleted": None}


class SeerrWrites:
    def __init__(self, fake: SeerrFake) -> None:
        self.fake = fake
        self.world = fake.world
        self.routes: list[tuple[str, re.Pattern[str], Handler]] = [
            (method, re.compile(f"/api/v1{pattern}"), handler)
            for method, pattern, handler in (
                ("DELETE", r"/media/(?P<id>\d+)", self._forget_media),
                ("DELETE", r"/media/(?P<id>\d+)/file", self._delete_files),
                ("POST", r"/media/(?P<id>\d+)/(?P<status>\w+)", self._call_it),
                ("DELETE", r"/request/(?P<id>\d+)", self._forget_request),
            )
        ]

    def _row(self, match: re.Match[str]) -> MediaRow | None:
        return next((row for row in self.world.media if row.id == int(match["id"])), None)

    def _forget_media(self, _: Ask, match: re.Match[str], __: User) -> Answer:
        """The row, and with it every request for it: who asked and when is lost. A blocklisted one loses its links only."""
        row = self._row(match)
        if row is None:
            return json_answer({"message": "Media not found"}, 404)
        if row.status == BLOCKLISTED:
            row.arr_id = row.slug = row.item_id = None
            return Answer(204)
        self.world.media.remove(row)
        self.world.requests = [request for request in self.world.requests if request.media is not row]
        self.world.touch()
        return Answer(204)

    def _delete_files(self, ask: Ask, match: re.Match[str], _: User) -> Answer:
        """Tells the *arr to delete it with its files and without an exclusion. No *arr configured: no answer, ever."""
        row = self._row(match)
        if row is None:
            return json_answer({"message": "Media not found"}, 404)
        server = "sonarr" if row.kind == "tv" else "radarr"
        if server not in self.world.seerr_servers or ask.text("is4k") == "true":
            return NEVER
        titles = self.world.shows if row.kind == "tv" else self.world.movies
        title = titles.get(row.arr_id or 0)
        if title is None:
            return json_answer({"message": "Media not found"}, 404)
        self.world.remove_later(title, f"{self.fake.name}: deleted {title.path}")
        return Answer(204)

    def _call_it(self, ask: Ask, match: re.Match[str], _: User) -> Answer:
        """Another status. "deleted" is taken and does nothing."""
        if match["status"] not in STATUSES:
            message = "request/params/status must be equal to one of the allowed values"
            return json_answer({"message": message, "errors": [{"path": "/params/status"}]}, 400)
        row = self._row(match)
        if row is None:
            return json_answer({"message": "Media not found."}, 404)
        if match["status"] == "partial" and row.kind == "movie":
            return json_answer({"message": "Only series can be set to be partially available"}, 400)
        try:
            is_4k = body.read(ask).flag("is4k", default=False) if ask.body else False
        except BadQueryError:
            return json_answer({"message": "request/body/is4k must be boolean", "errors": []}, 400)
        status = STATUSES[match["status"]]
        if status is not None:
            if is_4k:
                row.status_4k = status
            else:
                row.status = status
                row.seasons = tuple((number, status) for number, _ in row.seasons)
            row.updated = self.world.now()
            if status == AVAILABLE and row.added is None:
                row.added = self.world.now()
        return json_answer(seerr_rows.media(row, self.fake.arrs))

    def _forget_request(self, _: Ask, match: re.Match[str], __: User) -> Answer:
        """The media row stays; with its last request gone its status falls back to unknown, unless it is available."""
        found = next((one for one in self.world.requests if one.id == int(match["id"])), None)
        if found is None:
            return json_answer({"message": "Request not found."}, 404)
        self.world.requests.remove(found)
        self._fall_back(found)
        self.world.touch()
        return Answer(204)

    def _fall_back(self, gone: Request) -> None:
        row = gone.media
        left = any(one.media is row and one.is_4k is gone.is_4k for one in self.world.requests)
        if gone.is_4k and not left and row.status_4k != AVAILABLE:
            row.status_4k = UNKNOWN
        elif not gone.is_4k and not left and row.status != AVAILABLE:
            row.status = UNKNOWN
