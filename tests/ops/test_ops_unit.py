"""The service unit as systemd's own tools judge it. How it runs is for a machine that boots."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "contrib" / "systemd" / "keepercheky.service"
PROGRAM = "/opt/keepercheky/bin/keepercheky"
MOST_EXPOSED = 1.5  # of 10; a bare unit has 9.6

judged = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def settings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@judged
def test_systemd_finds_nothing_to_say_about_it(tmp_path):
    """It ends with 0 even when it complains."""
    there = tmp_path / UNIT.name
    there.write_text(UNIT.read_text().replace(PROGRAM, sys.executable))  # ours is not installed here

    said = subprocess.run(
        ["systemd-analyze", "verify", str(there)], capture_output=True, text=True, check=False
    )

    assert (said.returncode, said.stdout + said.stderr) == (0, "")


@judged
def test_it_exposes_little():
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=True,
    )

    level = re.search(r"Overall exposure level for keepercheky.service: ([\d.]+)", said.stdout)
    assert level
    assert float(level[1]) <= MOST_EXPOSED


def test_comments_stand_on_their_own_lines():
    for line in UNIT.read_text().splitlines():
        assert line.startswith("#") or "#" not in line, line


def test_it_says_when_it_is_ready_reloads_and_is_watched():
    unit = settings()
    assert unit["Type"] == ["notify"]
    assert unit["WatchdogSec"] == ["60s"]
    assert unit["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert unit["ExecStart"] == [f"{PROGRAM} --config /var/lib/keepercheky/keepercheky.toml serve"]
    assert unit["StateDirectory"] == ["keepercheky"]
