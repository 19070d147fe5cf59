"""The shows of the story: ended and airing, on a break, daily, with specials and double episodes; then plain ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from keepercheky.demo import arrivals, new_items
from keepercheky.demo.catalogue import FIRST_WORDS, PLOTS, SECOND_WORDS, SHOWS, Series
from keepercheky.demo.titles import HD_DISC, Episode, Season, Show
from keepercheky.demo.world import SERIES_ROOT, World

MADE_UP_TVDB = 600_000
EPISODE_BYTES = 1_500_000_000
UNKNOWN_TO_SONARR = "Dark"  # its tmdb number: Sonarr says 0
Airings = list[tuple[str, datetime | None]]


class Tale(NamedTuple):
    """What a show's story is told from."""

    world: World
    show: Show
    facts: Series
    number: int
    now: datetime

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def season(self, number: int, airings: Airings) -> Season:
        return arrivals.add_season(self.world, self.show, number, airings)


def tell(world: World, count: int, now: datetime) -> None:
    """``count`` shows; below 20 the list is cut short, above it titles are made up."""
    for number in range(count):
        facts = SHOWS[number] if number < len(SHOWS) else _made_up(number - len(SHOWS))
        show = _add(world, facts, number, now)
        SPECIAL_SHOWS.get(facts.title, _ordinary)(Tale(world, show, facts, number, now))
    _favourites(world, now)
    _wishes(world, now)


def _made_up(number: int) -> Series:
    first = FIRST_WORDS[number * 3 % len(FIRST_WORDS)]
    second = SECOND_WORDS[number // len(FIRST_WORDS) % len(SECOND_WORDS)]
    again = number // (len(FIRST_WORDS) * len(SECOND_WORDS))
    title = f"{first} {second}" + (f" {again + 1}" if again else "")
    return Series(
        f"{title} Files", 1995 + number % 28, MADE_UP_TVDB + number, MADE_UP_TVDB + number, f"tt8{number:07}",
        ("TV-PG", "TV-14", "TV-MA")[number % 3], ("Drama", "Comedy", "Crime")[number % 3], "Channel Nine",
        (10, 10, 10, 10),
    )  # fmt: skip


def _add(world: World, facts: Series, number: int, now: datetime) -> Show:
    return arrivals.add_show(
        world, tvdb_id=facts.tvdb_id, tmdb_id=facts.tmdb_id, title=facts.title,
        year=facts.year, root=SERIES_ROOT, added=now - timedelta(days=1300 - number % 40 * 10), imdb_id=facts.imdb_id,
        rating=facts.rating, genres=(facts.genre,), network=facts.network, overview=PLOTS[number % len(PLOTS)],
        score=round(7 + world.random.random() * 2, 1),
    )  # fmt: skip


def _weekly(count: int, start: datetime, *, every: int = 7) -> Airings:
    return [(f"Episode {place + 1}", start + timedelta(days=every * place)) for place in range(count)]


def _ordinary(tale: Tale) -> None:
    """Ended long ago; each season came as a pack, the first ones earlier; watched so far by some."""
    world, show, facts, number, now = tale
    dice = world.random
    newest = dice.choice((60, 120, 200, 350, 500, 800))
    for index, count in enumerate(facts.seasons, 1):
        start = datetime(facts.year + index - 1, 9, 20, 20, tzinfo=UTC)
        season = arrivals.add_season(world, show, index, _weekly(count, start))
        at = now - timedelta(days=newest + 45 * (len(facts.seasons) - index), hours=number % 24)
        pack = world.hex_id("pack", show.id, index).upper() + "0A1B2C3D"
        for episode in season.episodes:
            if episode.file is None and not _doubled(world, show, episode, at, pack):
                size = EPISODE_BYTES + episode.tvdb_id * 7919 % 400_000_000
                world.import_episodes(episode, at=at, size=size, pack=pack)
        if index == 1 and number % 7 == 2:
            arrivals.seed_pack(world, pack, season)
    if number % 4:
        watcher = world.users[number % min(3, len(world.users))]
        for season in show.seasons[: 1 + number % max(1, len(show.seasons))]:
            came = season.episodes[0].file
            if came is not None and season.item is not None:
                age = (now - came.date_added).days
                watcher.plays(
                    season.item, at=now - timedelta(days=max(3, age - dice.choice((5, 30, age // 2))))
                )


def _doubled(world: World, show: Show, episode: Episode, at: datetime, pack: str) -> bool:
    """Two episodes of Friends share one file."""
    if (show.title, episode.season.number, episode.number) != ("Friends", 2, 12):
        return False
    world.import_episodes(
        episode, episode.season.episode(13), at=at, size=2 * EPISODE_BYTES, pack=pack, quality=HD_DISC
    )  # fmt: skip
    return True


def _airing(tale: Tale) -> None:
    """One season of last year, one in the middle, one announced without dates: missing ones are virtual in Jellyfin."""
    _continues(tale.show)
    first = tale.season(1, _weekly(tale.facts.seasons[0], tale.ago(400)))
    running = tale.season(2, _weekly(tale.facts.seasons[1], tale.ago(38)))
    for season in (first, running):
        _came_weekly(tale, season)
    tale.season(3, [("TBA", tale.ago(-300)), ("TBA", None)])
    for episode in tale.show.episodes():
        if episode.file is None:
            new_items.episode_item(tale.world, [episode]).virtual = True


def _daily(tale: Tale) -> None:
    """Seasons are years; Monday to Thursday, newest yesterday, back into last year."""
    _continues(tale.show)
    tale.show.kind = "daily"
    tale.show.tag("daily")
    dates = [tale.ago(back) for back in range(1, 60)]
    dates += [datetime(tale.now.year - 1, 12, day, tzinfo=UTC) for day in range(4, 23)]
    by_year: dict[int, set[datetime]] = {}
    for date in dates:
        if date.weekday() < 4:
            by_year.setdefault(date.year, set()).add(date.replace(hour=23, minute=0, second=0))
    for year, airings in sorted(by_year.items()):
        titles: Airings = [(f"{date:%d %B}", date) for date in sorted(airings) if date < tale.now]
        _came_weekly(tale, tale.season(year, titles), size=EPISODE_BYTES // 3)


def _on_a_break(tale: Tale) -> None:
    """Nothing for five months, and not ended."""
    _continues(tale.show)
    tale.show.tag("daily")
    count = tale.facts.seasons[0]
    _came_weekly(tale, tale.season(1, _weekly(count, tale.ago(150 + 7 * count))))


def _anime(tale: Tale) -> None:
    tale.show.kind = "anime"
    _ordinary(tale)
    for absolute, episode in enumerate(tale.show.episodes(), 1):
        episode.absolute_number = absolute


def _with_specials(tale: Tale) -> None:
    special = tale.season(0, [("The Making Of", datetime(tale.facts.year, 12, 24, 20, tzinfo=UTC))])
    tale.world.import_episodes(*special.episodes, at=tale.ago(480), size=EPISODE_BYTES, by_hand=True)
    _ordinary(tale)


def _only_specials(tale: Tale) -> None:
    """Its seasons went long ago; a special is all that is left."""
    special = tale.season(0, [("Pilot", datetime(tale.facts.year, 4, 8, 20, tzinfo=UTC))])
    tale.world.import_episodes(*special.episodes, at=tale.ago(900), size=EPISODE_BYTES)
    start = datetime(tale.facts.year, 4, 15, 20, tzinfo=UTC)
    tale.season(1, _weekly(tale.facts.seasons[0], start)).monitored = False


SPECIAL_SHOWS: dict[str, Callable[[Tale], None]] = {
    "Severance": _airing,
    "The Daily Show": _daily,
    "Last Week Tonight with John Oliver": _on_a_break,
    "One Piece": _anime,
    "Sherlock": _with_specials,
    "Twin Peaks": _only_specials,
}


def _continues(show: Show) -> None:
    show.ended = False
    if show.item is not None:
        show.item.ended = False


def _came_weekly(tale: Tale, season: Season, *, size: int = EPISODE_BYTES) -> None:
    """Each aired episode was imported three hours after it aired."""
    for episode in season.episodes:
        if episode.airs is not None and episode.airs < tale.now - timedelta(hours=3):
            tale.world.import_episodes(episode, at=episode.airs + timedelta(hours=3), size=size)


def _favourites(world: World, now: datetime) -> None:
    """A favourite on each level, somebody in the middle of an episode, somebody between two seasons."""
    found = {show.title: show for show in world.shows.values()}
    ana, luis, marta = (world.users[min(place, len(world.users) - 1)] for place in range(3))
    if show := found.get("Breaking Bad"):
        luis.favourites(show)
    if show := found.get("Game of Thrones"):
        marta.favourites(show.season(3))
        for index in range(1, 4):  # finished the third yesterday: the fourth is next
            ana.plays(show.season(index), at=now - timedelta(days=34 - 11 * index))
    if show := found.get("Friends"):
        ana.favourites(show.episode(1, 7))
    if show := found.get("Fargo"):
        luis.pauses(show.episode(2, 4), at=now - timedelta(days=9), part=0.6)
    if show := found.get("Severance"):
        for episode in show.episodes():
            if episode.file is not None:
                ana.plays(episode, at=min(now, episode.file.date_added + timedelta(hours=20)))


def _wishes(world: World, now: datetime) -> None:
    """Requests old, new and waiting; an episode on its way; a tmdb number Sonarr does not know."""
    found = {show.title: show for show in world.shows.values()}
    ana, luis, marta = (world.users[min(place, len(world.users) - 1)].name for place in range(3))
    if show := found.get("True Detective"):
        world.request(
            show, by=marta, created=now - timedelta(days=5), available_since=now - timedelta(days=4)
        )
    if show := found.get("The Wire"):
        world.request(
            show, by=luis, created=now - timedelta(days=700), available_since=now - timedelta(days=690)
        )
    if show := found.get("Severance"):
        world.queue_episode(
            next(one for one in show.season(2).episodes if one.file is None), size=2_100_000_000
        )
    if show := found.get("Chernobyl"):
        world.request(show, by=ana, created=now - timedelta(hours=20))
        world.requests[-1].media.tvdb_id = None  # as Seerr has it until a request is processed
    if show := found.get(UNKNOWN_TO_SONARR):
        show.tmdb_id = 0
