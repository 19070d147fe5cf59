"""The image's recipe and the compose file, read; building it takes an engine and is not done here."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from keepercheky import __version__

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()
# The brackets keep this very file from naming a host; what the pattern finds is the same.
REGISTRIES = re.compile(
    r"pyp[i]\.|python[h]osted|npm[j]s|docker\.io|ghcr\.io|quay\.io|gcr\.io|--index-url|--extra-index"
)


def instructions() -> list[tuple[str, str]]:
    """Name and rest of each, comments away and long lines in one."""
    text = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", RECIPE))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def last(name: str) -> str:
    return [rest for each, rest in instructions() if each == name][-1]


def test_it_is_built_in_one_image_and_runs_in_another():
    froms = [rest for name, rest in instructions() if name == "FROM"]
    assert froms == ["python:3.12-slim AS build", "python:3.12-slim"]
    runs = [rest for name, rest in instructions() if name == "RUN"]
    assert "pip" not in runs[-1]


def test_it_runs_as_nobody_in_particular_and_can_be_stopped_and_asked():
    assert re.fullmatch(r"\d+:\d+", last("USER"))
    assert not last("USER").startswith("0:")
    assert last("STOPSIGNAL") == "SIGTERM"
    assert last("VOLUME") == "/config"
    assert json.loads(last("HEALTHCHECK").partition("CMD ")[2]) == ["keepercheky", "health"]
    assert json.loads(last("ENTRYPOINT")) == ["keepercheky"]
    assert json.loads(last("CMD")) == ["serve"]


def test_it_installs_what_is_locked_and_names_no_registry():
    [locked] = [rest for name, rest in instructions() if "requirements.lock" in rest and name == "RUN"]
    assert "--require-hashes" in locked
    for text in (RECIPE, COMPOSE, (ROOT / ".dockerignore").read_text()):
        assert not REGISTRIES.search(text)


def test_it_says_what_it_is():
    labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]*)"', last("LABEL")))
    assert labels["title"] == "KeeperCheky"
    assert labels["licenses"] == "MIT"
    assert {"description", "version", "revision"} <= set(labels)
    assert ("ARG", f"VERSION={__version__}") in instructions()


def test_what_is_copied_exists_and_is_let_in():
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source
        for name, rest in instructions()
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)


@pytest.mark.skipif(not shutil.which("hadolint"), reason="hadolint is not installed")
def test_hadolint_has_nothing_to_say():
    said = subprocess.run(["hadolint", str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def test_compose_gives_it_as_little_as_it_needs():
    services = yaml.safe_load(COMPOSE)["services"]
    assert list(services) == ["keepercheky"]
    service = services["keepercheky"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == "${PUID:-1000}:${PGID:-1000}"
    assert service["volumes"] == ["./config:/config"]


def test_compose_opens_the_pages_to_this_machine_alone():
    [port] = yaml.safe_load(COMPOSE)["services"]["keepercheky"]["ports"]
    assert port == "127.0.0.1:8484:8484"
