"""What deletes, or brings back: one run by hand, an approval and its run, an undo. Each told title by title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from keepercheky.app import going_live
from keepercheky.app.answers import run_answer, step_answer, title_answer
from keepercheky.cleanup import approved, undo
from keepercheky.cleanup.run import Planned, look_ahead
from keepercheky.errors import NoMatch, UsageError
from keepercheky.logs import get_logger
from keepercheky.policy.findings import Verdict
from keepercheky.policy.plan import Outcome, Plan
from keepercheky.policy.report import instant, plan_report
from keepercheky.policy.terms import Mode
from keepercheky.store import Run

if TYPE_CHECKING:
    from keepercheky.app.application import App

log = get_logger()

DEAF: Final = "This version only previews: it changes nothing in your services, whatever `mode` says"


async def clean(app: App, schedule_id: str) -> dict[str, Any]:
    """One run now, as mode, caps and approval allow, and what became of it. Waits for a run that is under way."""
    _switched_on(app, schedule_id)
    return await run_told(app, await app.run(schedule_id, app.clock.now(), "manual"))


async def run_told(app: App, run: Run) -> dict[str, Any]:
    """A run that is over, with what it deleted, what it did not and why, and what it would have."""
    house = app.house
    steps = await house.store.steps.of_run(run.id)
    carried = {step.key for step in steps}
    decided = run.totals and run.outcome != "refused"  # else what stands in the mirror is an earlier run's
    due = await house.store.mirror.due(run.schedule) if decided else []
    left = [title_answer(row, house.zone) for row in due if row.taken and row.key not in carried]
    live = await going_live.of_run(house, run)
    cleaning = run.mode == Mode.CLEAN
    return {
        "run": run_answer(run),
        "preview_only": app.preview_only,
        "going_live": live.answer() if live else None,
        "steps": [step_answer(step) for step in steps],
        "waiting": left if cleaning else [],
        "would_delete": [] if cleaning else left,
    }


async def review(app: App, schedule_id: str) -> dict[str, Any]:
    """What waits for approval: every due title, the plan's own first, and whether it is approved already."""
    _switched_on(app, schedule_id)
    _approves(app)
    made = (await _look(app, schedule_id)).plan
    report = plan_report(made, "", app.house.rules, app.house.zone)
    due = [title for title in report["titles"] if title["verdict"] == Verdict.DELETE]
    in_force = await app.store.approvals.in_force(schedule_id, app.clock.now())
    files = approved.approvable(made)
    return {
        **{name: report[name] for name in ("schedule", "taken_at", "mode", "outcome", "reason", "refusals")},
        "titles": [
            {**title, "approved": set(in_force.get(title["key"], ())) == set(files[title["key"]])}
            for title in due
        ],
    }


async def approve(app: App, schedule_id: str, keys: Sequence[str] | None, by: str) -> dict[str, Any]:
    """Approve due titles (None: exactly those the plan takes), and run. Nothing is approved when one key is wrong."""
    _switched_on(app, schedule_id)
    _approves(app)
    made = (await _look(app, schedule_id)).plan
    if made.outcome is Outcome.REFUSED:
        report = plan_report(made, "", app.house.rules, app.house.zone)
        return {"approved": [], "until": None, "run": None, "refusals": report["refusals"]}
    if made.outcome is not Outcome.WAITING and (made.taken or keys is None):
        raise NoMatch(
            f"Nothing of {schedule_id} waits for approval", f"`keepercheky clean {schedule_id}` runs it now"
        )
    chosen = made.taken if keys is None else _due_keys(made, keys)
    files = approved.approvable(made)
    next_due = app.next_due(app.clock.now()).get(schedule_id)
    titles = {key: files[key] for key in chosen}
    until = await approved.approve(app.house, schedule_id, titles, next_due)
    log.info("approved", schedule=schedule_id, titles=len(chosen), by=by)
    run = await app.run(schedule_id, app.clock.now(), "manual")
    return {
        "approved": list(chosen),
        "until": instant(until),
        "refusals": [],
        **await run_told(app, run),
    }


async def undo_told(app: App, what: str, *, search: bool, by: str) -> dict[str, Any]:
    """Bring back what a run, or a title's last deletion, took. To be asked while no run goes on."""
    steps = await undo.deletions_of(app.house, what)
    if not steps:
        none = DEAF if app.preview_only else "`keepercheky history` lists runs and what they deleted"
        raise NoMatch(f"No deletion of ours is known as {what!r}", none)
    if app.house.rules.mode is Mode.PREVIEW:
        raise UsageError(
            "In preview nothing is changed in your services, so nothing is brought back",
            DEAF if app.preview_only else 'Set mode = "announce", which deletes nothing, and ask again',
        )
    undone = await undo.undo(app.house, steps, search=search, by=by)
    return {
        "titles": [
            {
                **step_answer(one.step),
                "complete": one.complete,
                "parts": [
                    {"what": part.what, "outcome": part.outcome, "says": part.says} for part in one.parts
                ],
            }
            for one in undone
        ]
    }


async def _look(app: App, schedule_id: str) -> Planned:
    now = app.clock.now()
    [planned] = await look_ahead(app.house, [schedule_id], now, app.next_due(now))
    return planned


def _switched_on(app: App, schedule_id: str) -> None:
    if not app.schedule(schedule_id).enabled:
        raise UsageError(
            f"The schedule {schedule_id} is switched off, so it cleans nothing",
            "Take enabled = false out of its settings",
        )


def _approves(app: App) -> None:
    mode = app.house.rules.mode
    if mode is Mode.CLEAN:
        return
    how = "previews" if mode is Mode.PREVIEW else "announces"
    raise UsageError(
        f"KeeperCheky only {how} and deletes nothing, so no approval is needed",
        DEAF if app.preview_only else 'Set mode = "clean" when deleting is meant',
    )


def _due_keys(made: Plan, keys: Sequence[str]) -> tuple[str, ...]:
    """The keys of due titles that are meant, in the plan's order; a key without its instance must mean one title."""
    decided = {row.title.key: row for row in made.decisions}
    meant: set[str] = set()
    for asked in keys:
        found = [key for key in decided if asked in (key, key.rpartition("@")[0])]
        if not found:
            raise NoMatch(
                f"The schedule {made.schedule} covers no title {asked!r}",
                f"`keepercheky approve {made.schedule}` lists the keys of what is due",
            )
        due = [key for key in found if decided[key].verdict is Verdict.DELETE]
        if not due:
            verdict = decided[found[0]].verdict
            how = {Verdict.LEAVING: "leaving, and not due yet", Verdict.UNDECIDED: "not sure, and so kept"}
            raise UsageError(
                f"{asked} cannot be approved: it is {how.get(verdict, 'kept')}",
                f"`keepercheky explain {asked}` tells why",
            )
        if len(due) > 1:
            raise UsageError(f"{asked} means several titles", f"Say which: {', '.join(due)}")
        meant.add(due[0])
    return tuple(row.title.key for row in made.decisions if row.title.key in meant)
