from __future__ import annotations

import time
from pathlib import Path

import anyio
import httpx
from demo_visitor import NO_CERTIFICATES, NOW, Visitor

from keepercheky.demo import open_home


async def test_a_big_home_is_seeded_fast_served_whole_and_keeps_the_loop_awake(tmp_path: Path):
    begun = time.monotonic()
    async with open_home(tmp_path, now=lambda: NOW, movies=3000, shows=100, files=False) as home:
        seeded = time.monotonic() - begun
        longest = 0.0

        async def heartbeat() -> None:
            nonlocal longest
            while True:
                before = time.monotonic()
                await anyio.sleep(0.005)
                longest = max(longest, time.monotonic() - before)

        async with (
            httpx.AsyncClient(verify=NO_CERTIFICATES, timeout=30) as client,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(heartbeat)
            visitor = Visitor(home, client)
            first = await visitor.raw("radarr", "/api/v3/movie")
            again = await visitor.raw("radarr", "/api/v3/movie")
            home.world.movies[7].monitored = False
            changed = await visitor.raw("radarr", "/api/v3/movie")
            page = await visitor.raw(
                "jellyfin", "/Items", recursive="true", limit=500, userId=home.world.users[0].id
            )
            tasks.cancel_scope.cancel()

        assert len(first.json()) == 3000
        assert again.content == first.content
        assert [a["id"] for a, b in zip(first.json(), changed.json(), strict=True) if a != b] == [7]
        assert len(first.content) / 3000 > 4000  # bytes a row, as a real one
        assert len(page.json()["Items"]) == 500
        assert seeded < 5
        assert longest < 1.5
