"""The torrents of the home as qBittorrent tells them: times in Unix seconds, sizes in bytes, hashes in lower case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keepercheky.demo.records import Download, Torrent

if TYPE_CHECKING:
    from keepercheky.demo.world import World

DOWNLOADS = "/data/downloads"
GLOBAL_RATIO, GLOBAL_MINUTES = -1, -1  # the client itself sets no goal


def rows(world: World, *, stopped: str) -> list[dict[str, Any]]:
    """The finished ones, and what the *arrs are downloading. ``stopped``: the word for it, "paused" before 5.0."""
    finished = [_finished(world, torrent, stopped) for torrent in world.torrents.values()]
    queued: dict[str, Download] = {}
    for arr in (world.radarr, world.sonarr):
        for row in arr.queue:
            if row.download_id and row.download_id.lower() not in world.torrents:
                queued.setdefault(row.download_id.lower(), row)
    return finished + [_coming(number, row, stopped) for number, row in queued.items()]


def _finished(world: World, torrent: Torrent, stopped: str) -> dict[str, Any]:
    size = sum(torrent.sizes.values())
    since = int(torrent.completed.timestamp())
    seeded = int((world.now() - torrent.completed).total_seconds())
    if torrent.seeding_minutes is not None:
        seeded = torrent.seeding_minutes * 60
    return _row(torrent.hash, torrent.name, size, size) | {
        "state": f"{stopped}UP" if torrent.paused else "stalledUP", "category": torrent.category,
        "tags": ", ".join(torrent.tags), "content_path": torrent.path,
        "root_path": torrent.path if any(path != torrent.path for path in torrent.files) else "",
        "ratio": torrent.ratio, "ratio_limit": torrent.ratio_limit, "seeding_time": seeded,
        "max_ratio": GLOBAL_RATIO if torrent.ratio_limit == -2 else torrent.ratio_limit,
        "seeding_time_limit": torrent.seeding_limit_minutes,
        "max_seeding_time": GLOBAL_MINUTES if torrent.seeding_limit_minutes == -2 else torrent.seeding_limit_minutes,
        "uploaded": int(size * torrent.ratio), "added_on": since - 2400, "completion_on": since,
        "last_activity": since + seeded, "num_complete": 12, "private": torrent.private,
    }  # fmt: skip


def _coming(number: str, row: Download, stopped: str) -> dict[str, Any]:
    state = {"paused": f"{stopped}DL", "queued": "queuedDL", "completed": "stalledUP", "warning": "stalledDL"}
    added = int(row.added.timestamp())
    return _row(number, row.name, row.size, row.size - row.left) | {
        "state": state.get(row.status, "downloading"), "added_on": added, "last_activity": added,
        "category": "tv-sonarr" if row.episode_id else "radarr",
    }  # fmt: skip


def _row(number: str, name: str, size: int, done: int) -> dict[str, Any]:
    return {
        "hash": number, "infohash_v1": number, "infohash_v2": "", "name": name, "state": "unknown", "category": "",
        "tags": "", "save_path": DOWNLOADS, "download_path": "", "content_path": f"{DOWNLOADS}/{name}",
        "root_path": "", "size": size, "total_size": size, "progress": done / size if size else 1.0,
        "amount_left": size - done, "completed": done, "downloaded": done, "uploaded": 0, "ratio": 0.0,
        "ratio_limit": -2, "max_ratio": GLOBAL_RATIO, "seeding_time": 0, "seeding_time_limit": -2,
        "max_seeding_time": GLOBAL_MINUTES, "added_on": 0, "completion_on": -1, "last_activity": 0,
        "tracker": "https://tracker.example/announce", "num_seeds": 0, "num_complete": 0, "num_leechs": 0,
        "num_incomplete": 0, "dlspeed": 0, "upspeed": 0, "eta": 8640000, "priority": 0, "private": True,
    }  # fmt: skip


def passes(row: dict[str, Any], wanted: str) -> bool:
    """qBittorrent's ``filter``; a word it does not know filters nothing."""
    state: str = row["state"]
    stopped = state.startswith(("paused", "stopped"))
    rules = {
        "downloading": state.endswith("DL") or state == "downloading", "seeding": state.endswith("UP") and not stopped,
        "completed": row["progress"] == 1, "paused": stopped, "stopped": stopped, "resumed": not stopped,
        "running": not stopped, "active": state == "downloading", "inactive": state != "downloading",
        "stalled": state.startswith("stalled"), "errored": state in ("error", "missingFiles"),
    }  # fmt: skip
    return bool(rules.get(wanted, True))


def files(world: World, number: str) -> list[dict[str, Any]] | None:
    """Names begin with the root folder. What is still coming tells its one file; None: not there."""
    torrent = world.torrents.get(number)
    if torrent is not None:
        return [
            _file(index, path.removeprefix(f"{DOWNLOADS}/"), torrent.sizes[path], 1.0)
            for index, path in enumerate(torrent.files)
        ]
    for row in rows(world, stopped="stopped"):
        if row["hash"] == number:
            return [_file(0, f"{row['name']}.mkv", row["size"], row["progress"])]
    return None


def _file(index: int, name: str, size: int, progress: float) -> dict[str, Any]:
    return {
        "index": index, "name": name, "size": size, "progress": progress, "priority": 1, "is_seed": progress == 1,
        "piece_range": [0, 1], "availability": 1.0,
    }  # fmt: skip
