"""What `/metrics` says, family by family, and that the documentation says the same."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from golden_facts import DUE, EARLIER, FACTS, NEXT, NOW
from msgspec.structs import replace
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from keepercheky.metrics import (
    CATALOGUE,
    DELETION_OUTCOMES,
    PREFIX,
    RUN_OUTCOMES,
    VERDICTS,
    exposition,
    families,
)
from keepercheky.policy.findings import Verdict
from keepercheky.services.calls import OUTCOMES

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"
OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"


def text(facts=FACTS, accept="", accept_encoding=""):
    return exposition(facts, accept, accept_encoding)[0].decode()


def sampled(facts=FACTS) -> dict[tuple[str, frozenset], float]:
    """Every sample of the exposition, by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse_text(text(facts))
        for sample in family.samples
    }


def value(name, facts=FACTS, **labels):
    return sampled(facts).get((PREFIX + name, frozenset(labels.items())))


def test_the_table_in_the_docs_is_the_catalogue_and_the_process():
    shown = {
        line.split("`")[1]: line
        for line in DOCS.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    }
    told = {
        PREFIX + name: f"| `{PREFIX}{name}` | {row.kind} | {', '.join(row.labels) or '–'} | {row.help} |"
        for name, row in CATALOGUE.items()
    }

    process = {family.name for family in parse_text(text()) if family.name.startswith("process_")}
    own = {name: line for name, line in shown.items() if not name.startswith("process_")}

    assert own == told
    assert {name.removesuffix("_total") for name in shown.keys() - own.keys()} == {
        name.removesuffix("_total") for name in process
    }


def test_every_family_of_the_catalogue_is_told_with_its_type_and_help():
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text(), re.MULTILINE))
    helps = dict(re.findall(r"^# HELP (\S+) (.+)$", text(), re.MULTILINE))

    for name, row in CATALOGUE.items():
        assert types[PREFIX + name] == row.kind
        assert helps[PREFIX + name] == row.help
    assert {name for name in types if name.startswith(PREFIX)} == {PREFIX + name for name in CATALOGUE}


def test_counters_end_with_total_and_nothing_else_does():
    for name, row in CATALOGUE.items():
        assert name.endswith("_total") == (row.kind == "counter")


def test_samples_carry_the_labels_of_the_catalogue_and_no_others():
    for family in families(FACTS):
        described = (
            CATALOGUE.get(family.name.removeprefix(PREFIX))
            or CATALOGUE[f"{family.name.removeprefix(PREFIX)}_total"]
        )
        for sample in family.samples:
            assert sample.labels.keys() - {"le"} == set(described.labels)


def test_facts_come_out_as_they_went_in():
    assert value("build_info", version="1.2.3", python="3.11.7") == 1
    assert value("config_last_reload_successful") == 0
    assert value("config_last_reload_success_timestamp_seconds") == EARLIER.timestamp()
    assert value("scheduler_last_tick_timestamp_seconds") == NOW.timestamp()
    assert [value("mode", mode=mode) for mode in ("preview", "announce", "clean")] == [1, 0, 0]
    assert value("paused") == 0
    assert value("schedule_next_run_timestamp_seconds", schedule="old_media") == NEXT.timestamp()
    assert value("schedule_interval_seconds", schedule="old_media") == 90_000
    assert value("titles", service="radarr", kind="movie", verdict="keep") == 3
    assert value("titles", service="radarr", kind="movie", verdict="delete") == 0
    assert value("library_bytes", service="radarr", kind="movie") == 350
    assert value("disk_free_bytes", disk="media") == 700
    assert value("disk_target_free_bytes", disk="media") == 1_000
    assert value("service_up", service="radarr") == 1
    assert value("service_requests_total", service="radarr", outcome="timeout") == 1
    assert value("service_request_duration_seconds_count", service="radarr") == 4
    assert value("service_request_duration_seconds_sum", service="radarr") == 21.5
    assert value("http_requests_total", route="/metrics", method="GET", code="200") == 2
    assert (
        value("http_request_duration_seconds_bucket", route="/metrics", method="GET", code="200", le="0.005")
        == 1
    )


def test_the_last_run_is_told_and_one_that_never_was_is_not():
    assert value("schedule_refused", schedule="old_media") == 1
    assert value("schedule_waiting_plan", schedule="old_media") == 0
    assert value("schedule_last_run_success", schedule="old_media") == 0
    assert value("schedule_last_run_duration_seconds", schedule="old_media") == 12.5
    assert value("schedule_last_success_timestamp_seconds", schedule="old_media") == EARLIER.timestamp()

    assert value("schedule_last_run_success", schedule="new") is None
    assert value("schedule_last_run_duration_seconds", schedule="new") is None
    assert value("schedule_last_success_timestamp_seconds", schedule="new") == 0
    assert value("schedule_next_run_timestamp_seconds", schedule="new") == 0


def test_a_run_lands_in_every_bucket_that_holds_it():
    within = [
        value("schedule_run_duration_seconds_bucket", schedule="old_media", le=le)
        for le in ("1.0", "5.0", "15.0", "60.0", "3600.0", "+Inf")
    ]

    assert within == [1, 1, 2, 2, 2, 3]
    assert value("schedule_run_duration_seconds_sum", schedule="old_media") == 4013


def test_what_is_not_known_is_absent():
    assert value("service_up", service="jellyfin") is None
    assert value("disk_free_bytes", disk="gone") is None
    assert value("disk_target_free_bytes", disk="gone") is None
    assert value("disk_stat_success", disk="gone") == 0
    assert value("pending_deletion_oldest_due_timestamp_seconds", schedule="new") is None


def test_pending_titles_are_counted_by_schedule_and_kind():
    assert value("pending_deletions", schedule="old_media", kind="season") == 2
    assert value("pending_deletion_bytes", schedule="old_media", kind="season") == 80
    assert value("pending_deletions", schedule="old_media", kind="movie") == 0
    assert value("pending_deletion_oldest_due_timestamp_seconds", schedule="old_media") == DUE.timestamp()


def test_every_series_that_can_be_known_is_there_with_0():
    for outcome in RUN_OUTCOMES:
        assert value("schedule_runs_total", schedule="new", outcome=outcome) == 0
    for outcome in DELETION_OUTCOMES:
        assert value("deletions_total", schedule="old_media", kind="season", outcome=outcome) == 0
    for outcome in OUTCOMES:
        assert value("service_requests_total", service="jellyfin", outcome=outcome) == 0
    assert value("freed_bytes_total", schedule="new", disk="gone") == 0
    assert value("schedule_run_duration_seconds_count", schedule="new") == 0


def test_schedules_that_are_no_more_are_not_told():
    assert not [labels for _, labels in sampled() if ("schedule", "removed") in labels]


def test_the_verdicts_are_those_of_the_policy():
    assert set(VERDICTS) == set(Verdict)


def test_a_label_may_hold_anything():
    hostile = 'a"b\\c\nd'
    [disk, *_] = FACTS.disks
    facts = replace(FACTS, disks=(replace(disk, name=hostile),))

    assert value("disk_free_bytes", facts, disk=hostile) == 700


def test_text_is_the_default():
    body, headers = exposition(FACTS)

    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert not body.endswith(b"# EOF\n")


@pytest.mark.parametrize("accept", [OPENMETRICS, "application/openmetrics-text"])
def test_openmetrics_is_told_to_who_asks(accept):
    body, headers = exposition(FACTS, accept)

    assert headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0; charset=utf-8")
    assert body.endswith(b"# EOF\n")
    names = {family.name for family in parse_openmetrics(body.decode())}
    assert {PREFIX + name.removesuffix("_total") for name in CATALOGUE} <= names


@pytest.mark.parametrize(
    "accept", ["text/plain", "*/*", "application/openmetrics-text;q=0", ";;q=,", "x" * 9_000]
)
def test_anything_else_gets_text(accept):
    assert exposition(FACTS, accept)[1]["Content-Type"].startswith("text/plain")


def test_who_takes_gzip_gets_it():
    body, headers = exposition(FACTS, accept_encoding="deflate, gzip;q=1.0")

    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).decode().startswith("# HELP keepercheky_build_info")
    assert "Content-Encoding" not in exposition(FACTS, accept_encoding="br")[1]


def test_promtool_finds_nothing_to_say():
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not here: apt-get install prometheus")

    checked = subprocess.run(
        [promtool, "check", "metrics"], input=text(), capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
