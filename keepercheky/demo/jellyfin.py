"""A pretend Jellyfin 10.11 over the world."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from keepercheky.demo import jellyfin_rows
from keepercheky.demo.ask import Answer, Ask, BadQueryError, json_answer, text_answer
from keepercheky.demo.items import Item
from keepercheky.demo.jellyfin_errors import RefusedError
from keepercheky.demo.jellyfin_items import Items, plain
from keepercheky.demo.jellyfin_writes import JellyfinWrites
from keepercheky.demo.people import User
from keepercheky.demo.world import World

Handler = Callable[[Ask, "re.Match[str]", User | None], Answer]
ID = "(?P<id>[0-9a-f-]{32,36})"
OPEN = ("/system/info/public", "/system/ping", "/health")
ADMIN_ONLY = ("/library/virtualfolders", "/library/refresh", "/collections", "/plugins")
TOKEN = re.compile(r'token\s*=\s*(?:"([^"]*)"|([^,\s]*))', re.IGNORECASE)


class JellyfinFake:
    def __init__(self, world: World, name: str, api_key: str) -> None:
        self.world = world
        self.name = name
        self.api_key = api_key
        self.server = world.hex_id("jellyfin")
        self.items = Items(world, self.server)
        self.writes = JellyfinWrites(self).routes
        self.routes: list[tuple[re.Pattern[str], Handler]] = [
            (re.compile(pattern), handler)
            for pattern, handler in (
                ("/system/info/public", lambda _, __, ___: json_answer(self._public())),
                ("/system/info", lambda _, __, ___: json_answer(self._info())),
                ("/system/ping", lambda _, __, ___: json_answer("Jellyfin Server")),
                ("/health", lambda _, __, ___: text_answer("Healthy", kind="text/plain")),
                ("/users", self._users),
                (f"/users/{ID}", self._user),
                (f"/users/{ID}/items", self._items_of_user),
                ("/items", lambda ask, _, user: self.items.page(ask, user)),
                ("/items/counts", self._counts),
                (f"/items/{ID}", self._item),
                (f"/shows/{ID}/episodes", self._episodes),
                (f"/shows/{ID}/seasons", self._seasons),
                ("/sessions", self._sessions),
                ("/library/virtualfolders", self._folders),
                ("/plugins", self._plugins),
            )
        ]

    def now(self) -> datetime:
        return self.world.now() + self.world.clock_skew.get(self.name, timedelta())

    def base_path(self) -> str:
        return self.world.base_path.get(self.name, "")

    def moved(self, _: str) -> Answer:
        """Outside its base path Jellyfin sends everybody to its web pages, whatever was asked."""
        return Answer(302, (b"",), "text/html", [("Location", f"{self.base_path()}/web/")])

    def refusal(self, status: int) -> Answer:
        if status in (401, 403):
            return Answer(status, (b"",))
        if status == 404:
            return problem(404, "Not Found")
        if status == 503:
            page = "<!doctype html><title>Jellyfin</title><p>The server is still starting."
            answer = text_answer(page, 503, "text/html; charset=utf-8")
            answer.headers.append(("Retry-After", "5"))
            return answer
        return text_answer("Too Many Requests" if status == 429 else "Error processing request.", status)

    def stranger(self, ask: Ask, answer: Answer) -> Answer:
        if ask.path.lower().startswith("/system/info"):
            return json_answer(self._public() | {"ProductName": "Emby Server", "Version": "4.8.10.0"})
        return answer

    def handle(self, ask: Ask) -> Answer:
        path = ask.path.lower().rstrip("/")
        if not path or path.startswith("/web"):
            return text_answer("<!doctype html><title>Jellyfin</title>", kind="text/html")
        try:
            caller = self._caller(ask, path)
            if ask.method not in ("GET", "HEAD"):
                return self._write(ask, path, caller)
            for pattern, handler in self.routes:
                if match := pattern.fullmatch(path):
                    return handler(ask, match, self._viewer(ask, caller))
        except RefusedError as refused:
            return self.refusal(refused.status)
        except BadQueryError as bad:
            return problem(400, "One or more validation errors occurred.", errors={bad.name: [bad.value]})
        return self.refusal(404)

    def _write(self, ask: Ask, path: str, caller: User | None) -> Answer:
        for method, pattern, handler in self.writes:
            if method == ask.method and (match := pattern.fullmatch(path)):
                return handler(ask, match, self._viewer(ask, caller))
        return json_answer({"message": "this pretend home does not know how to do that"}, 501)

    # who asks, and for whom

    def caller(self, ask: Ask) -> User | None:
        """The user whose token came with a request that was let in; None for the API key."""
        token = self._token(ask)
        return next((user for user in self.world.users if token and user.token == token), None)

    def _caller(self, ask: Ask, path: str) -> User | None:
        """The user whose token came, None for the API key (which is nobody, and may do everything)."""
        if path in OPEN:
            return None
        token = self._token(ask)
        if token == self.api_key:
            return None
        user = next((user for user in self.world.users if token and user.token == token), None)
        if user is None or user.disabled:
            raise RefusedError(401)
        if not user.admin and path.startswith(ADMIN_ONLY):
            raise RefusedError(403)
        return user

    def _token(self, ask: Ask) -> str:
        """The header first, then the query; the old forms only while the server still takes them."""
        legacy = self.world.legacy_auth
        header = ask.headers.get("authorization", "")
        if legacy and not header:
            header = ask.headers.get("x-emby-authorization", "")
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "mediabrowser" or (legacy and scheme.lower() == "emby"):
            match = TOKEN.search(rest)
            if match and (match[1] or match[2]):
                return unquote(match[1] or match[2])
        if legacy:
            for name in ("x-emby-token", "x-mediabrowser-token"):
                if ask.headers.get(name):
                    return ask.headers[name]
        # Names of parameters know no case, but ApiKey and api_key differ in more than that.
        return ask.text("ApiKey") or (ask.text("api_key") if legacy else "")

    def _viewer(self, ask: Ask, caller: User | None) -> User | None:
        """Whose eyes: the ``userId`` asked for, else the caller's; with the key and without one, nobody's."""
        if not ask.text("userId"):
            return caller
        wanted = plain(ask.text("userId"))
        if not re.fullmatch("[0-9a-f]{32}", wanted):
            raise BadQueryError("userId", f"The value '{ask.text('userId')}' is not valid.")
        if caller is not None and not caller.admin and caller.id != wanted:
            raise RefusedError(403)
        return self._known_user(wanted)

    def _known_user(self, wanted: str) -> User:
        for user in self.world.users:
            if user.id == wanted:
                return user
        raise RefusedError(404)

    # the endpoints

    def _public(self) -> dict[str, Any]:
        return {
            "LocalAddress": "http://172.18.0.5:8096", "ServerName": jellyfin_rows.SERVER_NAME,
            "Version": jellyfin_rows.VERSION, "ProductName": "Jellyfin Server", "OperatingSystem": "", "Id": self.server,
            "StartupWizardCompleted": True,
        }  # fmt: skip

    def _info(self) -> dict[str, Any]:
        return self._public() | {
            "OperatingSystemDisplayName": "", "HasPendingRestart": False, "IsShuttingDown": False,
            "SupportsLibraryMonitor": True, "WebSocketPortNumber": 8096, "CompletedInstallations": [],
            "CanSelfRestart": True, "CanLaunchWebBrowser": False, "ProgramDataPath": "/config/data",
            "WebPath": "/usr/share/jellyfin/web", "ItemsByNamePath": "/config/metadata", "CachePath": "/cache",
            "LogPath": "/config/log", "InternalMetadataPath": "/config/metadata",
            "TranscodingTempPath": "/cache/transcodes", "CastReceiverApplications": [], "HasUpdateAvailable": False,
            "EncoderLocation": "System", "SystemArchitecture": "X64",
        }  # fmt: skip

    def _users(self, ask: Ask, _: re.Match[str], __: User | None) -> Answer:
        hidden, disabled = ask.flag("isHidden"), ask.flag("isDisabled")
        return json_answer(
            [
                jellyfin_rows.user(user, self.server)
                for user in self.world.users
                if (hidden is None or user.hidden is hidden)
                and (disabled is None or user.disabled is disabled)
            ]
        )

    def _user(self, _: Ask, match: re.Match[str], __: User | None) -> Answer:
        return json_answer(jellyfin_rows.user(self._known_user(plain(match["id"])), self.server))

    def _items_of_user(self, ask: Ask, match: re.Match[str], _: User | None) -> Answer:
        """The old route, still served."""
        return self.items.page(ask, self._known_user(plain(match["id"])))

    def _counts(self, _: Ask, __: re.Match[str], user: User | None) -> Answer:
        seen = [
            item.kind
            for item in self.world.items.values()
            if not item.virtual and (not user or user.sees(item))
        ]
        nothing = ("Artist", "Program", "Trailer", "Song", "Album", "MusicVideo", "Book")
        counts = {f"{kind}Count": seen.count(kind) for kind in ("Movie", "Series", "Episode", "BoxSet")}
        return json_answer(counts | {f"{kind}Count": 0 for kind in nothing} | {"ItemCount": len(seen)})

    def _visible(self, number: str, user: User | None) -> Item:
        item = self.world.items.get(plain(number))
        if item is None or (user is not None and not user.sees(item)):
            raise RefusedError(404)
        return item

    def _item(self, _: Ask, match: re.Match[str], user: User | None) -> Answer:
        for library in self.world.libraries:
            if library.id == plain(match["id"]):
                return self.items.one(self.items.folder(library), None)
        return self.items.one(self._visible(match["id"], user), user)

    def _episodes(self, ask: Ask, match: re.Match[str], user: User | None) -> Answer:
        seasons = list(self._series(match["id"], user).children)
        if ask.has("seasonId"):
            seasons = [season for season in seasons if season.id == plain(ask.text("seasonId"))]
            if not seasons:
                return json_answer(f"No season exists with Id {ask.text('seasonId')}", 404)
        elif ask.has("season"):
            seasons = [season for season in seasons if season.number == ask.number("season")]
        found = [episode for season in seasons for episode in season.children]
        return self.items.page(ask, user, found, order="airedepisodeorder")

    def _seasons(self, ask: Ask, match: re.Match[str], user: User | None) -> Answer:
        seasons: tuple[Item, ...] = self._series(match["id"], user).children
        special = ask.flag("isSpecialSeason")
        if special is not None:
            seasons = tuple(season for season in seasons if (season.number == 0) is special)
        return self.items.page(ask, user, seasons, order="indexnumber")

    def _series(self, number: str, user: User | None) -> Item:
        item = self._visible(number, user)
        if item.kind != "Series":
            raise RefusedError(404)
        return item

    def _sessions(self, ask: Ask, _: re.Match[str], __: User | None) -> Answer:
        now = self.world.now()
        found = [
            one
            for one in self.world.sessions
            if not ask.has("deviceId") or one.id[:16] == ask.text("deviceId")
        ]
        return json_answer([jellyfin_rows.session(one, self.server, now) for one in found])

    def _folders(self, _: Ask, __: re.Match[str], ___: User | None) -> Answer:
        return json_answer([jellyfin_rows.library(one) for one in self.world.libraries])

    def _plugins(self, _: Ask, __: re.Match[str], ___: User | None) -> Answer:
        return json_answer(
            [
                {
                    "Name": "TMDb", "Version": f"{jellyfin_rows.VERSION}.0", "Description": "", "CanUninstall": False,
                    "Id": "b8715ed16c4745289ad3f72deb539cd4", "HasImage": False, "Status": "Active",
                    "ConfigurationFileName": "Jellyfin.Plugin.Tmdb.xml",
                }
            ]
        )  # fmt: skip


def problem(status: int, title: str, **more: Any) -> Answer:
    answer = json_answer(
        {
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5",
            "title": title,
            "status": status,
            **more,
        },
        status,
    )
    answer.kind = "application/problem+json; charset=utf-8"
    return answer
