"""Schedules among themselves and with the services: who speaks for what."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from keepercheky.settings.mistakes import Findings
from keepercheky.settings.model import Settings
from keepercheky.settings.schedules import ScheduleSettings
from keepercheky.settings.service import Product
from keepercheky.settings.space_checks import Numbered

SHOW_KINDS = ("shows", "seasons", "episodes")
KINDS = ("movies", *SHOW_KINDS)


def check_schedules(settings: Settings, schedules: Numbered, findings: Findings) -> None:
    if not schedules:
        findings.warning(
            ("schedules",),
            "there is no schedule, so nothing is ever cleaned",
            'Write [[schedules]] and below it id = "old_media" and movies = "180d"',
            [("schedules",)],
        )
    _check_ids(schedules, findings)
    for number, schedule in schedules:
        _check_kinds(number, schedule, findings)
        _check_services(number, schedule, settings, findings)
        _check_scope(number, schedule, settings, findings)
    _check_tags(schedules, settings, findings)
    _check_order(schedules, settings, findings)


def _check_ids(schedules: Numbered, findings: Findings) -> None:
    seen: set[str] = set()
    for number, schedule in schedules:
        if schedule.id in seen:
            findings.mistake(
                ("schedules", number, "id"),
                f"a second schedule with the id {schedule.id}",
                "Give it another id",
            )
        seen.add(schedule.id)


def _check_kinds(number: int, schedule: ScheduleSettings, findings: Findings) -> None:
    about = [("schedules", number, kind) for kind in KINDS]
    named = [kind for kind in KINDS if getattr(schedule, kind) is not None]
    of_shows = [kind for kind in named if kind in SHOW_KINDS]
    if not named:
        findings.mistake(
            ("schedules", number),
            "it does not say what may go",
            'Add movies = "180d", or shows, seasons or episodes',
            about,
        )
    if len(of_shows) > 1:
        findings.mistake(
            ("schedules", number, of_shows[1]),
            f"{' and '.join(of_shows)} stand in one schedule",
            "Keep one of shows, seasons and episodes; another schedule may name the other",
            about,
        )


def _products(schedule: ScheduleSettings) -> list[tuple[str, Product]]:
    """The kinds a schedule names, movies and shows, each with the program that has them."""
    has_shows = any(getattr(schedule, kind) is not None for kind in SHOW_KINDS)
    movies = [("movies", Product.RADARR)] if schedule.movies is not None else []
    return movies + ([("shows", Product.SONARR)] if has_shows else [])


def _check_services(number: int, schedule: ScheduleSettings, settings: Settings, findings: Findings) -> None:
    path = ("schedules", number, "services")
    here = settings.services
    for name in schedule.services or ():
        if name not in here:
            if findings.is_broken(("services", name)):
                continue
            near = get_close_matches(name, here, n=1)
            remedy = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(here) or 'none'}"
            findings.mistake(
                path, f'there is no service "{name}"', remedy, [path, ("services",)] if not here else [path]
            )
        elif here[name].kind not in (Product.RADARR, Product.SONARR):
            findings.mistake(
                path,
                f'"{name}" has no titles: it is neither a Radarr nor a Sonarr',
                "Take it out of the list",
                [path],
            )
        elif not here[name].enabled:
            findings.warning(
                path, f'"{name}" is switched off', f"Write enabled = true in services.{name}", [path]
            )
    if schedule.services == ():
        findings.mistake(path, "an empty list means no title at all", "Name services, or take it out", [path])
    for kind, product in _products(schedule):
        about = [path, ("services",)]
        if any(name not in here for name in schedule.services or ()):
            continue
        if schedule.services and not any(
            name in here and here[name].kind is product for name in schedule.services
        ):
            findings.mistake(
                path,
                f"{kind} come from a {product.capitalize()}, and none is in the list",
                f"Add one, or take {kind} out of this schedule",
                about,
            )
        elif schedule.services is None and not any(service.kind is product for service in here.values()):
            findings.warning(
                ("schedules", number),
                f"it names {kind}, and there is no {product.capitalize()}",
                f"Add one to [services], or take {kind} out of this schedule",
                about,
            )


def _check_scope(number: int, schedule: ScheduleSettings, settings: Settings, findings: Findings) -> None:
    for key in ("root_folders", "libraries"):
        path = ("schedules", number, key)
        if getattr(schedule, key) == ():
            findings.mistake(path, "an empty list means no title at all", "Name some, or take it out", [path])
    has_jellyfin = any(
        service.kind is Product.JELLYFIN and service.enabled for service in settings.services.values()
    )
    if schedule.libraries and not has_jellyfin:
        findings.mistake(
            ("schedules", number, "libraries"),
            "this needs a Jellyfin, and none is configured",
            "Add Jellyfin, or take this out",
            [("services",)],
        )


def _scopes(schedule: ScheduleSettings, settings: Settings) -> Iterator[tuple[str, str]]:
    """Every (kind, service) the schedule speaks for; the kinds of shows count as one."""
    for kind, product in _products(schedule):
        for name, service in settings.services.items():
            if service.kind is product and (schedule.services is None or name in schedule.services):
                yield kind, name


def _check_tags(schedules: Numbered, settings: Settings, findings: Findings) -> None:
    """A title with a tag must have one schedule that speaks for it."""
    taken: dict[tuple[str, str, str], ScheduleSettings] = {}
    for number, schedule in schedules:
        if schedule.tag is None:
            continue
        others = [taken.setdefault((schedule.tag, *scope), schedule) for scope in _scopes(schedule, settings)]
        if other := next((each for each in others if each is not schedule), None):
            findings.mistake(
                ("schedules", number, "tag"),
                f'the schedule {other.id} speaks for the tag "{schedule.tag}" too, for the same titles',
                "Use another tag, or give the two different kinds or services",
            )


def _check_order(schedules: Numbered, settings: Settings, findings: Findings) -> None:
    """The first schedule that holds a title speaks for it: a later one with the same scope never does."""
    general: dict[tuple[str, str], ScheduleSettings] = {}
    for number, schedule in schedules:
        if schedule.tag is not None:
            continue
        scopes = set(_scopes(schedule, settings))
        about = [("schedules", number, key) for key in ("tag", "services", "root_folders", "libraries")]
        for kind in dict(_products(schedule)):
            of_kind = [scope for scope in scopes if scope[0] == kind]
            if of_kind and all(scope in general for scope in of_kind):
                findings.warning(
                    ("schedules", number),
                    f"its {kind} never come up: {general[of_kind[0]].id} stands above it and speaks for all of them",
                    "Put the narrower schedule first, or take one out",
                    about,
                )
        if schedule.root_folders is None and schedule.libraries is None:
            for scope in scopes:
                general.setdefault(scope, schedule)
