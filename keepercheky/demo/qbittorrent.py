"""A pretend qBittorrent (Web API v2) over the world: what has been downloaded and is still seeded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from keepercheky.demo import departures, torrents
from keepercheky.demo.ask import Answer, Ask, json_answer, text_answer
from keepercheky.demo.world import World

WEB_API = {"4.6": "2.9.3", "5.0": "2.11.2", "5.1": "2.11.4", "5.2": "2.15.1"}
MOST_FAILURES = 5
BANNED = "Your IP address has been banned after too many failed authentication attempts."
POSTS = ("/auth/login", "/auth/logout", "/torrents/delete")


class QBittorrentFake:
    """Its manners follow ``world.qbittorrent_version``: 4.6, 5.0, 5.1 or 5.2, with any number behind."""

    def __init__(self, world: World, name: str, api_key: str, url: str, login: tuple[str, str]) -> None:
        self.world = world
        self.name = name
        self.api_key = api_key  # taken from 5.2 on
        self.port = urlsplit(url).port
        self.login = login
        self.failures = 0
        self.routes: dict[str, Callable[[Ask, dict[str, str]], Answer]] = {
            "/app/version": lambda _, __: text_answer(f"v{world.qbittorrent_version}"),
            "/app/webapiVersion": lambda _, __: text_answer(WEB_API[".".join(map(str, self.version))]),
            "/auth/logout": self._log_out,
            "/torrents/info": self._list,
            "/torrents/files": self._files,
            "/torrents/delete": self._delete,
        }

    @property
    def version(self) -> tuple[int, int]:
        major, minor = self.world.qbittorrent_version.split(".")[:2]
        return int(major), int(minor)

    @property
    def cookie(self) -> str:
        return f"QBT_SID_{self.port}" if self.version >= (5, 2) else "SID"

    # what the wire asks of a fake

    def now(self) -> datetime:
        return self.world.now() + self.world.clock_skew.get(self.name, timedelta())

    def base_path(self) -> str:
        return self.world.base_path.get(self.name, "")

    def moved(self, path: str) -> Answer:
        return Answer(302, (b"",), "text/plain", [("Location", f"{self.base_path()}{path}")])

    def refusal(self, status: int) -> Answer:
        words = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
        return text_answer(words.get(status, "Error"), status)

    def stranger(self, ask: Ask, answer: Answer) -> Answer:
        return text_answer("2.0.0-beta") if ask.path.endswith("/app/version") else answer

    def handle(self, ask: Ask) -> Answer:
        path = ask.path.removeprefix("/api/v2")
        if path == ask.path:
            return text_answer("<!doctype html><title>qBittorrent</title>", kind="text/html; charset=utf-8")
        refused = self._refused(ask, path)
        if refused:
            return self.refusal(refused)
        form = dict(parse_qsl(ask.body.decode("latin-1"), keep_blank_values=True))
        return self._log_in(form) if path == "/auth/login" else self.routes[path](ask, form)

    def _refused(self, ask: Ask, path: str) -> int:
        """The status a request ends with before it is looked at; 0 for a welcome one."""
        origin = ask.headers.get("origin", "")
        if origin and urlsplit(origin).netloc != ask.headers.get("host"):
            return 401  # a page of another host may not ask
        if path in POSTS and ask.method != "POST":
            return 405
        with_key = self._has_key(ask)
        if path.startswith("/auth/"):
            return 403 if with_key else 0 if path in POSTS else 404
        if not with_key and self._session(ask) not in self.world.qbittorrent_sessions:
            return 403
        return 0 if path in self.routes else 404

    # who asks

    def _has_key(self, ask: Ask) -> bool:
        return self.version >= (5, 2) and ask.headers.get("authorization") == f"Bearer {self.api_key}"

    def _session(self, ask: Ask) -> str:
        cookie = SimpleCookie(ask.headers.get("cookie", "")).get(self.cookie)
        return cookie.value if cookie else ""

    def _log_in(self, form: dict[str, str]) -> Answer:
        """Up to 5.1 the status is 200 either way. Too many failures close the door."""
        new = self.version >= (5, 2)
        if self.failures >= MOST_FAILURES:
            return text_answer(BANNED, 403)
        if (form.get("username"), form.get("password")) != self.login:
            self.failures += 1
            return self.refusal(401) if new else text_answer("Fails.")
        self.failures = 0
        session = self.world.hex_id("qbittorrent", self.world.next_id("qbittorrent session"))
        self.world.qbittorrent_sessions.add(session)
        answer = Answer(204) if new else text_answer("Ok.")
        answer.headers.append(("Set-Cookie", f"{self.cookie}={session}; HttpOnly; SameSite=Strict; path=/"))
        return answer

    def _log_out(self, ask: Ask, _: dict[str, str]) -> Answer:
        self.world.qbittorrent_sessions.discard(self._session(ask))
        return Answer()

    # torrents

    def _list(self, ask: Ask, _: dict[str, str]) -> Answer:
        rows = torrents.rows(self.world, stopped="stopped" if self.version >= (5, 0) else "paused")
        hashes = {one.lower() for one in ask.text("hashes").split("|") if one}
        found = [
            row
            for row in rows
            if (not hashes or row["hash"] in hashes)
            and torrents.passes(row, ask.text("filter"))
            and (not ask.has("category") or row["category"] == ask.text("category"))
            and (not ask.text("tag") or ask.text("tag") in row["tags"].split(", "))
        ]
        key = ask.text("sort")
        if found and key in found[0]:
            found.sort(key=lambda row: row[key])
        if ask.text("reverse") == "true":
            found.reverse()
        first, limit = _number(ask.text("offset")), _number(ask.text("limit"))
        return json_answer(found[first : first + limit] if limit > 0 else found[first:])

    def _files(self, ask: Ask, _: dict[str, str]) -> Answer:
        if not ask.text("hash"):
            return text_answer("Missing required parameters: hash", 400)
        found: list[dict[str, Any]] | None = torrents.files(self.world, ask.text("hash").lower())
        return self.refusal(404) if found is None else json_answer(found)

    def _delete(self, _: Ask, form: dict[str, str]) -> Answer:
        """Unknown hashes are no error, and "all" means all."""
        missing = [name for name in ("hashes", "deleteFiles") if not form.get(name)]
        if missing:
            return text_answer(f"Missing required parameters: {', '.join(missing)}", 400)
        hashes = form["hashes"].lower().split("|")
        if hashes == ["all"]:
            hashes = [row["hash"] for row in torrents.rows(self.world, stopped="stopped")]
        for number in hashes:
            departures.drop_torrent(self.world, number, data=form["deleteFiles"].lower() == "true")
        return Answer()


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"-?\d+", text) else 0
