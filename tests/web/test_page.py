"""The page: the answer first, in words people read, whatever titles are called."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import msgspec
import pytest
from lived_in import DAY, GB, KEYS, NOW, journal, live_in, movie

from keepercheky.policy.findings import RULES
from keepercheky.store import Sample
from keepercheky.web import words

HOSTILE = """<script>alert(1)</script>"'&`{{7*7}}"""
VOID = {"meta", "link", "br"}


class Outline(HTMLParser):
    """Text as it is read, and a list of elements; a tag that is not closed is a failure."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def read(html: str) -> Outline:
    outline = Outline()
    outline.feed(html)
    outline.close()
    assert not outline.open
    return outline


def text_of(html: str) -> str:
    return " ".join("".join(read(html).words).split())


async def look(client) -> str:
    return text_of((await client.get("/")).text)


async def test_before_the_first_run_it_says_when_that_is(pages):
    told = await look(pages)

    assert "Preview (dry run): nothing is deleted" in told
    assert "Nothing has been looked at yet. The first run is due on Sun 2 Mar, 04:00." in told
    assert "radarr not asked yet" in told


async def test_the_answer_comes_first(app, pages):
    await live_in(app.store, NOW, keep=3, undecided=2, leaving=12, taken=3)

    told = await look(pages)

    assert "A clean run today would delete 3 items: 12 GB." in told
    assert "12 items (48 GB) would leave later, the first on Sat 8 Mar." in told
    assert "Of 2 items KeeperCheky is not sure, so they are kept." in told
    assert (
        told.index("A clean run")
        < told.index("Storage")
        < told.index("Would go today")
        < told.index("Services")
    )


async def test_titles_that_go_stand_in_the_order_of_the_plan_with_their_reason(app, pages):
    rows = [
        movie(1, "delete", taken=True, position=1, title="Second"),
        movie(2, "delete", taken=True, position=0, title="First"),
        movie(3, "delete", title="Passed over"),
    ]
    await app.store.mirror.record("old_media", rows, NOW, "a run")
    await journal(app.store, NOW)

    told = await look(pages)

    assert told.index("First (1992)") < told.index("Second (1991)")
    assert "Watched, and nothing happened with it for 60 days; last activity on Sat 1 Jun 2024." in told
    assert "Passed over" not in told


async def test_what_leaves_has_its_date_in_the_configured_zone_and_its_reason(app, pages):
    midnight = NOW.replace(day=8, hour=23, minute=30)  # already the 9th in Madrid
    row = movie(1, "leaving", title="Leaver", announced_at=NOW, promised_until=midnight)
    await app.store.mirror.record("old_media", [row], NOW, "a run")
    await journal(app.store, NOW)

    assert "Leaver (1991) 4.0 GB Would leave on Sun 9 Mar. Nobody finished it, and nothing" in await look(
        pages
    )


async def test_long_lists_are_bounded(app, pages):
    await live_in(app.store, NOW, keep=1, undecided=280, leaving=200, taken=1)

    html = (await pages.get("/")).text

    told = text_of(html)
    assert "190 more" in told
    assert "and 150 more" in told
    assert "and 230 more" in told
    assert html.count("<li>") < 130
    assert len(html) < 60_000


async def test_a_storage_shows_what_is_free_and_what_is_to_be_kept_free(app, pages):
    await app.store.samples.add([Sample("media:/movies", NOW - 4 * DAY, 700 * GB, 10_000 * GB)])

    html = (await pages.get("/")).text

    assert "media:/movies 700 GB free of 10 TB 1.0 TB is to be kept free, and there is less." in text_of(html)
    assert "Read Tue 25 Feb, 13:00." in text_of(html)
    assert '<svg class="bar low"' in html
    assert 'aria-label="93.0 % used"' in html


async def test_a_run_that_was_stopped_says_why_and_what_to_do(app, pages):
    await live_in(app.store, NOW - DAY)
    refusal = {
        "id": "titles.radarr",
        "because": "titles fell from 900 to 412",
        "acceptable": True,
        "facts": {},
    }
    remedy = {"remedy": "look why; if it is right, run `keepercheky accept titles.radarr`"}
    await journal(app.store, NOW, "refused", refusals=({**refusal, **remedy},), gaps=("jellyfin",))

    html = (await pages.get("/")).text

    told = text_of(html)
    assert "Stopped for safety: nothing would be deleted." in told
    assert "Old media: stopped for safety on Sat 1 Mar, 12:59. Titles fell from 900 to 412." in told
    assert "What to do: look why; if it is right, run keepercheky accept titles.radarr." in told
    assert "<code>keepercheky accept titles.radarr</code>" in html
    assert "jellyfin not answering" in told
    assert "Would go today" not in told  # what stands there is of an earlier run


@pytest.mark.parametrize(
    ("outcome", "reason", "told"),
    [
        ("failed", "interrupted", "failed on Sat 1 Mar, 12:59. KeeperCheky ended while it was going on."),
        ("failed", "radarr: it broke", "failed on Sat 1 Mar, 12:59. radarr: it broke."),
        (
            "success",
            "ask_above",
            "It would wait for approval: it would delete a large part of what it covers",
        ),
        ("skipped", "still_running", "the run before it was still going on"),
    ],
)
async def test_a_run_tells_its_reason_in_words(app, pages, outcome, reason, told):
    await journal(app.store, NOW, outcome, reason=reason)

    assert told in await look(pages)


async def test_a_pause_is_said_before_anything_else(app, pages):
    await live_in(app.store, NOW)
    await app.store.baseline.set_paused(True, "ana", NOW)

    told = await look(pages)

    assert "Everything is paused: nothing would be deleted." in told
    assert "Would go today" not in told


async def test_settings_that_could_not_be_read_again_are_told(app, settings_file, pages):
    settings_file.write_text("nonsense = 1", encoding="utf-8")
    await app.reload()

    assert "The settings file has mistakes. Those from before are still in force." in await look(pages)


async def test_without_a_schedule_it_says_that_nothing_happens(app, settings_file, pages):
    text = settings_file.read_text(encoding="utf-8")
    settings_file.write_text(
        re.sub(r"\[\[schedules\]\].*(?=\[state\])", "", text, flags=re.DOTALL), encoding="utf-8"
    )
    await app.reload()

    assert "No schedule is switched on, so nothing would ever be deleted." in await look(pages)


async def test_titles_reasons_and_errors_are_escaped(app, pages):
    rows = [
        movie(1, "delete", taken=True, position=0, title=HOSTILE),
        movie(2, "leaving", title=HOSTILE, promised_until=NOW + DAY),
        movie(3, "undecided", title=HOSTILE),
    ]
    await app.store.mirror.record("old_media", rows, NOW, "a run")
    refusal = {"id": HOSTILE, "because": HOSTILE, "remedy": f"`{HOSTILE}`", "acceptable": False, "facts": {}}
    by_reason = ({"rule": HOSTILE, "titles": 1, "bytes": 1},)
    await journal(app.store, NOW, "partial", reason=HOSTILE, refusals=(refusal,), by_reason=by_reason)
    await app.store.samples.add([Sample(f"media:{HOSTILE}", NOW, 1, 2)])

    html = (await pages.get("/")).text

    outline = read(html)
    assert "script" not in {tag for tag, _ in outline.tags}
    assert "{{7*7}}" in html
    assert {name for _, attributes in outline.tags for name in attributes if name.startswith("on")} == set()
    assert "".join(outline.words).count("<script>alert(1)</script>") >= 8


async def test_the_page_brings_nothing_from_elsewhere(app, pages):
    await live_in(app.store, NOW)

    outline = read((await pages.get("/")).text)

    addresses = [
        value
        for _, attributes in outline.tags
        for name, value in attributes.items()
        if name in ("src", "href")
    ]
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert not [
        tag
        for tag, attributes in outline.tags
        if tag in ("script", "style", "form", "img") or "style" in attributes
    ]
    [style] = [attributes["href"] for tag, attributes in outline.tags if tag == "link"]
    assert (await pages.get(style)).headers["content-type"] == "text/css; charset=utf-8"


async def test_the_page_is_made_for_telephones_and_the_dark(pages):
    html, style = (await pages.get("/")).text, (await pages.get("/style.css")).text

    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert '<html lang="en">' in html
    assert "color-scheme: light dark" in style
    assert "@media (prefers-color-scheme: dark)" in style


async def test_no_key_is_on_the_page(app, pages):
    await live_in(app.store, NOW)

    html = (await pages.get("/")).text

    assert not [key for key in KEYS if key in html]


async def test_a_season_and_an_episode_have_their_names():
    row = movie(1, kind="season", title="Lost", season=2)
    episode = msgspec.structs.replace(row, kind="episode", season=1, episode=5)

    assert words.name(row) == "Lost, season 2"
    assert words.name(episode) == "Lost, season 1, episode 5"
    assert words.name(msgspec.structs.replace(episode, episodes=(5, 6))) == "Lost, season 1, episodes 5, 6"
    assert words.name(msgspec.structs.replace(row, season=0)) == "Lost, specials"
    assert words.name(movie(1, title="The Matrix", year=1999)) == "The Matrix (1999)"
    assert words.name(movie(1, title="Nobody Knows", year=None)) == "Nobody Knows"


@pytest.mark.parametrize(
    ("size_bytes", "told"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_500, "2 kB"),
        (41 * GB, "41 GB"),
        (1_230 * GB, "1.2 TB"),
        (9_960 * GB, "10 TB"),
    ],
)
def test_sizes_have_three_digits_at_most(size_bytes, told):
    assert words.size(size_bytes) == told


def test_dates_say_the_year_only_when_it_is_another():
    zone = NOW.tzinfo

    assert words.date(NOW, zone, NOW) == "Sat 1 Mar"
    assert words.date(NOW + timedelta(days=365), zone, NOW) == "Sun 1 Mar 2026"


def test_every_rule_has_its_words():
    assert words.RULES.keys() == set(RULES)
