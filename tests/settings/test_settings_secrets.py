"""API keys from files, and that they never show."""

import traceback
from pathlib import Path

import pytest

from keepercheky.errors import SettingsError
from keepercheky.settings import keys, load


def key_of(loaded, service="radarr"):
    return loaded.settings.services[service].api_key.get_secret_value()


SECRETS = ("aaaa1111", "bbbb2222", "cccc3333", "dddd4444")


def with_key_file(smallest: str, path: Path) -> str:
    return smallest.replace('api_key = "aaaa1111"', f'api_key_file = "{path}"')


def test_a_key_can_stand_in_a_file_of_its_own(desk, smallest):
    path = desk.write("from-a-file\n", "radarr.key")

    loaded = desk.load(with_key_file(smallest, path))

    assert key_of(loaded) == "from-a-file"
    assert loaded.settings.services["radarr"].api_key_file == path
    assert loaded.sources["services.radarr.api_key"] == "secret file"


@pytest.mark.parametrize("content", ["", "two words", "x" * 5000 + "ü", "line\nline"])
def test_a_file_that_holds_no_key_is_a_mistake(desk, smallest, content):
    path = desk.write(content, "radarr.key")

    found = desk.mistakes(with_key_file(smallest, path))

    assert set(found) == {"services.radarr.api_key_file"}


def test_a_key_file_that_is_missing_is_a_mistake(desk, smallest):
    found = desk.mistakes(with_key_file(smallest, desk.folder / "missing"))

    assert set(found) == {"services.radarr.api_key_file"}


def test_a_key_written_where_its_file_belongs_is_not_repeated(desk, smallest):
    found = desk.mistakes(with_key_file(smallest, Path("c0ffee00c0ffee00")))

    assert "api_key" in found["services.radarr.api_key_file"].remedy
    assert "c0ffee" not in str(found)


def test_a_key_and_a_file_for_it_are_one_too_many(desk, smallest):
    path = desk.write("k", "radarr.key")
    text = smallest.replace('api_key = "aaaa1111"', f'api_key = "aaaa1111", api_key_file = "{path}"')

    assert set(desk.mistakes(text)) == {"services.radarr.api_key_file"}


def test_a_stronger_source_replaces_key_and_file_alike(desk, smallest):
    path = desk.write("from-a-file", "radarr.key")

    by_variable = desk.load(
        with_key_file(smallest, path), {"KEEPERCHEKY_SERVICES__RADARR__API_KEY": "outside"}
    )
    by_file = desk.load(smallest, {"KEEPERCHEKY_SERVICES__RADARR__API_KEY_FILE": str(path)})

    assert key_of(by_variable) == "outside"
    assert key_of(by_file) == "from-a-file"


def test_credentials_of_systemd_stand_over_the_file_and_below_the_environment(desk, smallest):
    folder = desk.folder / "credentials"
    folder.mkdir()
    (folder / "radarr_api_key").write_text("credential\n")
    (folder / "other_api_key").write_text("not ours\n")
    environ = {"CREDENTIALS_DIRECTORY": str(folder)}

    loaded = desk.load(smallest, environ)

    assert key_of(loaded) == "credential"
    assert loaded.sources["services.radarr.api_key"] == "secret file"
    assert (
        key_of(desk.load(smallest, environ | {"KEEPERCHEKY_SERVICES__RADARR__API_KEY": "outside"}))
        == "outside"
    )


def test_a_credential_serves_a_service_that_only_the_environment_knows(desk, schedule):
    folder = desk.folder / "credentials"
    folder.mkdir()
    (folder / "radarr_api_key").write_text("credential\n")
    environ = {"CREDENTIALS_DIRECTORY": str(folder), "KEEPERCHEKY_SERVICES__RADARR__URL": "http://h:1"}

    assert key_of(desk.load(schedule, environ)) == "credential"


def test_the_secrets_file_stands_over_the_settings_and_holds_nothing_but_keys(desk, smallest):
    desk.write('[services.radarr]\napi_key = "typed-in"\n[services.gone]\napi_key = "old"\n', "secrets.toml")

    loaded = desk.load(smallest)

    assert key_of(loaded) == "typed-in"
    assert "gone" not in loaded.settings.services
    assert loaded.warnings == ()

    path = desk.write('mode = "clean"\n[services.radarr]\nurl = "http://h:1"\n', "secrets.toml")
    assert set(desk.mistakes(smallest)) == {f"{path}: mode", f"{path}: services.radarr"}

    path = desk.write("x =", "secrets.toml")
    assert set(desk.mistakes(smallest)) == {str(path)}


def test_files_with_keys_that_anybody_can_read_are_told(desk, smallest):
    secrets = desk.write('[services.radarr]\napi_key = "typed-in"\n', "secrets.toml", mode=0o644)
    file = desk.write(smallest, mode=0o644)

    warnings = load(file, {}).warnings

    assert {warning.key for warning in warnings} == {str(file), str(secrets)}
    assert all("chmod 600" in warning.remedy for warning in warnings)


def test_a_key_file_that_anybody_can_read_is_told_unless_it_was_handed_over(desk, smallest, monkeypatch):
    key = desk.write("aaaa1111\n", "radarr.key", mode=0o644)
    text = smallest.replace('api_key = "aaaa1111"', f'api_key_file = "{key}"')

    assert set(desk.warnings(text)) == {str(key)}
    monkeypatch.setattr(keys, "MOUNTED", (desk.folder,))
    assert desk.warnings(text) == {}
    monkeypatch.undo()
    key.chmod(0o600)
    assert desk.warnings(text) == {}


def test_an_open_file_without_keys_is_nobodys_secret(desk, smallest):
    for secret in SECRETS:
        smallest = smallest.replace(secret, "put-your-key-here")

    assert load(desk.write(smallest, mode=0o644), {}).warnings == ()


def test_keys_never_show_in_text_dumps_or_rules(desk, smallest):
    loaded = desk.load(smallest)

    shown = repr(loaded) + str(loaded.settings) + str(loaded.settings.model_dump())
    shown += loaded.settings.model_dump_json() + repr(loaded.rules)
    assert not any(secret in shown for secret in SECRETS)


def test_keys_never_show_in_errors(desk, smallest):
    text = smallest.replace("jellyfin   = {", "Jellyfin = { prot = 1,").replace(
        "http://192.168.1.10:7878", "u:aaaa1111@h"
    )
    text = text.replace('"bbbb2222"', '["bbbb2222"]').replace('api_key = "dddd4444"', 'key = "dddd4444 "')
    path = desk.write(
        text + '[services.x]\nurl = "http://x:aaaa1111@h"\nkind = "radarr"\napi_key = "bbbb2222 ü"\n'
    )
    environ = {"KEEPERCHEKY_RADARR_KEY": "cccc3333", "KEEPERCHEKY_SERVICES__SONARR": "dddd4444"}

    with pytest.raises(SettingsError) as raised:
        load(path, environ)

    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value.mistakes)
    assert len(raised.value.mistakes) > 5
    assert not any(secret in shown for secret in SECRETS)


def test_keys_never_show_in_a_line_that_is_not_toml(desk):
    path = desk.write("[services]\nradarr = { api_key = aaaa1111 }\n")

    with pytest.raises(SettingsError) as raised:
        load(path, {})

    assert "aaaa1111" not in "".join(traceback.format_exception(raised.value))
