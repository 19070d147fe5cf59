"""Whole runs with Prism between the program and every service: each request and each answer against the published files.

Prism does not see a parameter it does not know: that is what test_requests and the tests of the services look at.
"""

from __future__ import annotations

import os
import re
import shutil
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import anyio.lowlevel
import httpx
import pytest
from contract_published import FOLDER, missing, published
from prism_nonsense import NONSENSE, talking_nonsense
from prism_proxy import Ear, Proxy, between, violations

from keepercheky.app import App, open_app, opening
from keepercheky.demo import Home, open_home
from keepercheky.settings import load
from tests.runs.conftest import SetClock, every_night

SERVICES = ("radarr", "sonarr", "jellyfin", "jellyseerr")
SMALL = {"movies": 30, "shows": 6, "users": 3}
FULL = os.environ["CONTRACT"] == "full"
SHORT, LONG = (4, SMALL), (14, {"movies": 300, "shows": 60, "users": 6})  # nights, and how big a home
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # nothing here speaks TLS
WRITES = {"DELETE", "POST", "PUT"}

ASKED: set[tuple[str, str, str]] = set()  # by all runs so far: service, method, path


class Scene(NamedTuple):
    home: Home
    app: App
    ear: Ear
    clock: SetClock

    def writes(self, service: str) -> list[str]:
        return [
            f"{row.method} {row.path}"
            for row in self.home.requests
            if row.service == service and row.method in WRITES
        ]


@pytest.fixture(scope="session")
def proxies(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Proxy]]:
    prism = place / "prism/node_modules/@stoplight/prism-cli/dist/index.js"
    if missing():
        pytest.skip(f"no published OpenAPI files in {FOLDER}: {', '.join(missing())}")
    if shutil.which("node") is None:
        pytest.skip("node is not installed here: Prism needs node and npm")
    if not prism.exists():
        pytest.skip(f"Prism is not in {place}: make contract puts it there, where npm is installed")
    with between(prism, tmp_path_factory.mktemp("prism"), SERVICES) as started:
        yield started


@pytest.fixture
def scene(proxies: dict[str, Proxy], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The program over a home of its own, and Prism between them."""
    monkeypatch.setattr(opening, "PREVIEW_ONLY", False, raising=False)
    ear = Ear(proxies)

    async def hear(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await ear.hear(transport, request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", hear)

    @asynccontextmanager
    async def opened(edit: Callable[[str], str], **size: int) -> AsyncIterator[Scene]:
        clock = SetClock()

        async def sleep(seconds: float) -> None:
            clock.go_on(seconds=seconds)
            await anyio.lowlevel.checkpoint()

        ports = {service: proxy.upstream for service, proxy in proxies.items()}
        async with open_home(tmp_path / "home", now=clock.now, ports=ports, files=False, **size) as home:
            text = edit(every_night(home.settings_toml(state=tmp_path / "state", port=18485)))
            for service, proxy in proxies.items():
                text = text.replace(home.services[service].url, proxy.url)
            settings = tmp_path / "keepercheky.toml"
            settings.write_text(text)
            settings.chmod(0o600)
            async with open_app(lambda: load(settings, {}), {}, clock=clock, sleep=sleep) as app:
                yield Scene(home, app, ear, clock)

    return opened


def judged(at: Scene) -> None:
    complaints = at.ear.complaints()
    ASKED.update(at.ear.asked)
    assert not complaints, "\n".join(["Prism complains:", *complaints])
    # nothing went past Prism, and nothing was held back by it
    assert len(at.ear.asked) == len(at.home.requests)


def cleaning(text: str) -> str:
    """Settings that really delete: no notice, nobody to ask."""
    return (
        re.sub(r'notice( *)= "\d+d"', r'notice\1= "0d"', text)
        .replace('mode   = "preview"', 'approve = "never"\nmode   = "clean"')
        .replace("[keep]", '[limits]\ntitles = 5\nask_above = "100%"\n[keep]')
    )


def announcing(text: str) -> str:
    """The same, with the notice the settings give."""
    return re.sub(r'notice( *)= "0d"', r'notice\1= "2d"', cleaning(text))


def only_seasons(text: str) -> str:
    return re.sub(r"^movies +=.*\n", "", cleaning(text), flags=re.MULTILINE)


async def test_a_plan_and_a_run_that_deletes_movies(scene: Callable[..., Any]) -> None:
    async with scene(cleaning, **SMALL) as at:
        plan = await at.app.plan("old_media")
        taken = [row for row in plan["titles"] if row["taken"]]
        assert {row["kind"] for row in taken} == {"movie"}
        of = {row["ids"]["tmdb"] for row in taken}
        movie = next(movie for movie in at.home.world.movies.values() if movie.tmdb_id in of)
        at.home.world.request(movie, by="ana", created=movie.added, available_since=movie.added)

        run = await at.app.run("old_media", at.clock.now(), "cron")

        judged(at)
        assert run.outcome == "success"
        assert run.totals["deleted"] > 0
        assert at.writes("radarr")
        assert at.writes("jellyfin")
        assert at.writes("jellyseerr")


async def test_a_run_that_deletes_seasons(scene: Callable[..., Any]) -> None:
    async with scene(only_seasons) as at:
        run = await at.app.run("old_media", at.clock.now(), "cron")

        judged(at)
        assert run.outcome == "success"
        assert run.totals["deleted"] > 0
        assert at.writes("sonarr")


async def test_night_after_night_with_notice_given(scene: Callable[..., Any]) -> None:
    """Every schedule, every night: announced, waited for, and gone."""
    nights, size = LONG if FULL else SHORT
    async with scene(announcing, **size) as at:
        outcomes, deleted = set(), 0
        for _ in range(nights):
            for schedule in at.app.house.rules.schedules:
                run = await at.app.run(schedule.id, at.clock.now(), "cron")
                outcomes.add(run.outcome)
                deleted += run.totals["deleted"]
            at.clock.go_on(days=1)

        judged(at)
        assert outcomes == {"success"}
        assert deleted > 0


async def test_the_judge_finds_what_is_wrong_with_either(scene: Callable[..., Any]) -> None:
    async with scene(cleaning, **SMALL) as at:
        key = {"X-Api-Key": at.home.services["radarr"].api_key}
        url = f"{at.ear.proxies['radarr'].url}/api/v3"
        at.home.world.movies[1].runtime_minutes = "long"
        async with httpx.AsyncClient(headers=key, verify=NO_CERTIFICATES) as client:
            await client.get(f"{url}/films")
            await client.get(f"{url}/movie?tmdbId=one")
            await client.put(f"{url}/movie/editor", json={"movieIds": [1], "watched": True})
            await client.get(f"{url}/movie/1")

        found = at.ear.complaints()

        for request, words in (
            ("GET /api/v3/films", "route not found"),
            ("GET /api/v3/movie", "tmdbid must be integer"),
            ("PUT /api/v3/movie/editor", "found 'watched'"),
            ("GET /api/v3/movie/1", "runtime must be integer"),
        ):
            assert any(line.startswith(f"radarr: {request}: ") and words in line for line in found), (
                "\n".join(found)
            )


async def test_the_judge_was_awake_whatever_was_asked(proxies: dict[str, Proxy]) -> None:
    """Prism passes over a schema it cannot read, without a word. All that was asked and answered is struck by nonsense."""
    if not ASKED:
        pytest.skip("nothing was asked yet: this one comes after the runs")
    expected, found = set(), set()
    with talking_nonsense(proxy.upstream for proxy in proxies.values()):
        async with httpx.AsyncClient(
            headers={"Accept": "application/json"}, verify=NO_CERTIFICATES
        ) as client:
            for service, method, path in sorted(ASKED):
                try:
                    template, operation = published(service).operation(method, path)
                except LookupError:
                    continue  # what prism_gaps has added
                asked = (service, method, template)
                sent, answered = (
                    has_schema(operation.get("requestBody")),
                    has_schema(operation["responses"].get("200")),
                )
                expected |= {(*asked, "request.body")} if sent else set()
                expected |= {(*asked, "response.body")} if answered else set()
                if not expected - found:
                    continue  # it has been heard for another id
                body = {"content": NONSENSE, "headers": {"Content-Type": "application/json"}} if sent else {}
                answer = await client.request(method, proxies[service].url + path, **body)
                found |= {(*asked, words.split(" ")[0]) for words in violations(answer)}

    assert sorted(expected - found) == []


def has_schema(part: dict[str, Any] | None) -> bool:
    return bool((part or {}).get("content", {}).get("application/json", {}).get("schema"))
