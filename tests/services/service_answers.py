"""A service made of prepared answers, behind httpx's transport seam. It takes GET and nothing else."""

import json
from collections import Counter
from pathlib import Path

import httpx
import pytest

from keepercheky.services.catalog import open_service

RECORDED = Path(__file__).parents[3] / "shared" / "api" / "recorded"
KEY = "a1b2c3-very-secret"
DATE = "Tue, 03 Jun 2025 10:00:00 GMT"


class Service(httpx.AsyncBaseTransport):
    """`answers`: by path, a JSON value, a `Response`, an exception, a function of the request, or a list of these:
    one for each call, the last one for all further."""

    def __init__(self, answers):
        self.answers = dict(answers)
        self.asked = []
        self.headers = []

    async def handle_async_request(self, request):
        assert request.method == "GET", f"{request.method} was sent"
        assert not request.content
        self.asked.append((request.url.path, list(request.url.params.multi_items())))
        self.headers.append(request.headers)
        answer = self.answers.get(request.url.path, httpx.Response(404))
        if isinstance(answer, Turns):
            answer = answer.next()
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else said(answer)

    @property
    def paths(self):
        return Counter(path for path, _ in self.asked)

    def queries(self, path):
        return [query for asked, query in self.asked if asked == path]


class Turns:
    """One answer after another; the last stays."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def next(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Naps:
    """A sleep that only takes notes."""

    def __init__(self):
        self.seconds = []

    async def __call__(self, seconds):
        self.seconds.append(seconds)


def said(value, status=200, **headers):
    headers = {"content-type": "application/json; charset=utf-8", "date": DATE} | headers
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return httpx.Response(status, headers=headers, content=content)


def html(status=200, text="<!DOCTYPE html><html>Sign in</html>", **headers):
    return httpx.Response(status, headers={"content-type": "text/html"} | headers, text=text)


def opened(kind, answers, *, url="http://nas:7878", name=None, sleep=None, **more):
    service = answers if isinstance(answers, httpx.AsyncBaseTransport) else Service(answers)
    client = open_service(name or kind, kind, url, KEY, transport=service, sleep=sleep or Naps(), **more)
    return client, service


def recorded(path):
    file = RECORDED / path
    if not file.exists():
        pytest.skip("recorded answers of real servers are not beside this checkout")
    return json.loads(file.read_bytes())


def pages_of(rows, *, total=None, key="records", total_key="totalRecords"):
    """A function of the request that gives the asked page of rows."""

    def answer(request):
        number, size = int(request.url.params["page"]), int(request.url.params["pageSize"])
        part = rows[(number - 1) * size : number * size]
        return said({key: part, total_key: len(rows) if total is None else total, "page": number})

    return answer


# ── Whole services, small ────────────────────────────────────────────────────────────────────────────────────


def status(product):
    return {"appName": product, "version": "5.2.6.8376", "instanceName": product, "urlBase": ""}


def movie(number, **more):
    return {
        "id": number,
        "title": f"Movie {number}",
        "year": 2020,
        "path": f"/movies/Movie {number} (2020)",
        "tmdbId": 1000 + number,
        "imdbId": f"tt{number:07}",
        "tags": [],
        "sizeOnDisk": 5_000_000_000,
        "monitored": True,
        "hasFile": True,
        "movieFile": {
            "id": 500 + number,
            "path": f"/movies/Movie {number} (2020)/movie.mkv",
            "size": 5_000_000_000,
            "dateAdded": "2022-03-04T05:06:07Z",
        },
    } | more


def series(number, **more):
    statistics = {"episodeFileCount": 8, "sizeOnDisk": 9_000, "previousAiring": "2020-01-08T21:00:00Z"}
    return {
        "id": number,
        "title": f"Show {number}",
        "year": 2018,
        "path": f"/tv/Show {number}",
        "tvdbId": 2000 + number,
        "tmdbId": 0,
        "tags": [1],
        "status": "ended",
        "ended": True,
        "seriesType": "standard",
        "monitored": True,
        "statistics": statistics,
        "seasons": [{"seasonNumber": 0}, {"seasonNumber": 1, "statistics": statistics}],
    } | more


def arr_answers(product, **more):
    titles = {"Radarr": ("movie", [movie(1), movie(2)]), "Sonarr": ("series", [series(1)])}[product]
    answers = {
        "system/status": status(product),
        "health": [{"source": "UpdateCheck", "type": "warning", "message": "New update is available"}],
        "rootfolder": [{"id": 1, "path": "/movies", "accessible": True, "freeSpace": 10**12}],
        "diskspace": [{"path": "/", "freeSpace": 1, "totalSpace": 0}],
        "tag": [{"id": 1, "label": "keep"}],
        "history": pages_of([]),
        "queue": pages_of([]),
        "config/mediamanagement": {"recycleBin": "/bin", "recycleBinCleanupDays": 7},
        titles[0]: titles[1],
    } | more
    return {f"/api/v3/{path}": answer for path, answer in answers.items()}


ANA, LUIS = "0" * 31 + "a", "0" * 31 + "b"


def item(identity, kind="Movie", **more):
    return {"Id": identity, "Type": kind, "Name": identity, "LocationType": "FileSystem"} | more


def with_data(row, **data):
    seen = {"PlayCount": 0, "Played": False, "PlaybackPositionTicks": 0, "IsFavorite": False, "Key": "k"}
    return row | {"UserData": seen | data}


class Home:
    """Jellyfin's `/Items`: the whole list without a user, each user's list and favourites, collections, ids.

    What a user lists is in the whole list too.
    """

    def __init__(self, everything=(), by_user=None, favourites=None, collections=None, others=()):
        self.by_user = by_user or {}
        self.favourites = favourites or {}
        of_users = [*self.by_user.values(), *self.favourites.values()]
        rows = {row["Id"]: row for rows in (*of_users, everything) for row in rows}
        self.everything = [*everything, *(row for row in rows.values() if row not in everything)]
        self.collections = collections or {}
        self.others = list(others)

    def __call__(self, request):
        query = request.url.params
        user = query.get("userId")
        if "ids" in query:
            wanted = query["ids"].split(",")
            rows = [row for row in self.everything + self.others if row["Id"] in wanted]
        elif "parentId" in query:
            rows = self.collections.get(query["parentId"], []) if user else []
        elif user is None:
            rows = self.everything
        elif query.get("isFavorite") == "true":
            rows = self.favourites.get(user, [])
        else:
            rows = self.by_user.get(user, [])
        start = int(query.get("startIndex", 0))
        part = rows[start : start + int(query.get("limit", 10**6))]
        counted = query.get("enableTotalRecordCount") != "false"
        return said({"Items": part, "TotalRecordCount": len(rows) if counted else 0, "StartIndex": start})


def jellyfin_answers(home=None, users=None, sessions=(), **more):
    return {
        "/System/Info": {"ProductName": "Jellyfin Server", "Version": "10.11.3", "Id": "s1"},
        "/Users": users if users is not None else [{"Id": ANA, "Name": "ana"}, {"Id": LUIS, "Name": "luis"}],
        "/Library/VirtualFolders": [{"Name": "Films", "ItemId": "F1", "Locations": ["/media/movies"]}],
        "/Sessions": list(sessions),
        "/Items": home or Home(),
    } | more


def request_row(number, **more):
    media = {
        "id": 700 + number,
        "status": 5,
        "status4k": 1,
        "updatedAt": "2026-02-10T11:08:53.000Z",
        "mediaType": "movie",
        "tmdbId": 1000 + number,
        "tvdbId": None,
        "serviceId": 0,
        "serviceId4k": 1,
        "externalServiceId": number,
        "externalServiceId4k": 90 + number,
        "mediaAddedAt": "2026-02-09T11:08:53.000Z",
    }
    return {
        "id": number,
        "status": 2,
        "type": "movie",
        "is4k": False,
        "media": media,
        "requestedBy": {
            "id": 3,
            "displayName": "ana",
            "jellyfinUserId": "50A5812B-AA05-458E-A7DF-786D69146BA7",
        },
        "createdAt": "2026-02-01T11:08:53.000Z",
        "updatedAt": "2026-02-02T11:08:53.000Z",
    } | more


def requests_of(rows, results=None):
    def answer(request):
        skip, take = int(request.url.params["skip"]), int(request.url.params["take"])
        info = {"pages": 1, "pageSize": take, "results": len(rows) if results is None else results, "page": 1}
        return said({"pageInfo": info, "results": rows[skip : skip + take]})

    return answer


def seerr_answers(**more):
    answers = {
        "status": {"version": "3.1.0", "commitTag": "abc"},
        "auth/me": {"id": 1},
        "request": requests_of([request_row(1), request_row(2, is4k=True)]),
        "service/radarr": [
            {"id": 0, "name": "Radarr", "is4k": False},
            {"id": 1, "name": "Radarr 4K", "is4k": True},
        ],
        "service/sonarr": [],
    } | more
    return {f"/api/v1/{path}": answer for path, answer in answers.items()}


def answers_of(kind):
    makers = {"radarr": lambda: arr_answers("Radarr"), "sonarr": lambda: arr_answers("Sonarr")}
    return (makers | {"jellyfin": jellyfin_answers, "seerr": seerr_answers})[kind]()
