"""The sample, the table of settings and the JSON schema say what the program does."""

import re
import stat
import tomllib
from pathlib import Path

import pytest
from openapi_schema_validator import OAS31Validator

from keepercheky.errors import SettingsError
from keepercheky.settings import load, schema, write_sample
from keepercheky.settings.sample import sample_text

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def table_lines() -> list[str]:
    text = DOCS.read_text(encoding="utf-8")
    return [line for line in text.split("## Every setting")[1].splitlines() if line.startswith("| `")]


def test_the_table_in_the_docs_is_the_model():
    documented = {line.split("`")[1]: line for line in table_lines()}
    known = {row.key: row.line for row in schema.document()}

    assert documented.keys() == known.keys()
    assert documented == known
    assert len(table_lines()) == len(known)


def test_every_setting_has_a_meaning_and_every_described_default_a_setting():
    rows = schema.document()

    assert all(row.meaning.endswith((".", "`", "?")) for row in rows)
    assert set(schema.DEFAULTS) <= {row.key for row in rows}
    assert len({row.key for row in rows}) == len(rows)


def test_the_files_shown_in_the_docs_work(desk):
    shown = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)

    assert shown
    for text in shown:
        assert desk.load(text).warnings == ()


def test_the_sample_is_clean_as_it_is_written(tmp_path):
    path = tmp_path / "new" / "keepercheky.toml"

    write_sample(path)

    loaded = load(path, {})
    assert loaded.warnings == ()
    assert loaded.settings.mode == "preview"
    assert all(service.key_is_placeholder for service in loaded.settings.services.values())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["keepercheky.toml"]


def test_the_sample_writes_out_defaults_and_nothing_else(tmp_path, desk, smallest):
    path = tmp_path / "sample.toml"
    write_sample(path)

    sample, small = load(path, {}).rules, desk.load(smallest).rules

    assert sample.keep == type(sample.keep)(tags=frozenset({"keep"}))
    assert (sample.limits, sample.storages, sample.schedules) == (
        small.limits,
        small.storages,
        small.schedules,
    )


def test_what_the_sample_has_switched_off_works_too(desk):
    off = re.compile(r"^# (?=\[|[a-z_]+ = |[a-z_]+ +=)", re.MULTILINE)
    text = off.sub("", sample_text()).replace('keep_free = "10%"', 'keep_free = "20%"')

    loaded = desk.load(text)

    assert {schedule.id for schedule in loaded.rules.schedules} == {
        "old_media",
        "by_space",
        "short_lived",
        "daily_shows",
    }
    assert {warning.key for warning in loaded.warnings} == {"schedules.by_space"}  # old_media stands above it


def test_the_sample_never_replaces_a_file(tmp_path):
    path = tmp_path / "keepercheky.toml"
    path.write_text("mine")

    with pytest.raises(SettingsError, match="already"):
        write_sample(path)

    assert path.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["keepercheky.toml"]


def test_a_sample_that_cannot_be_written_says_so():
    with pytest.raises(SettingsError, match="cannot be written"):
        write_sample(Path("/proc/keepercheky.toml"))


def test_the_json_schema_accepts_the_sample_and_refuses_a_slip():
    validator = OAS31Validator(schema.json_schema())
    sample = tomllib.loads(sample_text())

    assert list(validator.iter_errors(sample)) == []
    assert list(validator.iter_errors(sample | {"mode": "delete"}))
    assert list(validator.iter_errors(sample | {"colour": "red"}))
    assert list(validator.iter_errors(sample | {"schedules": [{"id": "it", "movies": {"20%": "90"}}]}))
