"""What holds for every household: what more is known, liked, free or allowed never makes another title go.

A plan's *taken* titles may well change that way (what one does not free, another must), so these sentences are about
the set of titles whose verdict is delete. Marks are equal on both sides: a different past is a different story.
"""

from __future__ import annotations

from dataclasses import replace as with_rule
from datetime import timedelta

from house import NOW, ago, decided, deletes
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from strategies import UNKNOWN, tried, worlds

from keepercheky.media import Queued, Request, Unknown, Watch
from keepercheky.policy.decide import decide, titles_of
from keepercheky.policy.findings import RULES, Says, Verdict
from keepercheky.policy.marks import HandKeep
from keepercheky.policy.plan import Outcome, Situation, plan, promises_after
from keepercheky.policy.refusals import Refusal
from keepercheky.policy.space import as_disks, wanted_free
from keepercheky.policy.terms import AgeLimit, AgeRule, EpisodeRule, Mode

GAPS = {"old": timedelta(days=1), "short": timedelta(days=7)}


def going(home, asked, known):
    return deletes(decide(home, asked, known, NOW, longest_gaps=GAPS))


def of_all(home, change):
    """The home with every movie, and every show, changed."""
    return replace(
        home, movies=tuple(change(row) for row in home.movies), shows=tuple(change(row) for row in home.shows)
    )


def of_one(data, home, change_movie, change_show):
    """The home with one title's row changed."""
    place = data.draw(st.integers(0, len(home.movies) + len(home.shows) - 1))
    if place < len(home.movies):
        rows = list(home.movies)
        rows[place] = change_movie(rows[place])
        return replace(home, movies=tuple(rows))
    shows = list(home.shows)
    shows[place - len(home.movies)] = change_show(shows[place - len(home.movies)])
    return replace(home, shows=tuple(shows))


def with_part(show, place, change):
    """The show with what is known of one episode changed, wherever it is told."""
    if isinstance(show.episodes, Unknown):
        parts = {part: change(watching) if index == place % max(len(show.parts), 1) else watching
                 for index, (part, watching) in enumerate(show.parts.items())}  # fmt: skip
        return replace(show, parts=parts)
    row = show.episodes[place % len(show.episodes)]
    watching = change(row.watching)
    episodes = tuple(replace(other, watching=watching) if other is row else other for other in show.episodes)
    return replace(show, episodes=episodes, parts={**show.parts, (row.season, row.number): watching})


# Adding a reason to keep

FAN = frozenset({"luis"})
HALF = Watch("eva", ago(3), played=True, in_progress=True)


def liked(watching):
    return replace(watching, favorite_of=watching.favorite_of | FAN)


def half_watched(watching):
    return replace(watching, watches=(*watching.watches, HALF))


def played(watching):
    return replace(watching, playing=True)


KEEP_A_MOVIE = {
    "tag": lambda row: replace(row, tags=row.tags if isinstance(row.tags, Unknown) else row.tags | {"keep"}),
    "favourite": lambda row: replace(row, watching=liked(row.watching)),
    "half watched": lambda row: replace(row, watching=half_watched(row.watching)),
    "playing": lambda row: replace(row, watching=played(row.watching)),
    "queued": lambda row: replace(row, queued=True),
    "shared": lambda row: replace(row, shared_with="another"),
    "linked": lambda row: replace(row, file=replace(row.file, links=3)),
    "asked for": lambda row: replace(
        row,
        requests=row.requests
        if isinstance(row.requests, Unknown)
        else (*row.requests, Request("eva", ago(2))),
    ),
    "library": lambda row: replace(row, libraries=frozenset({"Kids"})),
    "root folder": lambda row: replace(row, root_folder="/kids"),
}
KEEP_A_PART = {"favourite": liked, "half watched": half_watched, "playing": played}
KEEP_A_SHOW = {
    name: KEEP_A_MOVIE[name] for name in ("tag", "shared", "asked for", "library", "root folder")
} | {
    "queued": lambda row: replace(row, queued=Queued(whole=True)),
    "favourite": lambda row: replace(row, whole=liked(row.whole)),
    "playing": lambda row: replace(row, whole=played(row.whole)),
    "linked": lambda row: replace(
        row, files={file: replace(found, links=3) for file, found in row.files.items()}
    ),
    "season": lambda row: replace(row, seasons=tuple(replace(one, favorite_of=FAN) for one in row.seasons)),
}


@tried
@given(world=worlds(), data=st.data())
def test_a_reason_to_keep_never_makes_a_title_go(world, data):
    home, asked, known = world
    of_movie, of_show = (
        data.draw(st.sampled_from([*KEEP_A_MOVIE])),
        data.draw(st.sampled_from([*KEEP_A_SHOW])),
    )
    if data.draw(st.booleans()):
        of_part, place = data.draw(st.sampled_from([*KEEP_A_PART])), data.draw(st.integers(0, 8))

        def change_show(row):
            return with_part(row, place, KEEP_A_PART[of_part])
    else:
        change_show = KEEP_A_SHOW[of_show]

    changed = of_one(data, home, KEEP_A_MOVIE[of_movie], change_show)

    assert going(changed, asked, known) <= going(home, asked, known)


@tried
@given(
    world=worlds(),
    identity=st.sampled_from(["movie:tmdb:1", "show:tvdb:20", "season:tvdb:20:1", "episode:tvdb:20:1:1"]),
)
def test_a_keep_by_hand_never_makes_a_title_go(world, identity):
    home, asked, known = world
    kept = replace(known, keeps=(*known.keeps, HandKeep(identity, NOW)))

    after = going(home, asked, kept)

    assert after <= going(home, asked, known)
    assert not any(
        identity in title.identities for title, _ in titles_of(home, asked, NOW) if title.key in after
    )


@tried
@given(world=worlds())
def test_a_stricter_keep_never_makes_a_title_go(world):
    home, asked, known = world
    month = timedelta(days=30)
    strict = with_rule(
        asked.keep,
        tags=asked.keep.tags | {"hd"},
        favorites=True,
        in_progress=(asked.keep.in_progress or month) * 2,
        next_up=(asked.keep.next_up or month) * 2,
        requested=(asked.keep.requested or month) * 2,
        hardlinked=True,
        airing=True,
        libraries=asked.keep.libraries | {"Films"},
        root_folders=asked.keep.root_folders | {"/movies"},
    )

    assert going(home, with_rule(asked, keep=strict), known) <= going(home, asked, known)


# Losing a fact


def undated(watching):
    watches = tuple(replace(row, played_at=None) for row in watching.watches)
    return replace(watching, watches=watches, unknown=Unknown("play_without_date"))


def forget(watching, doubt):
    """Nothing is known any more but what the doubt leaves as a bound."""
    return replace(watching, watches=(), favorite_of=frozenset(), playing=doubt, unknown=doubt)


def lose_of_movie(row, what, doubt):
    if what == "plays":
        return replace(row, watching=forget(row.watching, doubt))
    if what == "dates":
        return replace(row, watching=undated(row.watching))
    if what == "links":
        return replace(row, file=replace(row.file, links=doubt))
    return replace(row, **{what: doubt})


def lose_of_show(row, what, doubt, place):
    if what == "plays":
        return with_part(row, place, lambda watching: forget(watching, doubt))
    if what == "dates":
        return with_part(row, place, undated)
    if what == "links":
        return replace(row, files={file: replace(found, links=doubt) for file, found in row.files.items()})
    if what == "imported_at":
        if isinstance(row.episodes, Unknown):
            return replace(row, imported_bound=None)
        lost = row.episodes[place % len(row.episodes)]
        return replace(
            row,
            episodes=tuple(replace(one, imported_at=doubt) if one is lost else one for one in row.episodes),
        )
    return replace(row, **{what: doubt})


LOSABLE = ("tags", "imported_at", "libraries", "requests", "shared_with", "plays", "dates", "links")


@tried
@given(world=worlds(), data=st.data(), doubt=UNKNOWN)
def test_losing_a_fact_never_makes_a_title_go(world, data, doubt):
    home, asked, known = world
    what = data.draw(st.sampled_from(LOSABLE))
    of_show = data.draw(st.sampled_from((*LOSABLE, "episodes", "has_files")))
    place = data.draw(st.integers(0, 8))

    lost = of_one(
        data,
        home,
        lambda row: lose_of_movie(row, what, doubt),
        lambda row: lose_of_show(row, of_show, doubt, place),
    )

    assert going(lost, asked, known) <= going(home, asked, known)


@tried
@given(
    world=worlds(),
    name=st.sampled_from(["media", "more"]),
    what=st.sampled_from(["free_bytes", "total_bytes"]),
)
def test_losing_sight_of_a_disk_never_makes_a_title_go(world, name, what):
    home, asked, known = world
    storages = {**home.storages, name: replace(home.storages[name], **{what: None})}

    assert going(replace(home, storages=storages), asked, known) <= going(home, asked, known)


# More room, more time


@tried
@given(world=worlds(), more=st.integers(0, 4 * 10**12))
def test_more_free_space_never_makes_a_title_go(world, more):
    """Given levels by which less free space never means a longer wait; settings insist on it."""
    home, asked, known = world
    storages = {
        name: replace(row, free_bytes=None if row.free_bytes is None else row.free_bytes + more)
        for name, row in home.storages.items()
    }

    assert going(replace(home, storages=storages), asked, known) <= going(home, asked, known)


def longer(rule, more):
    if rule is None:
        return None
    if isinstance(rule, EpisodeRule):
        return with_rule(
            rule,
            keep_latest=rule.keep_latest + more.days % 2,
            after=None if rule.after is None else rule.after + more,
            max_age=None if rule.max_age is None else rule.max_age + more,
        )
    return AgeRule(
        always=rule.always and _longer_limit(rule.always, more),
        levels=tuple(with_rule(level, limit=_longer_limit(level.limit, more)) for level in rule.levels),
    )


def _longer_limit(limit, more):
    return AgeLimit(*(None if one is None else one + more for one in (limit.unwatched, limit.watched)))


@tried
@given(world=worlds(), more=st.integers(0, 100).map(lambda count: timedelta(days=count)))
def test_a_longer_limit_never_makes_a_title_go(world, more):
    home, asked, known = world
    schedules = tuple(
        with_rule(
            row,
            **{kind: longer(getattr(row, kind), more) for kind in ("movies", "shows", "seasons", "episodes")},
        )
        for row in asked.schedules
    )

    assert going(home, with_rule(asked, schedules=schedules), known) <= going(home, asked, known)


# Promises


@tried
@given(world=worlds())
def test_nothing_goes_before_its_promise_nor_unannounced_where_a_notice_is_asked_for(world):
    home, asked, known = world
    for row in decided(home, asked, known, longest_gaps=GAPS).values():
        if row.verdict is Verdict.DELETE:
            assert row.promise is not None or not row.expiry.notice
            assert row.promise is None or row.promise.promised_until <= NOW
            assert row.promise is None or not row.promise.simulated or asked.mode is Mode.PREVIEW
            assert row.expiry.due is True


@tried
@given(world=worlds())
def test_a_run_moves_no_promise_to_an_earlier_date_but_by_a_levels_own_notice(world):
    home, asked, known = world
    decisions = decide(home, asked, known, NOW, longest_gaps=GAPS)
    made = plan(asked.schedules[0], decisions, Situation(asked, known, NOW, home.storages))

    after = promises_after(known.promises, made, decisions)

    for key, before in known.promises.items():
        found = after.get(key)
        if found is not None and found.announced_at == before.announced_at and found.level == before.level:
            assert found.promised_until >= before.promised_until
        if before.schedule != made.schedule and key not in {row.key for row in made.announced}:
            assert found == before


# What a verdict says


@tried
@given(world=worlds())
def test_a_keep_wins_over_all_and_a_doubt_over_delete(world):
    for row in decided(*world, longest_gaps=GAPS).values():
        says = [finding.says for finding in row.findings]
        assert says
        assert {finding.rule for finding in row.findings} <= set(RULES)
        if row.verdict is Verdict.DELETE:
            assert set(says) == {Says.DELETE}
        if row.verdict is Verdict.UNDECIDED:
            assert says[0] is Says.UNKNOWN
            assert Says.KEEP not in {
                finding.says for finding in row.findings if finding.rule not in ("not_expired", "space")
            }
        if any(
            finding.says is Says.KEEP and finding.rule not in ("not_expired", "space")
            for finding in row.findings
        ):
            assert row.verdict is Verdict.KEEP


# Plans


def all_plans(home, asked, known, **situation):
    decisions = decide(home, asked, known, NOW, longest_gaps=GAPS)
    place = Situation(asked, known, NOW, home.storages, **situation)
    return [plan(row, decisions, place) for row in asked.schedules]


@tried
@given(world=worlds(), data=st.data())
def test_a_plan_takes_only_what_may_go_and_stays_within_the_caps(world, data):
    home, asked, known = world
    keys = sorted(row.key for row in home.movies)
    approved = {
        key: (int(key.split(":")[2].split("@")[0]),) for key in data.draw(st.sets(st.sampled_from(keys)))
    }
    spent = [row for row in known.spent if NOW - row.due_at < timedelta(hours=22)]

    for made in all_plans(home, asked, known, approved=approved):
        by_key = {row.title.key: row for row in made.decisions}
        taken = [by_key[key] for key in made.taken]
        size = sum(row.title.size_bytes for row in taken)
        left = asked.limits.size_bytes - sum(row.size_bytes for row in spent)
        alone = len(taken) == 1 and not spent and size > asked.limits.size_bytes

        assert {row.verdict for row in taken} <= {Verdict.DELETE}
        assert len(set(made.taken)) == len(taken) <= max(asked.limits.titles - len(spent), 0)
        assert not taken or size <= left or alone
        assert set(made.cleared) <= set(made.taken)
        assert (made.outcome is Outcome.WAITING) == (made.cleared != made.taken) == (made.reason is not None)
        assert not alone or made.cleared == () or made.taken[0] in approved


@tried
@given(world=worlds())
def test_a_plan_goes_past_its_target_by_at_most_one_title_on_each_disk(world):
    home, asked, known = world
    disks = as_disks(home.storages)
    asked_for = {row.name: row for row in asked.storages}
    for made, schedule in zip(all_plans(home, asked, known), asked.schedules, strict=True):
        by_key = {row.title.key: row for row in made.decisions}
        freed = {}
        for row in (by_key[key] for key in made.taken):
            storage = disks.get(row.title.storage)
            if storage is None or not schedule.for_space:
                continue
            target = wanted_free(storage, disks, asked_for)
            if target is None:
                target = row.expiry.level.below.of(storage.total_bytes) if row.expiry.level else None
            if target is None:
                continue
            before = freed.get(storage.disk, 0)
            margin = (storage.total_bytes or 0) * 2 // 100
            assert storage.effective_free_bytes < target
            assert storage.effective_free_bytes + before < target + margin
            assert row.title.frees_bytes > 0
            freed[storage.disk] = before + row.title.frees_bytes


@tried
@given(world=worlds(), seed=st.randoms(use_true_random=False))
def test_the_order_of_titles_is_irrelevant_and_the_same_input_gives_the_same_plan(world, seed):
    home, asked, known = world
    movies, shows, promises = list(home.movies), list(home.shows), list(known.promises.items())
    for rows in (movies, shows, promises):
        seed.shuffle(rows)
    shuffled = replace(home, movies=tuple(movies), shows=tuple(shows))

    first = all_plans(home, asked, known)

    assert all_plans(home, asked, known) == first
    assert all_plans(shuffled, asked, replace(known, promises=dict(promises))) == first


@tried
@given(world=worlds())
def test_a_plan_stopped_for_safety_deletes_and_announces_nothing(world):
    home, asked, known = world
    for made in all_plans(home, asked, known, refusals=(Refusal("paused", "paused", {}),)):
        assert made.outcome is Outcome.REFUSED
        assert not deletes(made.decisions)
        assert (made.taken, made.cleared, made.announced, made.held_back) == ((), (), (), False)


@tried
@given(world=worlds())
def test_announcing_leaves_the_set_of_deletes_as_it_was_and_fits_in_its_room(world):
    home, asked, known = world
    before = decide(home, asked, known, NOW, longest_gaps=GAPS)
    for made in all_plans(home, asked, known):
        if made.outcome is Outcome.REFUSED:
            continue
        own = [row for row in before if row.schedule == made.schedule]
        assert deletes(own) == deletes(made.decisions)
        standing = sum(row.promise is not None for row in own)
        longest = max((row.expiry.notice for row in own if row.expiry), default=timedelta(0))
        room = max(asked.limits.titles * max(longest, timedelta(days=1)) / timedelta(days=1), 1)
        assert not made.announced or standing + len(made.announced) <= room
        for promise in made.announced:
            assert promise.promised_until > NOW
            assert promise.simulated == (asked.mode is Mode.PREVIEW)


@tried
@given(world=worlds())
def test_after_a_run_what_is_leaving_is_promised_and_what_is_protected_is_not(world):
    home, asked, known = world
    decisions = decide(home, asked, known, NOW, longest_gaps=GAPS)
    for made in all_plans(home, asked, known):
        if made.outcome is Outcome.REFUSED:
            continue
        after = promises_after(known.promises, made, decisions)
        for row in made.decisions:
            if row.verdict is Verdict.LEAVING:
                assert row.title.key in after  # of this schedule, or the date another one showed
            protected = {finding.rule for finding in row.findings if finding.says is Says.KEEP}
            if protected - {"not_expired", "space"}:
                kept = after.get(row.title.key)
                assert kept is None or kept.schedule != made.schedule


def test_the_generated_households_are_worth_trying():
    """Among them are titles of every verdict, and plans that take, announce, wait and find nothing."""
    met = set()

    @tried
    @given(world=worlds())
    def meet(world):
        met.update(row.verdict for row in decide(*world, NOW))
        met.update(made.outcome for made in all_plans(*world))

    meet()

    assert met == {*Verdict, *Outcome}
