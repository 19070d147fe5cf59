"""API keys from elsewhere: `secrets.toml` beside the settings, systemd credentials, files of `api_key_file`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from keepercheky.errors import Mistake, SettingsError
from keepercheky.settings.files import FILE_NAME, SECRETS_NAME, is_there, read_toml, readable_by_others
from keepercheky.settings.layers import SECRET_FILE, Layers
from keepercheky.settings.mistakes import Findings
from keepercheky.settings.values import BadValue
from keepercheky.settings.words import parse_key, parse_key_file

MOUNTED = (
    Path("/run/secrets"),
    Path("/run/credentials"),
)  # what hands keys over there keeps others out itself
LARGEST_KEY = 4096  # bytes; keys have a hundred at most


def add_secrets_file(folder: Path, names: set[str], layers: Layers, findings: Findings) -> None:
    """`secrets.toml`: what the settings page was told. It holds keys and nothing else."""
    path = folder / SECRETS_NAME
    if not is_there(path):
        return
    try:
        tables = read_toml(path)
    except SettingsError as error:
        findings.mistakes.extend(error.mistakes)
        return
    if tables and readable_by_others(path):
        findings.warnings.append(open_to_all(path))
    strange = [name for name in tables if name != "services"]
    services = tables.get("services", {})
    for name, service in services.items() if isinstance(services, dict) else [("", None)]:
        match service:
            case {"api_key": str(key), **rest} if not rest:
                if name in names:
                    layers.add_secret(name, key)
            case _:
                strange.append(f"services.{name}".rstrip("."))
    findings.mistakes.extend(
        Mistake(
            f"{path}: {key}",
            "this file holds API keys and nothing else",
            f'Move it to {FILE_NAME}; here stands [services.radarr] with api_key = "..." below it',
        )
        for key in strange
    )


def open_to_all(path: Path) -> Mistake:
    """The warning about a file with keys in it that anybody may read."""
    return Mistake(str(path), "anybody on this machine can read the keys in it", f"Run `chmod 600 {path}`")


def add_credentials(environ: Mapping[str, str], names: set[str], layers: Layers, findings: Findings) -> None:
    """systemd's credentials: `radarr_api_key` for the service `radarr`."""
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    if not folder:
        return
    for name in sorted(names):
        path = Path(folder) / f"{name}_api_key"
        if is_there(path):
            _add_key(path, name, "api_key", layers, findings)


def add_key_files(layers: Layers, findings: Findings) -> None:
    """The content of every `api_key_file` that no higher source has replaced."""
    services = layers.raw.get("services")
    for name, service in services.items() if isinstance(services, dict) else ():
        if not isinstance(service, dict) or "api_key_file" not in service:
            continue
        at = ("services", name, "api_key_file")
        if "api_key" in service:
            findings.broken.add(at)
            findings.mistake(at, "both api_key and api_key_file are given", "Keep one of the two")
            continue
        try:
            path = parse_key_file(service["api_key_file"])
        except BadValue:
            continue  # said with all other values
        _add_key(path, name, "api_key_file", layers, findings)


def _read_key(path: Path) -> SecretStr:
    with path.open("rb") as file:
        content = file.read(LARGEST_KEY + 1)
    if len(content) > LARGEST_KEY:
        raise BadValue("there is far more than a key", "")
    return parse_key(content.decode("ascii"))


def _add_key(path: Path, name: str, written_as: str, layers: Layers, findings: Findings) -> None:
    at = ("services", name, written_as)
    problem = remedy = ""
    try:
        key = _read_key(path)
        if written_as == "api_key":
            layers.put(at, key, SECRET_FILE)
        else:
            if readable_by_others(path) and not any(path.is_relative_to(folder) for folder in MOUNTED):
                findings.warnings.append(open_to_all(path))
            layers.raw["services"][name]["api_key"] = key
            layers.origins["services", name, "api_key"] = SECRET_FILE
    except OSError as error:
        problem = f"the file with the key cannot be read: {error.strerror or 'it cannot be opened'}"
        remedy = "Look at its path, its owner and its mode"
    except UnicodeDecodeError:
        problem, remedy = (
            "the file with the key holds something else",
            "It must hold the API key alone, on one line",
        )
    except BadValue as bad:
        problem, remedy = (
            f"in the file with the key, {bad.problem}",
            "It must hold the API key alone, on one line",
        )
    if problem:
        findings.broken.add(("services", name, "api_key"))
        findings.broken.add(at)
        findings.mistake(at, problem, remedy)
