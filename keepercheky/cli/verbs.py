"""Every verb: which there are, what each is for, and what is said to one that is not there."""

from __future__ import annotations

import os
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from keepercheky import __version__
from keepercheky.cli.desk import Desk
from keepercheky.cli.ending import ended_well
from keepercheky.errors import UsageError

# Section → verb → its line in the help. Each verb is the function of its name in the module of its name.
VERBS: Final[dict[str, dict[str, str]]] = {
    "See what would happen (changes nothing)": {
        "plan": "what would be deleted, what leaves when, and why",
        "explain": "everything known about a movie or show, and what decides",
        "leaving": "what leaves, and on which date",
        "history": "the last runs and how they ended",
    },
    "Decide yourself": {
        "keep": "keep a movie or show, for a while or for good",
        "unkeep": "take that back",
        "accept": "go on after a stop for safety, once you have looked",
    },
    "Delete, hold, bring back": {
        "clean": "one run now, as mode, limits and approval allow",
        "approve": "look at what waits for approval, and let it go",
        "pause": "delete nothing until you say so",
        "resume": "go on after a pause",
        "undo": "bring back what was deleted",
    },
    "Set up and run": {
        "init": "write a settings file to begin with",
        "check": "is everything set up right? What is wrong, and how to mend it",
        "serve": "the daemon: runs the schedules, shows the page",
        "health": "is the daemon well? For Docker's HEALTHCHECK",
        "backup": "the state and the settings, without keys, in one file",
        "restore": "put such a file back",
    },
    "Try it without risk": {
        "demo": "the daemon over a pretend home",
    },
}
HELD_BACK: Final = "This version only previews: whatever a verb does, no media is ever touched."
GOES_AS_FAR: Final = "How far it goes is the `mode` in your settings: preview, announce or clean."
KNOWN: Final = [verb for section in VERBS.values() for verb in section]


class Verbs(click.Group):
    """Loads a verb when it is asked for, so that `health` need not wait for what `plan` needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(KNOWN)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in KNOWN:
            return None
        found = getattr(import_module(f"keepercheky.cli.{cmd_name}"), cmd_name)
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in KNOWN:
            _refuse(args)
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        from keepercheky.app import preview_only  # noqa: PLC0415 - half a second that no other verb needs

        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(HELD_BACK if preview_only() else GOES_AS_FAR)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        for section, verbs in VERBS.items():
            with formatter.section(section):
                formatter.write_dl([(verb.ljust(8), line) for verb, line in verbs.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        formatter.write_paragraph()
        formatter.write_text("`keepercheky VERB --help` tells more of each, with examples.")

    def invoke(self, ctx: click.Context) -> Any:
        with ended_well(ctx.ensure_object(Desk)):
            return super().invoke(ctx)


def _refuse(args: list[str]) -> NoReturn:
    """A verb that is not there: what was meant, most likely."""
    verb, *rest = args
    if verb == "run":
        name = next((word for word in rest if not word.startswith("-")), "NAME")
        raise UsageError(
            f"There is no `run`; did you mean `clean {name}`?",
            f"`keepercheky plan {name}` shows first what would go",
        )
    near = get_close_matches(verb, KNOWN, n=1)
    remedy = f"Did you mean `{near[0]}`?" if near else "`keepercheky --help` lists the verbs"
    raise UsageError(f"There is no verb `{verb}`", remedy)


class Verb(click.Command):
    """A verb whose help ends with examples as they were written."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        if self.epilog:
            with formatter.section("Examples"):
                formatter.write("".join(f"  {line}\n" for line in self.epilog.strip().splitlines()))


@click.group(
    cls=Verbs,
    subcommand_metavar="VERB …",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="The settings file. Left out: $KEEPERCHEKY_CONFIG, ./keepercheky.toml, /config/keepercheky.toml, "
    "/etc/keepercheky/keepercheky.toml.",
)
@click.option("--debug", is_flag=True, help="Log everything; show where in the program an error came from.")
@click.version_option(__version__, prog_name="keepercheky", message="%(prog)s %(version)s")
@click.pass_context
def keepercheky(ctx: click.Context, config: Path | None, *, debug: bool) -> None:
    """KeeperCheky decides what may be deleted from your media library, and tells why."""
    desk = ctx.ensure_object(Desk)
    desk.config, desk.debug, desk.environ = config, debug, os.environ
