"""From a file, the environment and secret files to settings and rules, or to all mistakes at once.

The environment stands over secret files, these over the settings file, that over the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepercheky.errors import Mistake, SettingsError
from keepercheky.policy.terms import Rules
from keepercheky.settings.checks import check
from keepercheky.settings.environment import Given, read_environment
from keepercheky.settings.files import find_file, nothing_found, read_toml, readable_by_others
from keepercheky.settings.keys import add_credentials, add_key_files, add_secrets_file, open_to_all
from keepercheky.settings.layers import DEFAULT, Layers
from keepercheky.settings.mistakes import Findings
from keepercheky.settings.model import Settings
from keepercheky.settings.partial import read_partly
from keepercheky.settings.rules import to_rules
from keepercheky.settings.spelling import Spelling, key_of
from keepercheky.settings.times import names_zone, system_zone
from keepercheky.settings.tree import leaves
from keepercheky.settings.values import BadValue, parse_yes_no
from keepercheky.settings.words import PLACEHOLDERS


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings that hold together. `sources` says of every key, such as `services.radarr.url`, where it came
    from: "environment", "secret file", "file" or "default".
    """

    settings: Settings
    rules: Rules
    warnings: tuple[Mistake, ...]
    path: Path | None
    sources: Mapping[str, str]


def load(path: Path | None, environ: Mapping[str, str]) -> Loaded:
    """Read the settings file at `path` (None: look for one) and the environment.

    Raises `SettingsError` with every mistake there is. With `demo = true` in the file, the environment
    counts for nothing: no variable, no credential.
    """
    file = find_file(path, environ)
    tables = read_toml(file) if file else {}
    if _says_demo(tables):
        environ = {}
    given, unreadable = read_environment(environ)
    if file is None and not given and not unreadable:
        raise nothing_found()

    layers = Layers()
    layers.add_file(tables)
    findings = Findings(Spelling(layers.raw, layers.variables), mistakes=list(unreadable))
    if file is not None and readable_by_others(file) and _holds_keys(tables):
        findings.warnings.append(open_to_all(file))
    _add_sources(file, environ, given, layers, findings)
    _add_zone(environ, layers, findings)

    settings, numbers = read_partly(layers.raw, findings)
    check(settings, numbers, layers, findings)
    if findings.mistakes:
        raise SettingsError(tuple(findings.mistakes), str(file or "the environment"))
    return Loaded(settings, to_rules(settings), tuple(findings.warnings), file, _sources(settings, layers))


def _says_demo(tables: Mapping[str, Any]) -> bool:
    """Whether the file is the demo's. Unclear counts as yes: the mistake is told, and nothing else is touched."""
    try:
        return parse_yes_no(tables.get("demo", False))
    except BadValue:
        return True


def _add_sources(
    file: Path | None, environ: Mapping[str, str], given: list[Given], layers: Layers, findings: Findings
) -> None:
    """Everything above the file, lowest first."""
    names = set(_services(layers.raw))
    for each in given:
        if each.path[0] == "services":
            names.update([each.path[1]] if len(each.path) > 1 else _services({"services": each.value}))
    if file is not None:
        add_secrets_file(file.parent, names, layers, findings)
    add_credentials(environ, names, layers, findings)
    for each in given:
        layers.add_given(each)
    add_key_files(layers, findings)


def _services(raw: Mapping[str, Any]) -> dict[str, Any]:
    services = raw.get("services")
    return services if isinstance(services, dict) else {}


def _holds_keys(tables: Mapping[str, Any]) -> bool:
    keys = [service.get("api_key", "") for service in _services(tables).values() if isinstance(service, dict)]
    return any(key and key not in PLACEHOLDERS for key in keys)


def _add_zone(environ: Mapping[str, str], layers: Layers, findings: Findings) -> None:
    """The system's time zone where none is written."""
    if "timezone" in layers.raw:
        return
    zone = system_zone(environ) or "UTC"
    if not names_zone(environ.get("TZ", "")):
        findings.warning(
            ("timezone",),
            f"the system's TZ is not the name of a time zone, so {zone} counts",
            'Mend TZ, or write timezone = "Europe/Madrid"',
        )
    layers.raw["timezone"] = zone
    layers.origins["timezone",] = DEFAULT


def _sources(settings: Settings, layers: Layers) -> dict[str, str]:
    """Of every key that could be written, where its value came from."""
    found: dict[str, str] = {}
    ids = [schedule.id for schedule in settings.schedules]
    for leaf in leaves():
        section, *rest = leaf.path
        names: list[str | int]
        if section == "schedules":
            names = list(range(len(ids)))
        else:
            names = list(getattr(settings, section)) if section in ("services", "storage") else []
        for name in names:
            shown = ids[name] if isinstance(name, int) else name
            found[key_of((section, shown, *rest[1:]))] = layers.origins.get(
                (section, name, *rest[1:]), DEFAULT
            )
        if section not in ("services", "storage", "schedules"):
            found[key_of(leaf.path)] = layers.origins.get(leaf.path, DEFAULT)
    return found
