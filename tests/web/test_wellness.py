"""`/health` is for whoever restarts the daemon, `/ready` for whoever waits for it."""

from datetime import timedelta

from keepercheky.services.http import Called

MINUTE = timedelta(minutes=1)


async def test_all_is_well_right_after_the_start(pages):
    answer = await pages.get("/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_two_minutes_without_a_look_at_the_clock_is_too_long(app, clock, pages):
    clock.at += 2 * MINUTE
    assert (await pages.get("/health")).status_code == 200

    clock.at += timedelta(seconds=1)
    answer = await pages.get("/health")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "ailing",
        "reason": "The scheduler has not looked at the clock for 121 seconds",
    }


async def test_a_tick_makes_it_well_again(app, clock, pages):
    clock.at += 10 * MINUTE
    app.ticked_at = clock.at - MINUTE

    assert (await pages.get("/health")).status_code == 200


async def test_a_clock_that_was_set_back_is_no_illness(app, clock, pages):
    app.ticked_at = clock.at
    clock.at -= 60 * MINUTE

    assert (await pages.get("/health")).status_code == 200


async def test_a_journal_that_cannot_be_read_is_told_everywhere(app, pages):
    async with app.store.database.writing() as statements:
        await statements.run("DROP TABLE runs")

    answers = {address: await pages.get(address) for address in ("/health", "/", "/metrics")}

    assert {answer.status_code for answer in answers.values()} == {503}
    assert answers["/health"].json()["status"] == "ailing"
    assert "state file" in answers["/health"].json()["reason"]
    assert answers["/"].headers["content-type"] == "text/plain; charset=utf-8"
    assert "state file" in answers["/"].text


async def test_services_that_are_down_do_not_make_it_unready(app, pages):
    assert (await pages.get("/ready")).json() == {"status": "ready", "not_answering": []}

    app.calls.observe(Called("radarr", "timeout", 30.0))
    app.calls.observe(Called("sonarr", "ok", 0.1))

    answer = await pages.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["not_answering"] == ["radarr"]
    assert (await pages.get("/health")).status_code == 200
