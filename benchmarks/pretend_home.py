"""A child: the demo's fake services over a home of some size. Every body is made once and kept, so that what is timed
later is the program and not the fakes. Where the clock runs, every answer is new.

Asked "requests": every request since the last time, and how long each paged list is.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import anyio

from benchmarks.budget import list_of
from benchmarks.children import questions, tell
from keepercheky.demo import Asked, Home, home, open_home
from keepercheky.demo.ask import Answer, Ask
from keepercheky.demo.faults import Faults
from keepercheky.demo.serve import Fake, Front

NOW: Final = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
PIECE_BYTES: Final = 64 * 1024
# How long a paged list is, in each product's words.
_TOTAL: Final = re.compile(rb'"(?:totalRecords|TotalRecordCount|results)": ?(\d+)')

Question = tuple[str, str, tuple[tuple[str, str], ...]]
KEPT: dict[Question, Answer] = {}


class ReadyMade:
    """A fake that answers a question it has met before with the same bytes."""

    def __init__(self, fake: Fake) -> None:
        self._fake = fake

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fake, name)

    def handle(self, ask: Ask) -> Answer:
        question = (self._fake.name, ask.path, ask.query)
        if question not in KEPT:
            answer = self._fake.handle(ask)
            body = answer.whole()
            answer.chunks = tuple(body[at : at + PIECE_BYTES] for at in range(0, len(body), PIECE_BYTES))
            if ask.method != "GET" or answer.status != 200:
                return answer
            KEPT[question] = answer
        return KEPT[question]


class ReadyFront(Front):
    def __init__(self, fake: Fake, faults: Faults, requests: list[Asked]) -> None:
        super().__init__(cast("Fake", ReadyMade(fake)), faults, requests)


def totals() -> dict[str, int]:
    """Rows of every paged list that was asked for."""
    found: dict[str, int] = {}
    for (service, path, query), answer in KEPT.items():
        total = _TOTAL.search(b"".join(answer.chunks))
        if total is not None:
            found.setdefault(list_of(service, path, query)[0], int(total.group(1)))
    return found


def bodies_bytes() -> int:
    return sum(len(chunk) for answer in KEPT.values() for chunk in answer.chunks)


def about(opened: Home) -> dict[str, object]:
    """What the others must know, and what a budget hangs on."""
    world = opened.world
    loved = {
        item
        for user in world.users
        for item, data in user.data.items()
        if data.favourite and world.items[item].kind == "BoxSet"
    }
    return {
        "settings": opened.settings_toml(cron="0 4 * * *", state=Path("STATE"), port=18484),
        "services": {
            one.name: {"kind": one.kind, "url": one.url, "key": one.api_key}
            for one in opened.services.values()
        },
        "movies": len(world.movies),
        "shows": len(world.shows),
        "episodes": sum(1 for item in world.items.values() if item.kind == "Episode"),
        "users": len(world.users),
        "favourite_collections": len(loved),
    }


async def main(movies: int, shows: int, *, live: bool) -> None:
    now = (lambda: datetime.now(UTC)) if live else (lambda: NOW)
    if not live:
        vars(home)["Front"] = ReadyFront  # everything else is the demo as it is
    with tempfile.TemporaryDirectory(prefix="keepercheky-bench-") as folder:
        async with open_home(Path(folder), now=now, movies=movies, shows=shows, files=False) as opened:
            tell(about(opened))
            async for _ in questions():
                asked = [[one.service, one.path, one.query] for one in opened.requests]
                tell({"requests": asked, "totals": totals(), "bytes": bodies_bytes()})
                opened.requests.clear()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--movies", type=int, required=True)
    options.add_argument("--shows", type=int, required=True)
    options.add_argument("--now", action="store_true", help="its clock runs; else it stands still")
    chosen = options.parse_args()
    anyio.run(lambda: main(chosen.movies, chosen.shows, live=chosen.now))
