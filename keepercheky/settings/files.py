"""Finding the settings file and reading TOML: where it was looked for, and which line is wrong."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keepercheky.errors import Mistake, SettingsError

FILE_NAME = "keepercheky.toml"
SECRETS_NAME = "secrets.toml"
SEARCHED = (Path(FILE_NAME), Path("/config") / FILE_NAME, Path("/etc/keepercheky") / FILE_NAME)
CONFIG_VARIABLE = "KEEPERCHEKY_CONFIG"
UNREADABLE = (
    "Let the user that runs KeeperCheky read it: look at its owner and its mode, and at those of its folder"
)
LARGEST_FILE = 1_000_000  # bytes; a settings file has a few thousand


def find_file(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The settings file: the one named, else the first that exists where one is looked for; None without any."""
    if path is not None:
        return _named(path, "--config")
    if named := environ.get(CONFIG_VARIABLE, "").strip():
        return _named(Path(named), CONFIG_VARIABLE)
    return next((each for each in SEARCHED if is_there(each)), None)


def is_there(path: Path) -> bool:
    """Whether there is a file. One in a folder that nobody may look into is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _named(path: Path, by: str) -> Path:
    try:
        is_folder, is_any = path.is_dir(), path.exists()
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise SettingsError((Mistake(by, f"{path} cannot be read: {why}", UNREADABLE),)) from None
    if is_folder:
        raise SettingsError((Mistake(by, f"{path} is a folder", f"Name the file in it: {path / FILE_NAME}"),))
    if not is_any:
        remedy = f"Write one with `keepercheky init {path}`, or name the file you have"
        raise SettingsError((Mistake(by, f"there is no file {path}", remedy),))
    return path


def nothing_found() -> SettingsError:
    looked = ", ".join([CONFIG_VARIABLE, *(str(Path.cwd() / each) for each in SEARCHED)])
    return SettingsError(
        (
            Mistake(
                "settings",
                f"no settings found (looked at {looked})",
                "Run `keepercheky init` to write a file",
            ),
        )
    )


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; everything that stops it is one `SettingsError` that says where and what to do."""
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise SettingsError((Mistake(str(path), f"the file cannot be read: {why}", UNREADABLE),)) from None
    if len(content) > LARGEST_FILE:
        raise SettingsError(
            (Mistake(str(path), "the file is far too large for settings", "Name the right file"),)
        )
    found: Mistake | None = None
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        found = Mistake(str(path), "the file is not UTF-8 text", "Save it as UTF-8 in your editor")
    except tomllib.TOMLDecodeError as error:
        found = _syntax_mistake(path, str(error), content.decode("utf-8-sig"))
    except RecursionError:
        found = Mistake(
            str(path), "the file is nested too deep", "Take out the brackets that do not belong there"
        )
    raise SettingsError((found,), str(path))


def _syntax_mistake(path: Path, message: str, text: str) -> Mistake:
    """Line and column, and the likely slip. The line itself is not repeated: it may hold a key."""
    lines = text.splitlines() or [""]
    position = re.search(r"at line (\d+), column (\d+)", message)
    line, column = (int(position[1]), int(position[2])) if position else (len(lines), len(lines[-1]) + 1)
    problem = re.sub(r" *\(at [^)]*\)", "", message)
    problem = " ".join(re.sub(r"'[^']*'|\([^)]*\)", "", problem).split()).lower().rstrip(":")
    return Mistake(
        str(path),
        f"line {line}, column {column} is not TOML: {problem}",
        _syntax_remedy(lines[line - 1], problem),
    )


def _syntax_remedy(line: str, problem: str) -> str:
    """The likely slip: the first that the line shows."""
    unbalanced = line.count("{") + line.count("[") != line.count("}") + line.count("]")
    bare = re.search(r"=\s*[^\"'\[{#]*[a-zA-Z%:/][^\"'\[{]*$", line) and not re.search(
        r"=\s*(true|false)\b", line
    )
    slips = (
        (
            re.search("[\u2018\u2019\u201c\u201d\u00ab\u00bb]", line),
            'Write plain double quotes, ", not those of a word processor',
        ),
        (
            re.search("overwrite|twice|duplicate|declare |mutate", problem),
            "The same key or [section] stands above already: keep one of the two",
        ),
        (re.search(r"=\s*(True|False|yes|no|on|off)\b", line), "Write true or false in small letters"),
        (bare, 'Put the value in double quotes, such as "14d"'),
        ("\\" in line, "Put a value with backslashes in single quotes"),
        (line.count('"') % 2 or line.count("'") % 2, "Close the quotes that are open on this line"),
        (unbalanced, "Close the brackets that are open on this line; a { } table stands on one line"),
        (re.match(r"\s*[\w.-]+\s*:", line), "Write key = value, with an equals sign"),
    )
    usual = "Look at this line and the end of the one above: each line is key = value or [section]"
    return next((remedy for seen, remedy in slips if seen), usual)


def readable_by_others(path: Path) -> bool:
    """Whether anybody on this machine may read the file."""
    try:
        return bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False
