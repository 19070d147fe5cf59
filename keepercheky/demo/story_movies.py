"""The films of the story: the cases a cleanup has to get right, each said in a line, then plain ones to fill the shelf."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from keepercheky.demo import arrivals
from keepercheky.demo.catalogue import FILMS, FIRST_WORDS, KIDS_FILMS, PLOTS, RINGS, SECOND_WORDS, Film
from keepercheky.demo.people import User
from keepercheky.demo.titles import HD_DISC, HD_WEB, UHD_DISC, UHD_WEB, Movie, Quality
from keepercheky.demo.world import KIDS_ROOT, MOVIES_ROOT, World

MADE_UP_TMDB = 2_500_000  # ids above any the demo's real films have
BYTES_PER_MINUTE = {HD_WEB: 45_000_000, HD_DISC: 85_000_000, UHD_WEB: 130_000_000, UHD_DISC: 380_000_000}
CASES = (
    "Blade Runner 2049",
    "The Matrix",
    "Psycho",
    "Memento",
    "Alien",
    "Vertigo",
    "Stalker",
    "Top Gun: Maverick",
)


def tell(world: World, count: int, now: datetime) -> None:
    """``count`` films, the kids' and a wanted one among them; cut short below 60, made up above."""
    if count > 0:
        _wanted(world, world.users[0].name, now)
        count -= 1
    kids = KIDS_FILMS[: max(0, count - len(FILMS))] if count < len(FILMS) + len(KIDS_FILMS) else KIDS_FILMS
    for number, film in enumerate(FILMS[: count - len(kids)]):
        _buy(world, film, MOVIES_ROOT, number, now)
    for number, film in enumerate(kids):
        _buy(world, film, KIDS_ROOT, number, now)
    for number in range(count - len(FILMS) - len(KIDS_FILMS)):
        _buy(world, _made_up(number), MOVIES_ROOT, number, now)
    _cases(world, now)


def _made_up(number: int) -> Film:
    first = FIRST_WORDS[number % len(FIRST_WORDS)]
    second = SECOND_WORDS[number // len(FIRST_WORDS) % len(SECOND_WORDS)]
    again = number // (len(FIRST_WORDS) * len(SECOND_WORDS))
    title = f"The {first} {second}" + (f" {again + 1}" if again else "")
    return Film(
        title, 1960 + number * 7 % 64, MADE_UP_TMDB + number, f"tt9{number:07}", 85 + number * 13 % 70,
        ("PG", "PG-13", "R")[number % 3], ("Drama", "Comedy", "Thriller", "Adventure")[number % 4],
    )  # fmt: skip


def _buy(world: World, film: Film, root: str, number: int, now: datetime) -> None:
    """An ordinary film: imported some time ago, watched by some, perhaps asked for."""
    dice = world.random
    days = dice.choice((25, 70, 140, 260, 400, 700, 1000, 1300))
    at = now - timedelta(days=days, hours=dice.randrange(24 * 14))
    released = datetime(film.year, 10, 1, tzinfo=now.tzinfo)
    if at < released < now:  # nobody has a film before it is out
        at = released + (now - released) * 0.3
    movie = arrivals.add_movie(
        world, tmdb_id=film.tmdb_id, title=film.title, year=film.year, root=root, added=at - timedelta(days=1),
        imdb_id=film.imdb_id, runtime_minutes=film.minutes, rating=film.rating, genres=(film.genre,),
        collection=film.collection, overview=PLOTS[number % len(PLOTS)], score=round(6 + dice.random() * 3, 1),
        path=f"{MOVIES_ROOT}/Blade Runner (1982)/Blade Runner 2049 (2017)" if film.tmdb_id == 335984 else "",
    )  # fmt: skip
    if film.title in CASES:
        return
    _import(world, movie, at, dice.choice((HD_WEB, HD_WEB, HD_DISC, UHD_WEB)), seeding=number % 12 == 5)
    _watch(world, movie, at, now, number)
    if number % 9 == 4:
        by = dice.choice(world.users).name
        world.request(movie, by=by, created=at - timedelta(days=2), available_since=at)


def _import(world: World, movie: Movie, at: datetime, quality: Quality, **facts: bool) -> None:
    size = movie.runtime_minutes * BYTES_PER_MINUTE[quality] + movie.tmdb_id * 7919 % 400_000_000
    world.import_movie(movie, at=at, size=size, quality=quality, **facts)


def _watch(world: World, movie: Movie, at: datetime, now: datetime, number: int) -> None:
    """A third unwatched; the rest by one or two people, soon after it came or much later."""
    dice = world.random
    if number % 3 == 0:
        return
    for user in dice.sample(world.users, k=min(len(world.users), 1 + number % 2)):
        if movie.item is None or not user.sees(movie.item):
            continue
        age = now - at
        user.plays(movie, at=now - max(age * dice.choice((0.05, 0.4, 0.9, 0.97)), timedelta(hours=30)))


def _cases(world: World, now: datetime) -> None:
    """What a cleanup must not get wrong. A home too small for a film goes without its case."""
    ana, luis, marta = (world.users[min(place, len(world.users) - 1)] for place in range(3))

    def days(number: float) -> datetime:
        return now - timedelta(days=number)

    cases: dict[str, Callable[[Movie], object]] = {
        # its folder lies in Blade Runner's
        "Blade Runner 2049": lambda m: _import(world, m, days(500), HD_WEB),
        "The Matrix": lambda m: _upgraded(world, m, days(1200), days(7)),
        "Psycho": lambda m: _import(world, m, days(420), HD_WEB, by_hand=True),
        "Memento": lambda m: _comes_back(world, m, luis, now),
        # Jellyfin never matched it
        "Alien": lambda m: _import(world, m, days(640), HD_DISC, in_jellyfin=False),
        "Vertigo": lambda m: _without_ids(world, m, days(540)),
        # The Sopranos have the same tmdb number
        "Stalker": lambda m: _import(world, m, days(460), HD_WEB),
        "Heat": lambda m: m.tag("keep"),
        "Get Out": lambda m: m.tag("10-days"),
        "Knives Out": lambda m: m.tag("10-days"),
        "Top Gun: Maverick": lambda m: _for_a_while(world, m, days(4)),
        "La La Land": _named_otherwise,
        "Arrival": lambda m: luis.pauses(m, at=days(9), part=0.45),
        "The Prestige": lambda m: marta.pauses(m, at=days(150), part=0.3),
        "Amélie": marta.favourites,
        "Inception": lambda m: world.queue_movie(m, quality=UHD_WEB),
        "Whiplash": lambda m: world.play_now(ana.name, m, paused=True),
        "The Thing": _contradicts,
        "Oppenheimer": lambda m: _asked_lately(world, m, marta, days(6)),
        # ticked by hand, and nobody knows when
        "Casablanca": luis.marks_watched,
    }
    for movie in list(world.movies.values()):
        if movie.title in cases:
            cases[movie.title](movie)
    rings = [movie for movie in world.movies.values() if movie.collection == RINGS]
    if rings:
        luis.favourites(world.collect("The Lord of the Rings Collection", *rings))


def _upgraded(world: World, movie: Movie, first: datetime, upgrade: datetime) -> None:
    """Years old, a better copy since last week: not young again."""
    _import(world, movie, first, HD_WEB)
    _import(world, movie, upgrade, UHD_DISC)


def _comes_back(world: World, movie: Movie, who: User, now: datetime) -> None:
    """Watched years ago, its file deleted by hand, asked for again and imported yesterday."""
    _import(world, movie, now - timedelta(days=1150), HD_WEB)
    who.plays(movie, at=now - timedelta(days=1100))
    world.delete_movie_file(movie, at=now - timedelta(days=1000))
    _import(world, movie, now - timedelta(days=1), HD_DISC)
    world.request(
        movie, by=who.name, created=now - timedelta(days=1, hours=5), available_since=now - timedelta(days=1)
    )


def _without_ids(world: World, movie: Movie, at: datetime) -> None:
    """Jellyfin found the file and not what it is."""
    _import(world, movie, at, HD_WEB)
    if movie.item:
        movie.item.identify()


def _contradicts(movie: Movie) -> None:
    """Jellyfin shares one id with Radarr and contradicts the other."""
    if movie.item:
        movie.item.identify(Tmdb=str(movie.tmdb_id), Imdb="tt0905372")


def _named_otherwise(movie: Movie) -> None:
    """A plugin wrote the ids with other capitals."""
    if movie.item:
        movie.item.provider_ids = {"tmdb": str(movie.tmdb_id), "IMDB": movie.imdb_id}


def _for_a_while(world: World, movie: Movie, at: datetime) -> None:
    _import(world, movie, at, HD_WEB)
    movie.tag("10-days")


def _asked_lately(world: World, movie: Movie, who: User, since: datetime) -> None:
    world.request(movie, by=who.name, created=since - timedelta(days=2), available_since=since)


def _wanted(world: World, by: str, now: datetime) -> None:
    """A film nobody has yet, asked for this morning and waiting for approval."""
    movie = arrivals.add_movie(
        world, tmdb_id=MADE_UP_TMDB - 1, title="The Unwritten Ending", year=now.year, root=MOVIES_ROOT,
        added=now - timedelta(hours=8), status="announced", overview=PLOTS[0],
    )  # fmt: skip
    world.request(movie, by=by, created=now - timedelta(hours=8))
