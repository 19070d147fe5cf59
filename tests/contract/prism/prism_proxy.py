"""Prism between the program and one pretend service: what it has to say about either."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
from prism_gaps import write_adapted

STARTED_SECONDS = 60.0  # a busy machine reads two megabytes of JSON slowly
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
TERMINATED = re.compile(r"\[HTTP SERVER\] (\w+) (\S+) .*Request terminated with error: (.*)")
VIOLATION = re.compile(r"\[VALIDATOR\].*?Violation: (.*)")


class Complaint(NamedTuple):
    service: str
    request: str  # method and path; "?" where Prism did not say
    words: str

    def __str__(self) -> str:
        return f"{self.service}: {self.request}: {self.words}"


class Proxy:
    """One service's Prism. ``upstream`` is the port it speaks to, whoever listens there at the time."""

    def __init__(self, service: str, port: int, upstream: int, log: Path) -> None:
        self.service = service
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.upstream = upstream
        self._log = log
        self._read = 0

    def said(self) -> list[str]:
        """What was logged since the last time."""
        text = COLOURS.sub("", self._log.read_text(errors="replace"))
        lines = text[self._read :].splitlines()
        self._read = len(text)
        return lines


class Ear:
    """Hears the answers the program's clients get, and keeps what Prism wrote in their heads."""

    def __init__(self, proxies: dict[str, Proxy]) -> None:
        self.proxies = proxies
        self.names = {proxy.port: service for service, proxy in proxies.items()}
        self.heard: list[Complaint] = []
        self.asked: list[tuple[str, str, str]] = []  # service, method, path
        for proxy in proxies.values():
            proxy.said()

    async def hear(self, transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        """In the place of ``AsyncHTTPTransport.handle_async_request``."""
        answer = await HANDLE(transport, request)
        if service := self.names.get(request.url.port or 0):
            self.asked.append((service, request.method, request.url.path))
            line = f"{request.method} {request.url.path}"
            self.heard += [Complaint(service, line, words) for words in violations(answer)]
        return answer

    def complaints(self) -> list[str]:
        """All of it. The log has the last word: it also tells of what got no answer."""
        found = list(self.heard)
        for service, proxy in self.proxies.items():
            told = {row.words for row in found if row.service == service}
            for line in proxy.said():
                if ended := TERMINATED.search(line):
                    found.append(Complaint(service, f"{ended[1].upper()} {ended[2]}", ended[3]))
                elif (violation := VIOLATION.search(line)) and violation[1] not in told:
                    found.append(Complaint(service, "?", violation[1]))
        return [str(row) for row in dict.fromkeys(found)]


def violations(answer: httpx.Response) -> list[str]:
    """What Prism wrote in the head of an answer."""
    rows = json.loads(answer.headers.get("sl-violations", "[]"))
    return [f"{'.'.join(row['location'])} {row['message']}" for row in rows]


HANDLE = httpx.AsyncHTTPTransport.handle_async_request


@contextmanager
def between(prism: Path, folder: Path, services: tuple[str, ...]) -> Iterator[dict[str, Proxy]]:
    """A Prism for each service, started together, ended at the end."""
    proxies, running = {}, []
    try:
        for service in services:
            spec, log = folder / f"{service}.json", folder / f"{service}.log"
            write_adapted(service, spec)
            proxy = Proxy(service, *_free_ports(2), log)
            with log.open("wb") as out:
                running.append(
                    subprocess.Popen(
                        ["node", str(prism), "proxy", "-h", "127.0.0.1", "-p", str(proxy.port),
                         str(spec), f"http://127.0.0.1:{proxy.upstream}"],
                        stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                    )
                )  # fmt: skip
            proxies[service] = proxy
        deadline = time.monotonic() + STARTED_SECONDS
        for process, proxy in zip(running, proxies.values(), strict=True):
            while not any("Prism is listening" in line for line in proxy.said()):
                assert process.poll() is None, proxy._log.read_text()
                assert time.monotonic() < deadline, f"Prism for {proxy.service} did not start"
                time.sleep(0.1)
        yield proxies
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(10)


def _free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [listener.getsockname()[1] for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()
