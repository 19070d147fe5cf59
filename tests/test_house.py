"""The house stays a house: layers, sizes, names, and one trace that can be followed."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "keepercheky").rglob("*.py"))
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


def test_higher_layers_import_lower_ones_and_never_back() -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_one_noun_or_verb_and_fits_on_a_few_screens(path: Path) -> None:
    assert path.stem not in SAYS_NOTHING
    assert len(path.read_text().splitlines()) <= 300


def test_the_trace_in_the_architecture_page_can_be_followed() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    stops = re.findall(r"^\| `(keepercheky[\w./]+)` \| `(\w+)`", text, flags=re.MULTILINE)
    assert len(stops) >= 8
    for file, name in stops:
        module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert hasattr(importlib.import_module(module), name), f"{file} has no {name}"


def test_every_file_the_architecture_page_names_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    for name in re.findall(r"`(keepercheky/[\w./]+)`", text):
        assert (ROOT / name).exists(), name


def test_no_link_between_pages_is_broken() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} → {target}"
