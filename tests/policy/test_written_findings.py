"""What is stored of a finding is all of it."""

from datetime import UTC, datetime

import msgspec
import pytest

from keepercheky.policy.findings import delete, keep
from keepercheky.policy.written import read_findings, write_findings


def test_findings_come_back_as_they_were_written():
    findings = (
        keep("favorites", users=("ana", "luis")),
        keep("by_hand", "until", until=datetime(2026, 3, 1, 4, tzinfo=UTC), reason="", by="ana"),
        delete("expired", limit_days=90.5, level=None, watched=False, links=2),
    )

    assert read_findings(write_findings(findings)) == findings


def test_a_text_that_looks_like_a_date_stays_a_text():
    findings = (keep("tags", tags=("2026-03-01T04:00:00Z",), note="2026-03-01T04:00:00Z"),)

    assert read_findings(write_findings(findings)) == findings


def test_anything_else_is_an_error():
    with pytest.raises(msgspec.DecodeError):
        read_findings(b'{"rule": 1}')
