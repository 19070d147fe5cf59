"""Settings → the frozen rules that deciding reads. Pure: every default and override is resolved here."""

from __future__ import annotations

from typing import TypeVar

from keepercheky.policy.terms import (
    AgeLimit,
    AgeRule,
    EpisodeRule,
    Keep,
    Level,
    Limits,
    Order,
    Rules,
    Schedule,
    ServiceRule,
    StorageRule,
)
from keepercheky.settings.model import Settings
from keepercheky.settings.schedules import AgeSettings, EpisodesSettings, LevelSettings, ScheduleSettings
from keepercheky.settings.values import parse_amount

# Without a storage in the settings there is this one, without a path: it holds every title there is.
DEFAULT_STORAGE = "media"

T = TypeVar("T")


def to_rules(settings: Settings) -> Rules:
    """The rules of these settings: enabled services only, one storage at least, every schedule complete."""
    storages = tuple(
        StorageRule(name, storage.path, storage.keep_free, storage.margin, storage.reserve)
        for name, storage in settings.storage.items()
    )
    return Rules(
        schedules=tuple(_schedule(schedule, settings) for schedule in settings.schedules),
        keep=_keep(settings),
        limits=Limits(
            titles=settings.limits.titles,
            size_bytes=settings.limits.bytes,
            ask_above=settings.limits.ask_above,
            max_shrink=settings.limits.max_shrink,
        ),
        storages=storages or (StorageRule(DEFAULT_STORAGE),),
        services=tuple(
            ServiceRule(name, str(service.kind), service.in_jellyfin)
            for name, service in settings.services.items()
            if service.enabled
        ),
        mode=settings.mode,
        approve=settings.approve,
        timezone=settings.timezone,
    )


def _keep(settings: Settings) -> Keep:
    keep = settings.keep
    return Keep(
        tags=frozenset(keep.tags),
        favorites=keep.favorites if isinstance(keep.favorites, bool) else frozenset(keep.favorites),
        in_progress=keep.in_progress,
        next_up=keep.next_up,
        requested=keep.requested,
        hardlinked=keep.hardlinked,
        airing=keep.airing,
        libraries=frozenset(keep.libraries),
        root_folders=frozenset(keep.root_folders),
    )


def _schedule(schedule: ScheduleSettings, settings: Settings) -> Schedule:
    return Schedule(
        id=schedule.id,
        name=schedule.title,
        cron=schedule.cron,
        enabled=schedule.enabled,
        movies=age_rule(schedule.movies),
        shows=age_rule(schedule.shows),
        seasons=age_rule(schedule.seasons),
        episodes=_episodes(schedule.episodes),
        tag=schedule.tag,
        services=_some(schedule.services),
        root_folders=_some(schedule.root_folders),
        libraries=_some(schedule.libraries),
        specials=schedule.specials,
        for_space=schedule.takes_for_space,
        notice=_first(schedule.notice, settings.notice),
        order=Order(_first(schedule.order, settings.order)),
        import_exclusion=_first(schedule.import_exclusion, settings.import_exclusion),
        keep_entry=_first(schedule.keep_entry, settings.keep_entry),
        delete_empty_shows=_first(schedule.delete_empty_shows, settings.delete_empty_shows),
        seerr=_first(schedule.seerr, settings.seerr),
    )


def age_rule(age: AgeSettings | None) -> AgeRule | None:
    """Levels come with the smallest amount first where they share a unit, else as written."""
    if age is None:
        return None
    if not age.levels:
        return AgeRule(always=limit_of(age))
    levels = [Level(parse_amount(key), limit_of(level), level.notice) for key, level in age.levels.items()]
    levels.sort(
        key=lambda level: (level.below.share is None, level.below.share or level.below.size_bytes or 0)
    )
    return AgeRule(levels=tuple(levels))


def limit_of(age: AgeSettings | LevelSettings) -> AgeLimit:
    if age.after is not None:
        return AgeLimit(unwatched=age.after, watched=age.after)
    return AgeLimit(unwatched=age.unwatched, watched=age.watched)


def _episodes(episodes: EpisodesSettings | None) -> EpisodeRule | None:
    if episodes is None:
        return None
    return EpisodeRule(episodes.keep_latest, episodes.after, episodes.max_age, episodes.at_least)


def _some(names: tuple[str, ...] | None) -> frozenset[str] | None:
    """A scope key as a set; an empty list holds nothing, a missing one everything."""
    return None if names is None else frozenset(names)


def _first(own: T | None, general: T) -> T:
    return general if own is None else own
