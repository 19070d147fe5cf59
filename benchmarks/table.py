"""What is printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.sizes import Measured, percentile

ONLY_REQUESTS = "n/a: only requests were measured"


def show(sizes: Sequence[Measured], daemon: dict[str, Any] | None, console: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("one dry run")
    for size in sizes:
        heading = f"{size.movies:,} movies\n{size.shows:,} shows\n{size.episodes:,} episodes"
        table.add_column(heading, justify="right")
    for name, cell in rows(sizes):
        table.add_row(name, *(cell(size) for size in sizes))
    console.print(table)
    if daemon is not None:
        for line in daemon_lines(daemon):
            console.print(line)


def rows(sizes: Sequence[Measured]) -> list[tuple[str, Callable[[Measured], str]]]:
    services = sorted({service for size in sizes for service in size.sent.by_service})
    return [
        *((f"requests to {name}", lambda size, name=name: requests(size, name)) for name in services),
        ("requests in all", lambda size: f"{size.sent.total:,}"),
        ("  of them further pages", lambda size: f"{sum(size.sent.pages.values()):,}"),
        ("  of them about single shows", lambda size: f"{sum(size.sent.details.values()):,}"),
        ("bodies", lambda size: f"{size.body_bytes / 1e6:.1f} MB"),
        ("titles judged", lambda size: f"{size.run['titles']:,}"),
        ("CPU of the run", lambda size: seconds(size.run, "cpu_seconds")),
        ("floor: fetch and decode alone, CPU", lambda size: seconds(size.floor, "cpu_seconds")),
        ("CPU of the run / floor", ratio),
        ("time of the run", lambda size: seconds(size.run, "wall_seconds")),
        ("event loop stood still at most", lambda size: milliseconds(size.run, "stall_seconds")),
        ("with its records: CPU", lambda size: seconds(size.recorded, "cpu_seconds")),
        ("  time", lambda size: seconds(size.recorded, "wall_seconds")),
        ("  event loop stood still at most", lambda size: milliseconds(size.recorded, "stall_seconds")),
        ("memory before the run", lambda size: memory(size, "idle")),
        ("memory at most", lambda size: memory(size, "peak")),
        ("memory after the run", lambda size: memory(size, "after")),
        ("/metrics meanwhile, p99", metrics),
    ]


def requests(size: Measured, service: str) -> str:
    return f"{size.sent.by_service.get(service, 0):,}"


def seconds(found: dict[str, Any] | None, name: str) -> str:
    return lacking(found) or f"{(found or {})[name]:.2f} s"


def milliseconds(found: dict[str, Any] | None, name: str) -> str:
    return lacking(found) or f"{(found or {})[name] * 1000:.0f} ms"


def lacking(found: dict[str, Any] | None) -> str:
    """Why there is no figure; empty when there is one."""
    if found is None:
        return ONLY_REQUESTS
    return f"n/a: {found['problem']}" if "problem" in found else ""


def ratio(size: Measured) -> str:
    return lacking(size.floor) or f"{size.run['cpu_seconds'] / (size.floor or {})['cpu_seconds']:.1f}"


def memory(size: Measured, when: str) -> str:
    if not size.scraped:
        return ONLY_REQUESTS
    held = size.scraped[when]
    return "n/a: only Linux tells" if held is None else f"{held:.0f} MiB"


def metrics(size: Measured) -> str:
    if not size.scraped:
        return ONLY_REQUESTS
    if "problem" in size.scraped:
        return f"n/a: {size.scraped['problem']}"
    waits = size.scraped["waits"]
    if not waits:
        return "n/a: the run was over too soon"
    return f"{percentile(waits, 0.99) * 1000:.0f} ms of {len(waits)}"


def daemon_lines(daemon: dict[str, Any]) -> list[str]:
    if "problem" in daemon:
        return [f"cold start to /health: n/a: {daemon['problem']}", "memory after a run: n/a: see above"]
    cold, cpu = daemon["cold_start_seconds"], daemon["cold_start_cpu_seconds"]
    idle, peak, settled = (
        "?" if daemon[when] is None else f"{daemon[when]:.0f} MiB" for when in ("idle", "peak", "settled")
    )
    return [
        f"cold start to /health: {cold:.2f} s" + ("" if cpu is None else f", {cpu:.2f} s of them CPU"),
        f"the demo's daemon: {idle} idle, {peak} at most, {settled} {daemon['settle_seconds']:.0f} s after its runs",
    ]
