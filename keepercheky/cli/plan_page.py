"""How a plan reads: what would happen first, then the titles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from keepercheky.cli.screen import MORE, MOST, Screen
from keepercheky.cli.words import (
    MODES,
    RULES,
    VERDICTS,
    count,
    date,
    going_live,
    kinds,
    named,
    sentence,
    size,
)

NAMES_PER_REASON: Final = 8

Plan = dict[str, Any]
Title = dict[str, Any]


def show_plans(
    screen: Screen,
    plans: Sequence[Plan],
    zone: tzinfo,
    live: Mapping[str, Plan] | None = None,
    *,
    everything: bool = False,
) -> None:
    """All summaries, then the lists behind them. `live`: by schedule, what is told once when preview is left."""
    for plan in plans:
        show_summary(screen, plan, zone, (live or {}).get(plan["schedule"]))
        screen.gap()
    for plan in plans:
        _show_lists(screen, plan, zone, everything=everything, several=len(plans) > 1)
    if not plans:
        screen.line("No schedule is enabled, so nothing would ever be deleted.")


def show_summary(screen: Screen, plan: Plan, zone: tzinfo, live: Plan | None = None) -> None:
    screen.title(f"{plan['schedule']} · {MODES[plan['mode']]}")
    _show_outcome(screen, plan, zone, live)
    for storage in plan["storages"]:
        screen.line(_storage(storage), indent=2)
    if plan["gaps"]:
        screen.line(f"Not answering: {', '.join(plan['gaps'])}", indent=2, style="red")
    totals = plan["totals"]
    told = ", ".join(f"{totals[verdict]:,} {words}" for verdict, words in VERDICTS.items() if totals[verdict])
    screen.line(f"Of {count(len(plan['titles']), 'item')}: {told or 'none'}", indent=2)
    screen.columns(
        [
            (RULES.get(row["rule"], row["rule"]), count(row["titles"], "item"), size(row["bytes"]))
            for row in plan["by_reason"]
        ],
        indent=4,
        right=(1, 2),
    )


def _show_outcome(screen: Screen, plan: Plan, zone: tzinfo, live: Plan | None) -> None:
    if plan["outcome"] == "refused":
        screen.line("Stopped for safety: nothing would be deleted.", indent=2, style="red")
        for refusal in plan["refusals"]:
            screen.line(sentence(refusal["because"]), indent=4)
            screen.line(f"→ {sentence(refusal['remedy'])}", indent=4)
        return
    if live is not None:
        screen.line(going_live(live, zone), indent=2, style="yellow")
    taken, leaving = _taken(plan), _leaving(plan)
    would = "Would delete" if plan["mode"] == "preview" else "Deletes"
    if taken:
        totals = plan["totals"]
        frees = totals["frees_bytes"]
        only = "" if frees == totals["delete_bytes"] else f", which frees {size(frees)}"
        screen.line(
            f"{would} today: {kinds(taken)}, {size(totals['delete_bytes'])}{only}.", indent=2, style="red"
        )
    else:
        screen.line(f"{would} nothing today.", indent=2)
    if leaving:
        first = date(leaving[0]["promised_until"], zone)
        screen.line(f"Leaving: {kinds(leaving)}, the first on {first}.", indent=2, style="yellow")
    queued = plan["totals"]["delete"] - len(taken)
    if queued:
        screen.line(f"{count(queued, 'item')} more could go and wait for a later day or for need.", indent=2)
    if plan["outcome"] == "waiting":
        when = (
            "In clean mode this would wait for your approval"
            if plan["mode"] == "preview"
            else "Waiting for approval"
        )
        screen.line(f"{when}: {plan['reason']}.", indent=2)


def _storage(storage: dict[str, Any]) -> str:
    free, total, target = storage["free_bytes"], storage["total_bytes"], storage["keep_free_bytes"]
    told = storage["path"] and storage["path"] not in storage["name"]
    where = f" at {storage['path']}" if told else ""
    if free is None:
        return f"Storage {storage['name']}{where}: nobody knows how much is free"
    share = f" ({free / total:.0%})" if total else ""
    text = f"Storage {storage['name']}{where}: {size(free)} of {size(total)} free{share}"
    waiting = (storage["effective_free_bytes"] or free) - free
    if waiting > 0:
        text += f", and {size(waiting)} more once the recycle bin is emptied"
    return text + (f"; wanted are {size(target)}" if target else "")


def _show_lists(screen: Screen, plan: Plan, zone: tzinfo, *, everything: bool, several: bool) -> None:
    of = f" · {plan['schedule']}" if several else ""
    if taken := _taken(plan):
        screen.title(f"Would be deleted today{of}" if plan["mode"] == "preview" else f"Deleted today{of}")
        rows = [(named(title), size(title["size_bytes"]), why(title)) for title in taken]
        screen.titles(rows, everything=everything)
        screen.gap()
    if leaving := _leaving(plan):
        screen.title(f"Leaving{of}")
        screen.titles(leaving_rows(leaving, zone), everything=everything)
        screen.gap()
    if unsure := [title for title in plan["titles"] if title["verdict"] == "undecided"]:
        screen.title(f"Not sure, so kept{of}")
        _show_unsure(screen, unsure, everything=everything)
        screen.gap()


def _show_unsure(screen: Screen, unsure: list[Title], *, everything: bool) -> None:
    """Each reason once, with whom it concerns."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for title in unsure:
        by_reason[title["because"]].append(named(title))
    reasons = sorted(by_reason.items(), key=lambda row: (-len(row[1]), row[0]))
    shown = reasons if everything else reasons[:MOST]
    for because, names in shown:
        screen.line(f"{count(len(names), 'item')}: {sentence(because)}", indent=2)
        some = names if everything else names[:NAMES_PER_REASON]
        rest = len(names) - len(some)
        screen.line(
            "; ".join(some) + (f"; and {rest:,} more ({MORE})" if rest else ""), indent=4, style="dim"
        )
    if len(shown) < len(reasons):
        screen.line(f"and {len(reasons) - len(shown):,} more reasons; {MORE}", indent=2, style="dim")


def leaving_rows(titles: Sequence[Title], zone: tzinfo) -> list[tuple[str, ...]]:
    return [
        (date(title["promised_until"], zone), named(title), size(title["size_bytes"]), why(title))
        for title in titles
    ]


def why(title: Title) -> str:
    """Why it may go: its age speaks, rather than the date that follows from it."""
    found = [finding["because"] for finding in title["findings"] if finding["rule"] == "expired"]
    return found[0] if found else str(title["because"])


def _taken(plan: Plan) -> list[Title]:
    return [title for title in plan["titles"] if title["taken"]]


def _leaving(plan: Plan) -> list[Title]:
    found = [title for title in plan["titles"] if title["verdict"] == "leaving"]
    return sorted(found, key=lambda title: (title["promised_until"] or "", title["key"]))
