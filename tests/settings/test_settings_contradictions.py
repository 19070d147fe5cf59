"""What cannot be meant although every value can be read, and what is only worth a word."""

import pytest


def test_a_level_above_what_a_storage_keeps_free_is_a_mistake(desk, services):
    text = f"""{services}
    [storage.media]
    keep_free = "10%"
    [[schedules]]
    id = "by_space"
    movies = {{ "20%" = "90d", "5%" = "30d" }}
    """

    found = desk.mistakes(text)

    assert set(found) == {"storage.media.keep_free"}
    assert 'the level "20%" of by_space' in found["storage.media.keep_free"].problem
    assert 'Raise keep_free to "20%"' in found["storage.media.keep_free"].remedy


@pytest.mark.parametrize(
    "change",
    [
        ('"10%"', '"20%"'),  # equal is enough
        ('"10%"', '"10GB"'),  # another unit: only the service can tell
        ('id = "by_space"', 'id = "by_space"\nfor_space = false'),
        ('id = "by_space"', 'id = "by_space"\ntag = "x"'),
        ('id = "by_space"', 'id = "by_space"\nenabled = false'),
        ('id = "by_space"', 'id = "by_space"\nroot_folders = ["/elsewhere"]'),
    ],
)
def test_a_level_above_it_is_fine_where_the_schedule_cannot_be_held_back_by_it(desk, services, change):
    text = f"""{services}
    [storage.media]
    path = "/data"
    keep_free = "10%"
    [[schedules]]
    id = "by_space"
    movies = {{ "20%" = "90d", "5%" = "30d" }}
    """

    desk.load(text.replace(*change))


@pytest.mark.parametrize("root_folder", ["/movies/hd", "/movies"])
def test_root_folders_are_followed_through_the_path_map(desk, services, root_folder):
    mapped = services.replace(
        'api_key = "aaaa1111"', 'api_key = "aaaa1111", path_map = { "/movies" = "/data/films" }'
    )
    text = f"""{mapped}
    [storage.media]
    path = "/data"
    keep_free = "10%"
    [[schedules]]
    id = "by_space"
    services = ["radarr"]
    root_folders = ["{root_folder}"]
    movies = {{ "20%" = "90d" }}
    """

    assert set(desk.mistakes(text)) == {"storage.media.keep_free"}


def test_one_tag_in_two_schedules_for_the_same_titles_is_a_mistake(desk, services):
    text = f"""{services}
    [[schedules]]
    id = "one"
    tag = "10-days"
    movies = "10d"
    [[schedules]]
    id = "two"
    tag = "10-DAYS"
    enabled = false
    movies = "20d"
    """

    found = desk.mistakes(text)

    assert set(found) == {"schedules.two.tag"}
    assert "schedule one" in found["schedules.two.tag"].problem


def test_one_tag_may_stand_in_two_schedules_of_different_kinds_or_services(desk, services):
    text = services.replace(
        "sonarr ", 'films = { kind = "radarr", url = "http://192.168.1.10:7879", api_key = "k" }\nsonarr '
    )
    text += """
    [[schedules]]
    id = "movies"
    tag = "10-days"
    services = ["radarr"]
    movies = "10d"
    [[schedules]]
    id = "films"
    tag = "10-days"
    services = ["films"]
    movies = "20d"
    [[schedules]]
    id = "shows"
    tag = "10-days"
    seasons = "20d"
    """

    assert desk.load(text).warnings == ()


def test_different_kinds_of_shows_with_one_tag_overlap(desk, services):
    text = f"""{services}
    [[schedules]]
    id = "one"
    tag = "t"
    shows = "10d"
    [[schedules]]
    id = "two"
    tag = "t"
    seasons = "20d"
    """

    assert set(desk.mistakes(text)) == {"schedules.two.tag"}


def test_a_tag_cannot_keep_titles_and_let_them_go(desk, services):
    text = f'{services}\n[keep]\ntags = ["T"]\n[[schedules]]\nid = "it"\ntag = "t"\nmovies = "3d"\n'

    assert set(desk.mistakes(text)) == {"keep.tags"}


def test_a_schedule_that_never_comes_up_is_told(desk, smallest):
    text = f'{smallest}\n[[schedules]]\nid = "late"\nlibraries = ["Kids"]\nmovies = "3d"\nseasons = "3d"\n'

    warning = desk.warnings(text)["schedules.late"]

    assert "old_media stands above it" in warning.problem


def test_a_narrow_schedule_above_a_wide_one_is_fine(desk, services, schedule):
    text = f'{services}\n[storage.media]\nkeep_free = "10%"\n[[schedules]]\nid = "narrow"\nlibraries = ["Kids"]\nmovies = "3d"\n{schedule}'

    assert desk.load(text).warnings == ()


def test_two_storages_without_a_path_are_a_mistake(desk, smallest):
    assert set(desk.mistakes(f'{smallest}\n[storage.other]\nkeep_free = "5%"\n')) == {"storage.other"}


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('path = "/a"\n[storage.twin]\npath = "/a/"', "storage.twin.path"),
        ('path = "/a"\nreserve = "1%"', "storage.other.reserve"),
        ('path = "/a"\nmargin = "9GB"\nreserve = "8GB"', "storage.other.reserve"),
        ('path = "/a"\nkeep_free = "98%"', "storage.other.keep_free"),
    ],
)
def test_a_storage_that_contradicts_itself_or_another_is_a_mistake(desk, smallest, lines, key):
    assert set(desk.mistakes(f"{smallest}\n[storage.other]\n{lines}\n")) == {key}


def test_without_any_service_there_is_nothing_to_look_after(desk, schedule):
    assert "services" in desk.mistakes(schedule)


def test_jellyfin_alone_has_nothing_to_look_after(desk, schedule):
    text = f'[services]\njellyfin = {{ url = "http://h:1", api_key = "k" }}\n{schedule}'

    assert "neither a Radarr nor a Sonarr" in desk.mistakes(text)["services"].problem


def test_without_jellyfin_it_says_what_does_not_protect(desk, smallest):
    text = "\n".join(line for line in smallest.splitlines() if not line.startswith("jellyfin"))

    assert "protect nothing" in desk.warnings(text)["services"].problem


def test_a_jellyfin_switched_off_is_no_jellyfin(desk, smallest):
    warnings = desk.warnings(smallest.replace('"cccc3333"', '"cccc3333", enabled = false'))

    assert set(warnings) == {"services.jellyfin.enabled"}


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('[keep]\nlibraries = ["Kids"]', "keep.libraries"),
        ('[keep]\nfavorites = ["ana"]', "keep.favorites"),
        ("[leaving_soon]", "leaving_soon"),
        ('[[schedules]]\nid = "it"\nlibraries = ["Kids"]\nmovies = "3d"', "schedules.it.libraries"),
    ],
)
def test_what_needs_jellyfin_is_a_mistake_without_it(desk, smallest, lines, key):
    text = "\n".join(line for line in smallest.splitlines() if not line.startswith("jellyfin"))

    assert set(desk.mistakes(f"{text}\n{lines}\n")) == {key}


def test_requests_asked_for_without_seerr_are_told(desk, smallest):
    text = "\n".join(line for line in smallest.splitlines() if not line.startswith("jellyseerr"))

    assert desk.load(text).warnings == ()
    assert set(desk.warnings(f'{text}\n[keep]\nrequested = "9d"\n')) == {"keep.requested"}


def test_no_schedule_at_all_is_told(desk, services):
    assert set(desk.warnings(services)) == {"schedules"}


def test_a_kind_without_its_program_is_told(desk, smallest):
    text = "\n".join(line for line in smallest.splitlines() if not line.startswith("sonarr"))

    assert "no Sonarr" in desk.warnings(text)["schedules.old_media"].problem


def test_a_service_of_a_schedule_that_is_switched_off_is_told(desk, services):
    text = services.replace('"aaaa1111"', '"aaaa1111", enabled = false')
    text += '[[schedules]]\nid = "it"\nservices = ["radarr"]\nfor_space = false\nmovies = "3d"\n'

    assert set(desk.warnings(text)) == {"schedules.it.services"}


def test_a_schedule_for_space_without_a_word_of_how_much_is_told(desk, services, schedule, smallest):
    assert set(desk.warnings(services + schedule)) == {"schedules.old_media.movies"}
    assert desk.warnings(services + schedule + "for_space = false\n") == {}
    assert desk.warnings(services + schedule + 'tag = "x"\n') == {}
    assert desk.warnings(smallest) == {}
    levels = 'movies = { "20%" = "90d" }\n'
    assert desk.warnings(f'{services}[[schedules]]\nid = "it"\n{levels}') == {}


def test_a_notice_of_a_level_that_is_longer_than_the_usual_one_is_told(desk, services):
    text = f'{services}[[schedules]]\nid = "it"\nmovies = {{ "5%" = {{ after = "15d", notice = "20d" }} }}\n'

    assert set(desk.warnings(text)) == {'schedules.it.movies."5%".notice'}


def test_pages_open_to_the_network_without_a_password_are_told(desk, smallest):
    text = f'{smallest}\n[web]\nauth = "none"\nbind = "0.0.0.0:8484"\n'

    assert set(desk.warnings(text)) == {"web.auth"}
    assert desk.load(text.replace("0.0.0.0", "127.0.0.1")).warnings == ()


def test_in_jellyfin_means_something_only_where_titles_are(desk, smallest):
    warnings = desk.warnings(smallest.replace('"cccc3333"', '"cccc3333", in_jellyfin = false'))

    assert set(warnings) == {"services.jellyfin.in_jellyfin"}


def test_what_follows_from_a_broken_key_is_not_told_as_well(desk, services):
    broken = services.replace("http://192.168.1.10:7878", "nowhere")
    text = f'{broken}\n[[schedules]]\nid = "it"\nservices = ["radarr"]\nmovies = "9x"\n'

    assert set(desk.mistakes(text)) == {"services.radarr.url", "schedules.it.movies"}


def test_a_second_jellyfin_may_wait_switched_off(desk, smallest):
    second = 'later = { kind = "jellyfin", url = "http://h:1", api_key = "k", enabled = false }\n[storage'

    assert desk.load(smallest.replace("[storage", second, 1)).warnings == ()
