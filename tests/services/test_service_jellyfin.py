"""Jellyfin: exact requests, and what its answers mean."""

from datetime import UTC, datetime
from urllib.parse import unquote

import httpx
import pytest
from service_answers import (
    ANA,
    LUIS,
    Home,
    Service,
    html,
    item,
    jellyfin_answers,
    opened,
    said,
    with_data,
)

from keepercheky.errors import InvalidAnswer, ServerFault, ServiceError, WrongProduct
from keepercheky.library.said import ItemSaid, MediaLibrarySaid, UserDataSaid, UserSaid
from keepercheky.services.catalog import open_service

LIST = [
    ("recursive", "true"),
    ("sortBy", "DateCreated,SortName"),
    ("sortOrder", "Ascending"),
    ("collapseBoxSetItems", "false"),
    ("enableImages", "false"),
]
FIRST = [("startIndex", "0"), ("limit", "500")]


def jellyfin(home=None, **answers):
    return opened("jellyfin", jellyfin_answers(home, **answers), url="http://nas:8096")


def of_user(user, *narrowed):
    return [("userId", user), *LIST, *narrowed, *FIRST]


TITLES = [("includeItemTypes", "Movie,Episode"), ("isMissing", "false"), ("excludeLocationTypes", "Virtual")]
FAVOURITES = [("includeItemTypes", "Series,Season,BoxSet"), ("isFavorite", "true")]
EVERYTHING = [
    *LIST,
    ("includeItemTypes", "Movie,Series,Season,Episode,BoxSet"),
    ("fields", "ProviderIds,Path"),
    *FIRST,
]


async def test_a_reading_is_two_lists_per_user_and_the_whole_list_last():
    client, service = jellyfin(Home())

    await client.read()

    assert service.asked[0] == ("/System/Info", [])
    assert service.asked[-1] == ("/Items", EVERYTHING)
    assert sorted(service.asked) == sorted(
        [
            ("/System/Info", []),
            ("/Users", []),
            ("/Library/VirtualFolders", []),
            ("/Sessions", []),
            *(
                ("/Items", of_user(user, *narrowed))
                for user in (ANA, LUIS)
                for narrowed in (TITLES, FAVOURITES)
            ),
            ("/Items", EVERYTHING),
        ]
    )


async def test_the_key_travels_in_the_one_header_that_every_version_takes():
    service = Service(jellyfin_answers())
    client = open_service("jellyfin", "jellyfin", "http://nas:8096", 'k"e,y é', transport=service)

    await client.identify()

    scheme, _, fields = service.headers[0]["authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in fields.split(", "))
    assert scheme == "MediaBrowser"
    assert set(parts) == {"Token", "Client", "Device", "DeviceId", "Version"}
    assert unquote(parts["Token"].strip('"')) == 'k"e,y é'
    assert "?" not in str(service.asked)


async def test_items_are_told_with_ids_of_any_case():
    episode = item(
        "E-1",
        "Episode",
        Path="/tv/a.mkv",
        SeriesId="5-A",
        ParentIndexNumber=2,
        IndexNumber=3,
        IndexNumberEnd=4,
    )
    rows = [
        item("AB-CD", Path="/m/a.mkv", ProviderIds={"TMDB": " 603 ", "imdb": "tt1", "Tvdb": "", "Odd": None}),
        item("5A", "Series", ProviderIds={"Tvdb": "81797"}),
        item("5a01", "Season", SeriesId="5A", IndexNumber=2, LocationType="Virtual"),
        episode,
        item("ba", "BoxSet", Path="/config/box"),
        item("gone", "Episode", LocationType="Virtual"),
    ]
    client, _ = jellyfin(Home(rows))

    told = (await client.read()).items

    assert told == (
        ItemSaid("abcd", "Movie", "AB-CD", "/m/a.mkv", "603", "tt1", None),
        ItemSaid("5a", "Series", "5A", None, None, None, "81797"),
        ItemSaid("5a01", "Season", "5a01", None, None, None, None, series_id="5a", season=2),
        ItemSaid("e1", "Episode", "E-1", "/tv/a.mkv", None, None, None, "5a", 2, 3, 4),
        ItemSaid("ba", "BoxSet", "ba", "/config/box", None, None, None),
    )


async def test_what_each_user_sees_and_did_is_told_and_nothing_else():
    seen = [
        with_data(item("M1"), Played=True, PlayCount=2, LastPlayedDate="2024-11-21T21:04:49.5712345Z"),
        with_data(item("m2"), PlaybackPositionTicks=9, LastPlayedDate="0001-01-01T00:00:00.0000000Z"),
        with_data(item("m3")),
        with_data(item("m4"), IsFavorite=True),
        with_data(item("m5", LocationType="Virtual"), Played=True),
    ]
    favourites = [with_data(item("s1", "Series"), IsFavorite=True, Played=True, PlayCount=4)]
    client, _ = jellyfin(Home(by_user={ANA: seen}, favourites={ANA: favourites}))

    told = (await client.read()).views

    def row(identity, *, played=False, count=0, progress=False, favorite=False, at=None):
        return UserDataSaid(identity, played, count, progress, favorite, at)

    assert told[ANA].seen == {"m1", "m2", "m3", "m4"}
    assert told[ANA].data == (
        row("m1", played=True, count=2, at=datetime(2024, 11, 21, 21, 4, 49, 571235, tzinfo=UTC)),
        row("m2", progress=True),
        row("m4", favorite=True),
        row("s1", favorite=True),  # a series' own plays are not kept there
    )
    assert told[LUIS].seen == frozenset()


async def test_an_item_without_the_users_data_is_not_believed():
    client, _ = jellyfin(Home(by_user={ANA: [item("m1")]}))

    with pytest.raises(InvalidAnswer, match="without that user's data"):
        await client.read()


@pytest.mark.parametrize("absent", ["Played", "IsFavorite", "PlayCount", "PlaybackPositionTicks"])
@pytest.mark.parametrize("said", ["nothing", "null"])
async def test_what_a_user_did_is_not_believed_where_a_part_of_it_is_not_told(absent, said):
    row = with_data(item("m1"))
    row["UserData"] |= {absent: None}
    if said == "nothing":
        del row["UserData"][absent]
    client, _ = jellyfin(Home(by_user={ANA: [row]}))

    with pytest.raises(InvalidAnswer):
        await client.read()


async def test_one_id_is_one_text_for_all_users():
    rows = [with_data(item("a" * 31 + "1"))]
    client, _ = jellyfin(Home(by_user={ANA: rows, LUIS: rows}))

    views = (await client.read()).views

    (first,), (second,) = views[ANA].seen, views[LUIS].seen
    assert first is second


async def test_users_are_told_with_what_their_policy_hides():
    users = [
        {"Id": "A-1", "Name": "ana", "Policy": {"EnableAllFolders": True, "IsDisabled": True}},
        {"Id": "b", "Name": "kid", "Policy": {"EnableAllFolders": False, "EnabledFolders": ["F-1"]}},
        {"Id": "c", "Name": "rated", "Policy": {"EnableAllFolders": True, "MaxParentalRating": 10}},
        {
            "Id": "d",
            "Name": "tagged",
            "Policy": {"EnableAllFolders": True, "BlockedTags": ["x"], "AllowedTags": []},
        },
        {"Id": "e", "Name": "untold"},
    ]
    client, _ = jellyfin(users=users)

    assert (await client.read()).users == (
        UserSaid("a1", "ana", True, (), False),
        UserSaid("b", "kid", False, ("f1",), False),
        UserSaid("c", "rated", True, (), True),
        UserSaid("d", "tagged", True, (), True),
        UserSaid("e", "untold", True, (), False),
    )


@pytest.mark.parametrize("users", [[], [{"Id": "a"}, {"Id": "A"}], [{"Name": "no id"}]])
async def test_impossible_lists_of_users_are_not_believed(users):
    client, _ = jellyfin(users=users)

    with pytest.raises(InvalidAnswer):
        await client.read()


async def test_libraries_are_told():
    client, _ = jellyfin()

    assert (await client.read()).libraries == (MediaLibrarySaid("f1", "Films", ("/media/movies",)),)


async def test_favourite_collections_are_asked_for_once_as_somebody_who_sees_everything():
    box = with_data(item("B0", "BoxSet"), IsFavorite=True)
    users = [
        {"Id": ANA, "Name": "kid", "Policy": {"EnableAllFolders": False}},
        {"Id": LUIS, "Name": "luis", "Policy": {"EnableAllFolders": True}},
    ]
    home = Home(favourites={ANA: [box], LUIS: [box]}, collections={"b0": [item("M-1"), item("m2")]})
    client, service = jellyfin(home, users=users)

    assert (await client.read()).collections == {"b0": ("m1", "m2")}

    asked = [query for query in service.queries("/Items") if "parentId" in dict(query)]
    assert asked == [
        [
            ("userId", LUIS),
            ("parentId", "b0"),
            ("collapseBoxSetItems", "false"),
            ("enableImages", "false"),
            ("enableUserData", "false"),
        ]
    ]


async def test_half_a_collection_is_not_believed():
    box = with_data(item("b0", "BoxSet"), IsFavorite=True)

    def answer(request):
        if "parentId" in request.url.params:
            return said({"Items": [item("1")], "TotalRecordCount": 3})
        return Home(favourites={ANA: [box]})(request)

    client, _ = jellyfin(answer)

    with pytest.raises(InvalidAnswer, match="1 of 3 items of a collection"):
        await client.read()


@pytest.mark.parametrize("path", ["/System/Info", "/Users", "/Library/VirtualFolders", "/Sessions", "/Items"])
@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(404), html(), said(b'{"a":')])
async def test_anything_unread_stops_the_reading(path, answer):
    client, _ = jellyfin(**{path: answer})

    with pytest.raises(ServiceError):
        await client.read()


async def test_one_users_list_unread_stops_the_reading():
    def answer(request):
        return httpx.Response(500) if request.url.params.get("userId") == LUIS else Home()(request)

    client, _ = jellyfin(answer)

    with pytest.raises(ServerFault):
        await client.read()


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"ProductName": "Emby Server", "Version": "4.8"}, "is Emby Server"),
        ({"Version": "4.8"}, "perhaps Emby"),
    ],
)
async def test_emby_is_not_jellyfin(info, words):
    client, _ = jellyfin(**{"/System/Info": info})

    with pytest.raises(WrongProduct, match=words):
        await client.read()
