"""The benchmark counts the requests of a real run, and fails when they are too many."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import budget, run
from benchmarks.budget import House, Request, grown, sort, spent

HOUSE = House(arrs=("radarr", "sonarr"), users=2, favourite_collections=1, candidates=1)
RUN = [
    *(Request("radarr", f"/api/v3/{path}", "") for path in ("movie", "tag", "queue", "health")),
    Request("radarr", "/api/v3/history", "page=1&pageSize=1000"),
    Request("radarr", "/api/v3/history", "page=2&pageSize=1000"),
    Request("sonarr", "/api/v3/series", ""),
    Request("sonarr", "/api/v3/episode", "seriesId=7"),
    Request("sonarr", "/api/v3/episodefile", "seriesId=7"),
    Request("jellyfin", "/Items", "userId=ana&startIndex=0&limit=500"),
    Request("jellyfin", "/Items", "userId=ana&startIndex=500&limit=500&enableTotalRecordCount=false"),
    Request("jellyfin", "/Items", "userId=ana&parentId=heist"),
    Request("jellyseerr", "/api/v1/request", "take=100&skip=0"),
]
TOTALS = {"radarr /api/v3/history?": 1_001, "jellyfin /Items?userId=ana": 900}


def test_a_run_within_its_budget_passes() -> None:
    assert spent(sort(RUN), HOUSE, TOTALS) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ([Request("radarr", "/api/v3/movie", f"tmdbId={n}") for n in range(9)], "radarr: 14 requests, 9"),
        ([Request("jellyfin", "/Users", f"n={n}") for n in range(13)], "Jellyfin and Seerr: 15 requests, 14"),
        ([Request("jellyfin", "/Items", "parentId=other")], "2 questions about collections, of which 1"),
        ([RUN[5]], "radarr /api/v3/history?: 2 further pages for 1001 rows, 1"),
        (
            [Request("jellyfin", "/Items", "userId=ana&startIndex=550&limit=50")],
            "2 further pages for 900 rows",
        ),
        ([RUN[7]], "sonarr /api/v3/episode?seriesId=7: asked 2 times"),
        ([Request("sonarr", "/api/v3/episode", "seriesId=8")], "3 questions about single shows, of which 1"),
    ],
)
def test_whatever_a_run_asks_too_often_is_told(more: list[Request], told: str) -> None:
    [line] = spent(sort([*RUN, *more]), HOUSE, TOTALS)

    assert told in line


def test_only_pages_shows_and_collections_may_grow_with_the_library() -> None:
    larger = [
        *RUN,
        Request("radarr", "/api/v3/history", "page=3&pageSize=1000"),
        Request("sonarr", "/api/v3/episode", "seriesId=8"),
        Request("jellyfin", "/Items", "userId=ana&parentId=other"),
    ]

    assert grown(sort(RUN), sort(larger)) == []
    assert grown(sort(RUN), sort([*RUN, Request("sonarr", "/api/v3/tag", "")])) == [
        "sonarr: 1 requests that should not depend on size became 2 in a larger home"
    ]


def test_a_small_home_is_measured_and_a_tighter_budget_fails_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])

    assert run.main(["--titles", "30", "--requests", "--no-reference"]) == 0
    assert "requests to radarr" in capsys.readouterr().out

    monkeypatch.setattr(budget, "PER_ARR", 3)
    assert run.main(["--titles", "30", "--requests", "--no-reference"]) == 1
    assert "radarr: 9 requests, 3 are allowed" in capsys.readouterr().out
