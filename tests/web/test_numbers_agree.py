"""One set of numbers: what the state holds, `/metrics` and the status tell alike."""

from datetime import timedelta

import pytest
from lived_in import DAY, GB, NOW, journal, live_in
from prometheus_client.parser import text_string_to_metric_families

from keepercheky.services.http import Called
from keepercheky.store import Sample
from keepercheky.web import Tally, create_admin, create_pages
from keepercheky.web.facts import read_facts


async def metrics_of(client) -> dict[tuple[str, frozenset], float]:
    told = (await client.get("/metrics")).text
    return {
        (sample.name.removeprefix("keepercheky_"), frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


async def test_metrics_and_status_tell_alike(app, admin):
    await live_in(app.store, NOW, keep=5, undecided=4, leaving=3, taken=2)

    numbers = await metrics_of(admin)
    status = (await admin.get("/api/v1/status")).json()

    for verdict in ("keep", "undecided", "leaving", "delete"):
        counted = sum(
            value for (name, labels), value in numbers.items() if name == "titles" and verdict in labels
        )
        assert counted == status["titles"][verdict]["titles"]
    assert numbers["pending_deletions", frozenset({"old_media", "show"})] == 0
    assert numbers["disk_free_bytes", frozenset({"media:/movies"})] == status["storages"][0]["free_bytes"]
    assert numbers["schedule_runs_total", frozenset({"old_media", "success"})] == 1
    assert (
        numbers["library_last_sync_timestamp_seconds", frozenset({"radarr"})]
        == (NOW - timedelta(seconds=10)).timestamp()
    )


async def test_totals_come_from_the_journal_after_its_runs_are_forgotten(app, admin):
    await journal(app.store, NOW - 2 * DAY)
    await journal(app.store, NOW - DAY, "failed", reason="it broke")
    await app.store.journal.prune(NOW)

    numbers = await metrics_of(admin)

    assert numbers["schedule_runs_total", frozenset({"old_media", "success"})] == 1
    assert (
        numbers["schedule_last_success_timestamp_seconds", frozenset({"old_media"})]
        == (NOW - 2 * DAY).timestamp()
    )
    assert numbers["schedule_last_run_success", frozenset({"old_media"})] == 0


async def test_a_due_minute_that_nobody_served_lies_in_the_past(app, clock, admin):
    due = NOW.replace(day=2, hour=3)
    clock.at = due + timedelta(minutes=30)
    assert (await metrics_of(admin))[
        "schedule_next_run_timestamp_seconds", frozenset({"old_media"})
    ] == due.timestamp()

    await app.store.journal.claim_tick("old_media", due)

    told = (await metrics_of(admin))["schedule_next_run_timestamp_seconds", frozenset({"old_media"})]
    assert told == (due + DAY).timestamp()


async def test_calls_since_the_start_count_and_the_last_one_says_whether_a_service_is_up(app, admin):
    await journal(app.store, NOW, gaps=("radarr",))
    before = await metrics_of(admin)
    assert (before["service_up", frozenset({"radarr"})], before["service_up", frozenset({"sonarr"})]) == (
        0,
        1,
    )

    app.calls.observe(Called("radarr", "timeout", 30.0))
    app.calls.observe(Called("radarr", "ok", 0.2))

    numbers = await metrics_of(admin)
    assert numbers["service_up", frozenset({"radarr"})] == 1
    assert numbers["service_requests_total", frozenset({"radarr", "timeout"})] == 1
    assert numbers["service_request_duration_seconds_sum", frozenset({"radarr"})] == pytest.approx(30.2)
    assert numbers["library_last_sync_timestamp_seconds", frozenset({"radarr"})] == 0


async def test_a_failed_run_says_nothing_of_services(app):
    await journal(app.store, NOW, "failed", reason="it broke")

    facts = await read_facts(app)

    assert {service.up for service in facts.services} == {None}
    assert {service.last_sync_at for service in facts.services} == {None}


async def test_a_long_outage_does_not_hide_the_last_good_reading(app):
    good = await journal(app.store, NOW - 30 * DAY)
    for hours in range(24):
        await journal(app.store, NOW - timedelta(hours=hours), "refused", gaps=("jellyfin",))

    jellyfin = next(service for service in (await read_facts(app)).services if service.name == "jellyfin")

    assert (jellyfin.up, jellyfin.last_sync_at) == (False, good.started_at)


async def test_disks_that_are_no_more_are_not_told(app):
    await app.store.samples.add(
        [
            Sample("media:/movies", NOW, 1 * GB, 2 * GB),
            Sample("media:/tv", NOW, 3 * GB, None),
            Sample("media:/once", NOW - DAY, 1 * GB, 2 * GB),
            Sample("removed", NOW, 1 * GB, 2 * GB),
        ]
    )

    disks = (await read_facts(app)).disks

    assert [(disk.name, disk.path, disk.keep_free_bytes) for disk in disks] == [
        ("media:/movies", "/movies", 200_000_000),
        ("media:/tv", "/tv", None),
    ]


async def test_a_storage_with_a_path_is_as_the_watch_saw_it(app, settings_file, tmp_path):
    text = settings_file.read_text(encoding="utf-8")
    settings_file.write_text(
        text.replace("[storage.media]", f'[storage.media]\npath = "{tmp_path}"'), encoding="utf-8"
    )
    await app.reload()
    assert (await read_facts(app)).disks == ()

    app.unreadable = frozenset({"media"})
    [never] = (await read_facts(app)).disks
    assert (never.name, never.free_bytes, never.readable) == ("media", None, False)

    await app.store.samples.add([Sample("media", NOW - DAY, 3 * GB, 10 * GB)])
    [once] = (await read_facts(app)).disks
    assert (once.free_bytes, once.readable, once.read_at) == (3 * GB, False, NOW - DAY)

    app.unreadable = frozenset()
    [again] = (await read_facts(app)).disks
    assert again.readable


async def test_both_servers_count_into_the_tally_they_share(app, client_of):
    tally = Tally()
    pages, admin = client_of(create_pages(app, tally)), client_of(create_admin(app, tally))

    await pages.get("/health")
    await admin.get("/health")

    assert (await metrics_of(pages))["http_requests_total", frozenset({"/health", "GET", "200"})] == 2


async def test_a_scrape_asks_nobody(app, admin):
    await metrics_of(admin)
    await admin.get("/")

    assert app.calls.counted.total() == 0
