"""What a rule found, and what became of a title. Findings are codes and facts; sentences are made when read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from keepercheky.media import Unknown


class Says(StrEnum):
    KEEP = "keep"
    DELETE = "delete"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    KEEP = "keep"
    UNDECIDED = "undecided"  # "not sure (kept)"
    LEAVING = "leaving"
    DELETE = "delete"


# The closed list of rule names, in the order a title's findings are told. `by_reason` counts a title by its first.
RULES: Final = (
    "tags", "by_hand", "libraries", "root_folders", "favorites", "in_progress", "next_up", "playing", "queued",
    "requested", "shared_folder", "hardlinked", "seeding", "airing", "came_back", "specials", "not_covered",
    "not_expired", "unmatched", "source", "expired", "promise", "space",
)  # fmt: skip

FactValue: TypeAlias = str | int | float | bool | datetime | tuple[str, ...] | None


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One rule's word on one title: `code` says which of the rule's sentences, `facts` fill it."""

    rule: str
    says: Says
    code: str
    facts: Mapping[str, FactValue] = {}


def keep(rule: str, code: str = "", **facts: FactValue) -> Finding:
    return Finding(rule, Says.KEEP, code or rule, facts)


def unsure(rule: str, doubt: Unknown, **facts: FactValue) -> Finding:
    """A protecting fact that could not be established."""
    source = {"source": doubt.source} if doubt.source else {}
    return Finding(rule, Says.UNKNOWN, doubt.why, {**source, **facts})


def delete(rule: str, code: str = "", **facts: FactValue) -> Finding:
    return Finding(rule, Says.DELETE, code or rule, facts)
