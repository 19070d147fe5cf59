"""Who asked for it? Seerr's requests laid beside our titles.

Ids beat links: a row whose ids lead to a title of ours concerns that title, whatever its link says. A link
(Seerr's server, the *arr's row id) counts only where the ids lead nowhere, and only where that server is surely
ours. A 4K request concerns the instances known as 4K, an HD request all others; where none is known as 4K, both
hold for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from keepercheky.library.said import ArrSaid, RequestSaid, SeerrSaid, ServerSaid
from keepercheky.media import Request

HOLDING = frozenset({1, 2, 5})  # pending, approved, completed; declined and failed ask for nothing
ARR_OF = {"movie": "radarr", "tv": "sonarr"}
Row: TypeAlias = tuple[str, int]  # instance, the *arr's row id
Server: TypeAlias = tuple[str, int]  # kind, Seerr's number within it
ById: TypeAlias = Mapping[tuple[str, str, int], list[Row]]


def requests_by_row(seerr: SeerrSaid | None, arrs: tuple[ArrSaid, ...]) -> dict[Row, tuple[Request, ...]]:
    """By (instance, *arr row id): the requests that concern it. Sure only when every instance was read."""
    if seerr is None:
        return {}
    by_id = _rows_by_id(arrs)
    servers = Servers(seerr, {arr.name: arr.kind for arr in arrs}, by_id)
    found: dict[Row, list[Request]] = defaultdict(list)
    for request in seerr.requests:
        if request.status not in HOLDING:
            continue
        for row in _concerned(request, by_id, servers):
            found[row].append(Request(by=request.requested_by, available_since=_since(request)))
    return {row: tuple(sorted(requests, key=_order)) for row, requests in found.items()}


def _since(request: RequestSaid) -> datetime | None:
    """Since when it is here for who asked: Seerr's first sight of it, but never before it was asked for."""
    if request.media_added_at is None:
        return request.updated_at or request.created_at
    return max(request.media_added_at, request.created_at or request.media_added_at)


class Servers:
    """Seerr's servers, and which of our instances they surely are."""

    def __init__(self, seerr: SeerrSaid, ours: Mapping[str, str], by_id: ById) -> None:
        """`ours`: instance → kind."""
        self._clash: dict[Server, set[str]] = defaultdict(set)
        agree: dict[Server, set[str]] = defaultdict(set)
        for request in seerr.requests:
            if request.server_id is not None and request.arr_id is not None:
                server = (ARR_OF.get(request.media_type, ""), request.server_id)
                for instance, row in _by_ids(request, by_id):
                    (agree if row == request.arr_id else self._clash)[server].add(instance)
        self._sure = self._surely(seerr, ours, agree)
        four = [server for server in seerr.servers if server.is_4k]
        high = [server for server in seerr.servers if not server.is_4k]
        self._four = {(server.kind, self._sure[at]) for server in four if (at := _at(server)) in self._sure}
        self._only_four = {
            (kind, instance)
            for kind, instance in self._four
            if not any(server.kind == kind and self._may_be(server, instance) for server in high)
        }

    def linked(self, request: RequestSaid) -> list[Row]:
        """The row a request's link names, where its server is surely ours."""
        if request.server_id is None or request.arr_id is None:
            return []
        instance = self._sure.get((ARR_OF.get(request.media_type, ""), request.server_id))
        return [(instance, request.arr_id)] if instance else []

    def concerns(self, request: RequestSaid, instance: str) -> bool:
        """Whether a request of that quality speaks of an instance. One that may take both hears both."""
        kind = ARR_OF[request.media_type]
        if not request.is_4k:
            return (kind, instance) not in self._only_four
        return (kind, instance) in self._four or not any(known == kind for known, _ in self._four)

    def _surely(
        self, seerr: SeerrSaid, ours: Mapping[str, str], agree: Mapping[Server, set[str]]
    ) -> dict[Server, str]:
        """A server whose rows' links agree with exactly one instance and contradict it nowhere.

        Or, when no row speaks against it, the only server of a kind beside the only instance of that kind.
        """
        sure: dict[Server, str] = {}
        for server in map(_at, seerr.servers):
            clash = self._clash.get(server, set())
            agreeing = agree.get(server, set()) - clash
            mine = [instance for instance, kind in ours.items() if kind == server[0]]
            alone = len(mine) == 1 and sum(other.kind == server[0] for other in seerr.servers) == 1
            if len(agreeing) == 1:
                sure[server] = next(iter(agreeing))
            elif alone and not clash:
                sure[server] = mine[0]
        return sure

    def _may_be(self, server: ServerSaid, instance: str) -> bool:
        known = self._sure.get(_at(server))
        if known is not None:
            return known == instance
        return instance not in self._clash.get(_at(server), ())


def _rows_by_id(arrs: Iterable[ArrSaid]) -> ById:
    rows: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for arr in arrs:
        for movie in arr.movies:
            rows["movie", "tmdb", movie.tmdb_id].append((arr.name, movie.id))
        for series in arr.series:
            rows["tv", "tvdb", series.tvdb_id].append((arr.name, series.id))
            rows["tv", "tmdb", series.tmdb_id or 0].append((arr.name, series.id))
    return rows


def _by_ids(request: RequestSaid, by_id: ById) -> list[Row]:
    """By the number of TMDb, in instances that do not know it by that of TVDB."""
    rows = list(by_id.get((request.media_type, "tmdb", request.tmdb_id), ())) if request.tmdb_id else []
    answered = {instance for instance, _ in rows}
    others = by_id.get((request.media_type, "tvdb", request.tvdb_id), ()) if request.tvdb_id else ()
    return rows + [row for row in others if row[0] not in answered]


def _concerned(request: RequestSaid, by_id: ById, servers: Servers) -> list[Row]:
    rows = _by_ids(request, by_id) or servers.linked(request)
    return [row for row in rows if servers.concerns(request, row[0])]


def _at(server: ServerSaid) -> Server:
    return server.kind, server.id


def _order(request: Request) -> tuple[str, bool, datetime | None]:
    # requests of one person without a date are equal, so that a date is never compared with none
    return request.by, request.available_since is None, request.available_since
