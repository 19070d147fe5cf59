"""Whatever a service does wrong, nothing is deleted that would not have been deleted had it done right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from keepercheky.demo import Fault
from keepercheky.services import http
from tests.runs.conftest import Lab, at_once, deleted, open_lab

SERVICES = ("radarr", "sonarr", "jellyfin", "jellyseerr")
WHOLE = tuple(fault for fault in Fault if fault.name != "LIES")  # that one is about writes

# Half lists and empty ones, call by call. Left out: what may well be empty and tells no total (sessions, health).
LISTS = {
    "radarr": ("movie", "tag", "rootfolder", "history", "queue", "diskspace"),
    "sonarr": ("series", "tag", "rootfolder", "history", "queue", "diskspace", "episode", "episodefile"),
    "jellyfin": ("/Users", "/Items", "/Library/VirtualFolders"),
    "jellyseerr": ("request", "service/radarr", "service/sonarr"),
}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def house(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """A home in which everything went well once, so that what vanishes is noticed."""
    patch = pytest.MonkeyPatch()
    patch.setattr(http, "TRIES", 1)  # trying again is tested where it lives
    async with open_lab(tmp_path_factory.mktemp("faults"), at_once, movies=20, shows=5) as lab:
        assert (await lab.run()).outcome == "success"
        yield lab
    patch.undo()


@pytest.fixture(scope="module")
async def unharmed(house: Lab) -> set[str]:
    plan = await house.plan()
    assert plan["outcome"] in ("ready", "waiting")
    return deleted(plan)


def test_without_faults_there_is_something_to_delete(unharmed: set[str]) -> None:
    assert len(unharmed) >= 10


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("fault", WHOLE, ids=lambda fault: fault.name.lower())
async def test_a_service_that_misbehaves_stops_every_deletion(
    house: Lab, unharmed: set[str], service: str, fault: Fault
) -> None:
    house.home.faults.set(service, fault)
    try:
        plan = await house.plan()
    finally:
        house.home.faults.clear()

    assert deleted(plan) == set()
    assert plan["outcome"] == "refused"
    assert _reasons(plan)
    assert not any(row["taken"] for row in plan["titles"])


@pytest.mark.parametrize(
    ("service", "path"), [(service, path) for service, paths in LISTS.items() for path in paths]
)
@pytest.mark.parametrize(
    "fault", [Fault.HALF_LIST, Fault.EMPTY, Fault.TRUNCATED], ids=lambda fault: fault.name.lower()
)
async def test_one_bad_list_never_adds_a_deletion(
    house: Lab, unharmed: set[str], service: str, path: str, fault: Fault
) -> None:
    house.home.faults.set(service, fault, path if path.startswith("/") else f"*/{path}")
    try:
        plan = await house.plan()
    finally:
        house.home.faults.clear()

    assert deleted(plan) <= unharmed
    for row in plan["titles"]:
        if row["verdict"] == "undecided":
            assert any(finding["says"] == "unknown" for finding in row["findings"])


def _reasons(plan: dict[str, Any]) -> list[str]:
    return [
        f"{refusal['because']} → {refusal['remedy']}" for refusal in plan["refusals"] if refusal["remedy"]
    ]
