"""Jellyfin's sessions: what plays, is paused or queued, as far as it may concern a movie or a show."""

import pytest
from service_answers import ANA, Home, item, jellyfin_answers, opened

from keepercheky.library.said import SessionSaid


def jellyfin(home=None, **answers):
    return opened("jellyfin", jellyfin_answers(home, **answers), url="http://nas:8096")


def session(item_=None, queue=(), user=ANA, **more):
    return {"UserId": user, "NowPlayingItem": item_, "NowPlayingQueue": [{"Id": one} for one in queue]} | more


async def test_what_plays_is_paused_or_queued_is_told():
    sessions = [
        session({"Id": "E-1", "Type": "Episode", "SeriesId": "5-A"}, queue=["e1", "e2"]),
        session({"Id": "m1"}, user=None, PlayState={"IsPaused": True}),
        session(),
    ]
    home = Home([item("e2", "Episode", SeriesId="5A"), item("m1")])
    client, service = jellyfin(home, sessions=sessions)

    assert (await client.read()).sessions == (
        SessionSaid(ANA, "e1", "Episode", "5a"),
        SessionSaid(ANA, "e1", None),
        SessionSaid(ANA, "e2", "Episode", "5a"),
        SessionSaid(None, "m1", "Movie"),
    )
    assert service.queries("/Sessions") == [[]]


@pytest.mark.parametrize(
    "kind", ["Audio", "MusicVideo", "Trailer", "Photo", "TvChannel", "LiveTvChannel", "Program", "AudioBook"]
)
async def test_what_concerns_no_movie_and_no_show_is_left_out(kind):
    client, _ = jellyfin(sessions=[session({"Id": "x", "Type": kind})])

    assert (await client.read()).sessions == ()


@pytest.mark.parametrize("kind", ["Video", "Recording", "SomethingNew"])
async def test_an_unknown_kind_of_video_is_told(kind):
    client, _ = jellyfin(sessions=[session({"Id": "x", "Type": kind})])

    assert (await client.read()).sessions == (SessionSaid(ANA, "x", kind),)


async def test_a_queue_of_music_is_looked_up_and_left_out_and_an_unknown_item_stays():
    music = [item(f"a{n}", "Audio") for n in range(150)]
    queue = [row["Id"] for row in music] + ["0ff"]
    client, service = jellyfin(
        Home(others=music), sessions=[session({"Id": "a0", "Type": "Audio"}, queue=queue)]
    )

    assert (await client.read()).sessions == (SessionSaid(ANA, "0ff", None),)

    looked_up = [dict(query)["ids"].split(",") for query in service.queries("/Items") if "ids" in dict(query)]
    assert [len(ids) for ids in looked_up] == [100, 51]


async def test_a_queue_that_names_its_items_needs_no_look_up():
    full = [{"Id": "a1", "Type": "Audio"}, {"Id": "m9", "Type": "Movie"}]
    sessions = [session({"Id": "a1", "Type": "Audio"}, ["a1", "m9"], NowPlayingQueueFullItems=full)]
    client, service = jellyfin(sessions=sessions)

    assert (await client.read()).sessions == (SessionSaid(ANA, "m9", "Movie"),)
    assert not [query for query in service.queries("/Items") if "ids" in dict(query)]


async def test_the_queue_of_a_session_that_stopped_is_over():
    client, _ = jellyfin(sessions=[session(None, queue=["e1"])])

    assert (await client.read()).sessions == ()
