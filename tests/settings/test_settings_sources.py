"""The environment over the settings file, and a demo that hears nobody else."""

import json
from importlib import import_module

import pytest

from keepercheky.settings import load


def key_of(loaded, service="radarr"):
    return loaded.settings.services[service].api_key.get_secret_value()


def test_the_environment_stands_over_the_file(desk, smallest):
    loaded = desk.load(
        smallest,
        {
            "KEEPERCHEKY_MODE": "announce",
            "KEEPERCHEKY_NOTICE": "3d",
            "KEEPERCHEKY_LIMITS__TITLES": "7",
            "KEEPERCHEKY_KEEP__TAGS": "keep, Mine",
            "KEEPERCHEKY_KEEP__FAVORITES": "ana,luis",
            "KEEPERCHEKY_KEEP__LIBRARIES": '["Kids, big and small"]',
            "KEEPERCHEKY_KEEP__AIRING": "false",
            "KEEPERCHEKY_SERVICES__RADARR__URL": "http://10.0.0.1:7878",
            "KEEPERCHEKY_SERVICES__RADARR__API_KEY": "from-outside",
            "KEEPERCHEKY_SERVICES__RADARR__PATH_MAP": '{"/movies": "/data"}',
            "KEEPERCHEKY_STORAGE__MEDIA__KEEP_FREE": "2TB",
            "KEEPERCHEKY_WEB__BIND": "[::1]:9000",
            "OTHER": "not ours",
        },
    )

    settings = loaded.settings
    assert (settings.mode, settings.notice.days, settings.limits.titles) == ("announce", 3, 7)
    assert (settings.keep.tags, settings.keep.favorites) == (("keep", "mine"), ("ana", "luis"))
    assert (settings.keep.libraries, settings.keep.airing) == (("Kids, big and small",), False)
    assert settings.services["radarr"].url == "http://10.0.0.1:7878"
    assert settings.services["radarr"].path_map == {"/movies": "/data"}
    assert key_of(loaded) == "from-outside"
    assert str(settings.storage["media"].keep_free.text) == "2TB"
    assert settings.web.bind.host == "::1"


def test_every_key_says_where_it_came_from(desk, smallest):
    desk.write('[services.sonarr]\napi_key = "typed-in"\n', "secrets.toml")
    sources = desk.load(
        smallest,
        {"KEEPERCHEKY_NOTICE": "3d", "KEEPERCHEKY_SCHEDULES__OLD_MEDIA__CRON": "0 5 * * *"},
    ).sources

    assert sources["notice"] == "environment"
    assert sources["schedules.old_media.cron"] == "environment"
    assert sources["schedules.old_media.movies"] == "file"
    assert sources["services.radarr.api_key"] == "file"
    assert sources["services.sonarr.api_key"] == "secret file"
    assert sources["storage.media.keep_free"] == "file"
    assert sources["storage.media.margin"] == "default"
    assert sources["timezone"] == "default"
    assert sources["limits.titles"] == "default"


def test_schedules_come_whole_from_the_environment_or_key_by_key(desk, smallest):
    environ = {
        "KEEPERCHEKY_SCHEDULES__OLD_MEDIA__CRON": "0 5 * * *",
        "KEEPERCHEKY_SCHEDULES__OLD_MEDIA__MOVIES__WATCHED": "30d",
        "KEEPERCHEKY_SCHEDULES__DAILY__TAG": "daily",
        "KEEPERCHEKY_SCHEDULES__DAILY__EPISODES__KEEP_LATEST": "5",
    }
    rules = desk.load(smallest, environ).rules

    assert [schedule.id for schedule in rules.schedules] == ["old_media", "daily"]
    assert rules.schedule("old_media").cron == "0 5 * * *"
    assert rules.schedule("old_media").movies.always.watched.days == 30
    assert rules.schedule("old_media").movies.always.unwatched.days == 180
    assert rules.schedule("daily").episodes.keep_latest == 5

    whole = {"KEEPERCHEKY_SCHEDULES": json.dumps([{"id": "other", "movies": {"20%": "90d"}}])}
    rules = desk.load(smallest.replace('"10%"', '"20%"'), whole).rules
    assert [schedule.id for schedule in rules.schedules] == ["other"]


def test_the_environment_alone_is_enough(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    loaded = load(
        None,
        {
            "KEEPERCHEKY_SERVICES": '{"radarr": {"url": "http://h:1"}, "jellyfin": {"url": "http://h:2"}}',
            "KEEPERCHEKY_SERVICES__RADARR__API_KEY": "one",
            "KEEPERCHEKY_SERVICES__JELLYFIN__API_KEY": "two",
            "KEEPERCHEKY_SCHEDULES": '[{"id": "it", "movies": "90d"}]',
        },
    )

    assert loaded.path is None
    assert key_of(loaded, "jellyfin") == "two"
    assert loaded.sources["services.radarr.url"] == "environment"


def test_an_empty_variable_counts_as_not_given(desk, smallest):
    assert desk.load(smallest, {"KEEPERCHEKY_NOTICE": " "}).settings.notice.days == 14


def test_mistakes_in_the_environment_are_named_by_their_variable(desk, smallest):
    found = desk.mistakes(
        smallest,
        {
            "KEEPERCHEKY_NOTICE": "soon",
            "KEEPERCHEKY_LIMITS__TITLE": "3",
            "KEEPERCHEKY_KEEP__TAGS": '["a b"',
            "KEEPERCHEKY_SONARR_API_KEY": "hush",
            "KEEPERCHEKY_DEBUG": "1",
            "KEEPERCHEKY_SCHEDULES": '[{"id": "it", "movies": {"20%": "9x"}}]',
        },
    )

    assert set(found) == {
        "KEEPERCHEKY_NOTICE",
        "KEEPERCHEKY_LIMITS__TITLE",
        "KEEPERCHEKY_KEEP__TAGS",
        "KEEPERCHEKY_SONARR_API_KEY",
        "KEEPERCHEKY_DEBUG",
        'KEEPERCHEKY_SCHEDULES.it.movies."20%"',
    }
    assert "KEEPERCHEKY_LIMITS__TITLES?" in found["KEEPERCHEKY_LIMITS__TITLE"].remedy
    assert "KEEPERCHEKY_SERVICES__SONARR__API_KEY?" in found["KEEPERCHEKY_SONARR_API_KEY"].remedy


def test_a_mistake_in_the_file_keeps_its_name_beside_a_table_of_the_environment(desk, smallest):
    environ = {"KEEPERCHEKY_SERVICES": '{"radarr": {"api_key": "k"}}'}

    found = desk.mistakes(smallest.replace("http://192.168.1.10:8989", "nas:8989"), environ)

    assert set(found) == {"services.sonarr.url"}


DEMO = """
demo = true
mode = "clean"
[services]
radarr = { url = "http://127.0.0.1:7878", api_key = "demo" }
sonarr = { url = "http://localhost:8989", api_key = "demo" }
jellyfin = { url = "http://[::1]:8096", api_key = "demo" }
"""


def test_a_demo_ignores_the_environment_and_every_credential(desk, schedule):
    folder = desk.folder / "credentials"
    folder.mkdir()
    (folder / "radarr_api_key").write_text("real\n")
    environ = {
        "CREDENTIALS_DIRECTORY": str(folder),
        "KEEPERCHEKY_SERVICES__RADARR__URL": "http://192.168.1.10:7878",
        "KEEPERCHEKY_SERVICES__RADARR__API_KEY": "real",
        "KEEPERCHEKY_DEMO": "false",
        "KEEPERCHEKY_NONSENSE": "1",
    }

    loaded = desk.load(DEMO + schedule, environ)

    assert loaded.settings.demo
    assert loaded.settings.services["radarr"].url == "http://127.0.0.1:7878"
    assert key_of(loaded) == "demo"
    assert "environment" not in loaded.sources.values()


@pytest.mark.parametrize(
    "url", ["http://192.168.1.10:7878", "http://radarr:7878", "http://localhost.example.org"]
)
def test_a_demo_speaks_to_this_machine_alone(desk, schedule, url):
    found = desk.mistakes((DEMO + schedule).replace("http://127.0.0.1:7878", url))

    assert set(found) == {"services.radarr.url"}


def test_an_unclear_demo_counts_as_one_until_it_is_mended(desk, schedule):
    text = (DEMO + schedule).replace("demo = true", 'demo = "tru"')

    assert set(desk.mistakes(text, {"KEEPERCHEKY_NONSENSE": "1"})) == {"demo"}


def test_a_time_zone_without_a_name_is_told(desk, smallest, monkeypatch):
    monkeypatch.setattr(import_module("keepercheky.settings.load"), "system_zone", lambda environ: None)

    loaded = desk.load(smallest, {"TZ": "CET-1CEST"})

    assert loaded.rules.timezone == "UTC"
    assert [warning.key for warning in loaded.warnings] == ["timezone"]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "CET-1CEST", "../../etc/passwd"])
def test_a_mistaken_time_zone_of_the_system_is_told_whatever_counts_then(desk, smallest, zone):
    assert "TZ is not the name of a time zone" in desk.warnings(smallest, {"TZ": zone})["timezone"].problem


@pytest.mark.parametrize(
    "zone", ["", "Asia/Kathmandu", ":Europe/Madrid", ":/etc/localtime", "/usr/share/zoneinfo/UTC"]
)
def test_a_time_zone_that_is_one_is_not_told(desk, smallest, zone):
    assert desk.load(smallest, {"TZ": zone}).warnings == ()


def test_the_system_says_which_time_zone_unless_the_settings_do(desk, smallest):
    assert desk.load(smallest, {"TZ": "Europe/Madrid"}).rules.timezone == "Europe/Madrid"
    assert (
        desk.load('timezone = "Asia/Tokyo"\n' + smallest, {"TZ": "Europe/Madrid"}).rules.timezone
        == "Asia/Tokyo"
    )
