"""Processes of our own. Each is asked and answers in JSON, a line at a time, and ends when its standard input does."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any, Final

import anyio
import anyio.abc
from anyio.streams.buffered import BufferedByteReceiveStream

ROOT: Final = Path(__file__).parents[1]
LONGEST_LINE: Final = 64 * 1024 * 1024
PATIENCE_SECONDS: Final = 6.0  # for a child to end by itself, then once more after SIGTERM


class ChildFailed(Exception):
    """A child died, or did not answer in time; with its last words."""


class Child:
    """A process that was started here. `pid` is its own."""

    def __init__(self, name: str, process: anyio.abc.Process, errors: IO[bytes]) -> None:
        assert process.stdout is not None
        self.name = name
        self.pid = process.pid
        self._process = process
        self._errors = errors
        self._lines = BufferedByteReceiveStream(process.stdout)

    async def line(self, seconds: float) -> str:
        """The next line it prints."""
        try:
            with anyio.fail_after(seconds):
                return (await self._lines.receive_until(b"\n", LONGEST_LINE)).decode()
        except TimeoutError:
            raise ChildFailed(f"{self.name} did not answer within {seconds:.0f} s") from None
        except (anyio.EndOfStream, anyio.IncompleteRead, anyio.ClosedResourceError):
            raise ChildFailed(self.last_words()) from None

    async def says(self, seconds: float = 120.0) -> Any:
        """Its next answer."""
        return json.loads(await self.line(seconds))

    async def ask(self, question: Any, seconds: float = 120.0) -> Any:
        assert self._process.stdin is not None
        try:
            await self._process.stdin.send(json.dumps(question).encode() + b"\n")
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            raise ChildFailed(self.last_words()) from None
        return await self.says(seconds)

    def check_alive(self) -> None:
        if self._process.returncode is not None:
            raise ChildFailed(self.last_words())

    def all_words(self) -> str:
        """What it wrote to standard error."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace").strip()

    def last_words(self) -> str:
        lines = self.all_words().splitlines()
        return lines[-1].strip() if lines else f"{self.name} ended without a word"

    async def end(self, *, listens: bool) -> None:
        """By closing its input, where it listens; if that is not enough with SIGTERM, and at last with SIGKILL."""
        with anyio.CancelScope(shield=True):
            if self._process.stdin is not None:
                await self._process.stdin.aclose()
            if not listens and self._process.returncode is None:
                self._process.terminate()
            for push in (self._process.terminate, self._process.kill):
                with anyio.move_on_after(PATIENCE_SECONDS):
                    await self._process.wait()
                    break
                push()
            await self._process.aclose()


@asynccontextmanager
async def part(name: str, *arguments: str) -> AsyncIterator[Child]:
    """One of the modules beside this one, running."""
    async with command([sys.executable, "-m", f"benchmarks.{name}", *arguments], name, listens=True) as child:
        yield child


@asynccontextmanager
async def command(words: list[str], name: str, *, listens: bool = False) -> AsyncIterator[Child]:
    """Any process. `listens`: to its standard input, whose end is also its own."""
    with tempfile.TemporaryFile() as errors:
        process = await anyio.open_process(words, stderr=errors, cwd=ROOT, env=environment())
        child = Child(name, process, errors)
        try:
            yield child
        finally:
            await child.end(listens=listens)


def environment() -> dict[str, str]:
    """Ours, without settings that would reach the program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEEPERCHEKY_")}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def tell(answer: Any) -> None:
    """A child's answer to whoever started it."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def questions() -> AsyncIterator[Any]:
    """What a child is asked, until there is nobody left to ask."""
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    try:
        while line := await reader.readline():
            yield json.loads(line)
    finally:
        transport.close()
