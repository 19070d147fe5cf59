"""Where the settings file is looked for, and where the state lies."""

from pathlib import Path

import pytest

from keepercheky.errors import SettingsError
from keepercheky.settings import Settings, files, load, state, state_folder


def test_the_file_is_looked_for_in_order(desk, smallest, monkeypatch):
    here, there = desk.folder / "here", desk.folder / "there.toml"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(files, "SEARCHED", (Path("keepercheky.toml"), desk.folder / "last.toml"))
    desk.write(smallest, "last.toml")

    assert load(None, {}).path == desk.folder / "last.toml"
    desk.write(smallest, "here/keepercheky.toml")
    assert load(None, {}).path == Path("keepercheky.toml")
    desk.write(smallest, "there.toml")
    assert load(None, {"KEEPERCHEKY_CONFIG": str(there)}).path == there
    assert load(desk.write(smallest), {"KEEPERCHEKY_CONFIG": str(there)}).path == desk.file


def test_no_settings_at_all_says_where_it_looked_and_what_to_run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "SEARCHED", (Path("keepercheky.toml"), tmp_path / "last.toml"))

    with pytest.raises(SettingsError) as raised:
        load(None, {})

    assert str(tmp_path / "keepercheky.toml") in str(raised.value)
    assert str(tmp_path / "last.toml") in str(raised.value)
    assert "keepercheky init" in str(raised.value)


@pytest.mark.parametrize("by", ["--config", "KEEPERCHEKY_CONFIG"])
def test_a_named_file_that_is_missing_or_a_folder_is_a_mistake(desk, by):
    for path in (desk.folder / "no.toml", desk.folder):
        with pytest.raises(SettingsError) as raised:
            load(path, {}) if by == "--config" else load(None, {by: str(path)})
        assert [mistake.key for mistake in raised.value.mistakes] == [by]


def test_a_file_that_cannot_be_read_says_so():
    unreadable = Path("/proc/self/mem")  # even by root

    with pytest.raises(SettingsError, match="cannot be read"):
        load(unreadable, {})


@pytest.fixture
def closed_folder(monkeypatch):
    """A folder that we may not look into, also when the tests run as root."""
    look = Path.stat

    def stat(path, **how):
        if "closed" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **how)

    monkeypatch.setattr(Path, "stat", stat)
    return Path("closed")


@pytest.mark.parametrize("by", ["--config", "KEEPERCHEKY_CONFIG"])
def test_a_named_file_in_a_folder_that_may_not_be_looked_into_is_a_mistake(closed_folder, by):
    path = closed_folder / "keepercheky.toml"

    with pytest.raises(SettingsError, match="Permission denied") as raised:
        load(path, {}) if by == "--config" else load(None, {by: str(path)})

    assert [mistake.key for mistake in raised.value.mistakes] == [by]


def test_a_folder_that_may_not_be_looked_into_holds_no_settings(desk, smallest, closed_folder, monkeypatch):
    monkeypatch.setattr(files, "SEARCHED", (closed_folder / "keepercheky.toml", desk.write(smallest)))

    assert load(None, {"CREDENTIALS_DIRECTORY": "closed"}).path == desk.file


def test_the_state_lies_where_it_is_told_or_where_the_machine_keeps_such_things(tmp_path, monkeypatch):
    told, untold = Settings(state={"path": "/var/lib/keepercheky"}), Settings()
    monkeypatch.setattr(state, "CONTAINER_FOLDER", tmp_path / "config")

    assert state_folder(told, {"STATE_DIRECTORY": "/var/lib/x"}) == Path("/var/lib/keepercheky")
    assert state_folder(untold, {"STATE_DIRECTORY": "/var/lib/x:/var/lib/y"}) == Path("/var/lib/x")
    assert state_folder(untold, {"HOME": "/home/ana"}) == Path("/home/ana/.local/state/keepercheky")
    assert state_folder(untold, {"XDG_STATE_HOME": "/s"}) == Path("/s/keepercheky")
    (tmp_path / "config").mkdir()
    assert state_folder(untold, {"HOME": "/home/ana"}) == tmp_path / "config"


def test_a_demo_never_uses_the_machines_own_state(tmp_path, monkeypatch):
    monkeypatch.setattr(state, "CONTAINER_FOLDER", tmp_path)
    environ = {"STATE_DIRECTORY": "/var/lib/keepercheky", "HOME": "/home/ana"}

    assert state_folder(Settings(demo=True), environ) == Path("/home/ana/.local/state/keepercheky-demo")
