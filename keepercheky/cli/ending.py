"""How a command ends when it cannot do what it was asked: one plain message on standard error, and an exit code.

2 usage and settings · 1 everything else that went wrong · 130 stopped by Ctrl-C. A traceback only at level debug.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import click

from keepercheky.cli.desk import Desk
from keepercheky.errors import KeeperChekyError, SettingsError
from keepercheky.logs import HIDDEN, SHORTEST_SECRET, get_logger

INTERRUPTED: Final = 130  # 128 + SIGINT, as shells count
LONGEST: Final = 300  # characters of an error nobody foresaw
ENDS: Final = (".", "?", "!", "`")
BEFORE_THE_VERB: Final = ("--config", "--debug", "--version")

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)

log = get_logger()


@contextmanager
def ended_well(desk: Desk) -> Iterator[None]:
    """Whatever goes wrong within ends with a message and an exit code. Mistakes in a command line are click's to tell."""
    try:
        yield
    except click.NoSuchOption as error:
        if error.option_name not in BEFORE_THE_VERB:
            raise
        verb = error.ctx.info_name if error.ctx else "VERB"
        told_instead = f"{error.option_name} stands before the verb: keepercheky {error.option_name} … {verb}"
        raise click.UsageError(told_instead, error.ctx) from None
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None
    except BaseExceptionGroup as group:
        _end(desk, _first(group))
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            raise  # whoever read our output has enough; click ends quietly
        _end(desk, _of_output(error))


def _of_output(error: Exception) -> Exception:
    """The same error, or what it means when there was no room for what is printed: such an error names no file."""
    if not isinstance(error, OSError) or error.errno not in NO_ROOM or error.filename is not None:
        return error
    return KeeperChekyError(
        f"The output cannot be written: {(error.strerror or 'no room').lower()}",
        "Make room where it goes, or send it elsewhere",
    )


def _end(desk: Desk, error: BaseException) -> NoReturn:
    if isinstance(error, KeyboardInterrupt):
        raise click.exceptions.Exit(INTERRUPTED) from None
    if isinstance(error, KeeperChekyError):
        click.echo(told(error), err=True)
        raise click.exceptions.Exit(error.exit_code) from None
    if desk.tells_all:
        desk.set_up_logs("debug", "console")
        log.debug("unexpected", exc_info=error)
    said = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]
    for secret in desk.secrets:
        if len(secret) >= SHORTEST_SECRET:
            said = said.replace(secret, HIDDEN)
    more = "" if desk.tells_all else " `keepercheky --debug …` shows where"
    click.echo(f"Something went wrong that should not ({said}).{more}", err=True)
    raise click.exceptions.Exit(1) from None


def told(error: KeeperChekyError) -> str:
    """What is wrong, and below it what to do."""
    if isinstance(error, SettingsError):
        return str(error)
    return "\n→ ".join(
        part if part.endswith(ENDS) else f"{part}." for part in (error.message, error.remedy) if part
    )


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Of failures side by side the one a person can do most about."""
    leaves = list(_leaves(group))
    known = [leaf for leaf in leaves if isinstance(leaf, KeeperChekyError)]
    return (known or leaves)[0]


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
