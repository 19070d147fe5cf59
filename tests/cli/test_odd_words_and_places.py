"""What people type by mistake, terminals of all widths, and lines that are there to be copied."""

import socket
import sys
from pathlib import Path

import pytest
from at_the_desk import SETTINGS

from keepercheky.cli.program import program
from keepercheky.cli.screen import Screen


@pytest.mark.parametrize("verb", ["explain", "keep", "unkeep", "accept"])
@pytest.mark.parametrize("words", ["", "  ", "x" * 501])
def test_nothing_or_far_too_much_to_ask_about_is_a_mistake_in_plain_words(desk, verb, words):
    desk.write()

    told = desk(verb, words)

    assert told.exit_code == 2
    assert "String" not in told.stderr
    assert "→" in told.stderr


def test_a_reason_far_too_long_is_a_mistake_in_plain_words(desk):
    desk.write()

    told = desk("keep", "heat", "--reason", "y" * 501)

    assert told.exit_code == 2
    assert "--reason has 501 characters" in told.stderr


def test_init_puts_the_file_into_a_folder_that_is_yet_to_be_made(desk):
    made = desk("init", "new folder/")

    assert made.exit_code == 0
    assert (desk.folder / "new folder" / "keepercheky.toml").is_file()
    assert "--config 'new folder/keepercheky.toml' check" in made.output


def test_init_in_a_folder_that_is_a_file_says_so(desk):
    desk.settings.write_text("mine")

    told = desk("init", "keepercheky.toml/below/")

    assert told.exit_code == 2
    assert "cannot be written" in told.stderr


def test_a_settings_file_that_cannot_be_looked_at_is_a_mistake_of_the_settings(desk):
    told = desk("--config", "x" * 5_000, "plan")

    assert told.exit_code == 2
    assert "--config: " in told.stderr
    assert "too long" in told.stderr


def test_a_full_disk_behind_standard_output_is_told(desk):
    desk.write()
    with Path("/dev/full").open("w") as full:
        process = desk.start("history", stdout=full)
        _, said = process.communicate(timeout=20)

    assert process.returncode == 1
    assert "The output cannot be written: no space left on device" in said
    assert "Something went wrong" not in said


def test_a_port_that_is_taken_is_told_before_a_home_is_built(desk):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = desk("demo", "--dir", "try-it", "--port", str(taken.getsockname()[1]))

    assert told.exit_code == 2
    assert "--port" in told.stderr
    assert not (desk.folder / "try-it" / "keepercheky.toml").exists()


@pytest.mark.parametrize(
    ("called", "told"),
    [
        (".venv/bin/keepercheky", ".venv/bin/keepercheky"),
        ("/opt/my programs/keepercheky", "'/opt/my programs/keepercheky'"),
        ("keepercheky", "keepercheky"),
        ("/usr/lib/python3/keepercheky/__main__.py", "keepercheky"),
    ],
)
def test_lines_to_copy_call_the_program_as_it_was_called(monkeypatch, called, told):
    monkeypatch.setattr(sys, "argv", [called, "demo"])
    monkeypatch.setenv("PATH", "/nowhere")

    assert program() == told


def test_lines_to_copy_call_the_program_by_its_name_where_the_shell_finds_it(monkeypatch, tmp_path):
    program_file = tmp_path / "keepercheky"
    program_file.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(program_file), "demo"])
    monkeypatch.setenv("PATH", str(tmp_path))

    assert program() == "keepercheky"


TITLE = (
    "Wed 9 Dec 2026",
    "Everything Everywhere All at Once (2022)",
    "12.2 GB",
    "Watched, and " + "so on " * 20,
)


@pytest.mark.parametrize("width", [32, 40, 60, 80, 130, 300])
def test_sizes_and_dates_are_whole_at_any_width(monkeypatch, capsys, width):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()

    screen.columns([("shares its folder with another", "2 items", "13.0 GB")], indent=4, right=(1, 2))
    counts = capsys.readouterr().out
    screen.titles([TITLE])
    titles = capsys.readouterr().out

    assert "2 items  13.0 GB" in counts
    assert len(counts.splitlines()) == 1
    if width >= 40:
        assert "12.2 GB" in titles
        assert "Wed 9 Dec 2026" in titles


@pytest.mark.parametrize(("width", "lines"), [(60, 2), (200, 1)])
def test_what_finds_no_room_beside_the_rest_stands_below_it(monkeypatch, capsys, width, lines):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("FORCE_COLOR", "1")
    row = ("Wed 25 Nov 2026, 19:10", "old_media", "done", "3 s", "32 kept, 2 not sure (kept)")

    Screen().columns([row], indent=0)

    said = capsys.readouterr().out
    assert len(said.splitlines()) == lines
    assert all(cell in said for cell in row)


def test_the_desks_own_settings_are_told_without_their_storage(desk):
    desk.write(SETTINGS)

    told = desk("check", "--offline")

    assert told.exit_code == 0
    assert "no storage says how much is to stay free" in told.stdout
