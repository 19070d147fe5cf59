"""Everything the program's own clients ask of a home is in the files the products publish."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from contract_published import FOLDER, missing, published

from keepercheky.clock import Clock
from keepercheky.demo import open_home
from keepercheky.services import snapshot
from keepercheky.services.catalog import open_service

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"no published OpenAPI files in {FOLDER}: {', '.join(missing())}"
)

# Served by the products and forgotten in their files.
UNLISTED = {("jellyfin", "/health")}


async def test_reading_a_whole_home_asks_only_what_is_published(tmp_path: Path):
    async with open_home(tmp_path, now=lambda: datetime.now(UTC), files=False) as home:
        clients = [open_service(s.name, s.kind, s.url, s.api_key) for s in home.services.values()]

        taken = await snapshot.take(clients, Clock())
        details, gaps = await snapshot.details(clients, [("sonarr", 1), ("sonarr", 11)])
        for client in clients:
            await client.aclose()

        assert (dict(taken.gaps), gaps) == ({}, {})
        assert len(details) == 2
        assert {asked.service for asked in home.requests} == home.services.keys()
        assert {asked.method for asked in home.requests} == {"GET"}
        faults = [
            fault
            for asked in home.requests
            if (asked.service, asked.path) not in UNLISTED
            for fault in published(asked.service).faults_of_request(asked.method, asked.path, asked.query)
        ]
        assert faults == []
