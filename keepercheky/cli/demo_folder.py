"""Where a demo lies: a folder with its settings, its state and its pretend media, and nothing of anybody else's."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import tomlkit

from keepercheky.demo import Home
from keepercheky.errors import UsageError
from keepercheky.settings.addresses import parse_bind
from keepercheky.settings.files import FILE_NAME, read_toml

MADE_OF: Final = "demo.json"  # what the home was made of, so that it is the same home next time
USUAL_PORT: Final = 8484
MEDIA: Final = "/data/media"  # what the pretend services call their media folder
MOVIES, SEED = 60, 1


@dataclass(frozen=True, slots=True)
class MadeOf:
    """A home's size and seed: the same make the same home."""

    movies: int
    seed: int

    @property
    def shows(self) -> int:
        return max(self.movies // 3, 1)


@dataclass(frozen=True, slots=True)
class Folder:
    """A demo's folder. `stays`: its owner named it, and finds it again."""

    path: Path
    stays: bool

    @property
    def settings(self) -> Path:
        return self.path / FILE_NAME

    @property
    def state(self) -> Path:
        return self.path / "state"

    @property
    def home(self) -> Path:
        return self.path / "home"

    def made_of(self, movies: int | None, seed: int | None) -> MadeOf:
        """As asked for; else as last time."""
        before: dict[str, int] = {}
        with suppress(OSError, ValueError):
            said = json.loads((self.path / MADE_OF).read_text(encoding="utf-8"))
            before = {key: value for key, value in said.items() if isinstance(value, int) and value >= 0}
        made = MadeOf(
            movies or before.get("movies") or MOVIES, before.get("seed", SEED) if seed is None else seed
        )
        (self.path / MADE_OF).write_text(json.dumps({"movies": made.movies, "seed": made.seed}) + "\n")
        return made

    def clear_home(self) -> None:
        """The pretend media of last time; the home is made anew, as of now."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.home)
        self.home.mkdir()

    def written(self) -> dict[str, Any]:
        """The settings of last time; empty without any. SettingsError when they cannot be read."""
        return read_toml(self.settings) if self.settings.exists() else {}

    def last_ports(self) -> dict[str, int]:
        """Of each service and of the page (`web`), the port of last time, where it is free."""
        written = self.written()
        found: dict[str, int] = {}
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            found["web"] = parse_bind(written["web"]["bind"]).port
            for name, service in written["services"].items():
                found[name] = urlsplit(service["url"]).port or 0
        return {name: port for name, port in found.items() if port and is_free(port)}

    def write_settings(self, home: Home, port: int) -> None:
        """New ones; or those of last time, with the addresses and keys of today and all else as it was left."""
        if self.settings.exists():
            text = self._renewed(home, port)
        else:
            text = home.settings_toml(state=self.state, port=port)
        draft = self.settings.with_name(f".{FILE_NAME}.new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(self.settings)

    def _renewed(self, home: Home, port: int) -> str:
        document: Any = tomlkit.parse(self.settings.read_text(encoding="utf-8"))
        for name, written in document.get("services", {}).items():
            service = home.services.get(name)
            if service is None:
                continue
            written["url"], written["api_key"] = service.url, service.api_key
            if MEDIA in written.get("path_map", {}):
                written["path_map"][MEDIA] = str(home.media_folder)
        document.setdefault("web", tomlkit.table())["bind"] = f"127.0.0.1:{port}"
        document.setdefault("state", tomlkit.table())["path"] = str(self.state)
        return tomlkit.dumps(document)


@contextmanager
def open_folder(named: Path | None) -> Iterator[Folder]:
    """The folder that was named; else one of its own, gone afterwards. UsageError for somebody else's folder."""
    if named is None:
        with tempfile.TemporaryDirectory(prefix="keepercheky-", ignore_cleanup_errors=True) as made:
            yield Folder(Path(made), stays=False)
        return
    path = named.expanduser().resolve()
    folder = Folder(path, stays=True)
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()) and folder.written().get("demo") is not True:
            raise UsageError(
                f"{path} holds other things than a demo",
                "Name an empty folder, or one that does not exist yet",
            )
    except OSError as error:
        raise UsageError(
            f"{path} cannot be used for the demo ({error.strerror})", "Name a folder you may write to"
        ) from None
    yield folder


def choose_port(asked: int | None, before: int | None) -> int:
    """The one asked for, 0 being any; else that of last time, else the usual one, else any. UsageError if it is taken."""
    if asked:
        if not is_free(asked):
            raise UsageError(
                f"Nothing can listen on port {asked}: it is taken, or not for you",
                "Name another with --port, or leave --port out for a free one",
            )
        return asked
    if asked is None:
        for port in (before, USUAL_PORT):
            if port and is_free(port):
                return port
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def is_free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
