"""A pretend Radarr (API v3) over the world."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import msgspec

from keepercheky.demo import arr_rows
from keepercheky.demo.arr import ArrFake, Handler
from keepercheky.demo.arr_rows import ENGLISH, stamp
from keepercheky.demo.arr_state import Arr
from keepercheky.demo.ask import Answer, Ask, indented, rows
from keepercheky.demo.radarr_writes import RadarrWrites
from keepercheky.demo.records import Download, Event
from keepercheky.demo.titles import MediaFile, Movie
from keepercheky.demo.world import World


class RadarrFake(ArrFake):
    product = "Radarr"
    version = "5.20.2.9777"
    other = "Sonarr"
    title_word = "movie"
    event_numbers: ClassVar = {
        "unknown": 0, "grabbed": 1, "downloadFolderImported": 3, "downloadFailed": 4, "movieFileDeleted": 6,
        "movieFolderImported": 7, "movieFileRenamed": 8, "downloadIgnored": 9,
    }  # fmt: skip
    sort_keys: ClassVar = {
        "date": lambda event: event.date,
        "quality": lambda event: event.quality.id,
        "languages": lambda _: 1,
        "movieMetadata.sortTitle": lambda event: event.source.lower(),
    }

    def __init__(self, world: World, name: str, api_key: str) -> None:
        self.world, self.name = world, name
        self.writes = RadarrWrites(self)
        super().__init__(world, name, api_key)
        self._rows: dict[int, tuple[Movie, int, bytes]] = {}

    @property
    def state(self) -> Arr:
        return self.world.radarr

    def own_routes(self) -> list[tuple[str, str, Handler]]:
        v3 = "/api/v3"
        return [
            ("GET", f"{v3}/movie", self._movies),
            ("GET", f"{v3}/movie/(?P<id>\\d+)", self._movie),
            ("GET", f"{v3}/movie/lookup", self._lookup),
            ("GET", f"{v3}/movie/lookup/tmdb", self._lookup_one),
            ("GET", f"{v3}/moviefile", self._files),
            ("GET", f"{v3}/moviefile/(?P<id>\\d+)", self._file),
            ("GET", f"{v3}/collection", self._collections),
            ("GET", f"{v3}/exclusions", self._exclusions),
            (
                "GET",
                f"{v3}/exclusions/paged",
                lambda ask, _: self.paged_exclusions(ask, self.writes.exclusion_row),
            ),
            *self.writes.routes(),
        ]

    # movies

    def _movies(self, ask: Ask, _: re.Match[str]) -> Answer:
        movies: Iterable[Movie] = list(self.world.movies.values())
        if ask.has("tmdbId"):
            movies = [movie for movie in movies if movie.tmdb_id == ask.number("tmdbId")]
        ask.flag("excludeLocalCovers")
        return Answer(chunks=rows(self._serialised(movies)))

    def _serialised(self, movies: Iterable[Movie]) -> Iterator[bytes]:
        """Rows kept from call to call; one is written anew when its movie has changed."""
        for movie in movies:
            kept = self._rows.get(movie.id)
            if kept is None or kept[0] is not movie or kept[1] != movie.revision:
                kept = (
                    movie,
                    movie.revision,
                    msgspec.json.format(msgspec.json.encode(self.movie_row(movie)), indent=2),
                )
                self._rows[movie.id] = kept
            yield kept[2]

    def _movie(self, _: Ask, match: re.Match[str]) -> Answer:
        movie = self.world.movies.get(int(match["id"]))
        return indented(self.movie_row(movie)) if movie else arr_rows.not_found()

    def _lookup(self, ask: Ask, _: re.Match[str]) -> Answer:
        """Knows the films the home has or had, by ``tmdb:N``, ``imdb:tt…`` or part of a title."""
        term = ask.text("term").lower()
        known = {movie.tmdb_id: movie for movie in self.world.movies.values()}
        found = [
            movie
            for movie in (self.world.departed_movies | known).values()
            if term in (f"tmdb:{movie.tmdb_id}", f"imdb:{movie.imdb_id}")
            or (term and term in movie.title.lower())
        ]
        return indented([self._found(movie) for movie in found])

    def _lookup_one(self, ask: Ask, _: re.Match[str]) -> Answer:
        known = {movie.tmdb_id: movie for movie in self.world.movies.values()}
        movie = (self.world.departed_movies | known).get(ask.number("tmdbId"))
        return indented(self._found(movie)) if movie else indented({"message": "NotFound"}, 404)

    def _found(self, movie: Movie) -> dict[str, Any]:
        """A film as the lookup tells it: one that is not in the library has no row id, folder or file."""
        row = self.movie_row(movie)
        if movie.id in self.world.movies:
            return row
        here = ("id", "path", "folderName", "rootFolderPath", "movieFile")
        row = {name: value for name, value in row.items() if name not in here}
        return row | {"hasFile": False, "movieFileId": 0, "sizeOnDisk": 0, "monitored": False, "tags": []}

    def movie_row(self, movie: Movie) -> dict[str, Any]:
        file = movie.file
        size = file.size if file else 0
        released = f"{movie.year}-06-01T00:00:00Z"
        row: dict[str, Any] = {
            "title": movie.title, "originalTitle": movie.title, "originalLanguage": ENGLISH,
            "alternateTitles": other_titles(movie), "secondaryYearSourceId": 0, "sortTitle": sort_title(movie.title),
            "sizeOnDisk": size, "status": movie.status, "overview": movie.overview, "inCinemas": released,
            "digitalRelease": f"{movie.year}-10-01T00:00:00Z", "images": covers(movie.id, movie.tmdb_id), "website": "",
            "year": movie.year, "youTubeTrailerId": "", "studio": "Lantern Pictures", "path": movie.path,
            "qualityProfileId": movie.profile_id, "hasFile": file is not None, "movieFileId": file.id if file else 0,
            "monitored": movie.monitored, "minimumAvailability": movie.minimum_availability,
            "isAvailable": movie.status == "released", "folderName": movie.path, "runtime": movie.runtime_minutes,
            "cleanTitle": clean_title(movie.title), "tmdbId": movie.tmdb_id, "titleSlug": str(movie.tmdb_id),
            "rootFolderPath": f"{movie.root}/", "certification": movie.rating, "genres": list(movie.genres),
            "keywords": [], "tags": sorted(movie.tags), "added": stamp(movie.added),
            "ratings": {
                "imdb": {"votes": 120000, "value": movie.score, "type": "user"},
                "tmdb": {"votes": 9000, "value": movie.score, "type": "user"},
                "metacritic": {"votes": 0, "value": int(movie.score * 10), "type": "user"},
                "rottenTomatoes": {"votes": 0, "value": int(movie.score * 10) + 3, "type": "user"},
            },
            "popularity": round(movie.score * 4.2, 3),
            "statistics": {
                "movieFileCount": 1 if file else 0, "sizeOnDisk": size,
                "releaseGroups": [file.release_group] if file and file.release_group else [],
            },
        }  # fmt: skip
        if movie.imdb_id:
            row["imdbId"] = movie.imdb_id
        if file is not None:
            row["movieFile"] = file_row(file, movie)
        if movie.collection is not None:
            row["collection"] = {"title": movie.collection[1], "tmdbId": movie.collection[0]}
        return row | {"id": movie.id}

    # files

    def _files(self, ask: Ask, _: re.Match[str]) -> Answer:
        wanted = ask.numbers("movieFileIds")
        if wanted:
            held = {movie.file.id: movie for movie in self.world.movies.values() if movie.file}
            if not all(number in held for number in wanted):
                message = (
                    f"Expected query to return {len(wanted)} rows but returned {len(held.keys() & wanted)}"
                )
                return indented({"message": message, "description": "   at Some.Frame()"}, 500)
            return indented([file_row(m.file, m) for m in (held[number] for number in wanted) if m.file])
        if not ask.has("movieId"):
            message = "BadRequest: movieId or movieFileIds must be provided"
            return indented({"message": message}, 400)
        movies = [self.world.movies.get(number) for number in ask.numbers("movieId")]
        return indented([file_row(movie.file, movie) for movie in movies if movie and movie.file])

    def _file(self, _: Ask, match: re.Match[str]) -> Answer:
        for movie in self.world.movies.values():
            if movie.file and movie.file.id == int(match["id"]):
                return indented(file_row(movie.file, movie))
        return arr_rows.not_found()

    # the rest

    def _collections(self, ask: Ask, _: re.Match[str]) -> Answer:
        grouped: dict[tuple[int, str], list[Movie]] = {}
        for movie in self.world.movies.values():
            if movie.collection and ask.number("tmdbId", movie.collection[0]) == movie.collection[0]:
                grouped.setdefault(movie.collection, []).append(movie)
        excluded = {exclusion.number for exclusion in self.state.exclusions}
        return indented(
            [
                {
                    "title": title, "sortTitle": sort_title(title), "tmdbId": tmdb_id, "images": [], "overview": "",
                    "monitored": tmdb_id in self.world.monitored_collections, "rootFolderPath": movies[0].root,
                    "qualityProfileId": 1, "searchOnAdd": True, "minimumAvailability": "released",
                    "movies": [
                        {
                            "tmdbId": movie.tmdb_id, "imdbId": movie.imdb_id, "title": movie.title, "year": movie.year,
                            "cleanTitle": clean_title(movie.title), "sortTitle": sort_title(movie.title),
                            "status": movie.status, "overview": movie.overview, "runtime": movie.runtime_minutes,
                            "images": [], "ratings": {}, "genres": list(movie.genres), "folder": "",
                            "isExisting": True, "isExcluded": movie.tmdb_id in excluded,
                        }
                        for movie in movies
                    ],
                    "missingMovies": 0, "tags": [], "id": number,
                }
                for number, ((tmdb_id, title), movies) in enumerate(grouped.items(), 1)
            ]
        )  # fmt: skip

    def _exclusions(self, _: Ask, __: re.Match[str]) -> Answer:
        return indented([self.writes.exclusion_row(one) for one in self.state.exclusions], Deprecation="true")

    def history_row(self, event: Event, ask: Ask) -> dict[str, Any]:
        row = {"movieId": event.title_id} | arr_rows.event_row(event, self.product)
        movie = self.world.movies.get(event.title_id)
        return row | {"movie": self.movie_row(movie)} if ask.flag("includeMovie") and movie else row

    def queue_row(self, row: Download, ask: Ask) -> dict[str, Any]:
        answer: dict[str, Any] = {"movieId": row.title_id} if row.title_id else {}
        answer |= arr_rows.download_row(row, self.product)
        movie = self.world.movies.get(row.title_id)
        return answer | {"movie": self.movie_row(movie)} if ask.flag("includeMovie") and movie else answer

    def tagged(self, tag: int) -> dict[str, list[int]]:
        return {
            "releaseProfileIds": [],
            "movieIds": [movie.id for movie in self.world.movies.values() if tag in movie.tags],
        }

    def media_management(self) -> dict[str, Any]:
        return {
            "autoUnmonitorPreviouslyDownloadedMovies": self.state.unmonitors_deleted,
            "recycleBin": self.state.recycle_bin, "recycleBinCleanupDays": self.state.recycle_bin_days,
            "downloadPropersAndRepacks": "preferAndUpgrade", "createEmptyMovieFolders": False,
            "deleteEmptyFolders": self.state.deletes_empty_folders, "fileDate": "none", "rescanAfterRefresh": "always",
            "autoRenameFolders": False, "pathsDefaultStatic": False, "setPermissionsLinux": False, "chmodFolder": "755",
            "chownGroup": "", "skipFreeSpaceCheckWhenImporting": False, "minimumFreeSpaceWhenImporting": 100,
            "copyUsingHardlinks": True, "useScriptImport": False, "scriptImportPath": "", "importExtraFiles": False,
            "extraFileExtensions": "srt", "enableMediaInfo": True, "id": 1,
        }  # fmt: skip


def file_row(file: MediaFile, movie: Movie) -> dict[str, Any]:
    row: dict[str, Any] = {
        "movieId": movie.id, "relativePath": file.path.removeprefix(f"{movie.path}/"), "path": file.path,
        "size": file.size, "dateAdded": stamp(file.date_added), "indexerFlags": 0,
        "quality": arr_rows.quality(file.quality, "Radarr"), "customFormats": [], "customFormatScore": 0,
        "mediaInfo": arr_rows.media_info(file, movie.runtime_minutes), "qualityCutoffNotMet": False,
        "languages": [ENGLISH], "edition": "", "id": file.id,
    }  # fmt: skip
    if file.download_id:
        row |= {
            "releaseGroup": file.release_group,
            "sceneName": f"{clean_title(movie.title)}-{file.release_group}",
        }
    return row


def other_titles(movie: Movie) -> list[dict[str, Any]]:
    """What it is called elsewhere; most of the length of a real row."""
    return [
        {
            "sourceType": "tmdb", "movieMetadataId": movie.id, "title": f"{movie.title} ({place})",
            "cleanTitle": clean_title(movie.title + place), "id": movie.id * 10 + number,
        }
        for number, place in enumerate(("Spain", "France", "Italy", "Brazil", "Japan"))
    ]  # fmt: skip


def covers(number: int, tmdb_id: int) -> list[dict[str, str]]:
    return [
        {
            "coverType": kind, "url": f"/MediaCover/{number}/{kind}.jpg?lastWrite=638602186763965043",
            "remoteUrl": f"https://images.example/{tmdb_id}/{kind}.jpg",
        }
        for kind in ("poster", "fanart")
    ]  # fmt: skip


def sort_title(title: str) -> str:
    lowered = title.lower()
    return lowered.removeprefix("the ").removeprefix("a ")


def clean_title(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", title.lower())
