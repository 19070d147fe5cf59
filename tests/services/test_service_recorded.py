"""Answers of real servers decode, every file of an endpoint that is read."""

import pytest
from service_answers import (
    Home,
    arr_answers,
    jellyfin_answers,
    opened,
    recorded,
    requests_of,
    seerr_answers,
    with_data,
)

from keepercheky.errors import InvalidAnswer
from keepercheky.services import arr

RADARR = "/api/v3/"


def whole(page):
    """A recorded page holds part of the records; as a list of its own it is complete."""
    return page | {"totalRecords": len(page["records"])}


async def test_a_recorded_radarr():
    answers = {
        "system/status": recorded("radarr/system-status.json"),
        "health": recorded("radarr/aiopyarr-health.json"),
        "rootfolder": recorded("radarr/rootfolder.json"),
        "diskspace": recorded("radarr/diskspace.json"),
        "tag": recorded("radarr/tag.json"),
        "history": whole(recorded("radarr/history-page.json")),
        "queue": recorded("radarr/queue-page.json"),
        "config/mediamanagement": recorded("radarr/aiopyarr-config-mediamanagement.json"),
        "movie": recorded("radarr/movie-list.json"),
    }
    client, _ = opened("radarr", arr_answers("Radarr", **answers))

    told = await client.read()

    assert told.version == "5.2.6.8376"
    assert len(told.movies) == 177
    assert told.movies[0].file.id == 100
    assert sum(movie.file is None for movie in told.movies) == 18
    assert (sum(event.imported for event in told.history), sum(event.upgrade for event in told.history)) == (
        72,
        4,
    )
    assert {row.movie_id for row in told.queue} == {368, 722}
    assert len(told.disks) == 4
    assert all(folder.accessible for folder in told.root_folders)
    assert told.labels[1] == "anime"


async def test_a_recorded_sonarr():
    answers = {
        "history": whole(recorded("sonarr/history-page.json")),
        "queue": recorded("sonarr/queue-page.json"),
        "series": recorded("sonarr/series-list.json"),
        "episode": recorded("sonarr/episodes-of-series.json"),
        "episodefile": [],
    }
    client, _ = opened("sonarr", arr_answers("Sonarr", **answers))

    told = await client.read()
    detail = await client.detail(15)

    assert len(told.series) == 200
    assert told.series[0].episode_files == 25
    assert [season.number for season in told.series[0].seasons] == [0, 1, 2, 3]
    assert sum(event.imported for event in told.history) == 55
    assert len(told.queue) == 48
    assert len(detail.episodes) == 38


async def test_real_histories_of_one_title_decode_as_pages():
    for product, file in [
        ("Radarr", "radarr/history-of-movie.json"),
        ("Sonarr", "sonarr/history-of-episode.json"),
    ]:
        rows = recorded(file)
        page = rows if isinstance(rows, dict) else {"records": rows, "totalRecords": len(rows)}
        client, _ = opened(product.lower(), arr_answers(product, history=page))

        assert any(event.imported for event in (await client.read()).history)


async def test_a_recorded_seerr():
    rows = recorded("seerr/request-page.json")["results"]
    client, _ = opened(
        "seerr", seerr_answers(status=recorded("seerr/status.json"), request=requests_of(rows))
    )

    told = await client.read()

    assert told.version == "develop-local"
    assert len(told.requests) == 10
    first = told.requests[0]
    assert (first.media_type, first.tmdb_id, first.tvdb_id, first.server_id, first.arr_id) == (
        "tv",
        113710,
        392076,
        0,
        107,
    )
    assert (first.requested_by, first.jellyfin_user_id) == ("anotheruser", "50a5812baa05458ea7df786d69146ba7")
    assert all(row.media_added_at is None or row.media_added_at.year > 2000 for row in told.requests)


async def test_a_recorded_jellyfin():
    page = recorded("jellyfin/items-page-mixed.json")
    users = recorded("jellyfin/users.json")
    seen = [row for row in page["Items"] if row["Type"] == "Movie"]
    home = Home(page["Items"], by_user={user["Id"]: seen for user in users})
    sessions = recorded("jellyfin/sessions-playing-paused.json")
    client, _ = opened("jellyfin", jellyfin_answers(home, users=users, sessions=sessions))

    told = await client.read()

    assert [item.type for item in told.items] == ["Series", "Movie"]
    assert [user.name for user in told.users] == [user["Name"] for user in users]
    assert all(user.all_folders for user in told.users)
    (playing,) = told.sessions
    assert (playing.item_id, playing.type) == ("b67f1b7fdf783febee0a45b7dca2efdb", None)


async def test_a_hand_written_jellyfin_decodes():
    page = recorded("jellyfin/watchstate-mediabrowser.json")
    items = page["library_items"]["Items"]
    home = Home(items, by_user={"user1": [with_data(item, **item["UserData"]) for item in items]})
    answers = jellyfin_answers(home, users=page["users"], sessions=page["sessions"])
    client, _ = opened("jellyfin", answers)

    told = await client.read()

    assert (told.items[0].tmdb_id, told.items[0].imdb_id) == ("123", "tt123")
    assert told.views["user1"].data[0].in_progress
    assert [session.item_id for session in told.sessions] == ["item1"]


@pytest.mark.parametrize(
    ("product", "path", "file"),
    [
        ("Sonarr", "series", "sonarr/exportarr-series.json"),  # seasons without their numbers
        ("Sonarr", "queue", "sonarr/aiopyarr-queue.json"),  # two records, one id
    ],
)
async def test_shortened_recordings_are_not_believed(product, path, file):
    client, _ = opened(product.lower(), arr_answers(product, **{path: recorded(file)}))

    with pytest.raises(InvalidAnswer):
        await client.read()


async def test_filled_in_recordings_decode():
    filled = {
        "history": recorded("radarr/aiopyarr-history.json"),
        "queue": recorded("radarr/aiopyarr-queue.json"),
    }
    client, _ = opened(
        "radarr", arr_answers("Radarr", movie=[recorded("radarr/aiopyarr-movie.json") | {"id": 1}], **filled)
    )

    told = await client.read()

    assert told.movies[0].tags == (0,)
    assert told.history == ()  # a grab is neither an import nor a deletion
    assert arr.PAGE_SIZE == 1000
