"""A pretend Seerr 3 (API v1) over the world: who asked for what. Strict as the real one: an unknown parameter is a 400."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from keepercheky.demo import seerr_queries, seerr_rows
from keepercheky.demo.ask import Answer, Ask, json_answer, text_answer
from keepercheky.demo.people import User
from keepercheky.demo.records import MediaRow, Request
from keepercheky.demo.seerr_writes import SeerrWrites
from keepercheky.demo.world import World

BLOCKLISTED, DELETED = 6, 7
Handler = Callable[[Ask, "re.Match[str]", User], Answer]
OPEN = ("/status", "/settings/public")
ADMIN_ONLY = ("/settings/", "/user", "/service/")


class SeerrFake:
    def __init__(self, world: World, name: str, api_key: str, arrs: dict[str, tuple[str, str]]) -> None:
        self.world = world
        self.name = name
        self.api_key = api_key
        self.arrs = arrs  # name → (url, key)
        base = "/api/v1"
        self.writes = SeerrWrites(self).routes
        self.reads: list[tuple[str, re.Pattern[str], Handler]] = [
            ("GET", re.compile(base + pattern), handler)
            for pattern, handler in (
                ("/status", self._status),
                ("/settings/public", self._public),
                ("/auth/me", lambda _, __, user: json_answer(seerr_rows.user(user, self.world))),
                ("/user", self._users),
                ("/request", self._requests),
                ("/request/count", self._count),
                (r"/request/(?P<id>\d+)", self._request),
                ("/media", self._media),
                ("/service/(?P<kind>radarr|sonarr)", self._servers),
                ("/settings/(?P<kind>radarr|sonarr)", self._servers),
            )
        ]

    def now(self) -> datetime:
        return self.world.now() + self.world.clock_skew.get(self.name, timedelta())

    def base_path(self) -> str:
        """Only a proxy gives it one: the application itself knows none."""
        return self.world.base_path.get(self.name, "")

    def moved(self, _: str) -> Answer:
        return Answer(302, (b"",), "text/plain", [("Location", f"{self.base_path()}/login")])

    def refusal(self, status: int) -> Answer:
        if status == 401:
            message = "cookie 'connect.sid' required"
            return json_answer({"message": message, "errors": [{"path": "/api/v1", "message": message}]}, 401)
        if status == 403:
            error = "You do not have permission to access this endpoint"
            return json_answer({"status": 403, "error": error}, 403)
        if status in (429, 503):
            return text_answer("try again later", status)
        message = {404: "Request not found.", 500: "Unable to retrieve what was asked for."}[status]
        return json_answer({"message": message}, status)

    def stranger(self, ask: Ask, answer: Answer) -> Answer:
        if ask.path.endswith(("/status", "/settings/public")):
            return json_answer({"name": "Some other program", "ok": True})
        return answer

    def handle(self, ask: Ask) -> Answer:
        if not ask.path.startswith("/api/v1"):
            return text_answer("<!doctype html><title>Seerr</title>", kind="text/html; charset=utf-8")
        path = ask.path.removeprefix("/api/v1")
        writes = ask.method not in ("GET", "HEAD")
        if writes and self.world.seerr_csrf:
            return json_answer({"message": "invalid csrf token"}, 403)
        for method, pattern, handler in self.writes if writes else self.reads:
            if method in (ask.method, "GET") and (match := pattern.fullmatch(ask.path)):
                user, refused = self._who(ask, path)
                refused = refused or seerr_queries.wrong(ask, path, writes=writes)
                if refused is not None:
                    return refused
                return self.refusal(403) if user is None else handler(ask, match, user)
        if writes:
            return json_answer({"message": "this pretend home does not know how to do that"}, 501)
        return json_answer(
            {"message": "not found", "errors": [{"path": ask.path, "message": "not found"}]}, 404
        )

    def _who(self, ask: Ask, path: str) -> tuple[User | None, Answer | None]:
        """The key acts as the owner, or as the user named beside it; no key is told apart from a wrong one."""
        owner = self.world.users[0]
        if path in OPEN:
            return owner, None
        key = ask.headers.get("x-api-key")
        if key is None:
            return None, self.refusal(401)
        if key != self.api_key:
            return None, None
        wanted = ask.headers.get("x-api-user", "1")
        user = next((user for user in self.world.users if str(user.seerr_id) == wanted), None)
        if user is not None and not user.admin and path.startswith(ADMIN_ONLY):
            return None, None
        return user, None

    # the endpoints

    def _status(self, _: Ask, __: re.Match[str], ___: User) -> Answer:
        return json_answer(
            {
                "version": "3.1.0", "commitTag": "c0ffee1", "updateAvailable": False, "commitsBehind": 0,
                "restartRequired": False,
            }
        )  # fmt: skip

    def _public(self, _: Ask, __: re.Match[str], ___: User) -> Answer:
        return json_answer(
            {
                "initialized": True, "applicationTitle": "Seerr", "applicationUrl": "", "hideAvailable": False,
                "localLogin": True, "mediaServerLogin": True, "movie4kEnabled": False, "series4kEnabled": False,
                "discoverRegion": "", "streamingRegion": "", "originalLanguage": "", "mediaServerType": 2,
                "partialRequestsEnabled": True, "cacheImages": False, "vapidPublic": "", "enablePushRegistration": False,
                "locale": "en", "emailEnabled": False, "newPlexLogin": True, "youtubeUrl": "",
            }
        )  # fmt: skip

    def _users(self, ask: Ask, _: re.Match[str], __: User) -> Answer:
        keys: dict[str, Callable[[User], Any]] = {
            "created": lambda user: user.seerr_id, "updated": lambda user: user.seerr_id,
            "requests": lambda user: -self.world.asked_by(user), "displayname": lambda user: user.name.lower(),
        }  # fmt: skip
        found = sorted(self.world.users, key=keys[ask.text("sort", "created")])
        wanted = set(ask.commas("includeIds"))
        found = [user for user in found if ask.text("q").lower() in user.name.lower()]
        found = [user for user in found if not wanted or str(user.seerr_id) in wanted]
        return self._page(ask, 10, found, lambda user: seerr_rows.user(user, self.world))

    def _requests(self, ask: Ask, _: re.Match[str], user: User) -> Answer:
        """Every call asks each *arr for its profiles, hence ``serviceErrors``. Unsaid filter: not the blocklisted."""
        kind = ask.text("mediaType", "all")
        found = [
            request
            for request in self.world.requests
            if fits(request, ask.text("filter"))
            and kind in ("all", request.media.kind)
            and (not ask.has("requestedBy") or request.by.seerr_id == ask.number("requestedBy"))
            and (user.admin or request.by is user)
        ]
        by_date = ask.text("sort", "added") == "modified"
        found.sort(
            key=lambda request: (request.updated, request.id) if by_date else (request.created, request.id),
            reverse=ask.text("sortDirection", "desc") == "desc",
        )
        urls = self.arrs
        return self._page(
            ask,
            10,
            found,
            lambda request: seerr_rows.request(request, self.world, urls),
            serviceErrors=NO_ERRORS,
        )

    def _request(self, _: Ask, match: re.Match[str], __: User) -> Answer:
        for request in self.world.requests:
            if request.id == int(match["id"]):
                return json_answer(seerr_rows.request(request, self.world, self.arrs))
        return json_answer({"message": "Request not found."}, 404)

    def _count(self, _: Ask, __: re.Match[str], ___: User) -> Answer:
        everything = self.world.requests
        count = {
            name: sum(1 for one in everything if one.status == status) for name, status in COUNTED.items()
        }
        return json_answer(
            {
                "total": len(everything),
                "movie": sum(1 for request in everything if request.media.kind == "movie"),
                "tv": sum(1 for request in everything if request.media.kind == "tv"),
                **count,
                "processing": sum(1 for request in everything if fits(request, "processing")),
                "available": sum(1 for request in everything if fits(request, "available")),
            }
        )

    def _media(self, ask: Ask, _: re.Match[str], __: User) -> Answer:
        statuses = MEDIA_STATUSES.get(ask.text("filter", "all"))
        found = [row for row in self.world.media if statuses is None or row.status in statuses]
        oldest = datetime.min.replace(tzinfo=UTC)
        keys: dict[str, Callable[[MediaRow], Any]] = {
            "added": lambda row: row.id, "modified": lambda row: row.updated,
            "mediaAdded": lambda row: row.added or oldest,
        }  # fmt: skip
        found.sort(key=keys[ask.text("sort", "added")], reverse=True)
        urls = self.arrs
        return self._page(ask, 20, found, lambda row: seerr_rows.media(row, urls))

    def _servers(self, ask: Ask, match: re.Match[str], _: User) -> Answer:
        if match["kind"] not in self.world.seerr_servers:
            return json_answer([])
        url, key = self.arrs[match["kind"]]
        row = seerr_rows.server(match["kind"], url, self.world)
        if ask.path.startswith("/api/v1/settings"):  # in clear here, and only here
            row["apiKey"] = key
        return json_answer([row])

    def _page(self, ask: Ask, take: int, found: list[Any], row: Callable[[Any], Any], **more: Any) -> Answer:
        take = ask.number("take", take) or take
        skip = ask.number("skip")
        info = {
            "pages": -(-len(found) // take), "pageSize": take, "results": len(found), "page": -(-skip // take) + 1,
        }  # fmt: skip
        return json_answer(
            {"pageInfo": info, "results": [row(one) for one in found[skip : skip + take]], **more}
        )


NO_ERRORS: dict[str, list[Any]] = {"radarr": [], "sonarr": []}
COUNTED = {"pending": 1, "approved": 2, "declined": 3, "completed": 5}
MEDIA_STATUSES = {
    "available": (5,),
    "partial": (4,),
    "allavailable": (4, 5),
    "processing": (3,),
    "pending": (2,),
}


def fits(request: Request, wanted: str) -> bool:
    """Whether a request passes a filter of the list. Unsaid is not "all": it leaves out blocklisted media."""
    media = request.media.status_4k if request.is_4k else request.media.status
    rules = {
        "": request.media.status != BLOCKLISTED,
        "all": True,
        "approved": request.status == 2,
        "available": media == 5,
        "completed": request.status == 5,
        "deleted": request.status == 5 and media == DELETED,
        "failed": request.status == 4,
        "pending": request.status == 1,
        "processing": request.status == 2 and media in (2, 3),
        "unavailable": media in (1, 2, 3, 4),
    }
    return rules[wanted]


def make_key(seed_hex: str) -> str:
    """A key as Seerr writes them: base64 of something long."""
    return base64.b64encode(seed_hex.encode()).decode()
