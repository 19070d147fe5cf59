"""A pretend home: one stateful, seeded world and four fake services over it that speak the real APIs over real sockets.

    async with open_home(folder, now=clock) as home:
        home.services["radarr"].url          # http://127.0.0.1:…, and .api_key
        home.world.movie("Heat").tag("keep")
        home.world.user("ana").plays(home.world.movie("Heat"), at=clock())
        home.faults.set("jellyfin", Fault.HALF_LIST, "/items")
        home.requests                        # everything that was asked, in order

Where to find what:
    world               the home and its verbs; titles, items, people, records and arr_state are its nouns
    arrivals            how things come in; departures: how they leave; wishes: how they are asked for
    story               fills the world (story_movies, story_shows; catalogue: the public facts of real titles)
    files               sparse real files and hard links
    radarr sonarr       the *arr fakes over arr (what they share), arr_pages and arr_rows (small shapes)
    jellyfin            over jellyfin_items (questions about items) and jellyfin_rows (shapes)
    seerr               over seerr_rows
    serve               sockets, the recorder and the faults before the fakes
    home                opens it all; settings_text: the settings file for it

It knows nothing of the rest of the program and never reads the clock: time is a callable it is given.
"""

from keepercheky.demo.faults import Fault
from keepercheky.demo.home import Home, Service, open_home
from keepercheky.demo.recorder import Asked
from keepercheky.demo.world import World

__all__ = ["Asked", "Fault", "Home", "Service", "World", "open_home"]
