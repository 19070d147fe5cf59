"""How a run reads that is over: what it deleted, what it did not and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from keepercheky.cli.screen import Screen
from keepercheky.cli.words import (
    MODES,
    OUTCOMES,
    STATES,
    VERDICTS,
    count,
    date,
    going_live,
    kinds,
    named,
    reason,
    sentence,
    size,
)

ENDS: Final[Mapping[str, int]] = {"success": 0, "waiting": 3, "refused": 3}
LEAVES_ALL: Final[Mapping[str, str]] = {
    "preview": "Preview (dry run): this run only looked, and deleted nothing.",
    "announce": "Announce: this run told what leaves, and deleted nothing.",
}
ONLY_PREVIEWS: Final = "This version only previews, whatever `mode` says."

Answer = dict[str, Any]


def exit_code(run: Answer) -> int:
    """0 done, 3 waiting or stopped for safety, 1 everything else."""
    return ENDS.get(run["outcome"], 1)


def show_carried_out(screen: Screen, answer: Answer, zone: tzinfo, *, everything: bool = True) -> None:
    """The answer to `clean` and `approve`."""
    run = answer["run"]
    screen.title(f"{run['schedule']} · {MODES[run['mode']]} · {OUTCOMES[run['outcome']]}")
    if run["mode"] in LEAVES_ALL:
        screen.line(LEAVES_ALL[run["mode"]], indent=2)
        if answer["preview_only"]:
            screen.line(ONLY_PREVIEWS, indent=2)
    if answer["going_live"]:
        screen.line(going_live(answer["going_live"], zone), indent=2, style="yellow")
    show_refusals(screen, run["refusals"])
    if run["outcome"] not in ("success", "refused") and run["reason"]:
        screen.line(sentence(reason(run)), indent=2)
    _show_deleted(screen, answer)
    found = [
        f"{run['totals'][name]:,} {words}" for name, words in VERDICTS.items() if run["totals"].get(name)
    ]
    if found and run["outcome"] != "refused":
        screen.line(f"Of the items it covers: {', '.join(found)}.", indent=2)
    show_steps(screen, answer["steps"], everything=everything)
    for name, heading in (("waiting", "Waits for approval"), ("would_delete", "Would be deleted")):
        if answer[name]:
            screen.gap()
            screen.title(f"{heading}: {kinds(answer[name])}")
            screen.titles([_row(title) for title in answer[name]], everything=everything)


def _show_deleted(screen: Screen, answer: Answer) -> None:
    done, run = [step for step in answer["steps"] if step["state"] == "done"], answer["run"]
    if not done:
        if run["outcome"] in ("success", "waiting") and not answer["would_delete"]:
            screen.line(
                "Deleted nothing." if run["mode"] == "clean" else "It would delete nothing.", indent=2
            )
        return
    total, frees = (sum(step[name] for step in done) for name in ("size_bytes", "frees_bytes"))
    only = "" if total == frees else f", which frees {size(frees)}"
    screen.line(f"Deleted: {kinds(done)}, {size(total)}{only}.", indent=2)


def show_steps(screen: Screen, steps: Sequence[Answer], *, everything: bool = True) -> None:
    """Each title of a run and what became of it, in the run's order; why, where it is still there."""
    if steps:
        screen.titles(
            [
                (STATES[step["state"]], named(step), size(step["size_bytes"]), step["reason"] or step["key"])
                for step in steps
            ],
            everything=everything,
        )


def show_refusals(screen: Screen, refusals: Sequence[Answer]) -> None:
    if refusals:
        screen.line("Stopped for safety: nothing was deleted.", indent=2, style="red")
    for refusal in refusals:
        screen.line(sentence(refusal["because"]), indent=4)
        screen.line(f"→ {sentence(refusal['remedy'])}", indent=4)


def show_review(screen: Screen, answer: Answer, zone: tzinfo) -> None:
    """What waits for approval: what the plan takes, then everything else that is due."""
    schedule = answer["schedule"]
    show_refusals(screen, answer["refusals"])
    if answer["refusals"]:
        return
    titles = answer["titles"]
    taken = [title for title in titles if title["taken"]]
    others = [title for title in titles if not title["taken"]]
    screen.title(f"{schedule} · {count(len(titles), 'item')} due, as of {date(answer['taken_at'], zone)}")
    if answer["outcome"] == "waiting":
        screen.line(f"Waiting for approval: {sentence(answer['reason'])}", indent=2)
    else:
        screen.line("Nothing waits for approval.", indent=2)
    for heading, rows in (("Would go today", taken), ("Due, and not for today", others)):
        if rows:
            screen.gap()
            screen.title(f"{heading}: {kinds(rows)}, {size(sum(row['size_bytes'] for row in rows))}")
            screen.titles([_row(title) for title in rows], everything=True)
    if answer["outcome"] == "waiting":
        screen.gap()
        screen.line(f"All that would go today:  keepercheky approve {schedule} --all")
        screen.line(f"Some of them:             keepercheky approve {schedule} KEY …")


def _row(title: Answer) -> tuple[str, ...]:
    mark = "approved" if title.get("approved") else ""
    return (mark, named(title), size(title["size_bytes"]), f"{title['key']}  {title['because']}")
