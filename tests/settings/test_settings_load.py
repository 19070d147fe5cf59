"""From a file to rules: the smallest file, a long one, defaults and overrides."""

from datetime import timedelta

from keepercheky.policy.terms import (
    AgeLimit,
    AgeRule,
    Amount,
    Approve,
    EpisodeRule,
    Keep,
    Kind,
    Limits,
    Mode,
    Order,
    ServiceRule,
    StorageRule,
)
from keepercheky.settings import Settings, to_rules

DAY = timedelta(days=1)
LONG = """
mode     = "clean"
notice   = "7d"
approve  = "always"
timezone = "Europe/Madrid"
order    = "largest"
keep_entry = true

[services.radarr]
url = "https://media.example.org/radarr/"
api_key = "aaaa1111"

[services.films_4k]
kind = "radarr"
url = "http://192.168.1.20:7879"
api_key = "eeee5555"
path_map = { "/movies" = "/data/films4k", "D:\\\\Films" = "/data/films" }
in_jellyfin = false
read_timeout = "2m"

[services.sonarr]
url = "http://192.168.1.20:8989"
api_key = "bbbb2222"

[services.jellyfin]
url = "http://192.168.1.20:8096"
api_key = "cccc3333"

[services.overseerr]
url = "http://192.168.1.20:5055"
api_key = "dddd4444"
enabled = false

[storage.big]
path = "/data"
keep_free = "25%"
margin = "3%"

[storage.rest]
keep_free = "1.5TiB"
margin = "10GB"
reserve = "20GB"

[keep]
tags = ["Forever", "kids"]
favorites = ["ana", "luis"]
in_progress = "6w"
next_up = false
hardlinked = false
libraries = ["Infantil"]
root_folders = ["/documentaries/"]

[limits]
titles = 5
bytes = "100GB"
ask_above = "20%"
max_shrink = "12.5%"

[[schedules]]
id = "by_space"
name = "When space is short"
cron = "30 3 * * *"
services = ["radarr", "sonarr"]
movies = { "5%" = { after = "15d", notice = "3d" }, "20%" = { unwatched = "90d", watched = "45d" }, "500GB" = "80d" }
seasons = { "20%" = "120d", "10%" = "30d" }
specials = true

[[schedules]]
id = "short_lived"
tag = "10-Days"
enabled = false
notice = "3d"
order = "oldest"
import_exclusion = false
keep_entry = false
delete_empty_shows = true
seerr = "leave"
movies = "10d"
shows = { watched = "10d" }

[[schedules]]
id = "daily_shows"
tag = "daily"
for_space = true
episodes = { keep_latest = 10, after = "30d", max_age = "60d", at_least = 2 }

[leaving_soon]
name = "Going away"

[web]
bind = 9000
auth = "proxy"
public_url = "https://media.example.org/keepercheky"
base_path = "/keepercheky"
allowed_hosts = ["media.example.org"]
trusted_proxies = ["172.16.0.0/12"]

[state]
path = "/var/lib/keepercheky"

[log]
level = "debug"
format = "json"

[metrics]
enabled = false

[history]
keep = "100d"
"""


def test_the_smallest_file_makes_rules_with_every_default(desk, smallest):
    loaded = desk.load(smallest)

    rules = loaded.rules
    assert loaded.warnings == ()
    assert loaded.path == desk.file
    assert (rules.mode, rules.approve) == (Mode.PREVIEW, Approve.FIRST)
    assert rules.keep == Keep()
    assert rules.limits == Limits()
    assert rules.storages == (StorageRule("media", keep_free=Amount(share=0.10, text="10%")),)
    assert [service.kind for service in rules.services] == ["radarr", "sonarr", "jellyfin", "seerr"]
    schedule = rules.schedule("old_media")
    assert schedule.movies == AgeRule(always=AgeLimit(unwatched=180 * DAY, watched=60 * DAY))
    assert schedule.show_kind is Kind.SHOW
    assert (schedule.name, schedule.cron, schedule.notice) == ("Old media", "0 4 * * *", 14 * DAY)
    assert schedule.for_space
    assert not loaded.settings.leaving_soon.enabled


def test_dots_as_keys_are_placeholders_too(desk, smallest):
    loaded = desk.load(smallest.replace("aaaa1111", "…"))

    assert loaded.warnings == ()
    assert loaded.settings.services["radarr"].key_is_placeholder


def test_a_long_file_is_read_to_the_last_key(desk):
    loaded = desk.load(LONG)

    settings, rules = loaded.settings, loaded.rules
    assert loaded.warnings == ()
    assert (rules.mode, rules.approve, rules.timezone) == (Mode.CLEAN, Approve.ALWAYS, "Europe/Madrid")
    assert rules.services == (
        ServiceRule("radarr", "radarr"),
        ServiceRule("films_4k", "radarr", in_jellyfin=False),
        ServiceRule("sonarr", "sonarr"),
        ServiceRule("jellyfin", "jellyfin"),
    )
    assert rules.storages == (
        StorageRule("big", "/data", Amount(share=0.25, text="25%"), Amount(share=0.03, text="3%")),
        StorageRule(
            "rest",
            None,
            Amount(size_bytes=3 * 2**39, text="1.5TiB"),
            Amount(size_bytes=10**10, text="10GB"),
            Amount(size_bytes=2 * 10**10, text="20GB"),
        ),
    )
    assert rules.keep == Keep(
        tags=frozenset({"forever", "kids"}),
        favorites=frozenset({"ana", "luis"}),
        in_progress=42 * DAY,
        next_up=None,
        requested=30 * DAY,
        hardlinked=False,
        airing=True,
        libraries=frozenset({"Infantil"}),
        root_folders=frozenset({"/documentaries"}),
    )
    assert rules.limits == Limits(titles=5, size_bytes=10**11, ask_above=0.2, max_shrink=0.125)
    assert settings.services["films_4k"].path_map == {"/movies": "/data/films4k", "D:\\Films": "/data/films"}
    assert settings.services["films_4k"].read_timeout == timedelta(minutes=2)
    assert settings.services["radarr"].url == "https://media.example.org/radarr"
    assert (settings.leaving_soon.enabled, settings.leaving_soon.name) == (True, "Going away")
    assert (settings.web.bind.host, settings.web.bind.port) == ("127.0.0.1", 9000)
    assert settings.history.keep == 100 * DAY


def test_levels_come_out_with_the_smallest_first(desk):
    schedule = desk.load(LONG).rules.schedule("by_space")

    assert schedule.movies is not None
    assert [level.below.text for level in schedule.movies.levels] == ["5%", "20%", "500GB"]
    assert schedule.movies.levels[0].notice == 3 * DAY
    assert schedule.movies.levels[0].limit == AgeLimit(15 * DAY, 15 * DAY)
    assert schedule.movies.levels[1].limit == AgeLimit(unwatched=90 * DAY, watched=45 * DAY)
    assert schedule.services == frozenset({"radarr", "sonarr"})
    assert schedule.specials
    assert schedule.for_space


def test_a_schedule_overrides_what_stands_at_the_top_and_inherits_the_rest(desk):
    rules = desk.load(LONG).rules

    own, inherited = rules.schedule("short_lived"), rules.schedule("daily_shows")
    assert (own.notice, own.order, own.import_exclusion, own.keep_entry) == (
        3 * DAY,
        Order.OLDEST,
        False,
        False,
    )
    assert (own.delete_empty_shows, own.seerr, own.enabled, own.tag) == (True, "leave", False, "10-days")
    assert (inherited.notice, inherited.order, inherited.import_exclusion) == (7 * DAY, Order.LARGEST, True)
    assert (inherited.keep_entry, inherited.delete_empty_shows, inherited.seerr) == (True, False, "clear")
    assert inherited.episodes == EpisodeRule(10, after=30 * DAY, max_age=60 * DAY, at_least=2)


def test_only_schedules_without_tag_and_episodes_wait_for_space_unless_told(desk):
    rules = desk.load(LONG).rules

    assert [schedule.for_space for schedule in rules.schedules] == [True, False, True]


def test_one_limit_for_watched_titles_alone_never_takes_the_others(desk):
    schedule = desk.load(LONG).rules.schedule("short_lived")

    assert schedule.shows == AgeRule(always=AgeLimit(unwatched=None, watched=10 * DAY))


def test_without_a_storage_there_is_one_that_holds_everything(desk, services, schedule):
    assert desk.load(services + schedule).rules.storages == (StorageRule("media"),)


def test_true_means_the_usual_time_of_a_protection(desk, smallest):
    keep = desk.load(smallest + "[keep]\nin_progress = true\nnext_up = true\nrequested = true\n").rules.keep

    assert (keep.in_progress, keep.next_up, keep.requested) == (30 * DAY, 60 * DAY, 30 * DAY)


def test_dry_run_beside_another_mode_means_preview_and_is_told(desk, smallest):
    loaded = desk.load('dry_run = true\nmode = "clean"\n' + smallest)

    assert (loaded.settings.mode, loaded.rules.mode) == (Mode.PREVIEW, Mode.PREVIEW)
    assert [warning.key for warning in loaded.warnings] == ["dry_run"]


def test_dry_run_false_alone_does_not_delete_and_says_so(desk, smallest):
    loaded = desk.load("dry_run = false\n" + smallest)

    assert loaded.rules.mode is Mode.PREVIEW
    assert [warning.key for warning in loaded.warnings] == ["dry_run"]


def test_settings_without_any_source_are_the_defaults_and_read_nothing_else(monkeypatch):
    monkeypatch.setenv("MODE", "clean")
    monkeypatch.setenv("KEEPERCHEKY_MODE", "clean")

    settings = Settings()

    assert settings.mode is Mode.PREVIEW
    assert to_rules(settings).storages == (StorageRule("media"),)


def test_settings_dumped_and_read_again_make_the_same_rules(desk):
    loaded = desk.load(LONG)

    again = Settings.model_validate(loaded.settings.model_dump(mode="json"))

    assert to_rules(again) == loaded.rules
