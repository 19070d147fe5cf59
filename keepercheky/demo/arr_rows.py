"""The small shapes both *arrs answer with: times, errors, qualities, status, profiles, history data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from keepercheky.demo.arr_state import Ailment
from keepercheky.demo.ask import Answer, json_answer
from keepercheky.demo.records import Download, Event
from keepercheky.demo.titles import HD_DISC, HD_WEB, UHD_DISC, UHD_WEB, MediaFile, Quality

# Grabs carry addresses with the indexer's key in real homes: nobody may log or show them.
INDEXER_KEY = "indexer-key-nobody-may-see"
ENGLISH = {"id": 1, "name": "English"}
PROBLEM = "application/problem+json; charset=utf-8"


def stamp(moment: datetime) -> str:
    """Whole seconds and a Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".zfill(20)  # year 1 is written 0001


def times(**moments: datetime | None) -> Iterator[tuple[str, str]]:
    """Only the moments that are known: null members are left out."""
    return ((name, stamp(moment)) for name, moment in moments.items() if moment is not None)


def not_found() -> Answer:
    """A GET by id that finds nothing: ProblemDetails, not the ``{message}`` of other 404s."""
    answer = json_answer(
        {
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.5", "title": "Not Found", "status": 404,
            "traceId": "00-7a1d1e9a4f3b4c5d8e6f7a8b9c0d1e2f-1a2b3c4d5e6f7a8b-00",
        },
        404,
    )  # fmt: skip
    answer.kind = PROBLEM
    return answer


def unbound(name: str, value: str) -> Answer:
    """A query that cannot be bound: ProblemDetails with ``errors``."""
    answer = json_answer(
        {
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.", "status": 400,
            "errors": {name: [f"The value '{value}' is not valid."]},
        },
        400,
    )  # fmt: skip
    answer.kind = PROBLEM
    return answer


def status(product: str, version: str, started: datetime, base: str) -> dict[str, Any]:
    return {
        "appName": product, "instanceName": product, "version": version, "buildTime": "2025-03-01T10:00:00Z",
        "isDebug": False, "isProduction": True, "isAdmin": False, "isUserInteractive": False,
        "startupPath": f"/app/{product.lower()}/bin", "appData": "/config", "osName": "alpine", "osVersion": "3.21",
        "isNetCore": True, "isLinux": True, "isOsx": False, "isWindows": False, "isDocker": True, "mode": "console",
        "branch": "master", "databaseType": "sqLite", "databaseVersion": "3.48.0", "authentication": "forms",
        "migrationVersion": 240, "urlBase": base, "runtimeVersion": "6.0.36", "runtimeName": "netcore",
        "startTime": stamp(started), "packageVersion": version, "packageAuthor": "demo",
        "packageUpdateMechanism": "docker",
    }  # fmt: skip


def ailment(one: Ailment) -> dict[str, Any]:
    wiki = f"https://wiki.servarr.com/radarr/system#{one.source.lower()}"
    return {"source": one.source, "type": one.severity, "message": one.message, "wikiUrl": wiki}


def quality(one: Quality, product: str) -> dict[str, Any]:
    inner: dict[str, Any] = {"id": one.id, "name": one.name}
    if product == "Radarr":
        inner |= {"source": one.movie_source, "resolution": one.resolution, "modifier": one.modifier}
    else:
        inner |= {"source": one.episode_source, "resolution": one.resolution}
    return {"quality": inner, "revision": {"version": 1, "real": 0, "isRepack": False}}


def profiles(product: str) -> list[dict[str, Any]]:
    items = [
        {"quality": quality(one, product)["quality"], "items": [], "allowed": True}
        for one in (HD_WEB, HD_DISC, UHD_WEB, UHD_DISC)
    ]
    profile: dict[str, Any] = {
        "name": "Any", "upgradeAllowed": True, "cutoff": HD_DISC.id, "items": items, "minFormatScore": 0,
        "cutoffFormatScore": 0, "formatItems": [],
    }  # fmt: skip
    if product == "Radarr":
        profile["language"] = ENGLISH
    return [profile | {"id": 1}]


def media_info(file: MediaFile, minutes: int) -> dict[str, Any]:
    wide = file.quality.resolution == 2160
    return {
        "audioBitrate": 640000, "audioChannels": 5.1, "audioCodec": "EAC3", "audioLanguages": "eng/spa",
        "audioStreamCount": 2, "videoBitDepth": 10 if wide else 8, "videoBitrate": 0,
        "videoCodec": "h265" if wide else "h264", "videoFps": 23.976, "videoDynamicRange": "HDR" if wide else "",
        "videoDynamicRangeType": "", "resolution": "3840x1600" if wide else "1920x800",
        "runTime": f"{minutes // 60}:{minutes % 60:02}:00", "scanType": "Progressive", "subtitles": "eng/spa",
    }  # fmt: skip


def event_data(event: Event, product: str) -> dict[str, str]:
    """A history line's ``data``: texts only, and in a grab the indexer's secrets."""
    if event.kind.endswith("FileDeleted"):
        return {
            "reason": event.reason,
            "customFormatScore": "0",
            "size": str(event.size),
            "indexerFlags": "0",
        }
    data = {
        "downloadClient": "qBittorrent", "downloadClientName": "qBittorrent", "releaseGroup": event.release_group,
        "customFormatScore": "0", "size": str(event.size), "indexerFlags": "0",
    }  # fmt: skip
    if event.kind == "grabbed":
        address = f"https://indexer.example/download/{event.id}?apikey={INDEXER_KEY}"
        return data | {
            "indexer": "Example", "nzbInfoUrl": f"https://indexer.example/item/{event.id}", "downloadUrl": address,
            "guid": address, "protocol": "2", "age": "3", "ageHours": "72.5", "ageMinutes": "4350.1", "tmdbId" if product == "Radarr" else "tvdbId": "0",
            "indexerId": "1", "torrentInfoHash": event.download_id, "releaseSource": "Rss",
            "publishedDate": stamp(event.date),
        }  # fmt: skip
    return data | {
        "fileId": str(event.file_id), "importedPath": event.path,
        "droppedPath": f"/data/downloads/{event.path.rsplit('/', 1)[-1]}",
    }  # fmt: skip


def event_row(event: Event, product: str) -> dict[str, Any]:
    """What a history line has in both; the product adds whose it is."""
    row: dict[str, Any] = {
        "sourceTitle": event.source, "languages": [ENGLISH], "quality": quality(event.quality, product),
        "customFormats": [], "customFormatScore": 0, "qualityCutoffNotMet": False, "date": stamp(event.date),
    }  # fmt: skip
    if event.download_id:
        row["downloadId"] = event.download_id
    return row | {"eventType": event.kind, "data": event_data(event, product), "id": event.id}


def download_row(row: Download, product: str) -> dict[str, Any]:
    """What a queue line has in both."""
    minutes = row.left // 600_000_000
    answer: dict[str, Any] = {
        "languages": [ENGLISH], "quality": quality(row.quality, product), "customFormats": [], "customFormatScore": 0,
        "size": row.size, "title": row.name, "sizeleft": row.left, "added": stamp(row.added), "status": row.status,
        "trackedDownloadStatus": row.tracked_status, "trackedDownloadState": row.tracked_state,
        "statusMessages": [{"title": row.name, "messages": list(row.messages)}] if row.messages else [],
        "downloadId": row.download_id, "protocol": "torrent", "downloadClient": "qBittorrent",
        "downloadClientHasPostImportCategory": False, "indexer": "Example",
        "outputPath": f"/data/downloads/{row.name}", "id": row.id,
    }  # fmt: skip
    if row.status == "downloading":
        answer["timeleft"] = f"{minutes // 60:02}:{minutes % 60:02}:00"
        answer["estimatedCompletionTime"] = stamp(row.added + timedelta(minutes=20 + minutes))
    return answer
