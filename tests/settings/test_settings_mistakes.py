"""Bad settings: each mistake with the key as written and what to do, all of them at once."""

import pytest

from keepercheky.errors import SettingsError
from keepercheky.settings import load

A_SCHEDULE = '[[schedules]]\nid = "it"\n'


def test_all_mistakes_are_told_at_once(desk):
    found = desk.mistakes(
        """
        mode = "delete"
        notice = 14
        colour = "red"
        [services]
        radarr = { url = "192.168.1.10:7878", api_key = "aaaa1111" }
        sonarr = { url = "http://192.168.1.10:8989" }
        jellyfin = { url = "http://192.168.1.10:8096", api_key = "cccc3333", prot = 1 }
        [storage.media]
        keep_free = "lots"
        margin = "9%"
        [keep]
        tags = ["a tag"]
        [[schedules]]
        id = "old_media"
        cron = "4:00"
        movies = { "20%" = "90x", "10%" = { after = "soon" } }
        [[schedules]]
        id = "old_media"
        tag = "x"
        """
    )

    assert set(found) == {
        "mode",
        "notice",
        "colour",
        "services.radarr.url",
        "services.sonarr",
        "services.jellyfin.prot",
        "storage.media.keep_free",
        "storage.media.reserve",
        "keep.tags",
        "schedules.old_media.cron",
        'schedules.old_media.movies."20%"',
        'schedules.old_media.movies."10%".after',
        "schedules.old_media.id",
        "schedules.old_media",
    }


def test_the_error_counts_and_lists_them(desk, smallest):
    path = desk.write('mode = "x"\norder = "y"\n' + smallest)

    with pytest.raises(SettingsError) as raised:
        load(path, {})

    text = str(raised.value)
    assert text.startswith(f"2 mistakes in {path}:\n  mode: ")
    assert "\n  order: " in text
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('mode = "delete"', "mode"),
        ("mode = true", "mode"),
        ('dry_run = "maybe"', "dry_run"),
        ('notice = "-1d"', "notice"),
        ('approve = "sometimes"', "approve"),
        ('timezone = "Madrid"', "timezone"),
        ("timezone = 1", "timezone"),
        ('order = "newest"', "order"),
        ('seerr = "forget"', "seerr"),
        ('import_exclusion = "perhaps"', "import_exclusion"),
        ("keep = 3", "keep"),
        ("limits = []", "limits"),
        ("demo = 5", "demo"),
    ],
)
def test_a_bad_value_at_the_top_names_its_key(desk, smallest, line, key):
    assert set(desk.mistakes(f"{line}\n{smallest}")) == {key}


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ("[limits]\ntitles = 0", "limits.titles"),
        ("[limits]\ntitles = true", "limits.titles"),
        ("[limits]\nbytes = 500", "limits.bytes"),
        ('[limits]\nbytes = "0GB"', "limits.bytes"),
        ("[limits]\nask_above = 0.1", "limits.ask_above"),
        ('[limits]\nmax_shrink = "120%"', "limits.max_shrink"),
        ('[keep]\ntags = "keep"', "keep.tags"),
        ('[keep]\ntags = ["två"]', "keep.tags"),
        ('[keep]\nfavorites = "ana"', "keep.favorites"),
        ("[keep]\nfavorites = []", "keep.favorites"),
        ('[keep]\nin_progress = "0d"', "keep.in_progress"),
        ("[keep]\nlibraries = [3]", "keep.libraries"),
        ('[keep]\nroot_folders = ["movies"]', "keep.root_folders"),
        ('[storage.b]\npath = "data"', "storage.b.path"),
        ('[storage.b]\npath = "/b"\nkeep_free = "100%"', "storage.b.keep_free"),
        ('[storage.b]\npath = "/b"\nmargin = 2', "storage.b.margin"),
        ('[storage."B c"]\npath = "/b"', 'storage."B c"'),
        ('[web]\nbind = ":8484"', "web.bind"),
        ('[web]\nauth = "ldap"', "web.auth"),
        ('[web]\nauth = "proxy"', "web.auth"),
        ('[web]\npublic_url = "media.example.org"', "web.public_url"),
        ('[web]\nbase_path = "pages"', "web.base_path"),
        ('[web]\nallowed_hosts = ["http://nas"]', "web.allowed_hosts"),
        ('[web]\ntrusted_proxies = ["*"]', "web.trusted_proxies"),
        ('[state]\npath = "state"', "state.path"),
        ('[log]\nlevel = "loud"', "log.level"),
        ('[log]\nformat = "xml"', "log.format"),
        ('[metrics]\nenabled = "yess"', "metrics.enabled"),
        ('[history]\nkeep = "0d"', "history.keep"),
        ('[leaving_soon]\nname = ""', "leaving_soon.name"),
    ],
)
def test_a_bad_value_in_a_section_names_its_key(desk, smallest, lines, key):
    assert set(desk.mistakes(f"{smallest}\n{lines}\n")) == {key}


@pytest.mark.parametrize(
    ("service", "key", "says"),
    [
        ('nas = { url = "http://h:1", api_key = "k" }', "services.nas.kind", 'kind = "radarr"'),
        (
            'nas = { kind = "plex", url = "http://h:1", api_key = "k" }',
            "services.nas.kind",
            'kind = "radarr"',
        ),
        ('qbittorrent = { url = "http://h:1", user = "u" }', "services.qbittorrent", "not yet supported"),
        ('nas = { kind = "jellystat", url = "http://h:1" }', "services.nas.kind", "not yet supported"),
        ('streamystats = { url = "http://h:1" }', "services.streamystats", "not yet supported"),
        ('nas = { kind = "radarr", api_key = "k" }', "services.nas.url", "http://"),
        ('nas = { kind = "radarr", url = "http://h:1" }', "services.nas", "api_key_file"),
        ('nas = { kind = "radarr", url = "http://h:1", api_key = "" }', "services.nas.api_key", "empty"),
        ('nas = { kind = "radarr", url = "http://h:1", api_key = 5 }', "services.nas.api_key", "quotes"),
        ('nas = { kind = "radarr", url = "http://h:1", api_key = "a b" }', "services.nas.api_key", "again"),
        (
            'nas = { kind = "radarr", url = "http://h:1", apikey = "k" }',
            "services.nas.apikey",
            "services.nas.api_key",
        ),
        ('seerr = { url = "http://h:1", api_key = "k" }', "services.seerr", "jellyseerr"),
        (
            'other = { kind = "jellyfin", url = "http://h:1", api_key = "k" }',
            "services.other",
            "one Jellyfin only",
        ),
        (
            'overseerr = { kind = "radarr", url = "http://h:1", api_key = "k" }',
            "services.overseerr.kind",
            "another name",
        ),
        (
            '"Radarr 4K" = { kind = "radarr", url = "http://h:1", api_key = "k" }',
            'services."Radarr 4K"',
            "radarr_4k",
        ),
        ('nas = "http://h:1"', "services.nas", "api_key"),
        (
            'nas = { kind = "radarr", url = "http://h:1", api_key = "k", path_map = "/a" }',
            "services.nas.path_map",
            "/data/media",
        ),
        (
            'nas = { kind = "radarr", url = "http://h:1", api_key = "k", path_map = { "/a" = "b" } }',
            'services.nas.path_map."/a"',
            "whole path",
        ),
    ],
)
def test_a_bad_service_names_its_key_and_the_way_out(desk, smallest, service, key, says):
    found = desk.mistakes(smallest.replace("[storage", f"{service}\n[storage", 1))

    if key == "services.nas":
        found.pop("services.nas.kind", None)
    assert set(found) == {key}
    assert says in str(found[key])


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        ('movies = "90"', "movies", '"90s"'),
        ('movies = "0d"', "movies", "above zero"),
        ("movies = true", "movies", "duration"),
        ("movies = {}", "movies", "neither a watched nor an unwatched"),
        ('movies = { unwatched = "0d" }', "movies.unwatched", "above zero"),
        ('movies = { wached = "3d" }', "movies.wached", "movies.watched"),
        ('movies = { after = "3d", watched = "1d" }', "movies", "one of the two ways"),
        ('movies = { "20%" = "0d" }', 'movies."20%"', "above zero"),
        ('movies = { "0%" = "3d" }', 'movies."0%"', "never below"),
        ('movies = { "120%" = "3d" }', 'movies."120%"', "not an amount"),
        ('movies = { "20%" = "3d", watched = "3d" }', "movies.watched", "only levels"),
        ('movies = { "20%" = {} }', 'movies."20%"', "no age limit"),
        ('movies = { "20%" = { after = "3d", notic = "1d" } }', 'movies."20%".notic', 'movies."20%".notice'),
        ('movies = { "10%" = "3d", "10.0%" = "3d" }', 'movies."10%"', "same level"),
        ('movies = { "10%" = "30d", "5%" = "60d" }', 'movies."5%"', "stay longer"),
        (
            'movies = { "10%" = { watched = "3d" }, "5%" = { unwatched = "3d" } }',
            'movies."5%"',
            "stay longer",
        ),
        ('episodes = { after = "3d" }', "episodes.keep_latest", "keep_latest = 10"),
        ("episodes = { keep_latest = 0 }", "episodes.keep_latest", "1 or more"),
        ("episodes = { keep_latest = 2, at_least = 3 }", "episodes", "lower at_least"),
        ('episodes = { keep_latest = 2, after = "0d" }', "episodes.after", "above zero"),
        ('episodes = { keep_latest = 2, after = "-3d" }', "episodes.after", "negative"),
        ('episodes = { keep_latest = 2, after = "9d", max_age = "3d" }', "episodes", "Raise max_age"),
        ('episodes = "30d"', "episodes", "keep_latest"),
        ('movies = "9d"\ncron = "@daily"', "cron", '"0 0 * * *"'),
        ('movies = "9d"\norder = "value"', "order", "not yet supported"),
        ('movies = "9d"\ntag = "10 days"', "tag", "10-days"),
        ('movies = "9d"\nservices = "radarr"', "services", '["radarr"]'),
        ('movies = "9d"\nservices = ["radar"]', "services", '"radarr"'),
        ('movies = "9d"\nservices = ["nothing"]', "services", "There are: radarr"),
        ('movies = "9d"\nservices = ["jellyfin", "radarr"]', "services", "neither a Radarr nor a Sonarr"),
        ('movies = "9d"\nservices = ["sonarr"]', "services", "come from a Radarr"),
        ('shows = "9d"\nservices = ["radarr"]', "services", "come from a Sonarr"),
        ('movies = "9d"\nservices = []', "services", "no title at all"),
        ('movies = "9d"\nlibraries = []', "libraries", "no title at all"),
        ('movies = "9d"\nroot_folders = ["m"]', "root_folders", "whole path"),
        ('shows = "9d"\nseasons = "9d"', "seasons", "another schedule"),
        ('seasons = "9d"\nepisodes = { keep_latest = 3 }', "episodes", "another schedule"),
        ('movies = "9d"\nname = ""', "name", "quotes"),
        ('movies = "9d"\nnotice = "soon"', "notice", "14d"),
        ('movies = "9d"\nfor_space = "if needed"', "for_space", "true or false"),
        ('movies = "9d"\nschedule = "0 4 * * *"', "schedule", "docs/settings.md"),
    ],
)
def test_a_bad_schedule_names_its_key_and_the_way_out(desk, services, lines, key, says):
    found = desk.mistakes(f"{services}\n{A_SCHEDULE}{lines}\n")

    assert set(found) == {f"schedules.it.{key}"}
    assert says in str(found[f"schedules.it.{key}"])


def test_a_schedule_without_id_is_named_by_its_number(desk, smallest):
    found = desk.mistakes(f'{smallest}\n[[schedules]]\ntag = "x"\nmovies = "3d"\n')

    assert set(found) == {"schedules[2].id"}


def test_a_schedule_that_says_nothing_of_kinds_is_a_mistake(desk, services):
    assert set(desk.mistakes(services + A_SCHEDULE)) == {"schedules.it"}


def test_a_second_schedule_with_the_same_id_is_a_mistake(desk, smallest):
    found = desk.mistakes(f'{smallest}\n[[schedules]]\nid = "old_media"\ntag = "x"\nmovies = "3d"\n')

    assert set(found) == {"schedules.old_media.id"}


def test_schedules_in_a_single_table_show_the_two_brackets(desk, services):
    found = desk.mistakes(f'{services}\n[schedules.it]\nmovies = "3d"\n')

    assert "[[schedules]]" in found["schedules"].remedy


def test_a_storage_without_a_name_shows_how_to_name_it(desk, services, schedule):
    found = desk.mistakes(f'{services}\n[storage]\nkeep_free = "10%"\n{schedule}')

    assert "[storage.media]" in found["storage.keep_free"].remedy


@pytest.mark.parametrize(
    ("lines", "key", "meant"),
    [
        ("dryrun = true\n", "dryrun", "dry_run"),
        ('bind = "127.0.0.1:1"\n', "bind", "web.bind"),
        ("favorites = true\n", "favorites", "keep.favorites"),
        ("nonsense_entirely = true\n", "nonsense_entirely", "docs/settings.md"),
        ('_env_file = "x"\n', "_env_file", "Take it out"),
    ],
)
def test_an_unknown_key_at_the_top_says_what_was_meant(desk, smallest, lines, key, meant):
    assert meant in desk.mistakes(lines + smallest)[key].remedy


@pytest.mark.parametrize(
    ("lines", "key", "meant"),
    [
        ("[limits]\ntitle = 3", "limits.title", "limits.titles?"),
        ('[limits]\nnotice = "3d"', "limits.notice", "notice at the top of the file"),
        ("[keeps]\nairing = true", "keeps", "keep"),
        ("[keep]\nfavourites = true", "keep.favourites", "keep.favorites?"),
        ('[storage.b]\npath = "/b"\nkeepfree = "3%"', "storage.b.keepfree", "storage.b.keep_free?"),
    ],
)
def test_an_unknown_key_in_a_section_says_what_was_meant(desk, smallest, lines, key, meant):
    assert meant in desk.mistakes(f"{smallest}\n{lines}\n")[key].remedy


def test_an_unknown_key_that_is_like_none_is_not_taken_for_one(desk, smallest):
    text = (
        f'{smallest}\n[services.radarr_4k]\nkind = "radarr"\nurl = "http://h:1"\napi_key = "k"\nbogus = 1\n'
    )

    assert "Did you mean" not in desk.mistakes(text)["services.radarr_4k.bogus"].remedy
