"""The small shapes of the pretend Sonarr: seasons, their statistics, episode files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from keepercheky.demo import arr_rows
from keepercheky.demo.arr_rows import ENGLISH, stamp, times
from keepercheky.demo.titles import Episode, EpisodeFile, Season, files_of


def season_row(season: Season, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {"seasonNumber": season.number, "monitored": season.monitored}
    if season.episodes:
        row["statistics"] = statistics(season.episodes, now)
    return row


def statistics(episodes: Iterable[Episode], now: datetime) -> dict[str, Any]:
    """What Sonarr counts: episodes with a file (a double counts twice), and those that aired and are monitored or have one.

    Next and previous airing look at monitored episodes only; each file's size counts once.
    """
    episodes = list(episodes)
    with_file = sum(1 for episode in episodes if episode.file)
    counted = sum(1 for e in episodes if e.file or (e.monitored and e.airs is not None and e.airs <= now))
    watched_for = [episode.airs for episode in episodes if episode.monitored and episode.airs]
    files = files_of(episodes)
    row: dict[str, Any] = dict(
        times(
            nextAiring=min((airs for airs in watched_for if airs > now), default=None),
            previousAiring=max((airs for airs in watched_for if airs <= now), default=None),
        )
    )
    return row | {
        "episodeFileCount": with_file, "episodeCount": counted, "totalEpisodeCount": len(episodes),
        "sizeOnDisk": sum(file.size for file in files),
        "releaseGroups": sorted({file.release_group for file in files if file.release_group}),
        "percentOfEpisodes": with_file / counted * 100 if counted else 0,
    }  # fmt: skip


def file_row(file: EpisodeFile) -> dict[str, Any]:
    show = file.episodes[0].show
    row: dict[str, Any] = {
        "seriesId": show.id, "seasonNumber": file.season_number,
        "relativePath": file.path.removeprefix(f"{show.path}/"), "path": file.path, "size": file.size,
        "dateAdded": stamp(file.date_added), "languages": [ENGLISH],
        "quality": arr_rows.quality(file.quality, "Sonarr"), "customFormats": [], "customFormatScore": 0,
        "indexerFlags": 0, "releaseType": "multiEpisode" if len(file.episodes) > 1 else "singleEpisode",
        "mediaInfo": arr_rows.media_info(file, file.episodes[0].runtime_minutes), "qualityCutoffNotMet": False,
        "id": file.id,
    }  # fmt: skip
    if file.download_id:
        row["releaseGroup"] = file.release_group
    return row
