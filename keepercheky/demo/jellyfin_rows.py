"""The shapes Jellyfin 10.11 answers with: PascalCase, null members left out, ids of 32 hex digits, odd times.

Which members of an item come depends on ``fields``: ids, paths, dates and sizes only when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from datetime import UTC, datetime
from typing import Any

from keepercheky.demo.items import Item, Library
from keepercheky.demo.people import PlayData, Session, User

SERVER_NAME = "Home"
VERSION = "10.11.5"
EVERYTHING = frozenset(
    [
        "providerids",
        "path",
        "datecreated",
        "datelastmediaadded",
        "mediasources",
        "overview",
        "genres",
        "tags",
        "sortname",
        "parentid",
        "recursiveitemcount",
        "childcount",
        "originaltitle",
    ]
)
NOTHING_STORED = PlayData(owner=None)  # type: ignore[arg-type]  # nobody owns what was never stored


def stamp(moment: datetime) -> str:
    """Seven digits when the milliseconds are nought, else the digits that matter."""
    moment = moment.astimezone(UTC)
    digits = f"{moment.microsecond:06}0"
    if moment.microsecond >= 1000:
        digits = digits.rstrip("0")
    return f"{moment:%Y-%m-%dT%H:%M:%S}".zfill(19) + f".{digits}Z"  # year 1 is written 0001


def item(one: Item, fields: Container[str], server: str, *, images: bool = True) -> dict[str, Any]:
    """A BaseItemDto without UserData. ``fields`` in lower case."""
    row: dict[str, Any] = {"Name": one.name, "ServerId": server, "Id": one.id, "ChannelId": None}
    row |= {name: value() for name, field, value in _asked_for(one) if field in fields}
    if one.premiere is not None:
        row["PremiereDate"] = stamp(one.premiere)
    known = {
        "OfficialRating": one.rating, "CommunityRating": one.score, "RunTimeTicks": one.runtime_ticks,
        "ProductionYear": one.year,
    }  # fmt: skip
    row |= {name: value for name, value in known.items() if value}
    if images:
        row |= {"ImageTags": {"Primary": one.id}, "BackdropImageTags": []}
    return row | _place(one) | _medium(one)


def _asked_for(one: Item) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """The members that come only when ``fields`` names them: (member, field, value)."""
    yield "OriginalTitle", "originaltitle", lambda: one.name
    yield "DateCreated", "datecreated", lambda: stamp(one.created)
    yield "SortName", "sortname", lambda: sort_name(one)
    yield "Overview", "overview", lambda: one.overview
    yield "Genres", "genres", lambda: list(one.genres)
    yield "ProviderIds", "providerids", lambda: one.provider_ids
    yield "ParentId", "parentid", lambda: one.parent.id if one.parent else one.library.id
    yield "Tags", "tags", lambda: list(one.tags)
    if one.path and not one.virtual:
        yield "Path", "path", lambda: one.path
    if one.is_folder:
        yield "ChildCount", "childcount", lambda: len(one.members if one.kind == "BoxSet" else one.children)
        yield "RecursiveItemCount", "recursiveitemcount", lambda: len(parts(one))
        newest = max((part.created for part in parts(one)), default=one.created)
        yield "DateLastMediaAdded", "datelastmediaadded", lambda: stamp(newest)
    elif one.path and not one.virtual:
        yield "MediaSources", "mediasources", lambda: [media_source(one)]


def _place(one: Item) -> dict[str, Any]:
    """Where it stands: what kind, of which series and season."""
    row: dict[str, Any] = {"IsFolder": one.is_folder or one.kind == "CollectionFolder", "Type": one.kind}
    if one.number is not None:
        row["IndexNumber"] = one.number
    if one.number_end is not None:
        row["IndexNumberEnd"] = one.number_end
    if one.season_number is not None:
        row["ParentIndexNumber"] = one.season_number
    if one.series is not None:
        row |= {"SeriesName": one.series.name, "SeriesId": one.series.id}
    if one.kind == "Episode" and one.parent is not None:
        row |= {"SeasonId": one.parent.id, "SeasonName": one.parent.name}
    if one.kind == "Series":
        row |= {"Status": "Ended" if one.ended else "Continuing", "AirDays": []}
    return row


def _medium(one: Item) -> dict[str, Any]:
    location: dict[str, Any] = {
        "ImageBlurHashes": {},
        "LocationType": "Virtual" if one.virtual else "FileSystem",
    }
    if one.kind in ("Movie", "Episode"):
        row = location | {"MediaType": "Video"}
        return row if one.virtual else row | {"VideoType": "VideoFile", "Container": "mkv"}
    return location | {"MediaType": "Unknown"}


def media_source(one: Item) -> dict[str, Any]:
    return {
        "Protocol": "File", "Id": one.id, "Path": one.path, "Type": "Default", "Container": "mkv", "Size": one.size,
        "Name": one.path.rsplit("/", 1)[-1].removesuffix(".mkv"), "IsRemote": False, "RunTimeTicks": one.runtime_ticks,
        "ReadAtNativeFramerate": False, "IgnoreDts": False, "IgnoreIndex": False, "GenPtsInput": False,
        "SupportsTranscoding": True, "SupportsDirectStream": True, "SupportsDirectPlay": True, "IsInfiniteStream": False,
        "UseMostCompatibleTranscodingProfile": False, "RequiresOpening": False, "RequiresClosing": False,
        "RequiresLooping": False, "SupportsProbing": True, "VideoType": "VideoFile", "MediaStreams": [],
        "MediaAttachments": [], "Formats": [], "RequiredHttpHeaders": {}, "TranscodingSubProtocol": "http",
        "HasSegments": False,
    }  # fmt: skip


def parts(one: Item) -> list[Item]:
    """What is played when a folder is: episodes with a file, a collection's films and episodes."""
    if one.kind == "BoxSet":
        return [leaf for member in one.members for leaf in member.leaves()]
    return one.leaves()


def user_data(one: Item, user: User, fields: Container[str]) -> dict[str, Any]:
    """What a user did with it. Of a folder only the sum is known: no date, no count, and empty counts as played."""
    data = user.data.get(one.id, NOTHING_STORED)
    row: dict[str, Any] = {}
    if not one.is_folder:
        if data.position_ticks and one.runtime_ticks:
            row["PlayedPercentage"] = data.position_ticks / one.runtime_ticks * 100
        row |= {"PlaybackPositionTicks": data.position_ticks, "PlayCount": data.play_count}
        if data.last_played is not None:
            row["LastPlayedDate"] = stamp(data.last_played)
        return row | {"IsFavorite": data.favourite, "Played": data.played, "Key": key(one), "ItemId": one.id}
    held = parts(one)
    unplayed = sum(1 for part in held if not user.data.get(part.id, NOTHING_STORED).played)
    if held and "recursiveitemcount" in fields:
        row["PlayedPercentage"] = 100 - unplayed / len(held) * 100
    return row | {
        "UnplayedItemCount": unplayed, "PlaybackPositionTicks": 0, "PlayCount": 0, "IsFavorite": data.favourite,
        "Played": unplayed == 0, "Key": key(one), "ItemId": one.id,
    }  # fmt: skip


def key(one: Item) -> str:
    """The key user data is stored under: a provider id where there is one, else the id with dashes."""
    ids = one.provider_ids
    if one.kind == "Episode" and one.series and "Tvdb" in one.series.provider_ids:
        return f"{one.series.provider_ids['Tvdb']}{one.season_number or 0:03}{one.number or 0:03}"
    known = ids.get("Tmdb" if one.kind == "Movie" else "Tvdb") or ids.get("Imdb")
    return known or "-".join((one.id[:8], one.id[8:12], one.id[12:16], one.id[16:20], one.id[20:]))


def sort_name(one: Item) -> str:
    if one.kind == "Episode":
        return f"{one.season_number or 0:03} - {one.number or 0:04} - {one.name}"
    return one.name.lower().removeprefix("the ").removeprefix("a ")


def user(one: User, server: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "Name": one.name, "ServerId": server, "Id": one.id, "HasPassword": True, "HasConfiguredPassword": True,
        "HasConfiguredEasyPassword": False, "EnableAutoLogin": False,
    }  # fmt: skip
    if one.last_active is not None:
        row |= {"LastLoginDate": stamp(one.last_active), "LastActivityDate": stamp(one.last_active)}
    policy: dict[str, Any] = {
        "IsAdministrator": one.admin, "IsHidden": one.hidden, "EnableCollectionManagement": False,
        "EnableSubtitleManagement": False, "EnableLyricManagement": False, "IsDisabled": one.disabled,
        "BlockedTags": sorted(one.blocked_tags), "AllowedTags": [], "EnableUserPreferenceAccess": True,
        "AccessSchedules": [], "BlockUnratedItems": [], "EnableRemoteControlOfOtherUsers": one.admin,
        "EnableSharedDeviceControl": True, "EnableRemoteAccess": True, "EnableMediaPlayback": True,
        "EnableContentDeletion": False, "EnableContentDeletionFromFolders": [], "EnableContentDownloading": True,
        "EnabledDevices": [], "EnableAllDevices": True, "EnabledChannels": [], "EnableAllChannels": True,
        "EnabledFolders": sorted(one.library_ids or ()), "EnableAllFolders": one.library_ids is None,
        "InvalidLoginAttemptCount": 0, "LoginAttemptsBeforeLockout": -1, "MaxActiveSessions": 0,
        "EnablePublicSharing": True, "BlockedMediaFolders": [], "BlockedChannels": [], "RemoteClientBitrateLimit": 0,
        "AuthenticationProviderId": "Jellyfin.Server.Implementations.Users.DefaultAuthenticationProvider",
        "PasswordResetProviderId": "Jellyfin.Server.Implementations.Users.DefaultPasswordResetProvider",
        "SyncPlayAccess": "CreateAndJoinGroups",
    }  # fmt: skip
    if one.max_rating is not None:
        policy["MaxParentalRating"] = one.max_rating
    configuration = {
        "PlayDefaultAudioTrack": True, "DisplayMissingEpisodes": False, "GroupedFolders": [], "SubtitleMode": "Default",
        "OrderedViews": [], "LatestItemsExcludes": [], "MyMediaExcludes": [], "HidePlayedInLatest": True,
        "RememberAudioSelections": True, "RememberSubtitleSelections": True, "EnableNextEpisodeAutoPlay": True,
    }  # fmt: skip
    return row | {"Configuration": configuration, "Policy": policy}


def session(one: Session, server: str, now: datetime) -> dict[str, Any]:
    playing = one.item is not None or one.other is not None
    state: dict[str, Any] = {
        "CanSeek": playing, "IsPaused": one.paused, "IsMuted": False, "RepeatMode": "RepeatNone",
        "PlaybackOrder": "Default",
    }  # fmt: skip
    row: dict[str, Any] = {
        "PlayState": state, "AdditionalUsers": [], "RemoteEndPoint": "192.168.1.40", "PlayableMediaTypes": ["Video"],
        "Id": one.id, "UserId": one.user.id, "UserName": one.user.name, "Client": one.client,
        "LastActivityDate": stamp(now), "LastPlaybackCheckIn": stamp(now if playing else datetime(1, 1, 1, tzinfo=UTC)),
        "DeviceName": one.device, "DeviceId": one.id[:16], "ApplicationVersion": VERSION, "IsActive": True,
        "SupportsMediaControl": True, "SupportsRemoteControl": True, "HasCustomDeviceName": False, "ServerId": server,
        "SupportedCommands": [], "NowPlayingQueue": [], "NowPlayingQueueFullItems": [],
    }  # fmt: skip
    if not playing:
        return row
    state |= {"PositionTicks": one.position_ticks, "PlayMethod": "DirectPlay"}
    if one.paused:
        row["LastPausedDate"] = stamp(one.since)
    if one.item is not None:
        state["MediaSourceId"] = one.item.id
        row["NowPlayingItem"] = item(one.item, EVERYTHING - {"mediasources"}, server)
        row["NowPlayingQueue"] = [{"Id": known, "PlaylistItemId": f"playlistItem{place}"} for place, known in enumerate(
            (one.item.id, *one.queue)
        )]  # fmt: skip
    else:
        row["NowPlayingItem"] = one.other
    return row


def library(one: Library) -> dict[str, Any]:
    return {
        "Name": one.name, "Locations": list(one.locations), "CollectionType": one.kind,
        "LibraryOptions": {
            "Enabled": True, "EnableRealtimeMonitor": True, "PathInfos": [{"Path": path} for path in one.locations],
            "SaveLocalMetadata": False, "EnableInternetProviders": True, "AutomaticRefreshIntervalDays": 0,
        },
        "ItemId": one.id, "PrimaryImageItemId": one.id, "RefreshStatus": "Idle",
    }  # fmt: skip
