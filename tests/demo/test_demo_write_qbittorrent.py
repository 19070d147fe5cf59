from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from demo_visitor import NO_CERTIFICATES, NOW, Visitor


@asynccontextmanager
async def client_of(few: Visitor, **login: str):
    """A visitor's own client with its own cookies; logged in unless it is told with what to try."""
    where = few.home.services["qbittorrent"]
    async with httpx.AsyncClient(base_url=f"{where.url}/api/v2", verify=NO_CERTIFICATES) as client:
        form = login or {"username": where.username, "password": where.password}
        client.headers["X-Login"] = str((await client.post("/auth/login", data=form)).status_code)
        yield client


def seeded(few: Visitor, part: str):
    return next(one for one in few.home.world.torrents.values() if part in one.name)


@pytest.mark.parametrize(
    ("version", "good", "bad", "cookie"),
    [
        ("4.6.7", (200, "Ok."), (200, "Fails."), "SID"),
        ("5.1.2", (200, "Ok."), (200, "Fails."), "SID"),
        ("5.2.0", (204, ""), (401, "Unauthorized"), "QBT_SID_"),
    ],
)
async def test_logging_in_is_told_as_its_version_tells_it(few: Visitor, version, good, bad, cookie):
    few.home.world.qbittorrent_version = version
    where = few.home.services["qbittorrent"]
    url = f"{where.url}/api/v2/auth/login"

    wrong = await few.client.post(url, data={"username": "x", "password": "y"})
    right = await few.client.post(url, data={"username": where.username, "password": where.password})

    assert (wrong.status_code, wrong.text) == bad
    assert (right.status_code, right.text) == good
    assert not wrong.cookies
    [name] = right.cookies
    assert name == (cookie + where.url.rsplit(":")[-1] if cookie.endswith("_") else cookie)


async def test_without_a_login_and_after_it_has_run_out_everything_is_forbidden(few: Visitor):
    async with client_of(few) as client:
        before = await client.get("/app/version")
        few.home.world.qbittorrent_sessions.clear()
        after = await client.get("/app/version")
    stranger = await few.client.get(f"{few.home.services['qbittorrent'].url}/api/v2/torrents/info")

    assert (before.text, after.status_code, stranger.status_code) == ("v5.1.2", 403, 403)
    assert after.text == "Forbidden"


async def test_logging_out_ends_it(few: Visitor):
    async with client_of(few) as client:
        await client.post("/auth/logout")

        assert (await client.get("/app/version")).status_code == 403


async def test_from_5_2_on_a_key_will_do_and_may_not_log_in(few: Visitor):
    where = few.home.services["qbittorrent"]
    headers = {"Authorization": f"Bearer {where.api_key}"}

    async def status(method: str, path: str) -> int:
        url = f"{where.url}/api/v2{path}"
        return (await few.client.request(method, url, headers=headers)).status_code

    assert await status("GET", "/app/version") == 403
    few.home.world.qbittorrent_version = "5.2.0"
    assert await status("GET", "/app/version") == 200
    assert await status("POST", "/auth/login") == 403
    assert len(where.api_key) == len("qbt_") + 28


async def test_five_wrong_passwords_close_the_door(few: Visitor):
    url = f"{few.home.services['qbittorrent'].url}/api/v2/auth/login"
    answers = [await few.client.post(url, data={"username": "x", "password": "y"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [403]
    assert "banned" in answers[-1].text


async def test_a_page_of_another_host_and_a_get_that_changes_are_turned_away(few: Visitor):
    async with client_of(few) as client:
        foreign = await client.get("/app/version", headers={"Origin": "http://elsewhere"})
        get = await client.get("/torrents/delete?hashes=all&deleteFiles=true")
        nothing = await client.get("/app/nothing")
        page = await client.get(few.home.services["qbittorrent"].url)

    assert (foreign.status_code, get.status_code, nothing.status_code) == (401, 405, 404)
    assert page.headers["content-type"].startswith("text/html")
    assert few.home.world.torrents


@pytest.mark.parametrize(
    ("version", "api", "done", "halted"),
    [("4.6.7", "2.9.3", "pausedUP", "pausedDL"), ("5.0.4", "2.11.2", "stoppedUP", "stoppedDL")],
)
async def test_what_is_stopped_is_called_paused_before_5(few: Visitor, version, api, done, halted):
    world = few.home.world
    world.qbittorrent_version = version
    seeded(few, "Forrest").paused = True
    world.queue_movie(world.movie("Aliens"), status="paused")

    async with client_of(few) as client:
        states = {
            row["name"].split(".")[0]: row["state"] for row in (await client.get("/torrents/info")).json()
        }

        assert (await client.get("/app/webapiVersion")).text == api
    assert (states["Forrest"], states["Aliens"], states["Back"]) == (done, halted, "stalledUP")


async def test_a_torrent_is_told_with_its_hash_in_small_letters_and_its_goals(few: Visitor):
    world, torrent = few.home.world, seeded(few, "Forrest")
    torrent.ratio_limit, torrent.tags = 2.0, ("cinema", "hd")
    file = world.movie("Forrest Gump").file

    async with client_of(few) as client:
        [row] = (await client.get("/torrents/info", params={"hashes": torrent.hash.upper()})).json()
        files = (await client.get("/torrents/files", params={"hash": torrent.hash})).json()
        unknown = await client.get("/torrents/files", params={"hash": "0" * 40})
        unsaid = await client.get("/torrents/files")

    assert row["hash"] == file.download_id.lower()
    assert (row["size"], row["progress"], row["ratio"], row["ratio_limit"]) == (file.size, 1, 1.4, 2.0)
    assert row["completion_on"] + row["seeding_time"] == int(NOW.timestamp())
    assert (row["tags"], row["save_path"]) == ("cinema, hd", "/data/downloads")
    assert row["content_path"] == f"/data/downloads/{files[0]['name']}"
    assert (files[0]["size"], unknown.status_code, unsaid.status_code) == (file.size, 404, 400)


async def test_a_pack_names_its_files_below_its_root_folder(few: Visitor):
    pack = seeded(few, "Wire")

    async with client_of(few) as client:
        files = (await client.get("/torrents/files", params={"hash": pack.hash})).json()

    assert len(files) == 13
    assert {file["name"].split("/")[0] for file in files} == {"The.Wire.S01"}
    assert [file["index"] for file in files] == list(range(13))


async def test_what_is_still_coming_is_a_torrent_too(few: Visitor):
    [coming] = few.home.world.radarr.queue

    async with client_of(few) as client:
        [row] = (await client.get("/torrents/info", params={"filter": "downloading"})).json()
        files = (await client.get("/torrents/files", params={"hash": row["hash"]})).json()
        chosen = (
            await client.get("/torrents/info?category=radarr&sort=size&reverse=true&limit=2&offset=1")
        ).json()

    assert (row["hash"], row["state"]) == (coming.download_id.lower(), "downloading")
    assert 0 < row["progress"] < 1
    assert files[0]["progress"] == row["progress"]
    assert [one["size"] for one in chosen] == sorted((one["size"] for one in chosen), reverse=True)


async def test_space_comes_back_only_when_the_last_of_two_names_is_gone(few: Visitor):
    world, gump = few.home.world, few.home.world.movie("Forrest Gump")
    torrent, size, free = seeded(few, "Forrest"), gump.file.size, world.free_bytes(world.media_disk)

    world.remove_movie(gump)
    held = world.free_bytes(world.media_disk)
    async with client_of(few) as client:
        answer = await client.post("/torrents/delete", data={"hashes": torrent.hash, "deleteFiles": "true"})

    assert (answer.status_code, held) == (200, free)
    assert world.free_bytes(world.media_disk) == free + size


async def test_without_its_data_only_the_torrent_goes_and_unknown_ones_are_no_error(few: Visitor):
    world, torrent = few.home.world, seeded(few, "Wire")
    free = world.free_bytes(world.media_disk)

    async with client_of(few) as client:
        for hashes in (torrent.hash, "0" * 40):
            answer = await client.post("/torrents/delete", data={"hashes": hashes, "deleteFiles": "false"})
            assert answer.status_code == 200
        half = await client.post("/torrents/delete", data={"hashes": torrent.hash})

    assert torrent.hash not in world.torrents
    assert all(world.contents.holds(path) for path in torrent.files)
    assert world.free_bytes(world.media_disk) == free
    assert half.status_code == 400


async def test_all_means_all_and_empties_the_queues(few: Visitor):
    async with client_of(few) as client:
        await client.post("/torrents/delete", data={"hashes": "all", "deleteFiles": "true"})

        assert (await client.get("/torrents/info")).json() == []
    assert few.home.world.radarr.queue == ()


async def test_seeding_time_grows_with_the_clock_unless_it_was_set(few: Visitor, monkeypatch):
    world = few.home.world
    seeded(few, "Back").seeding_minutes = 90

    async with client_of(few) as client:
        before = (await client.get("/torrents/info")).json()
        monkeypatch.setattr(world, "now", lambda: NOW + timedelta(hours=1))
        after = (await client.get("/torrents/info")).json()

    grown = {b["name"][:4]: a["seeding_time"] - b["seeding_time"] for b, a in zip(before, after, strict=True)}
    assert (grown["Forr"], grown["Back"]) == (3600, 0)
