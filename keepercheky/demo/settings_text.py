"""The keepercheky.toml of a pretend home, as a person would write it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

MAPPED = "/data/media"  # what the services call the media folder


class Where(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def api_key(self) -> str: ...


def write(services: Sequence[Where], media: Path | None, *, cron: str, state: Path, port: int) -> str:
    """``media``: the host folder behind the services' paths; None where there are no files to see."""
    return "\n".join(
        [
            "# The settings of a pretend home. Nothing in it is real, and nothing real can be reached with it.",
            "demo   = true",
            'mode   = "preview"      # say what would go, delete nothing',
            'notice = "2d"           # between being announced and deleted',
            "",
            *(line for service in services for line in _service(service, media)),
            "[storage.media]         # no path: the disk is as pretended as the rest, Radarr and Sonarr know its numbers",
            'keep_free = "15%"',
            "",
            "[keep]",
            'tags      = ["keep"]',
            'libraries = ["Infantil"]',
            "",
            "[state]",
            f"path = {_text(state)}",
            "",
            "[web]",
            f'bind = "127.0.0.1:{port}"',
            "",
            "[[schedules]]           # old films and seasons, sooner the fuller the disk",
            'id      = "old_media"',
            'name    = "Old media"',
            f"cron    = {_text(cron)}",
            'movies  = { "15%" = "180d", "10%" = "90d", "5%" = "30d" }',
            'seasons = { unwatched = "365d", watched = "120d" }',
            "",
            "[[schedules]]           # what somebody tagged to be here for a while only",
            'id     = "short_lived"',
            'name   = "Short-lived"',
            f"cron   = {_text(cron)}",
            'tag    = "10-days"',
            'notice = "1d"',
            'movies = "10d"',
            'shows  = "10d"',
            "",
            "[[schedules]]           # shows of the day: the newest episodes are enough",
            'id       = "daily_shows"',
            'name     = "Daily shows"',
            f"cron     = {_text(cron)}",
            'tag      = "daily"',
            'episodes = { keep_latest = 10, after = "30d" }',
            "",
        ]
    )


def _service(service: Where, media: Path | None) -> list[str]:
    lines = [
        f"[services.{service.name}]",
        f"url      = {_text(service.url)}",
        f"api_key  = {_text(service.api_key)}",
    ]
    if media is not None and service.kind != "seerr":
        lines.append(f"path_map = {{ {_text(MAPPED)} = {_text(media)} }}")
    return [*lines, ""]


def _text(value: object) -> str:
    """A TOML basic string; JSON's escapes are a subset of its."""
    return json.dumps(str(value), ensure_ascii=False)
