"""Well-known films and shows, so that the pretend home looks like one: titles, years and public ids are facts."""

from __future__ import annotations

from typing import NamedTuple


class Film(NamedTuple):
    title: str
    year: int
    tmdb_id: int
    imdb_id: str
    minutes: int
    rating: str
    genre: str
    collection: tuple[int, str] | None = None


class Series(NamedTuple):
    title: str
    year: int
    tvdb_id: int
    tmdb_id: int
    imdb_id: str
    rating: str
    genre: str
    network: str
    seasons: tuple[int, ...]  # regular episodes of each season the home has


RINGS = (119, "The Lord of the Rings Collection")
RIPLEY = (8091, "Alien Collection")
CORLEONE = (230, "The Godfather Collection")
RUNNER = (422837, "Blade Runner Collection")
ARRAKIS = (726871, "Dune Collection")

FILMS = (
    Film("The Shawshank Redemption", 1994, 278, "tt0111161", 142, "R", "Drama"),
    Film("The Godfather", 1972, 238, "tt0068646", 175, "R", "Crime", CORLEONE),
    Film("The Godfather Part II", 1974, 240, "tt0071562", 202, "R", "Crime", CORLEONE),
    Film("The Dark Knight", 2008, 155, "tt0468569", 152, "PG-13", "Action"),
    Film("Pulp Fiction", 1994, 680, "tt0110912", 154, "R", "Crime"),
    Film("Forrest Gump", 1994, 13, "tt0109830", 142, "PG-13", "Drama"),
    Film("Fight Club", 1999, 550, "tt0137523", 139, "R", "Drama"),
    Film("Inception", 2010, 27205, "tt1375666", 148, "PG-13", "Science Fiction"),
    Film("The Matrix", 1999, 603, "tt0133093", 136, "R", "Science Fiction"),
    Film("GoodFellas", 1990, 769, "tt0099685", 145, "R", "Crime"),
    Film("Se7en", 1995, 807, "tt0114369", 127, "R", "Thriller"),
    Film("Interstellar", 2014, 157336, "tt0816692", 169, "PG-13", "Science Fiction"),
    Film("Parasite", 2019, 496243, "tt6751668", 132, "R", "Thriller"),
    Film("Gladiator", 2000, 98, "tt0172495", 155, "R", "Action"),
    Film(
        "The Lord of the Rings: The Fellowship of the Ring",
        2001,
        120,
        "tt0120737",
        179,
        "PG-13",
        "Fantasy",
        RINGS,
    ),
    Film("The Lord of the Rings: The Two Towers", 2002, 121, "tt0167261", 179, "PG-13", "Fantasy", RINGS),
    Film(
        "The Lord of the Rings: The Return of the King",
        2003,
        122,
        "tt0167260",
        201,
        "PG-13",
        "Fantasy",
        RINGS,
    ),
    Film("Back to the Future", 1985, 105, "tt0088763", 116, "PG", "Comedy"),
    Film("The Silence of the Lambs", 1991, 274, "tt0102926", 119, "R", "Thriller"),
    Film("Saving Private Ryan", 1998, 857, "tt0120815", 169, "R", "War"),
    Film("Alien", 1979, 348, "tt0078748", 117, "R", "Horror", RIPLEY),
    Film("Aliens", 1986, 679, "tt0090605", 137, "R", "Action", RIPLEY),
    Film("Blade Runner", 1982, 78, "tt0083658", 118, "R", "Science Fiction", RUNNER),
    Film("Blade Runner 2049", 2017, 335984, "tt1856101", 164, "R", "Science Fiction", RUNNER),
    Film("Mad Max: Fury Road", 2015, 76341, "tt1392190", 121, "R", "Action"),
    Film("Dune", 2021, 438631, "tt1160419", 155, "PG-13", "Science Fiction", ARRAKIS),
    Film("Dune: Part Two", 2024, 693134, "tt15239678", 167, "PG-13", "Science Fiction", ARRAKIS),
    Film("Oppenheimer", 2023, 872585, "tt15398776", 181, "R", "Drama"),
    Film("Everything Everywhere All at Once", 2022, 545611, "tt6710474", 140, "R", "Comedy"),
    Film("Arrival", 2016, 329865, "tt2543164", 116, "PG-13", "Science Fiction"),
    Film("Whiplash", 2014, 244786, "tt2582802", 107, "R", "Drama"),
    Film("La La Land", 2016, 313369, "tt3783958", 129, "PG-13", "Romance"),
    Film("The Grand Budapest Hotel", 2014, 120467, "tt2278388", 100, "R", "Comedy"),
    Film("Amélie", 2001, 194, "tt0211915", 122, "R", "Romance"),
    Film("City of God", 2002, 598, "tt0317248", 129, "R", "Crime"),
    Film("Pan's Labyrinth", 2006, 1417, "tt0457430", 118, "R", "Fantasy"),
    Film("No Country for Old Men", 2007, 6977, "tt0477348", 122, "R", "Thriller"),
    Film("There Will Be Blood", 2007, 7345, "tt0469494", 158, "R", "Drama"),
    Film("The Prestige", 2006, 1124, "tt0482571", 130, "PG-13", "Mystery"),
    Film("Memento", 2000, 77, "tt0209144", 113, "R", "Mystery"),
    Film("The Departed", 2006, 1422, "tt0407887", 151, "R", "Crime"),
    Film("Heat", 1995, 949, "tt0113277", 170, "R", "Crime"),
    Film("Casablanca", 1942, 289, "tt0034583", 102, "PG", "Romance"),
    Film("Psycho", 1960, 539, "tt0054215", 109, "R", "Horror"),
    Film("Vertigo", 1958, 426, "tt0052357", 128, "PG", "Mystery"),
    Film("2001: A Space Odyssey", 1968, 62, "tt0062622", 149, "G", "Science Fiction"),
    Film("Apocalypse Now", 1979, 28, "tt0078788", 147, "R", "War"),
    Film("Stalker", 1979, 1398, "tt0079944", 162, "PG", "Science Fiction"),
    Film("Jurassic Park", 1993, 329, "tt0107290", 127, "PG-13", "Adventure"),
    Film("The Thing", 1982, 1091, "tt0084787", 109, "R", "Horror"),
    Film("Get Out", 2017, 419430, "tt5052448", 104, "R", "Horror"),
    Film("Knives Out", 2019, 546554, "tt8946378", 131, "PG-13", "Mystery"),
    Film("Top Gun: Maverick", 2022, 361743, "tt1745960", 131, "PG-13", "Action"),
)

KIDS_FILMS = (
    Film("Toy Story", 1995, 862, "tt0114709", 81, "G", "Animation"),
    Film("Finding Nemo", 2003, 12, "tt0266543", 100, "G", "Animation"),
    Film("Coco", 2017, 354912, "tt2380307", 105, "PG", "Animation"),
    Film("My Neighbor Totoro", 1988, 8392, "tt0096283", 86, "G", "Animation"),
    Film("Spirited Away", 2001, 129, "tt0245429", 125, "PG", "Animation"),
    Film("The Lion King", 1994, 8587, "tt0110357", 89, "G", "Animation"),
    Film("Paddington 2", 2017, 346648, "tt4468740", 104, "PG", "Family"),
)

SHOWS = (
    Series("Breaking Bad", 2008, 81189, 1396, "tt0903747", "TV-MA", "Crime", "AMC", (7, 13, 13, 13, 16)),
    Series(
        "Game of Thrones",
        2011,
        121361,
        1399,
        "tt0944947",
        "TV-MA",
        "Fantasy",
        "HBO",
        (10, 10, 10, 10, 10, 10, 7, 6),
    ),
    Series("The Wire", 2002, 79126, 1438, "tt0306414", "TV-MA", "Crime", "HBO", (13, 12, 12, 13, 10)),
    Series("The Sopranos", 1999, 75299, 1398, "tt0141842", "TV-MA", "Crime", "HBO", (13, 13, 13)),
    Series("Chernobyl", 2019, 360893, 87108, "tt7366338", "TV-MA", "Drama", "HBO", (5,)),
    Series("Stranger Things", 2016, 305288, 66732, "tt4574334", "TV-14", "Mystery", "Netflix", (8, 9, 8, 9)),
    Series(
        "Better Call Saul",
        2015,
        273181,
        60059,
        "tt3032476",
        "TV-MA",
        "Crime",
        "AMC",
        (10, 10, 10, 10, 10, 13),
    ),
    Series("Friends", 1994, 79168, 1668, "tt0108778", "TV-14", "Comedy", "NBC", (24, 24)),
    Series("Fargo", 2014, 269613, 60622, "tt2802850", "TV-MA", "Crime", "FX", (10, 10, 10)),
    Series("True Detective", 2014, 270633, 46648, "tt2356777", "TV-MA", "Crime", "HBO", (8, 8)),
    Series("Severance", 2022, 371980, 95396, "tt11280740", "TV-MA", "Mystery", "Apple TV+", (9, 10)),
    Series(
        "Black Mirror", 2011, 253463, 42009, "tt2085059", "TV-MA", "Science Fiction", "Netflix", (3, 3, 6)
    ),
    Series("Planet Earth II", 2016, 318408, 68595, "tt5491994", "TV-G", "Documentary", "BBC One", (6,)),
    Series("The Daily Show", 1996, 71256, 2224, "tt0115147", "TV-14", "News", "Comedy Central", ()),
    Series(
        "Last Week Tonight with John Oliver", 2014, 278518, 60694, "tt3530232", "TV-MA", "News", "HBO", (12,)
    ),
    Series("One Piece", 1999, 81797, 37854, "tt0388629", "TV-14", "Animation", "Fuji TV", (8, 22)),
    Series("Bluey", 2018, 353546, 82728, "tt7678620", "TV-Y", "Animation", "ABC Kids", (26,)),
    Series("Dark", 2017, 334824, 70523, "tt5753856", "TV-MA", "Mystery", "Netflix", (10, 8, 8)),
    Series("Sherlock", 2010, 176941, 19885, "tt1475582", "TV-14", "Crime", "BBC One", (3, 3)),
    Series("Twin Peaks", 1990, 70533, 1920, "tt0098936", "TV-MA", "Mystery", "ABC", (8,)),
)

# What made-up titles are made of.
FIRST_WORDS = (
    "Silent", "Northern", "Last", "Paper", "Hidden", "Golden", "Broken", "Distant", "Second", "Crimson", "Hollow",
    "Winter", "Burning", "Borrowed", "Glass", "Iron", "Quiet", "Midnight", "Velvet", "Wandering",
)  # fmt: skip
SECOND_WORDS = (
    "Harbour", "Letters", "Orchard", "Lighthouse", "Cartographer", "Season", "Mirror", "Station", "Gardener", "Tide",
    "Promise", "Archive", "Violin", "Frontier", "Staircase", "Lantern", "Crossing", "Neighbour", "Summer", "Compass",
)  # fmt: skip
PLOTS = (
    "Two people who never meant to meet spend a night putting right what a third did wrong.",
    "A small town keeps a large secret, and a newcomer asks the one question nobody rehearsed.",
    "When the work of a lifetime goes missing, the only witness is the one who took it.",
    "An old debt, a new name and a train that is never late.",
    "Everybody agrees on what happened that summer, and everybody is lying.",
)  # fmt: skip
