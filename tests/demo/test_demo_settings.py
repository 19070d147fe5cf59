from __future__ import annotations

import tomllib
from pathlib import Path

from demo_visitor import Visitor


async def test_the_settings_of_a_home_are_toml_that_says_it_is_a_demo(shared: Visitor, tmp_path: Path):
    text = shared.home.settings_toml(cron="*/5 * * * *", state=tmp_path / "state", port=8099)
    settings = tomllib.loads(text)

    assert (settings["demo"], settings["mode"]) == (True, "preview")
    assert settings["services"].keys() == {"radarr", "sonarr", "jellyfin", "jellyseerr"}
    for name, service in shared.home.services.items():
        assert settings["services"][name]["url"] == service.url
        assert settings["services"][name]["api_key"] == service.api_key
    assert settings["services"]["radarr"]["path_map"] == {"/data/media": str(shared.home.media_folder)}
    assert settings["services"]["sonarr"]["path_map"] == {"/data/media": str(shared.home.media_folder)}
    assert "path_map" not in settings["services"]["jellyseerr"]
    assert settings["storage"] == {"media": {"keep_free": "15%"}}
    assert settings["keep"] == {"tags": ["keep"], "libraries": ["Infantil"]}
    assert settings["state"] == {"path": str(tmp_path / "state")}
    assert settings["web"] == {"bind": "127.0.0.1:8099"}
    assert [schedule["id"] for schedule in settings["schedules"]] == [
        "old_media",
        "short_lived",
        "daily_shows",
    ]
    assert {schedule["cron"] for schedule in settings["schedules"]} == {"*/5 * * * *"}


async def test_without_files_there_is_nothing_to_map(own: Visitor, tmp_path: Path):
    assert "path_map" not in own.home.settings_toml(state=tmp_path, port=1)
    assert 'cron    = "* * * * *"' in own.home.settings_toml(state=tmp_path, port=1)


async def test_a_folder_with_a_quote_in_its_name_survives(own: Visitor, tmp_path: Path):
    odd = tmp_path / 'a "quoted" \\ folder'

    assert tomllib.loads(own.home.settings_toml(state=odd, port=1))["state"]["path"] == str(odd)
