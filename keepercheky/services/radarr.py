"""Radarr (API v3, 5.x and 6.x): its movies, all that is around them, and how one of them goes or comes back."""

from __future__ import annotations

from typing import Final

from keepercheky.library.said import ArrSaid, MovieSaid
from keepercheky.services import arr, arr_title, faults
from keepercheky.services.arr_title import Flag
from keepercheky.services.http import Wire
from keepercheky.services.identity import Identity
from keepercheky.services.ids import row_id, row_ids
from keepercheky.services.line import Query
from keepercheky.services.radarr_wire import MovieOnWire, movie
from keepercheky.services.together import together

PRODUCT: Final = "Radarr"
EVENT_TYPES: Final = (3, 6)  # downloadFolderImported, movieFileDeleted

MOVIE: Final = f"{arr.API}/movie"
EXCLUSIONS: Final = f"{arr.API}/exclusions"
MOVIE_NEEDS: Final = ("title", "tmdbId", "qualityProfileId", "monitored")
MOVIE_KEEPS: Final = ("minimumAvailability", "tags")


class Radarr:
    kind: Final = "radarr"
    writes: Final = frozenset({"PUT", "POST", "DELETE"})

    def __init__(self, wire: Wire) -> None:
        self.name = wire.name
        self._wire = wire

    async def identify(self) -> Identity:
        return await arr.identify(self._wire, PRODUCT)

    async def read(self) -> ArrSaid:
        """Everything this Radarr says, completely, or the `ServiceError` that stood in the way."""
        identity = await self.identify()
        async with together() as ask:
            movies = ask(self.movies)
            around = arr.ask_around(ask, self._wire, EVENT_TYPES)
        return ArrSaid(
            name=self.name,
            kind=self.kind,
            version=identity.version,
            date=self._wire.date,
            labels=around.labels.value,
            movies=movies.value,
            series=(),
            history=around.history.value,
            queue=around.queue.value,
            root_folders=around.root_folders.value,
            disks=around.disks.value,
            health=around.health.value,
            recycle_bin=around.recycle_bin.value,
        )

    async def movies(self) -> tuple[MovieSaid, ...]:
        """The whole library: one array, without the disk scan for covers."""
        rows = await self._wire.rows(f"{arr.API}/movie", MovieOnWire, movie, [("excludeLocalCovers", "true")])
        return arr.numbered(self._wire, "movies", rows)

    async def aclose(self) -> None:
        await self._wire.aclose()

    # before and after a deletion

    async def movie(self, movie_id: int) -> MovieSaid | None:
        """None: Radarr says that it has no such movie."""
        row = await self._wire.find(f"{MOVIE}/{row_id(movie_id, 'movie')}", MovieOnWire)
        if row is not None and row.id != movie_id:
            raise faults.unexpected(self.name, f"movie {row.id} where {movie_id} was asked for")
        return None if row is None else movie(row)

    async def movie_by_tmdb(self, tmdb_id: int) -> MovieSaid | None:
        query: Query = [("tmdbId", row_id(tmdb_id, "TMDb movie")), ("excludeLocalCovers", "true")]
        rows = await self._wire.get(MOVIE, list[MovieOnWire], query)
        if len(rows) > 1 or any(row.tmdb_id != tmdb_id for row in rows):
            raise faults.unexpected(self.name, "other movies than the one asked for")
        return movie(rows[0]) if rows else None

    async def unmapped_folders(self) -> tuple[str, ...]:
        """Folders in the root folders that no movie owns; an error where one could not be looked into."""
        return await arr_title.unmapped_folders(self._wire)

    async def resource(self, movie_id: int) -> bytes:
        """The movie's JSON as it came: what `add_movie` takes."""
        return await arr_title.resource(self._wire, f"{MOVIE}/{row_id(movie_id, 'movie')}", movie_id)

    async def history_of(self, movie_id: int) -> bytes:
        """Its history as JSON, without addresses; Radarr forgets it with the movie."""
        query: Query = [("movieId", row_id(movie_id, "movie"))]
        return await arr_title.history(self._wire, f"{arr.API}/history/movie", query)

    # what changes something

    async def delete_movie(self, movie_id: int, *, import_exclusion: bool) -> None:
        """The movie with its whole folder. Radarr answers first and deletes afterwards: look, and wait."""
        await self._wire.send(
            "DELETE",
            f"{MOVIE}/{row_id(movie_id, 'movie')}",
            query=[("deleteFiles", "true"), ("addImportExclusion", "true" if import_exclusion else "false")],
        )

    async def unmonitor_movie(self, movie_id: int) -> None:
        """So that Radarr does not fetch it again when only its file goes."""
        ids = row_ids([movie_id], "movie")
        body = {"movieIds": ids, "monitored": False}
        arr_title.unmonitored(
            self._wire, await self._wire.send("PUT", f"{MOVIE}/editor", list[Flag], body=body), ids
        )

    async def delete_movie_file(self, file_id: int) -> None:
        """The file alone; the movie stays. Gone when this returns."""
        path = f"{arr.API}/moviefile/{row_id(file_id, 'movie file')}"
        await self._wire.send("DELETE", path, seconds=self._wire.timeouts.whole_list)

    # the way back

    async def exclusion_of(self, tmdb_id: int) -> int | None:
        """The id of the entry that keeps import lists from adding this movie."""
        wanted = row_id(tmdb_id, "TMDb movie")
        return await arr_title.exclusion(self._wire, EXCLUSIONS, lambda row: row.tmdb_id == wanted)

    async def remove_exclusion(self, exclusion_id: int) -> None:
        await self._wire.send("DELETE", f"{EXCLUSIONS}/{row_id(exclusion_id, 'exclusion')}", missing_ok=True)

    async def add_movie(self, resource: bytes, *, search: bool) -> int:
        """Add a movie as `resource` told it, where it was; its new row id. ValueError when that is no movie."""
        title = arr_title.members(resource, MOVIE_NEEDS, MOVIE_KEEPS)
        return await arr_title.add(self._wire, MOVIE, title, {"searchForMovie": search})
