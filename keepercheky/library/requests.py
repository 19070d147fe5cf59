"""Who asked for it? Seerr's requests laid beside our titles (DECISIONS §1, FACTS §4.3).

Ids beat links: a row whose ids lead to a title of ours concerns that title, whatever its link says. A link
(Seerr's server, the *arr's row id) counts only where the ids lead nowhere, and only where that server is surely
ours. A 4K request concerns the instances known as 4K, an HD request all others; where none is known as 4K, both
hold for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from keepercheky.library.said import ArrSaid, RequestSaid, SeerrSaid
from keepercheky.media import Request

HOLDING = frozenset({1, 2, 5})  # pending, approved, completed; declined and failed ask for nothing
ARR_OF = {"movie": "radarr", "tv": "sonarr"}
Row = tuple[str, int]  # instance, the *arr's row id


def requests_by_row(seerr: SeerrSaid | None, arrs: tuple[ArrSaid, ...]) -> dict[Row, tuple[Request, ...]]:
    """By (instance, *arr row id): the requests that concern it."""
    if seerr is None:
        return {}
    rows = [request for request in seerr.requests if request.status in HOLDING]
    by_id = _rows_by_id(arrs)
    servers = servers_of_ours(seerr, arrs, by_id)
    fours = {(kind, instance) for (kind, server), instance in servers.items() if _is_4k(seerr, kind, server)}
    found: dict[Row, list[Request]] = defaultdict(list)
    for request in rows:
        known = {instance for kind, instance in fours if kind == ARR_OF.get(request.media_type)}
        for row in _concerned(request, by_id, servers):
            if known and (row[0] in known) != request.is_4k:
                continue
            since = request.media_added_at or request.updated_at or request.created_at
            found[row].append(Request(by=request.requested_by, available_since=since))
    return {row: tuple(requests) for row, requests in found.items()}


def _rows_by_id(arrs: tuple[ArrSaid, ...]) -> Mapping[tuple[str, str, int], list[Row]]:
    rows: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for arr in arrs:
        for movie in arr.movies:
            rows["movie", "tmdb", movie.tmdb_id].append((arr.name, movie.id))
        for series in arr.series:
            rows["tv", "tvdb", series.tvdb_id].append((arr.name, series.id))
            if series.tmdb_id:
                rows["tv", "tmdb", series.tmdb_id].append((arr.name, series.id))
    return rows


def _by_ids(request: RequestSaid, by_id: Mapping[tuple[str, str, int], list[Row]]) -> list[Row]:
    for source, number in (("tmdb", request.tmdb_id), ("tvdb", request.tvdb_id)):
        if number and (rows := by_id.get((request.media_type, source, number))):
            return rows
    return []


def _concerned(
    request: RequestSaid,
    by_id: Mapping[tuple[str, str, int], list[Row]],
    servers: Mapping[tuple[str, int], str],
) -> list[Row]:
    rows = _by_ids(request, by_id)
    if rows or request.server_id is None or request.arr_id is None:
        return rows
    instance = servers.get((ARR_OF.get(request.media_type, ""), request.server_id))
    return [(instance, request.arr_id)] if instance else []


def servers_of_ours(
    seerr: SeerrSaid, arrs: tuple[ArrSaid, ...], by_id: Mapping[tuple[str, str, int], list[Row]]
) -> dict[tuple[str, int], str]:
    """Which of Seerr's servers (kind, id) is surely which instance of ours.

    Sure is a server whose rows' ids and links agree with exactly one instance and contradict it nowhere; or, when
    no row speaks against it, the only server of a kind beside the only instance of that kind.
    """
    agree: dict[tuple[str, int], set[str]] = defaultdict(set)
    clash: dict[tuple[str, int], set[str]] = defaultdict(set)
    for request in seerr.requests:
        if request.server_id is None or request.arr_id is None:
            continue
        server = (ARR_OF.get(request.media_type, ""), request.server_id)
        for instance, row in _by_ids(request, by_id):
            (agree if row == request.arr_id else clash)[server].add(instance)
    sure: dict[tuple[str, int], str] = {}
    for kind in ("radarr", "sonarr"):
        ours = [arr.name for arr in arrs if arr.kind == kind]
        theirs = [(kind, server.id) for server in seerr.servers if server.kind == kind]
        for server in theirs:
            agreeing = agree[server] - clash[server]
            if len(agreeing) == 1:
                sure[server] = agreeing.pop()
            elif len(ours) == len(theirs) == 1 and not clash[server]:
                sure[server] = ours[0]
    return sure


def _is_4k(seerr: SeerrSaid, kind: str, server_id: int) -> bool:
    return any(server.is_4k for server in seerr.servers if server.kind == kind and server.id == server_id)
