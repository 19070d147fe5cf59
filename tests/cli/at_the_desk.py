"""Commands as people give them, in a folder of one's own; and a daemon of straw for them to ask."""

from __future__ import annotations

import os
import socketserver
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from click.testing import CliRunner, Result

from keepercheky.cli import keepercheky

OTHERS = (
    "KEEPERCHEKY_",
    "FORCE_COLOR",
    "TTY_",
    "COLUMNS",
)  # of the environment, what would change the outcome
BARE = {key: value for key, value in os.environ.items() if not key.startswith(OTHERS)}
SETTINGS = """
mode = "preview"
timezone = "Europe/Madrid"
[services]
radarr = {{ url = "http://127.0.0.1:{dead}", api_key = "a-key-that-is-secret" }}
[state]
path = "{state}"
[web]
bind = "127.0.0.1:{port}"
[[schedules]]
id = "old_media"
movies = "90d"
"""
DEAD_PORT = 9  # discard: nobody listens


@dataclass
class Desk:
    """A folder of one's own, with settings or without, and no environment of anybody else's."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def settings(self) -> Path:
        return self.folder / "keepercheky.toml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def write(self, text: str = SETTINGS, *, port: int = DEAD_PORT, state: Path | None = None) -> Path:
        self.settings.write_text(
            text.format(dead=DEAD_PORT, state=state or self.state, port=port), encoding="utf-8"
        )
        self.settings.chmod(0o600)
        return self.settings

    def __call__(self, *args: str) -> Result:
        """In this process. Whatever happens, nobody sees a traceback."""
        result = self.with_traceback(*args)
        assert "Traceback" not in result.output
        return result

    def with_traceback(self, *args: str) -> Result:
        gone = {key: None for key in os.environ if key.startswith(OTHERS)}
        return CliRunner().invoke(keepercheky, args, env={**gone, **self.environ}, prog_name="keepercheky")

    def start(self, *args: str, **more: object) -> subprocess.Popen[str]:
        """In a process of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "keepercheky", *args],
            cwd=self.folder, env={**BARE, **self.environ}, text=True,
            **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more),
        )  # fmt: skip
        self.started.append(process)
        return process

    def close(self) -> None:
        """Nothing that a test began outlives it, also when it failed."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()


class Stub(socketserver.ThreadingUnixStreamServer):
    """Somebody behind the daemon's socket who answers what a test wants."""

    daemon_threads = True

    def __init__(self, path: Path, answers: dict[str, tuple[int, str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.came = threading.Event()
        self.go_on = threading.Event()
        super().__init__(str(path), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        path = self.path.split("?")[0].removeprefix("/api/v1")
        self.server.asked.append(self.path)
        self.server.came.set()
        if path not in self.server.answers:
            self.server.go_on.wait(20)
            return
        status, text = self.server.answers[path]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))  # unread, it would break the connection
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Tests read standard error."""

    def address_string(self) -> str:
        return "stub"
