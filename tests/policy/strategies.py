"""Random households: what is there, what was asked for, what is remembered. Small, and full of edges.

Most of a household is quiet; oddities are drawn from lists, so that each is met often and few draws make a world.
"""

from __future__ import annotations

from datetime import timedelta

from house import (
    GB,
    NOT_ASKED,
    NOW,
    TB,
    aged,
    ago,
    ahead,
    disk,
    episode,
    latest,
    level,
    levels,
    library,
    movie,
    promise,
    rules,
    schedule,
    seen,
    share,
    show,
    size,
    storage,
)
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from keepercheky.media import Queued, Request, Unknown, Watch, Watching
from keepercheky.policy.marks import HandKeep, Marks, ScheduleMark, Spent
from keepercheky.policy.terms import Approve, Keep, Limits, Mode, Order

# The same examples everywhere: a red build is red on every machine.
tried = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

AGES = (0, 5, 14, 29, 30, 31, 60, 89, 90, 91, 400, 1000)
FAN = frozenset({"ana"})
DOUBTS = (Unknown("not_read", "x"), Unknown("unmatched"), Unknown("missing_for_user", "luis"), NOT_ASKED)
UNKNOWN = st.sampled_from(DOUBTS)

WATCHINGS = (
    *(seen(Watch("ana", ago(age), True, True)) for age in AGES),
    *(seen(Watch("luis", ago(age), True, False, True)) for age in (3, 30, 31, 400)),
    *(seen(Watch("ana", ago(age), True, True), Watch("luis", ago(10), True, False)) for age in (40, 400)),
    seen(Watch("ana", None, True, True)),
    seen(Watch("ana", None, True, False, True)),
    seen(favorite_of=FAN),
    seen(playing=True),
    *(Watching(unknown=doubt, playing=doubt) for doubt in DOUBTS),
    Watching((Watch("ana", ago(100), True, True),), Unknown("play_without_date")),
    Watching(playing=Unknown("plays_unlisted_item")),
)

# What holds for movies and shows alike.
ODDITIES = (
    *(
        {"tags": tags}
        for tags in (frozenset({"keep"}), frozenset({"short"}), frozenset({"short"}), *DOUBTS[:2])
    ),
    *({"requests": (Request("ana", when),)} for when in (ago(1), ago(29), ago(30), ago(80), None)),
    *({"requests": doubt} for doubt in DOUBTS[:1]),
    *({"links": links} for links in (1, 1, 2, Unknown("not_there", "/x"), NOT_ASKED)),
    *({"shared_with": other} for other in ("another", Unknown("no_folder", "x"), NOT_ASKED)),
    *({"libraries": found} for found in (frozenset({"Kids"}), frozenset(), *DOUBTS[:2])),
    *({"root_folder": root} for root in ("/kids", "/kids/", None)),
    *({"storage": place} for place in ("more", "more", None)),
)
MOVIE_ODDITIES = (
    *ODDITIES,
    *({"watching": watching} for watching in WATCHINGS),
    {"queued": True},
    {"service": "radarr_4k"},
    {"last_link_bytes": 0},
    {"last_link_bytes": GB},
    *({"imported": doubt} for doubt in (Unknown("no_import_date"), Unknown("date_ahead", at_least=ago(50)))),
)
SHOW_ODDITIES = (
    *ODDITIES,
    *({"whole": watching} for watching in WATCHINGS[-10:]),
    *(
        {"queued": queued}
        for queued in (Queued(whole=True), Queued(episodes=frozenset({1001}), seasons=frozenset({1})))
    ),
    {"season_fans": {1: FAN}},
    *({"ended": False, "airs_near": near} for near in (True, False)),
    *({"asked": False, "imported_bound": bound} for bound in (None, ago(20), ago(200))),
    {"has_files": Unknown("no_statistics", "sonarr")},
    {"episodes": Unknown("episode_without_its_file"), "files": {}},
)
EPISODE_ODDITIES = (
    *({"watching": watching} for watching in WATCHINGS),
    *(
        {"imported": age}
        for age in (5, 30, 90, Unknown("no_import_date"), Unknown("date_ahead", at_least=ago(50)))
    ),
    *({"aired": age} for age in (None, -5, 0, 5, 89, 100)),
    {"file": 0},
    {"file": 1001},
)


def few(rows, most):
    """Up to so many oddities, as one; of two of a kind the last holds."""
    return st.lists(st.sampled_from(rows), max_size=most).map(
        lambda found: {name: value for row in found for name, value in row.items()}
    )


@st.composite
def movies(draw, number):
    facts = {"imported": draw(st.sampled_from(AGES[7:])), "gb": draw(st.sampled_from((1, 10, 60, 700)))}
    return movie(number, **{**facts, **draw(few(MOVIE_ODDITIES, 3))})


SEASONS = ((1,), (1, 1), (1, 2), (1, 1, 2, 2), (0, 1, 2), (0, 0))


@st.composite
def shows(draw, number):
    plan_of_it = draw(st.sampled_from(SEASONS))
    odd = draw(st.dictionaries(st.integers(0, 3), few(EPISODE_ODDITIES, 2), max_size=2))
    rows = [
        episode(season, plan_of_it[:place].count(season) + 1, **odd.get(place, {}))
        for place, season in enumerate(plan_of_it)
    ]
    return show(number, *rows, **draw(few(SHOW_ODDITIES, 2)))


@st.composite
def homes(draw):
    items = [draw(movies(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    items += [draw(shows(number)) for number in range(20, 20 + draw(st.integers(0, 2)))]
    one_disk = draw(st.booleans())
    free = st.sampled_from((None, 0, 400 * GB, 990 * GB, TB - 1, TB, 1100 * GB, 3 * TB))
    storages = [
        disk(
            name,
            free=draw(free),
            total=None if name == unsized else 10 * TB,
            disk="one" if one_disk else name,
            pending_bytes=pending,
        )
        for unsized in (draw(st.sampled_from(("", "", "", "media"))),)
        for name, pending in (("media", 0), ("more", draw(st.sampled_from((0, 300 * GB)))))
    ]
    return library(*items, storages=storages)


# Less free space never means a longer wait nor a longer notice: settings insist on it.
AGE_RULES = (
    *(aged(limit) for limit in (0, 30, 90)),
    aged(unwatched=180, watched=60),
    aged(watched=30),
    aged(unwatched=30),
    *(
        levels(*(level(key, limit, notice) for key, limit, notice in zip(keys, limits, notices, strict=True)))
        for keys in ((share(5), share(10), share(20)), (size(500 * GB), size(TB), size(2 * TB)))
        for limits in ((5, 30, 90), (30, 30, 60))
        for notices in ((None, None, None), (3, None, None), (0, 3, None))
    ),
)
SHOW_RULES = (
    {},
    *({"shows": rule} for rule in AGE_RULES),
    *({"seasons": rule} for rule in AGE_RULES),
    *({"episodes": rule} for rule in (latest(1), latest(2, 30), latest(2, 30, 60), latest(3, None, 90)) * 3),
)


def schedules(name, **scope):
    return st.builds(
        lambda movies, of_shows, notice, flags, order: schedule(
            name,
            movies=movies,
            **of_shows,
            notice=notice,
            specials=flags[0],
            for_space=flags[1],
            order=order,
            **scope,
        ),
        st.sampled_from(AGE_RULES),
        st.sampled_from(SHOW_RULES),
        st.sampled_from((0, 0, 3, 14)),
        st.tuples(st.booleans(), st.booleans()),
        st.sampled_from(list(Order)),
    )


KEEPS = tuple(
    Keep(frozenset({"keep"}), **facts)
    for facts in (
        {},
        {"favorites": False, "in_progress": None, "next_up": None, "hardlinked": False},
        {"favorites": frozenset({"luis"}), "requested": None, "airing": False},
        {"libraries": frozenset({"Kids"}), "root_folders": frozenset({"/kids"})},
        {"hardlinked": False, "next_up": None},
    )
)
SCOPES = (
    {"tag": "short"},
    {"libraries": frozenset({"Films"})},
    {"services": frozenset({"radarr_4k", "sonarr"})},
)


@st.composite
def house_rules(draw):
    rows = [draw(schedules("old"))]
    scope = draw(st.sampled_from((None, None, *SCOPES)))
    if scope is not None:
        rows.insert(draw(st.integers(0, 1)), draw(schedules("short", **scope)))
    free = st.sampled_from((None, share(10), share(25), size(TB)))
    return rules(
        *rows,
        keep=draw(st.sampled_from(KEEPS)),
        limits=Limits(
            titles=draw(st.sampled_from((0, 1, 3, 20))),
            size_bytes=draw(st.sampled_from((20 * GB, 100 * GB, 5 * TB))),
            ask_above=draw(st.sampled_from((0.1, 1.0))),
        ),
        storages=tuple(storage(name, keep_free=draw(free)) for name in ("media", "more")),
        mode=draw(st.sampled_from(list(Mode))),
        approve=draw(st.sampled_from(list(Approve))),
    )


def keys_of(home):
    """Every key a title of this home may have."""
    keys = [row.key for row in home.movies]
    for row in home.shows:
        tvdb = row.ids.tvdb
        keys += [row.key, *(f"season:tvdb:{tvdb}:{number}@sonarr" for number in range(3))]
        keys += [f"episode:tvdb:{tvdb}:{season}:{number}@sonarr" for season in range(3) for number in (1, 2)]
    return keys


PROMISES = tuple(
    {"until": until, "schedule": of, "active_at": active, "simulated": simulated, "level": said}
    for until in (-30, -1, 0, 1, 10)
    for of in ("old", "old", "short")
    for active, simulated, said in (
        (NOW, False, None),
        (NOW, False, "5%"),
        (ago(50), False, None),
        (NOW, True, None),
    )
)
IDENTITIES = ("movie:tmdb:1", "show:tvdb:20", "season:tvdb:20:1", "episode:tvdb:20:1:1")


@st.composite
def remembered(draw, home):
    """Promises for some of the titles there could be, and what went lately."""
    made = draw(st.dictionaries(st.sampled_from(keys_of(home)), st.sampled_from(PROMISES), max_size=6))
    marked = st.sampled_from(
        (ScheduleMark(), ScheduleMark(ago(1), True, True), ScheduleMark(ago(9), False, True))
    )
    return Marks(
        promises={key: promise(key, **facts) for key, facts in made.items()},
        keeps=tuple(
            HandKeep(name, ago(1), until)
            for name, until in draw(
                st.dictionaries(
                    st.sampled_from(IDENTITIES), st.sampled_from((None, ahead(1), ago(1))), max_size=1
                )
            ).items()
        ),
        deleted=draw(
            st.dictionaries(
                st.sampled_from(IDENTITIES), st.sampled_from((ago(10), ago(100), ago(1010))), max_size=1
            )
        ),
        spent=tuple(
            Spent("old", "movie", NOW - timedelta(hours=hours), 15 * GB)
            for hours in draw(st.lists(st.sampled_from((0, 21, 22, 30)), max_size=2))
        ),
        schedules={"old": draw(marked), "short": draw(marked)},
    )


@st.composite
def worlds(draw):
    """(home, rules, marks)."""
    home = draw(homes())
    return home, draw(house_rules()), draw(remembered(home))
