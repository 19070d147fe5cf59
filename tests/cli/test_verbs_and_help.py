"""Which verbs there are, what their help says, and what is said to a verb that is not there."""

import re
from pathlib import Path

import click
import pytest

from keepercheky import __version__
from keepercheky.app import opening
from keepercheky.cli import keepercheky
from keepercheky.cli.verbs import GOES_AS_FAR, HELD_BACK, KNOWN, VERBS

DOCS = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", DOCS, re.MULTILINE | re.DOTALL))


def command(verb: str) -> click.Command:
    found = keepercheky.get_command(click.Context(keepercheky), verb)
    assert found is not None
    return found


def test_the_help_names_every_verb_with_one_line(desk):
    shown = desk("--help")

    assert shown.exit_code == 0
    for section, verbs in VERBS.items():
        assert f"{section}:" in shown.output
        for verb, line in verbs.items():
            assert re.search(rf"^  {verb} +{re.escape(line)}$", shown.output, re.MULTILINE)
    assert max(map(len, shown.output.splitlines())) <= 80


def test_the_help_says_how_far_this_version_goes(desk, monkeypatch):
    assert HELD_BACK in " ".join(desk("--help").output.split())

    monkeypatch.setattr(opening, "PREVIEW_ONLY", False)

    told = " ".join(desk("--help").output.split())
    assert GOES_AS_FAR in told
    assert HELD_BACK not in told


@pytest.mark.parametrize("verb", KNOWN)
def test_every_verb_has_help_that_ends_with_examples(desk, verb):
    shown = desk(verb, "--help")

    assert shown.exit_code == 0
    assert "keepercheky" in shown.output.split("Examples:")[1]


def test_the_version(desk):
    assert desk("--version").output == f"keepercheky {__version__}\n"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["plna"], "Did you mean `plan`?"),
        (["aprove"], "Did you mean `approve`?"),
        (["zzz"], "`keepercheky --help` lists the verbs"),
        (["run", "old_media"], "did you mean `clean old_media`?"),
        (["run"], "did you mean `clean NAME`?"),
    ],
)
def test_a_verb_that_is_not_there_is_told_what_was_meant(desk, args, said):
    told = desk(*args)

    assert told.exit_code == 2
    assert said in told.stderr
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["plan", "--jso"], "--json"),
        (["plan", "--config", "x.toml"], "stands before the verb: keepercheky --config … plan"),
        (["plan", "--at-free", "much"], '"much" is neither a share nor a size'),
        (["keep"], "QUERY"),
        (["clean"], "SCHEDULE"),
        (["approve"], "SCHEDULE"),
        (["approve", "old_media", "--all", "movie:tmdb:1@radarr"], "--all and KEY do not go together"),
        (["undo"], "RUN-OR-KEY"),
        (["backup"], "FILE"),
        (["keep", "heat", "--until", "30"], '"30" is not a duration'),
        (["keep", "heat", "--until", "0d"], "no time at all"),
        (["history", "--limit", "0"], "--limit"),
        (["demo", "--live"], "not in this version"),
        (["demo", "--port", "70000"], "--port"),
    ],
)
def test_a_command_line_that_makes_no_sense_ends_with_two_and_says_why(desk, args, said):
    told = desk(*args)

    assert told.exit_code == 2
    assert said in told.stderr
    assert told.stdout == ""


def test_every_verb_and_option_is_in_the_docs_and_nothing_else():
    assert list(SECTIONS) == sorted(SECTIONS, key=KNOWN.index)
    assert set(SECTIONS) == set(KNOWN)
    for verb, text in SECTIONS.items():
        documented = set(re.findall(r"^\| `(\S+?)[ `]", text, re.MULTILINE))
        known = {
            param.human_readable_name.upper() if isinstance(param, click.Argument) else param.opts[0]
            for param in command(verb).params
        }
        assert documented == known, verb
        assert "```\n" in text, f"{verb} has no example"


def test_the_options_before_the_verb_are_in_the_docs():
    before = DOCS.split("## How a verb ends")[0]

    assert set(re.findall(r"^\| `(--\w+)", before, re.MULTILINE)) == {
        *(param.opts[0] for param in keepercheky.params),
        "--help",
    }


def test_every_exit_code_of_the_docs_examples_is_told():
    assert re.findall(r"^\| (\d+) \|", DOCS, re.MULTILINE) == ["0", "1", "2", "3", "130"]
