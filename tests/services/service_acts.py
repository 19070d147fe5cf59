"""A service that takes what changes something, and every verb that does, with the exact request it sends."""

from dataclasses import dataclass

import httpx
from service_answers import Service, Turns, opened, said

NOTHING = httpx.Response(200)


class Acting(Service):
    """`answers` to GETs, by path. `writes`: by "METHOD /path", as `answers`; anything else fails the test."""

    def __init__(self, answers=(), writes=()):
        super().__init__(answers)
        self.writes = dict(writes)
        self.sent = []
        self.bodies = []
        self.types = []

    async def handle_async_request(self, request):
        if request.method == "GET":
            return await super().handle_async_request(request)
        self.sent.append(f"{request.method} {request.url.raw_path.decode()}")
        self.bodies.append(await request.aread())
        self.types.append(request.headers.get("content-type"))
        name = f"{request.method} {request.url.path}"
        assert name in self.writes, f"{name} was sent"
        answer = self.writes[name]
        if isinstance(answer, Turns):
            answer = answer.next()
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else said(answer)


@dataclass
class Act:
    """A verb, and the one request that it is. `reads`: what it may ask before."""

    kind: str
    call: object
    line: str
    body: bytes = b""
    answer: object = NOTHING
    reads: dict = ()

    @property
    def name(self):
        return self.line.partition("?")[0]

    def opened(self, answer=None, **more):
        service = Acting(self.reads, {self.name: self.answer if answer is None else answer})
        client, _ = opened(self.kind, service, **more)
        return client, service


STORED_MOVIE = (
    b'{"id":5,"title":"Alien","originalTitle":"Alien","year":1979,"tmdbId":348,"path":"/movies/Alien (1979)",'
    b'"rootFolderPath":"/movies/","qualityProfileId":4,"monitored":true,"minimumAvailability":"released",'
    b'"tags":[3,1],"ratings":{"imdb":{"votes":1,"value":8.50}},"movieFile":{"id":55},"sizeOnDisk":5}'
)
ADDED_MOVIE = (
    b'{"title":"Alien","tmdbId":348,"qualityProfileId":4,"monitored":true,"path":"/movies/Alien (1979)",'
    b'"rootFolderPath":"/movies/","minimumAvailability":"released","tags":[3,1],'
    b'"addOptions":{"searchForMovie":false}}'
)
STORED_SERIES = (
    b'{"id":9,"title":"Lost","tvdbId":73739,"path":"/tv/Lost","qualityProfileId":4,"monitored":true,'
    b'"monitorNewItems":"all","seasonFolder":true,"seriesType":"standard","tags":[2],'
    b'"unknownToUs":{"deep":[1,2.50,null]},"seasons":[{"seasonNumber":0,"monitored":false},'
    b'{"seasonNumber":1,"monitored":true,"statistics":{"sizeOnDisk":7}},'
    b'{"seasonNumber":2,"monitored":true,"more":"\\u00e9"}]}'
)
SWITCHED_OFF = STORED_SERIES.replace(
    b'{"seasonNumber":1,"monitored":true', b'{"seasonNumber":1,"monitored":false'
)
ADDED_SERIES = (
    b'{"title":"Lost","tvdbId":73739,"qualityProfileId":4,"monitored":true,'
    b'"seasons":[{"seasonNumber":0,"monitored":false},{"seasonNumber":1,"monitored":true},'
    b'{"seasonNumber":2,"monitored":true}],"path":"/tv/Lost","monitorNewItems":"all","seasonFolder":true,'
    b'"seriesType":"standard","tags":[2],"addOptions":{"monitor":"skip","searchForMissingEpisodes":true}}'
)


def file_of(series_id, number):
    return {"id": number, "seriesId": series_id, "seasonNumber": 1, "path": f"/tv/{number}.mkv"}


ACTS = {
    "delete a movie": Act(
        "radarr",
        lambda radarr: radarr.delete_movie(5, import_exclusion=True),
        "DELETE /api/v3/movie/5?deleteFiles=true&addImportExclusion=true",
    ),
    "delete a movie, lists may add it": Act(
        "radarr",
        lambda radarr: radarr.delete_movie(5, import_exclusion=False),
        "DELETE /api/v3/movie/5?deleteFiles=true&addImportExclusion=false",
    ),
    "unmonitor a movie": Act(
        "radarr",
        lambda radarr: radarr.unmonitor_movie(5),
        "PUT /api/v3/movie/editor",
        b'{"movieIds":[5],"monitored":false}',
        said([{"id": 5, "monitored": False}], 202),
    ),
    "delete a movie's file": Act(
        "radarr", lambda radarr: radarr.delete_movie_file(55), "DELETE /api/v3/moviefile/55"
    ),
    "let lists add a movie": Act(
        "radarr", lambda radarr: radarr.remove_exclusion(7), "DELETE /api/v3/exclusions/7"
    ),
    "add a movie": Act(
        "radarr",
        lambda radarr: radarr.add_movie(STORED_MOVIE, search=False),
        "POST /api/v3/movie",
        ADDED_MOVIE,
        said({"id": 6}, 201),
    ),
    "delete a series": Act(
        "sonarr",
        lambda sonarr: sonarr.delete_series(9, import_exclusion=True),
        "DELETE /api/v3/series/9?deleteFiles=true&addImportListExclusion=true",
    ),
    "delete a series, lists may add it": Act(
        "sonarr",
        lambda sonarr: sonarr.delete_series(9, import_exclusion=False),
        "DELETE /api/v3/series/9?deleteFiles=true&addImportListExclusion=false",
    ),
    "unmonitor a season": Act(
        "sonarr",
        lambda sonarr: sonarr.unmonitor_season(9, 1),
        "PUT /api/v3/series/9?moveFiles=false",
        SWITCHED_OFF,
        said(SWITCHED_OFF, 202),
        {"/api/v3/series/9": said(STORED_SERIES)},
    ),
    "unmonitor episodes": Act(
        "sonarr",
        lambda sonarr: sonarr.unmonitor_episodes([31, 32, 31]),
        "PUT /api/v3/episode/monitor",
        b'{"episodeIds":[31,32],"monitored":false}',
        said([{"id": 31, "monitored": False}, {"id": 32, "monitored": False}], 202),
    ),
    "delete episode files": Act(
        "sonarr",
        lambda sonarr: sonarr.delete_episode_files(9, [91, 93, 91]),
        "DELETE /api/v3/episodefile/bulk",
        b'{"episodeFileIds":[91,93]}',
        said({}),
        {"/api/v3/episodefile": [file_of(9, 91), file_of(9, 92), file_of(9, 93)]},
    ),
    "let lists add a series": Act(
        "sonarr", lambda sonarr: sonarr.remove_exclusion(7), "DELETE /api/v3/importlistexclusion/7"
    ),
    "add a series": Act(
        "sonarr",
        lambda sonarr: sonarr.add_series(STORED_SERIES, search=True),
        "POST /api/v3/series",
        ADDED_SERIES,
        said({"id": 10}, 201),
    ),
    "tell Jellyfin": Act(
        "jellyfin",
        lambda jellyfin: jellyfin.media_updated(["/media/Alien (1979)", "/media/b", "/media/b"]),
        "POST /Library/Media/Updated",
        b'{"Updates":[{"Path":"/media/Alien (1979)","UpdateType":"Deleted"},'
        b'{"Path":"/media/b","UpdateType":"Deleted"}]}',
        httpx.Response(204),
    ),
    "clear a title in Seerr": Act(
        "seerr", lambda seerr: seerr.delete_media(12), "DELETE /api/v1/media/12", b"", httpx.Response(204)
    ),
}
