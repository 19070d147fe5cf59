"""`check` over a real home: what would stop a run for safety is found before the first run."""

import pytest

from keepercheky.demo import Fault
from tests.runs.conftest import open_lab

pytestmark = pytest.mark.xdist_group("runs")


async def found(tmp_path, edit):
    """What is not as it should be, by key."""
    async with open_lab(tmp_path, edit) as lab:
        rows = (await lab.app.check())["checks"]
    assert all(row["remedy"] for row in rows if row["level"] == "failed")
    return {row["what"]: row for row in rows if row["level"] != "ok" and "recycle bin" not in row["says"]}


async def test_a_home_as_it_should_be(tmp_path):
    async with open_lab(tmp_path) as lab:
        rows = (await lab.app.check())["checks"]

    assert {row["level"] for row in rows} <= {"ok", "warning"}
    [told] = [row for row in rows if row["what"] == "storage.media"]
    assert "7% of 4.00 TB free, as radarr tells" in told["says"]


async def test_names_that_no_service_has(tmp_path):
    def edit(text):
        text = text.replace('["Infantil"]', '["infantil"]\nfavorites = ["Nobody"]\nroot_folders = ["/nope"]')
        return text.replace(
            'tag    = "10-days"', 'tag = "10-days"\nlibraries = ["Zzz"]\nroot_folders = ["/no/"]'
        )

    rows = await found(tmp_path, edit)

    assert {what: row["level"] for what, row in rows.items()} == dict.fromkeys(
        [
            "keep.libraries",
            "keep.favorites",
            "keep.root_folders",
            "schedules.short_lived.libraries",
            "schedules.short_lived.root_folders",
        ],
        "failed",
    )
    assert rows["keep.libraries"]["remedy"] == "Did you mean Infantil?"
    assert "there is " in rows["keep.favorites"]["remedy"]


async def test_a_level_above_what_is_kept_free_where_only_the_disk_tells(tmp_path):
    rows = await found(tmp_path, lambda text: text.replace('keep_free = "15%"', 'keep_free = "100GB"'))

    assert rows["storage.media.keep_free"]["level"] == "failed"
    assert "15%" in rows["storage.media.keep_free"]["remedy"]


async def test_a_root_folder_that_no_storage_holds(tmp_path):
    def edit(text):
        return text.replace("[storage.media]", f'[storage.media]\npath = "{tmp_path}/elsewhere"')

    rows = await found(tmp_path, edit)

    assert rows["storage.media"]["level"] == "failed"
    assert "No storage holds its root folder" in rows["services.radarr"]["says"]
    assert "No storage holds its root folder" in rows["services.sonarr"]["says"]


async def test_what_was_not_read_says_nothing_of_names_and_disks(tmp_path):
    def edit(text):
        return text.replace('["Infantil"]', '["Zzz"]\nroot_folders = ["/nope"]')

    async with open_lab(tmp_path, edit) as lab:
        for service in lab.home.services:
            lab.home.faults.set(service, Fault.UNAUTHORIZED)
        rows = (await lab.app.check())["checks"]

    assert {row["what"] for row in rows} == {f"services.{name}" for name in lab.home.services}
    assert not any(row["says"].startswith(row["what"]) for row in rows)
