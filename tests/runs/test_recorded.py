"""A plan over the libraries two real servers once had: 177 movies and 200 series, no Jellyfin, no Seerr."""

from __future__ import annotations

from pathlib import Path

import pytest

from keepercheky.app import open_app
from keepercheky.settings import load
from tests.runs.recorded_home import RECORDED, radarr, recorded_service, sonarr

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded answers (../shared/api/recorded) are not here"
)

SETTINGS = """
notice = "0d"
[services]
radarr = {{ url = "{radarr}", api_key = "0123456789abcdef0123456789abcdef" }}
sonarr = {{ url = "{sonarr}", api_key = "0123456789abcdef0123456789abcdef" }}
[storage.media]
keep_free = "90%"
[state]
path = "{state}"
[limits]
titles = 1000
bytes = "900TB"
[[schedules]]
id = "old"
movies = {{ unwatched = "180d", watched = "60d" }}
shows = {{ unwatched = "180d", watched = "60d" }}
"""


async def test_a_plan_over_recorded_lists_comes_out(tmp_path: Path) -> None:
    asked: list[str] = []
    async with (
        recorded_service(radarr(), asked) as radarr_url,
        recorded_service(sonarr(), asked) as sonarr_url,
    ):
        file = tmp_path / "keepercheky.toml"
        file.write_text(SETTINGS.format(radarr=radarr_url, sonarr=sonarr_url, state=tmp_path / "state"))
        file.chmod(0o600)
        async with open_app(lambda: load(file, {}), {}) as app:
            plan = await app.plan("old")

    assert plan["refusals"] == []
    assert plan["outcome"] == "waiting"  # the schedule's first plan: clean would ask
    kinds = [row["kind"] for row in plan["titles"]]
    assert (kinds.count("movie"), kinds.count("show")) == (159, 162)  # of 177 and 200, those with files
    assert plan["totals"]["delete"] > 100
    assert plan["totals"]["undecided"] == 0
    [storage] = plan["storages"]
    assert (storage["free_bytes"], storage["total_bytes"]) == (13751310237696, 20 * 10**12)
    assert {line.split()[0] for line in asked} == {"GET"}


async def test_titles_of_the_recorded_queue_are_kept(tmp_path: Path) -> None:
    asked: list[str] = []
    queued = {record["seriesId"] for record in sonarr()["queue"]["records"] if "seriesId" in record}
    async with (
        recorded_service(radarr(), asked) as radarr_url,
        recorded_service(sonarr(), asked) as sonarr_url,
    ):
        file = tmp_path / "keepercheky.toml"
        file.write_text(SETTINGS.format(radarr=radarr_url, sonarr=sonarr_url, state=tmp_path / "state"))
        file.chmod(0o600)
        async with open_app(lambda: load(file, {}), {}) as app:
            plan = await app.plan("old")

    rows = {row["ids"]["tvdb"]: row for row in plan["titles"] if row["kind"] == "show"}
    shows = [
        rows[row["tvdbId"]] for row in sonarr()["series"] if row["id"] in queued and row["tvdbId"] in rows
    ]
    assert shows
    for show in shows:
        assert show["verdict"] == "keep"
        assert show["findings"][0]["rule"] == "queued"
