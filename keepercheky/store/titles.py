"""One row of the mirror: what was decided last of one title, and how it lies in its table."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from hashlib import blake2b
from typing import Final, Literal, TypeAlias

import msgspec

from keepercheky.media import Ids
from keepercheky.store.columns import Value, from_column, from_json, to_column, to_json
from keepercheky.store.database import Row

Verdict: TypeAlias = Literal["keep", "undecided", "leaving", "delete"]


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """The last decision of one title. `changed_at` and `run_id` are the mirror's: when it came to be so, and in which run."""

    key: str
    schedule: str | None  # None: no schedule governs it
    service: str
    kind: str
    title: str
    year: int | None
    season: int | None = None
    episode: int | None = None
    episodes: tuple[int, ...] = ()
    ids: Ids = Ids()
    size_bytes: int
    frees_bytes: int
    storage: str | None
    verdict: Verdict
    taken: bool
    first_rule: str
    findings: bytes  # JSON: codes and facts
    active_at: datetime | None = None
    expires_at: datetime | None = None
    announced_at: datetime | None = None
    promised_until: datetime | None = None
    position: int | None = None  # its place in the plan
    changed_at: datetime | None = None
    run_id: str = ""


SELECT: Final = (
    "SELECT key, schedule, service, kind, title, year, season, episode, episodes, tmdb, imdb, tvdb, size_bytes, "
    "frees_bytes, storage, verdict, taken, first_rule, findings, active_at, expires_at, announced_at, promised_until, "
    "position, changed_at, run_id FROM titles "
)
WRITE: Final = (
    "INSERT OR REPLACE INTO titles (key, schedule, service, kind, title, year, season, episode, episodes, tmdb, imdb, "
    "tvdb, size_bytes, frees_bytes, storage, verdict, taken, first_rule, findings, active_at, expires_at, announced_at, "
    "promised_until, position, changed_at, run_id, identity, folded, content) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

# Letters that no accent makes, as people type them.
_PLAIN: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
)
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Without case, accents and punctuation: `Amélie: ¡Sí!` is `amelie si`."""
    if text.isascii():
        return _BETWEEN_WORDS.sub(" ", text.lower()).strip()
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
    return _BETWEEN_WORDS.sub(" ", bare.casefold().translate(_PLAIN)).strip()


def content_hash(row: DecisionRow) -> int:
    """Equal for equal decisions, whenever and by whichever run they were made."""
    if row.changed_at is not None or row.run_id:
        row = msgspec.structs.replace(row, changed_at=None, run_id="")
    digest = blake2b(msgspec.msgpack.encode(row), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def to_row(row: DecisionRow, schedule: str, content: int, now: datetime, run_id: str) -> tuple[Value, ...]:
    return (
        row.key,
        schedule,
        row.service,
        row.kind,
        row.title,
        row.year,
        row.season,
        row.episode,
        to_json(row.episodes),
        row.ids.tmdb,
        row.ids.imdb,
        row.ids.tvdb,
        row.size_bytes,
        row.frees_bytes,
        row.storage,
        row.verdict,
        int(row.taken),
        row.first_rule,
        row.findings,
        to_column(row.active_at),
        to_column(row.expires_at),
        to_column(row.announced_at),
        to_column(row.promised_until),
        row.position,
        to_column(now),
        run_id,
        row.key.rpartition("@")[0],
        folded(row.title),
        content,
    )


def from_row(row: Row) -> DecisionRow:
    return DecisionRow(
        key=row[0],
        schedule=row[1] or None,
        service=row[2],
        kind=row[3],
        title=row[4],
        year=row[5],
        season=row[6],
        episode=row[7],
        episodes=from_json(row[8], tuple[int, ...]),
        ids=Ids(row[9], row[10], row[11]),
        size_bytes=row[12],
        frees_bytes=row[13],
        storage=row[14],
        verdict=row[15],
        taken=bool(row[16]),
        first_rule=row[17],
        findings=row[18],
        active_at=from_column(row[19]),
        expires_at=from_column(row[20]),
        announced_at=from_column(row[21]),
        promised_until=from_column(row[22]),
        position=row[23],
        changed_at=from_column(row[24]),
        run_id=row[25],
    )
