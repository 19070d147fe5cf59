"""Deletions, step by step: planned, acting, and how each ended. What is written here before an act is what a crash
leaves behind, and what the next start asks about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec

from keepercheky.store.approvals import use_approvals
from keepercheky.store.columns import from_column, from_json, to_column, to_json
from keepercheky.store.counters import Counter, add_counters
from keepercheky.store.database import Database, Row, Statements

State: TypeAlias = Literal["planned", "acting", "done", "unverified", "failed", "skipped", "abandoned"]
Ending: TypeAlias = Literal[
    "unverified", "failed", "skipped", "abandoned"
]  # how a step ends that did not delete
AfterKind: TypeAlias = Literal["jellyfin", "seerr"]

DELETIONS: Final = "deletions_total"
FREED: Final = "freed_bytes_total"
UNSETTLED: Final[tuple[State, ...]] = ("planned", "acting", "unverified")
# What may end so. Nothing that began is skipped, nothing that never began can have failed.
BEFORE: Final[dict[Ending, tuple[State, ...]]] = {
    "unverified": ("acting",),
    "failed": ("acting",),
    "skipped": ("planned",),
    "abandoned": UNSETTLED,
}


class Body(msgspec.Struct, frozen=True):
    """What a step needs to be verified, followed up and undone. Ids are the services' own of that moment.

    Without `files` it is no title but the entry of a show that became empty: it frees nothing and counts as nothing.
    """

    identity: str
    service: str
    kind: str
    arr_id: int
    title: str
    year: int
    season: int | None
    episode: int | None
    files: tuple[int, ...]
    episode_ids: tuple[int, ...]
    folder: str  # as the *arr sees it
    seen: tuple[str, ...]  # our own paths that must be gone with the entry; none: not visible
    tmdb: int | None
    imdb: str | None
    tvdb: int | None
    import_exclusion: bool
    keep_entry: bool
    jellyfin: tuple[tuple[str, str], ...] = ()  # (item id, its own path): what Jellyfin is told of
    seerr: tuple[tuple[int, str, int], ...] = ()  # (media id, its updatedAt, newest request id)
    seen_files: tuple[str, ...] = ()  # our own paths of the files alone
    seen_root: str = ""  # our own path of the folder all titles lie in, and …
    witnesses: tuple[str, ...] = ()  # … things there that stay: while all are missing, nothing is proved
    vanishing: tuple[str, ...] = ()  # ids of the Jellyfin items that must go with it
    only_4k: bool = False  # of an instance that holds 4K copies and nothing else
    monitored: bool = True  # whether the show was, before us
    delete_empty_shows: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True):
    id: int = 0
    run_id: str
    position: int
    key: str
    schedule: str
    state: State
    reason: str | None = None
    due_at: datetime
    planned_at: datetime
    acting_at: datetime | None = None
    ended_at: datetime | None = None
    size_bytes: int
    frees_bytes: int
    storage: str | None
    bin_days: int | None = None
    body: Body


class AfterStep(msgspec.Struct, frozen=True):
    id: int
    step: Step
    kind: AfterKind
    attempts: int


_SELECT: Final = (
    "SELECT id, run_id, position, key, schedule, state, reason, due_at, planned_at, acting_at, ended_at, size_bytes, "
    "frees_bytes, storage, bin_days, body FROM steps "
)
_WITH_PENDING: Final = "WHERE id IN (SELECT step_id FROM after_steps WHERE state = 'pending')"


class Steps:
    """`store.steps`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(self, steps: Sequence[Step]) -> list[Step]:
        """Journal all steps of a run before the first of them; as journalled, with their ids."""
        async with self._database.writing() as statements:
            for step in steps:
                await statements.run(
                    "INSERT INTO steps (run_id, position, key, schedule, state, due_at, planned_at, size_bytes, frees_bytes, "
                    "storage, bin_days, body) VALUES (?, ?, ?, ?, 'planned', ?, ?, ?, ?, ?, ?, ?)",
                    (
                        step.run_id,
                        step.position,
                        step.key,
                        step.schedule,
                        to_column(step.due_at),
                        to_column(step.planned_at),
                        step.size_bytes,
                        step.frees_bytes,
                        step.storage,
                        step.bin_days,
                        to_json(step.body),
                    ),
                )
            rows = await statements.rows(
                _SELECT + "WHERE run_id = ? ORDER BY position", (steps[0].run_id if steps else "",)
            )
        return [_step(row) for row in rows]

    async def acting(self, step: Step, resource: bytes, at: datetime) -> bool:
        """The last record before the act. False when the step is not waiting to be done any more."""
        async with self._database.writing() as statements:
            changed = await statements.run(
                "UPDATE steps SET state = 'acting', acting_at = ?, resource = ?, body = ? WHERE id = ? AND state = 'planned'",
                (to_column(at), resource, to_json(step.body), step.id),
            )
        return changed == 1

    async def gone(self, step: Step, at: datetime, after: Iterable[AfterKind]) -> bool:
        """A title is verified gone: it counts against the caps, as deleted by us, and in the totals; as one, and once."""
        async with self._database.writing() as statements:
            changed = await statements.run(
                "UPDATE steps SET state = 'done', reason = NULL, ended_at = ? WHERE id = ? AND state IN ('acting', 'unverified')",
                (to_column(at), step.id),
            )
            if changed != 1:
                return False
            await _spend(statements, step, step.acting_at or at)
            await _pend(statements, step, after, at)
            if step.body.files:
                freed = Counter(
                    FREED, {"schedule": step.schedule, "disk": step.storage or ""}, step.frees_bytes
                )
                await add_counters(statements, [_ended("done", step), freed])
        return True

    async def end(
        self, step: Step, state: Ending, reason: str, at: datetime, after: Iterable[AfterKind] = ()
    ) -> bool:
        """A step that did not delete, and why. Once. `after`: what follows all the same, when it is gone without us."""
        before = ", ".join(f"'{one}'" for one in BEFORE[state])
        async with self._database.writing() as statements:
            changed = await statements.run(
                f"UPDATE steps SET state = ?, reason = ?, ended_at = ? WHERE id = ? AND state IN ({before})",  # noqa: S608 - words of ours
                (state, reason, to_column(at), step.id),
            )
            if changed != 1:
                return False
            if state == "unverified":  # it may well be gone: the brakes count it
                await _spend(statements, step, step.acting_at or at)
            await _pend(statements, step, after, at)
            if step.body.files:
                await add_counters(statements, [_ended(state, step)])
        return True

    async def unsettled(self) -> list[Step]:
        """Steps nobody knows the end of yet, oldest first."""
        return await self._steps(f"WHERE state IN {UNSETTLED} ORDER BY id", ())

    async def of_run(self, run_id: str) -> list[Step]:
        return await self._steps("WHERE run_id = ? ORDER BY position", (run_id,))

    async def done_since(self, at: datetime) -> list[Step]:
        """Verified deletions, newest first."""
        return await self._steps(
            "WHERE state = 'done' AND ended_at >= ? ORDER BY ended_at DESC, id DESC", (to_column(at),)
        )

    async def counted_since(self, at: datetime) -> list[Step]:
        """Titles that went, or may have gone, by our doing since then."""
        steps = await self._steps(
            "WHERE state IN ('done', 'unverified') AND ended_at >= ? ORDER BY id", (to_column(at),)
        )
        return [step for step in steps if step.body.files]

    async def in_bins(self, now: datetime) -> list[Step]:
        """Verified deletions that still lie in a recycle bin: its clean-up days and two more, or for ever."""
        return await self._steps(
            "WHERE state = 'done' AND bin_days IS NOT NULL AND (bin_days = 0 OR ended_at + (bin_days + 2) * 86400000000 > ?) "
            "ORDER BY id",
            (to_column(now),),
        )

    async def newest(self, key: str) -> Step | None:
        """The newest verified deletion of a key."""
        found = await self._steps("WHERE key = ? AND state = 'done' ORDER BY id DESC LIMIT 1", (key,))
        return found[0] if found else None

    async def resource(self, step: Step) -> bytes | None:
        """The *arr's own JSON of the title, as it was before it went."""
        async with self._database.reading() as statements:
            row = await statements.row("SELECT resource FROM steps WHERE id = ?", (step.id,))
        return row[0] if row else None

    async def pending(self) -> list[AfterStep]:
        """What still follows deletions, oldest first."""
        async with self._database.reading() as statements:
            rows = await statements.rows(
                "SELECT id, kind, attempts, step_id FROM after_steps WHERE state = 'pending' ORDER BY id"
            )
            found = await statements.rows(_SELECT + _WITH_PENDING)
        steps = {row[0]: _step(row) for row in found}
        return [AfterStep(row[0], steps[row[3]], row[1], row[2]) for row in rows]

    async def after(
        self, after: AfterStep, state: Literal["pending", "done", "dropped"], reason: str, at: datetime
    ) -> None:
        """How an attempt at an after-step went. One that has ended stays as it ended."""
        async with self._database.writing() as statements:
            await statements.run(
                "UPDATE after_steps SET state = ?, reason = ?, attempts = attempts + 1, changed_at = ? "
                "WHERE id = ? AND state = 'pending'",
                (state, reason or None, to_column(at), after.id),
            )

    async def _steps(self, where: str, values: Sequence[int | str | None]) -> list[Step]:
        async with self._database.reading() as statements:
            return [_step(row) for row in await statements.rows(_SELECT + where, values)]


async def _spend(statements: Statements, step: Step, at: datetime) -> None:
    """Gone, or as good as: the brakes count it, it is known as ours, and its approval is used up. Again: no change."""
    if step.body.files:
        await statements.run(
            "INSERT OR IGNORE INTO spent (run_id, key, schedule, kind, due_at, size_bytes) VALUES (?, ?, ?, ?, ?, ?)",
            (
                step.run_id,
                step.key,
                step.schedule,
                step.body.kind,
                to_column(step.due_at),
                step.size_bytes,
            ),
        )
    await statements.run(
        "INSERT INTO deleted (identity, at) VALUES (?, ?) ON CONFLICT (identity) DO UPDATE SET at = max(at, excluded.at)",
        (step.body.identity, to_column(at)),
    )
    await use_approvals(statements, step.key)


async def _pend(statements: Statements, step: Step, after: Iterable[AfterKind], at: datetime) -> None:
    await statements.run_many(
        "INSERT OR IGNORE INTO after_steps (step_id, kind, state, changed_at) VALUES (?, ?, 'pending', ?)",
        [(step.id, kind, to_column(at)) for kind in after],
    )


def _ended(outcome: State, step: Step) -> Counter:
    return Counter(DELETIONS, {"schedule": step.schedule, "kind": step.body.kind, "outcome": outcome})


def _step(row: Row) -> Step:
    return Step(
        id=row[0],
        run_id=row[1],
        position=row[2],
        key=row[3],
        schedule=row[4],
        state=row[5],
        reason=row[6],
        due_at=from_column(row[7]),
        planned_at=from_column(row[8]),
        acting_at=from_column(row[9]),
        ended_at=from_column(row[10]),
        size_bytes=row[11],
        frees_bytes=row[12],
        storage=row[13],
        bin_days=row[14],
        body=from_json(row[15], Body),
    )
