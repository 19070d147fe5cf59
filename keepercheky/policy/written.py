"""Findings as JSON text and back, nothing lost: an instant among the facts is written `{"at": "…Z"}`, lists are lists."""

from __future__ import annotations

from datetime import datetime

import msgspec

from keepercheky.policy.findings import FactValue, Finding, Says


class _At(msgspec.Struct, frozen=True):
    at: datetime


class _Written(msgspec.Struct, frozen=True, omit_defaults=True):
    rule: str
    says: Says
    code: str
    facts: dict[str, str | int | float | bool | list[str] | _At | None] = {}


_decoder = msgspec.json.Decoder(list[_Written])


def write_findings(findings: tuple[Finding, ...]) -> bytes:
    """The findings as stored."""
    return msgspec.json.encode(
        [
            _Written(
                finding.rule,
                finding.says,
                finding.code,
                {name: _out(value) for name, value in finding.facts.items()},
            )
            for finding in findings
        ]
    )


def read_findings(text: bytes) -> tuple[Finding, ...]:
    """What `write_findings` wrote. Raises msgspec.DecodeError for anything else."""
    return tuple(
        Finding(row.rule, row.says, row.code, {name: _in(value) for name, value in row.facts.items()})
        for row in _decoder.decode(text)
    )


def _out(value: FactValue) -> str | int | float | bool | list[str] | _At | None:
    if isinstance(value, datetime):
        return _At(value)
    return list(value) if isinstance(value, tuple) else value


def _in(value: str | float | bool | list[str] | _At | None) -> FactValue:
    if isinstance(value, _At):
        return value.at
    return tuple(value) if isinstance(value, list) else value
