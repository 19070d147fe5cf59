"""Why a title is kept: one rule = one function (title, context) → Finding, or None when the rule has nothing to say.

A known protection keeps. A protection that could not be established is `unknown`: the title is then not sure, and
kept. To add a rule, write the function, name it in `findings.RULES`, and put it in `KEEP_RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import msgspec

from keepercheky.media import Unknown
from keepercheky.policy.findings import Finding, keep, unsure
from keepercheky.policy.marks import HandKeep
from keepercheky.policy.scope import is_one_of
from keepercheky.policy.terms import Keep
from keepercheky.policy.title import Title

CAME_BACK_WITHIN = timedelta(days=30)  # back this soon after our deletion, somebody wants it
CAME_BACK_KEEPS = timedelta(days=90)


class Context(msgspec.Struct, frozen=True):
    """What the rules see besides the title."""

    now: datetime
    keep: Keep
    by_hand: Mapping[str, HandKeep] = {}  # by identity, still in force
    deleted: Mapping[str, datetime] = {}  # by identity: when we deleted it last
    names_libraries: bool = True  # whether a keep or any schedule's scope hangs on the library a title is in


Rule: TypeAlias = Callable[[Title, Context], Finding | None]


def tags(title: Title, context: Context) -> Finding | None:
    if isinstance(title.tags, Unknown):
        return unsure("tags", title.tags)
    held = title.tags & context.keep.tags
    return keep("tags", tags=tuple(sorted(held))) if held else None


def by_hand(title: Title, context: Context) -> Finding | None:
    for identity in title.identities:
        mark = context.by_hand.get(identity)
        if mark is not None:
            return keep(
                "by_hand",
                "until" if mark.until is not None else "",
                until=mark.until,
                reason=mark.reason,
                by=mark.by,
            )
    return None


def libraries(title: Title, context: Context) -> Finding | None:
    if isinstance(title.libraries, Unknown):
        # without its item the library is not known either: `unmatched` and `source` say so already
        told = not context.names_libraries or title.libraries == title.unseen
        return None if told else unsure("libraries", title.libraries)
    held = title.libraries & context.keep.libraries
    return keep("libraries", libraries=tuple(sorted(held))) if held else None


def root_folders(title: Title, context: Context) -> Finding | None:
    held = is_one_of(title.root_folder, context.keep.root_folders)
    return keep("root_folders", root_folder=title.root_folder) if held else None


def favorites(title: Title, context: Context) -> Finding | None:
    wanted = context.keep.favorites
    fans = title.favorite_of if isinstance(wanted, bool) else title.favorite_of & wanted
    return keep("favorites", users=tuple(sorted(fans))) if wanted and fans else None


def in_progress(title: Title, context: Context) -> Finding | None:
    window = context.keep.in_progress
    if window is None:
        return None
    touched = {
        watch.user: watch.played_at or context.now
        for watch in title.watches
        if watch.in_progress and (watch.played_at is None or context.now - watch.played_at <= window)
    }
    if not touched:
        return None
    return keep("in_progress", users=tuple(sorted(touched)), at=max(touched.values()))


def next_up(title: Title, context: Context) -> Finding | None:
    window = context.keep.next_up
    if window is None:
        return None
    users = tuple(user for user, at in title.next_up_for if context.now - at <= window)
    if users:
        return keep("next_up", users=users)
    return unsure("next_up", title.next_up_doubt) if title.next_up_doubt is not None else None


def playing(title: Title, _: Context) -> Finding | None:
    if isinstance(title.playing, Unknown):
        # without Jellyfin's list nothing is known of sessions either: `unmatched` and `source` say so already
        return None if title.playing == title.unseen else unsure("playing", title.playing)
    return keep("playing") if title.playing else None


def queued(title: Title, _: Context) -> Finding | None:
    return keep("queued") if title.queued else None


def requested(title: Title, context: Context) -> Finding | None:
    window = context.keep.requested
    if window is None:
        return None
    if isinstance(title.requests, Unknown):
        return unsure("requested", title.requests)
    fresh = [
        request
        for request in title.requests
        if request.available_since is None or context.now - request.available_since < window
    ]
    if not fresh:
        return None
    since = max((request.available_since for request in fresh if request.available_since), default=None)
    return keep("requested", users=tuple(sorted({request.by for request in fresh})), since=since)


def shared_folder(title: Title, _: Context) -> Finding | None:
    if isinstance(title.shared_with, Unknown):
        return unsure("shared_folder", title.shared_with)
    return keep("shared_folder", other=title.shared_with) if title.shared_with is not None else None


def hardlinked(title: Title, context: Context) -> Finding | None:
    if not context.keep.hardlinked:
        return None
    if isinstance(title.links, Unknown):
        return unsure("hardlinked", title.links)
    return keep("hardlinked", links=title.links) if title.links is not None and title.links > 1 else None


def airing(title: Title, context: Context) -> Finding | None:
    if not context.keep.airing:
        return None
    if isinstance(title.airing, Unknown):
        return unsure("airing", title.airing)
    return keep("airing") if title.airing else None


def came_back(title: Title, context: Context) -> Finding | None:
    """Deleted by us, back within 30 days without a new request: somebody disagrees with us."""
    gone = max((context.deleted[name] for name in title.identities if name in context.deleted), default=None)
    if gone is None:
        return None
    back = title.imported_at
    if isinstance(back, Unknown):
        return unsure("came_back", back)
    asked_again = not isinstance(title.requests, Unknown) and any(
        request.available_since is not None and request.available_since >= gone for request in title.requests
    )
    if asked_again or not gone < back <= gone + CAME_BACK_WITHIN or context.now - back >= CAME_BACK_KEEPS:
        return None
    return keep("came_back", deleted_at=gone, back_at=back)


def specials(title: Title, _: Context) -> Finding | None:
    return keep("specials") if title.only_specials else None


def unmatched(title: Title, _: Context) -> Finding | None:
    """Jellyfin does not show this title, or not for sure: who watched or likes it is not known."""
    doubt = title.unseen
    if doubt is None:
        return None
    whole = doubt.why in ("unmatched", "contradicting_ids", "no_longer_matched", "no_provider_id")
    return unsure("unmatched" if whole else "source", doubt)


KEEP_RULES: Final[tuple[Rule, ...]] = (
    tags, by_hand, libraries, root_folders, favorites, in_progress, next_up, playing, queued, requested,
    shared_folder, hardlinked, airing, came_back, specials, unmatched,
)  # fmt: skip
