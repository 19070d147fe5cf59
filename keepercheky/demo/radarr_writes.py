"""What the pretend Radarr can be told: movies changed, deleted and added again, files deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from keepercheky.demo import departures, returns
from keepercheky.demo.arr_errors import BadRequestError, BrokenError, InvalidError, MissingError, problem
from keepercheky.demo.arr_writes import ID, PERHAPS_ID, V3, ArrWrites, checked, exactly, read
from keepercheky.demo.ask import Answer, Ask, indented
from keepercheky.demo.body import Body
from keepercheky.demo.records import Exclusion
from keepercheky.demo.titles import MediaFile, Movie

if TYPE_CHECKING:
    from keepercheky.demo.arr import Handler
    from keepercheky.demo.radarr import RadarrFake


class RadarrWrites(ArrWrites):
    exclusions = "exclusions"
    commands: ClassVar = ("RefreshMovie", "RescanMovie", "MoviesSearch", "MissingMoviesSearch")
    fake: RadarrFake

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", f"{V3}/movie", self._add),
            ("PUT", f"{V3}/movie{PERHAPS_ID}", self._change),
            ("DELETE", f"{V3}/movie/{ID}", self._delete),
            ("PUT", f"{V3}/movie/editor", self._edit),
            ("DELETE", f"{V3}/movie/editor", self._delete_many),
            ("DELETE", f"{V3}/moviefile/{ID}", self._delete_file),
            ("DELETE", f"{V3}/moviefile/bulk", self._delete_files),
            *super().routes(),
        ]

    # movies

    def _movie(self, number: int) -> Movie:
        if number not in self.world.movies:
            raise MissingError(f"Movie with ID {number} does not exist")
        return self.world.movies[number]

    def _delete(self, ask: Ask, match: re.Match[str]) -> Answer:
        files, exclude = ask.flag("deleteFiles") is True, ask.flag("addImportExclusion") is True
        self._remove([self._movie(checked(match))], files=files, exclude=exclude)
        return Answer()

    def _delete_many(self, ask: Ask, _: re.Match[str]) -> Answer:
        asked = read(ask)
        movies = exactly(self.world.movies.values(), asked.numbers("movieIds"))
        files = asked.flag("deleteFiles", default=False)
        self._remove(movies, files=files, exclude=asked.flag("addImportExclusion", default=False))
        return indented({})

    def _remove(self, movies: list[Movie], *, files: bool, exclude: bool) -> None:
        what = f"{self.fake.name}: deleted {', '.join(movie.path for movie in movies)}"
        departures.remove_later(self.world, movies, what, files=files, exclude=exclude)

    def _change(self, ask: Ask, match: re.Match[str]) -> Answer:
        """What the body leaves out is not left alone: it falls back to what it is when nobody says anything."""
        asked = read(ask)
        movie = self._movie(self.addressed(asked, match))
        path = asked.text("path")
        returns.move_title(self.world, movie, path, self.root_of(path), files=ask.flag("moveFiles") is True)
        movie.profile_id = asked.number("qualityProfileId")
        movie.monitored = asked.flag("monitored", default=True)
        movie.minimum_availability = asked.text("minimumAvailability", "tba")
        movie.tags = frozenset(asked.numbers("tags"))
        return indented(self.fake.movie_row(movie), 202)

    def _edit(self, ask: Ask, _: re.Match[str]) -> Answer:
        """What the body leaves out stays as it is."""
        asked = read(ask)
        movies = exactly(self.world.movies.values(), asked.numbers("movieIds"))
        if asked.has("qualityProfileId") and (problems := self.profile_problems(asked)):
            raise InvalidError(*problems)
        for movie in movies:
            movie.monitored = asked.flag("monitored", default=movie.monitored)
            movie.profile_id = asked.number("qualityProfileId", movie.profile_id)
            movie.minimum_availability = asked.text("minimumAvailability", movie.minimum_availability)
            movie.tags = self.with_tags(movie.tags, asked)
            if root := asked.text("rootFolderPath").rstrip("/"):
                path = f"{root}/{movie.path.rsplit('/', 1)[1]}"
                returns.move_title(
                    self.world, movie, path, root, files=asked.flag("moveFiles", default=False)
                )
        return indented([self.fake.movie_row(movie) for movie in movies], 202)

    def _add(self, ask: Ask, _: re.Match[str]) -> Answer:
        asked = read(ask)
        root, path = asked.text("rootFolderPath").rstrip("/"), asked.text("path").rstrip("/")
        if problems := self._objections(asked, root, path):
            raise InvalidError(*problems)
        movie = returns.add_movie(
            self.world, tmdb_id=asked.number("tmdbId"), title=asked.text("title"), year=asked.number("year"),
            root=root or self.root_of(path), path=path, monitored=asked.flag("monitored", default=True),
            profile_id=asked.number("qualityProfileId"), tags=frozenset(asked.numbers("tags")),
            minimum_availability=asked.text("minimumAvailability", "tba"),
        )  # fmt: skip
        search = Body(asked.any("addOptions") or {}).flag("searchForMovie", default=False)
        self.world.promise(
            self.world.file_delay,
            f"{self.fake.name}: added {movie.path}",
            lambda: self._look(movie, search=search),
        )
        return indented(self.fake.movie_row(movie), 201)

    def _objections(self, asked: Body, root: str, path: str) -> list[dict[str, Any]]:
        problems = self.profile_problems(asked)
        tmdb_id = asked.number("tmdbId")
        if tmdb_id <= 0:
            problems.append(problem("TmdbId", "'Tmdb Id' must not be empty.", "NotEmptyValidator", tmdb_id))
        elif any(movie.tmdb_id == tmdb_id for movie in self.world.movies.values()):
            problems.append(
                problem("TmdbId", "This movie has already been added", "MovieExistsValidator", tmdb_id)
            )
        if not root and not path:
            message = "'Root Folder Path' must not be empty."
            problems.append(problem("RootFolderPath", message, "NotEmptyValidator"))
        if not path and root and root not in self.state.roots:
            message = f"Root folder '{root}' does not exist"
            problems.append(problem("RootFolderPath", message, "RootFolderExistsValidator", root))
        if path and any(movie.path == path for movie in self.world.movies.values()):
            message = f"Path '{path}' is already configured for an existing movie"
            problems.append(problem("Path", message, "MoviePathValidator", path))
        return problems

    def _look(self, movie: Movie, *, search: bool) -> None:
        """After adding: what lies in the folder is found; what does not is searched for, if asked."""
        returns.rescan_movie(self.world, movie)
        if search and movie.file is None:
            self.world.queue_movie(movie)

    # files

    def _delete_file(self, _: Ask, match: re.Match[str]) -> Answer:
        """At once, unlike a movie. The movie stays, and stays monitored."""
        number = checked(match)
        movie = next((m for m in self.world.movies.values() if m.file and m.file.id == number), None)
        if movie is None or movie.file is None:
            raise MissingError(f"MovieFile with ID {number} does not exist")
        self.check_root(movie.path)
        self._drop(movie, movie.file, movie)
        return Answer()

    def _delete_files(self, ask: Ask, _: re.Match[str]) -> Answer:
        """Every path is worked out from the first file's movie: files of others lose their row and stay on the disk."""
        numbers = read(ask).numbers("movieFileIds")
        if not numbers:
            raise BadRequestError("movieFileIds must be provided")
        found = {m.file.id: (m, m.file) for m in self.world.movies.values() if m.file}
        exactly([file for _, file in found.values()], numbers)
        first = found[numbers[0]][0]
        self.check_root(first.path)
        for number in numbers:
            movie, file = found[number]
            self._drop(movie, file, first)
        return indented({})

    def _drop(self, movie: Movie, file: MediaFile, first: Movie) -> None:
        path = first.path + file.path[len(movie.path) :]
        if self.world.contents.holds(path) and self.world.is_stuck(path):
            raise BrokenError("Unable to delete movie file")
        departures.drop_movie_file(self.world, movie, at=self.world.now(), reason="Manual")
        departures.discard(self.world, self.state, path, first.path, tidy=True)

    # the rest

    def exclusion_row(self, one: Exclusion) -> dict[str, Any]:
        return {"tmdbId": one.number, "movieTitle": one.title, "movieYear": one.year, "id": one.id}

    def excluded(self, asked: Body) -> Exclusion:
        tmdb_id, title = asked.number("tmdbId"), asked.text("movieTitle")
        if tmdb_id <= 0:
            raise InvalidError(
                problem("TmdbId", "'Tmdb Id' must not be empty.", "NotEmptyValidator", tmdb_id)
            )
        if not title:
            raise InvalidError(problem("MovieTitle", "'Movie Title' must not be empty.", "NotEmptyValidator"))
        return Exclusion(0, tmdb_id, title, asked.number("movieYear"))

    def obey(self, command: str, asked: Body) -> None:
        numbers = [*asked.numbers("movieIds"), asked.number("movieId")]
        chosen = [movie for movie in self.world.movies.values() if movie.id in numbers]
        if command in ("RefreshMovie", "RescanMovie"):
            for movie in chosen or list(self.world.movies.values()):
                returns.rescan_movie(self.world, movie)
        elif command == "MoviesSearch":
            for movie in chosen:
                self.world.queue_movie(movie)
        elif command == "MissingMoviesSearch":
            self.world.search_missing()
