"""What cannot be meant although every value can be read: told before anything is asked or deleted.

A finding is left out where a key it builds on is broken itself: that was said already.
"""

from __future__ import annotations

from keepercheky.policy.terms import Mode
from keepercheky.settings.addresses import is_loopback, is_loopback_host
from keepercheky.settings.layers import Layers
from keepercheky.settings.mistakes import Findings
from keepercheky.settings.model import Settings
from keepercheky.settings.schedule_checks import check_schedules
from keepercheky.settings.service import PRODUCTS, Product, ServiceSettings
from keepercheky.settings.space_checks import below, check_levels, check_need, check_targets

KNOWN = ServiceSettings.model_fields
ONE_OF_A_KIND = {Product.JELLYFIN: "Jellyfin", Product.SEERR: "Seerr"}


def check(settings: Settings, numbers: list[int], layers: Layers, findings: Findings) -> None:
    """All contradictions and warnings of settings that may be incomplete where something was broken."""
    _check_mode(settings, layers, findings)
    _check_services(settings, findings)
    _check_protections(settings, layers, findings)
    _check_storages(settings, findings)
    _check_web(settings, findings)
    schedules = list(zip(numbers, settings.schedules, strict=True))
    check_schedules(settings, schedules, findings)
    check_levels(settings, schedules, findings)
    check_need(settings, schedules, findings)
    check_targets(settings, schedules, findings)


def _check_mode(settings: Settings, layers: Layers, findings: Findings) -> None:
    mode = layers.raw.get("mode")
    about = (("mode",), ("dry_run",))
    if settings.dry_run and mode is not None and str(mode).strip().lower() != Mode.PREVIEW:
        findings.warning(
            ("dry_run",),
            f'preview wins: dry_run = true stands beside mode = "{mode}"',
            f'Take dry_run out when mode = "{mode}" is meant',
            about,
        )
    if settings.dry_run is False and settings.mode is Mode.PREVIEW:
        findings.warning(
            ("dry_run",),
            "dry_run = false alone deletes nothing: the mode is preview",
            'Write mode = "clean" when deleting is meant, else take dry_run out',
            about,
        )


def _check_services(settings: Settings, findings: Findings) -> None:
    by_product: dict[Product, list[str]] = {}
    for name, service in settings.services.items():
        path = ("services", name)
        by_product.setdefault(service.kind, []).append(name)
        if service.enabled and not service.api_key.get_secret_value():
            keys = [(*path, "api_key"), (*path, "api_key_file")]
            # An unknown key may be a slip for it.
            slips = [each for each in findings.broken if each[:2] == path and each[-1] not in KNOWN]
            findings.mistake(
                path,
                "there is no API key",
                "Add api_key, or api_key_file with the path of a file that holds it",
                [*keys, *slips],
            )
        if PRODUCTS.get(name, service.kind) is not service.kind:
            findings.mistake(
                (*path, "kind"),
                f"the name says {name}, the kind says {service.kind}",
                "Give the service another name",
            )
        if settings.demo and not is_loopback(service.url):
            findings.mistake(
                (*path, "url"),
                "the demo speaks to this machine alone",
                "Write an address such as http://127.0.0.1:7878",
                [(*path, "url")],
            )
        if service.kind not in (Product.RADARR, Product.SONARR) and not service.in_jellyfin:
            findings.warning(
                (*path, "in_jellyfin"), "this says nothing of a service without titles", "Take it out"
            )
    for product, label in ONE_OF_A_KIND.items():
        names = [name for name in by_product.get(product, []) if settings.services[name].enabled]
        if len(names) > 1:
            findings.mistake(
                ("services", names[1]),
                f"this version asks one {label} only, and there is {names[0]} already",
                "Take one of the two out, or write enabled = false in it",
            )
    if not by_product.get(Product.RADARR) and not by_product.get(Product.SONARR):
        findings.mistake(
            ("services",),
            "there is neither a Radarr nor a Sonarr, so nothing to look after",
            'Add radarr = { url = "http://192.168.1.10:7878", api_key = "..." } below [services]',
            [("services",)],
        )


def _enabled(settings: Settings, product: Product) -> bool:
    return any(service.kind is product and service.enabled for service in settings.services.values())


def _check_protections(settings: Settings, layers: Layers, findings: Findings) -> None:
    """A protection without its source does not exist: nobody may believe otherwise."""
    keep = settings.keep
    about = [("services",)]
    if not _enabled(settings, Product.JELLYFIN):
        off = [name for name, service in settings.services.items() if service.kind is Product.JELLYFIN]
        findings.warning(
            ("services", off[0], "enabled") if off else ("services",),
            "without Jellyfin nothing is known of plays, favorites and sessions: they protect nothing",
            "Write enabled = true"
            if off
            else 'Add jellyfin = { url = "http://192.168.1.10:8096", api_key = "..." } below [services]',
            about,
        )
        wanted = {
            ("keep", "libraries"): bool(keep.libraries),
            ("keep", "favorites"): not isinstance(keep.favorites, bool),
            ("leaving_soon",): settings.leaving_soon.enabled,
        }
        for path in [path for path, is_wanted in wanted.items() if is_wanted]:
            findings.mistake(
                path, "this needs a Jellyfin, and none is configured", "Add Jellyfin, or take this out", about
            )
    if not _enabled(settings, Product.SEERR) and keep.requested and ("keep", "requested") in layers.origins:
        findings.warning(
            ("keep", "requested"),
            "without Seerr nothing is known of requests: they protect nothing",
            "Add Seerr to [services], or take this out",
            about,
        )
    for index, schedule in enumerate(settings.schedules):
        if schedule.tag is not None and schedule.tag in keep.tags:
            findings.mistake(
                ("keep", "tags"),
                f'the tag "{schedule.tag}" keeps titles here and lets them go in {schedule.id}',
                "Use another tag for one of the two",
                [("schedules", index, "tag")],
            )


def _check_storages(settings: Settings, findings: Findings) -> None:
    without = [name for name, storage in settings.storage.items() if storage.path is None]
    without = [name for name in without if not findings.is_broken(("storage", name, "path"))]
    for name in without[1:]:
        findings.mistake(
            ("storage", name),
            f"a second storage without a path, beside {without[0]}",
            'Give one of them the folder as KeeperCheky sees it: path = "/data/media"',
        )
    seen: dict[str, str] = {}
    for name, storage in settings.storage.items():
        path = ("storage", name)
        if storage.path is not None and seen.setdefault(storage.path, name) != name:
            findings.mistake(
                (*path, "path"), f"the storage {seen[storage.path]} has this path too", "Keep one of them"
            )
        if below(storage.reserve, storage.margin):
            findings.mistake(
                (*path, "reserve"),
                f'"{storage.reserve.text}" is below the margin "{storage.margin.text}"',
                f'Raise reserve to "{storage.margin.text}" or more, or lower margin',
                [(*path, "reserve"), (*path, "margin")],
            )
        if storage.keep_free and (storage.keep_free.share or 0) + (storage.margin.share or 0) >= 1:
            findings.mistake(
                (*path, "keep_free"),
                "keep_free and margin together would mean an empty storage",
                "Lower keep_free",
                [(*path, "keep_free"), (*path, "margin")],
            )


def _check_web(settings: Settings, findings: Findings) -> None:
    web = settings.web
    about = [("web", "auth"), ("web", "bind"), ("web", "trusted_proxies")]
    if web.auth == "proxy" and not web.trusted_proxies:
        findings.mistake(
            ("web", "auth"),
            "no proxy is trusted, so nobody could sign in",
            'Name its address: trusted_proxies = ["172.18.0.2"]',
            about,
        )
    if web.auth == "none" and not is_loopback_host(web.bind.host):
        findings.warning(
            ("web", "auth"), f"everybody who reaches {web.bind} may delete", 'Write auth = "password"', about
        )
