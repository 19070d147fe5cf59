"""Who asked for it: ids beat links, a link counts only of a server that is surely ours, 4K concerns what is 4K."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from library_rows import (
    ago,
    joined,
    movie,
    radarr,
    request,
    seerr,
    series,
    server,
    sonarr,
    the_movie,
    the_show,
)

from keepercheky.library.join import Joined
from keepercheky.library.said import ArrSaid, RequestSaid, ServerSaid
from keepercheky.media import Movie, Request, Show, Unknown

HD, UHD = radarr(movie(1)), radarr(movie(2), name="radarr_4k")


def asked(result: Joined) -> dict[str, tuple[str, ...]]:
    """By key, who asked for it."""
    titles: list[Movie | Show] = [*result.library.movies, *result.library.shows]
    found = {}
    for title in titles:
        assert not isinstance(title.requests, Unknown)
        found[title.key.rsplit(":", 1)[1]] = tuple(row.by for row in title.requests)
    return found


def who(
    *requests: RequestSaid, arrs: Sequence[ArrSaid], servers: Sequence[ServerSaid] = (), **setting: Any
) -> dict[str, tuple[str, ...]]:
    return asked(joined(*arrs, seerr=seerr(*requests, servers=servers), **setting))


def test_without_a_seerr_nobody_asks_and_an_unread_one_is_unknown() -> None:
    assert the_movie(joined(HD)).requests == ()
    assert the_movie(joined(HD, has_seerr=True)).requests == Unknown("not_read", "seerr")
    assert the_show(joined(sonarr(series()), has_seerr=True)).requests == Unknown("not_read", "seerr")
    assert the_movie(joined(HD, seerr=seerr())).requests == ()


@pytest.mark.parametrize(
    ("status", "counts"), [(0, False), (1, True), (2, True), (3, False), (4, False), (5, True), (6, False)]
)
def test_pending_approved_and_completed_requests_ask(status: int, counts: bool) -> None:
    assert who(request(status=status), arrs=[HD]) == {"348@radarr": ("ana",) if counts else ()}


@pytest.mark.parametrize(
    ("added", "updated", "created", "since"),
    [
        (ago(1), ago(2), ago(3), ago(1)),
        (ago(900), ago(2), ago(3), ago(3)),  # long here, and asked for anew
        (ago(1), ago(2), None, ago(1)),
        (None, ago(2), ago(3), ago(2)),
        (None, None, ago(3), ago(3)),
        (None, None, None, None),
    ],
)
def test_available_since_falls_back_step_by_step(
    added: datetime | None, updated: datetime | None, created: datetime | None, since: datetime | None
) -> None:
    said = seerr(request(media_added_at=added, updated_at=updated, created_at=created))

    assert the_movie(joined(HD, seerr=said)).requests == (Request("ana", since),)


def test_everybody_who_asked_is_told_in_a_settled_order() -> None:
    rows = (
        request(requested_by="luis", media_added_at=None, updated_at=None, created_at=None),
        request(requested_by="luis", media_added_at=None, updated_at=None, created_at=None),
        request(requested_by="luis", media_added_at=ago(3)),
        request(requested_by="ana", media_added_at=ago(9)),
    )

    found = the_movie(joined(HD, seerr=seerr(*rows))).requests

    assert found == (
        Request("ana", ago(9)),
        Request("luis", ago(3)),
        Request("luis", None),
        Request("luis", None),
    )


# ── By ids ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_movie_and_a_show_with_one_number_are_told_apart() -> None:
    arrs = [radarr(movie(tmdb=348)), sonarr(series(tvdb=348, tmdb_id=348))]

    assert who(request(348), arrs=arrs) == {"348@radarr": ("ana",), "348@sonarr": ()}
    assert who(request(348, media_type="tv"), arrs=arrs) == {"348@radarr": (), "348@sonarr": ("ana",)}
    assert who(request(348, media_type=""), arrs=arrs) == {"348@radarr": (), "348@sonarr": ()}


@pytest.mark.parametrize(
    ("tmdb_id", "row"),
    [
        (1399, request(1399, media_type="tv", tvdb_id=None)),
        (1399, request(1399, media_type="tv", tvdb_id=9)),
        (None, request(1399, media_type="tv", tvdb_id=121361)),
        (None, request(None, media_type="tv", tvdb_id=121361)),
        (7, request(1399, media_type="tv", tvdb_id=121361)),
    ],
    ids=["tmdb", "tmdb beats tvdb", "no tmdb in Sonarr", "no tmdb in Seerr", "tmdb leads nowhere"],
)
def test_a_show_is_found_by_tmdb_or_else_by_tvdb(tmdb_id: int | None, row: RequestSaid) -> None:
    others = series(2, 9, "Other")
    arrs = [sonarr(series(tmdb_id=tmdb_id), others) if row.tvdb_id != 9 else sonarr(series(tmdb_id=tmdb_id))]

    found = joined(*arrs, seerr=seerr(row)).library.shows

    assert found[0].requests == (Request("ana", ago(10)),)
    assert all(show.requests == () for show in found[1:])


def test_tmdb_beats_tvdb_within_one_instance() -> None:
    arrs = [sonarr(series(1, 1, tmdb_id=50), series(2, 2, "Other", tmdb_id=60))]

    assert who(request(50, media_type="tv", tvdb_id=2), arrs=arrs) == {"1@sonarr": ("ana",), "2@sonarr": ()}


def test_an_older_sonarr_without_tmdb_numbers_hears_of_it_too() -> None:
    arrs = [sonarr(series(tmdb_id=1399)), sonarr(series(), name="old")]

    assert who(request(1399, media_type="tv", tvdb_id=121361), arrs=arrs) == {
        "121361@sonarr": ("ana",),
        "121361@old": ("ana",),
    }


def test_a_request_without_ids_and_without_a_link_is_nobodys() -> None:
    assert who(request(None), arrs=[radarr(movie(tmdb=0))]) == {"1@radarr": ()}


# ── By link ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_leads_to_the_only_radarr_of_the_only_server() -> None:
    row = request(9, server_id=0, arr_id=1)

    assert who(row, arrs=[HD], servers=[server(0)]) == {"348@radarr": ("ana",)}


@pytest.mark.parametrize("row", [request(9, server_id=None, arr_id=1), request(9, server_id=0, arr_id=None)])
def test_half_a_link_leads_nowhere(row: RequestSaid) -> None:
    assert who(row, arrs=[HD], servers=[server(0)]) == {"348@radarr": ()}


def test_ids_beat_links() -> None:
    arrs = [radarr(movie(1, 348, "A"), movie(2, 2, "B"))]

    found = who(request(348, server_id=0, arr_id=2), arrs=arrs, servers=[server(0)])

    assert found == {"348@radarr": ("ana",), "2@radarr": ()}


@pytest.mark.parametrize(
    ("arrs", "servers"),
    [
        ([HD, UHD], [server(0)]),
        ([HD], [server(0), server(1)]),
        ([HD], [server(0, "sonarr")]),
    ],
    ids=["two of ours", "two of theirs", "of another kind"],
)
def test_a_server_that_may_be_another_leads_nowhere(arrs: list[ArrSaid], servers: list[ServerSaid]) -> None:
    found = who(request(9, server_id=0, arr_id=1), arrs=arrs, servers=servers)

    assert not any(found.values())


def test_where_one_of_ours_is_unread_nobody_knows_which_instances_a_request_means() -> None:
    configured = {"radarr": "radarr", "radarr_4k": "radarr"}
    said = seerr(request(), servers=[server(0)])

    unread = joined(HD, seerr=said, arrs_configured=configured)

    assert the_movie(unread).requests == Unknown("not_read", "radarr_4k")
    assert the_movie(joined(HD, arrs_configured=configured)).requests == ()


def test_a_server_is_known_by_rows_that_agree_with_exactly_one_instance() -> None:
    hd = radarr(movie(1, 348), movie(3, 3, "C"))
    uhd = radarr(movie(2, 348), movie(3, 4, "D"), name="radarr_4k")
    servers = [server(0), server(1)]
    proof = request(348, server_id=1, arr_id=2, status=3)  # a declined one proves as well

    found = who(proof, request(9, server_id=1, arr_id=3), arrs=[hd, uhd], servers=servers)

    assert found == {"348@radarr": (), "3@radarr": (), "348@radarr_4k": (), "4@radarr_4k": ("ana",)}


def test_a_row_that_contradicts_takes_the_certainty_of_a_server() -> None:
    stale = request(348, server_id=0, arr_id=77, status=3)

    assert who(stale, request(9, server_id=0, arr_id=1), arrs=[HD], servers=[server(0)]) == {"348@radarr": ()}


def test_rows_that_agree_with_two_instances_prove_neither() -> None:
    twin = radarr(movie(1), name="twin")
    proof = request(348, server_id=0, arr_id=1, status=3)

    found = who(proof, request(9, server_id=0, arr_id=1), arrs=[HD, twin], servers=[server(0)])

    assert found == {"348@radarr": (), "348@twin": ()}


# ── HD and 4K ────────────────────────────────────────────────────────────────────────────────────────────────

TWO = [server(0), server(1, is_4k=True)]
HD_PROOF = request(348, status=3, server_id=0, arr_id=1)
UHD_PROOF = request(348, status=3, server_id=1, arr_id=2, is_4k=True)


@pytest.mark.parametrize(
    ("proofs", "is_4k", "asked_of"),
    [
        ([UHD_PROOF], False, {"radarr", "radarr_4k"}),
        ([UHD_PROOF], True, {"radarr_4k"}),
        ([HD_PROOF, UHD_PROOF], False, {"radarr"}),
        ([HD_PROOF, UHD_PROOF], True, {"radarr_4k"}),
        ([], False, {"radarr", "radarr_4k"}),
        ([], True, {"radarr", "radarr_4k"}),
        ([HD_PROOF], False, {"radarr", "radarr_4k"}),
        ([HD_PROOF], True, {"radarr", "radarr_4k"}),
    ],
)
def test_a_4k_request_concerns_the_instances_known_as_4k_and_an_hd_one_the_others(
    proofs: list[RequestSaid], is_4k: bool, asked_of: set[str]
) -> None:
    found = who(*proofs, request(is_4k=is_4k), arrs=[HD, UHD], servers=TWO)

    assert {key.rpartition("@")[2] for key, names in found.items() if names} == asked_of


@pytest.mark.parametrize("is_4k", [False, True])
def test_an_instance_that_is_both_of_seerrs_servers_hears_both(is_4k: bool) -> None:
    proofs = [
        request(348, status=3, server_id=0, arr_id=1),
        request(348, status=3, server_id=1, arr_id=1, is_4k=True),
    ]

    assert who(*proofs, request(is_4k=is_4k), arrs=[HD], servers=TWO) == {"348@radarr": ("ana",)}


def test_the_only_radarr_of_a_4k_only_seerr_is_4k() -> None:
    servers = [server(0, is_4k=True)]

    assert who(request(is_4k=True), arrs=[HD], servers=servers) == {"348@radarr": ("ana",)}
    assert who(request(is_4k=False), arrs=[HD], servers=servers) == {"348@radarr": ()}


def test_4k_of_radarr_says_nothing_of_sonarr() -> None:
    shows = [sonarr(series()), sonarr(series(), name="sonarr_2")]
    servers = [*TWO, server(0, "sonarr"), server(1, "sonarr")]

    found = who(
        UHD_PROOF,
        request(None, media_type="tv", tvdb_id=121361, is_4k=True),
        arrs=[HD, UHD, *shows],
        servers=servers,
    )

    assert found == {
        "348@radarr": (),
        "348@radarr_4k": (),
        "121361@sonarr": ("ana",),
        "121361@sonarr_2": ("ana",),
    }
