"""A pretend home: one stateful, seeded world and the fake services over it that speak the real APIs over real sockets.

    async with open_home(folder, now=clock) as home:
        home.services["radarr"].url          # http://127.0.0.1:…, and .api_key
        home.world.movie("Heat").tag("keep")
        home.world.user("ana").plays(home.world.movie("Heat"), at=clock())
        home.faults.set("jellyfin", Fault.HALF_LIST, "/items")
        home.requests                        # everything that was asked, in order
        before = home.world.picture()        # equal afterwards: nothing was changed
        home.world.file_delay = timedelta(minutes=1)  # between Radarr's 200 and the files being gone
        home.world.settle()                  # what services do in their own time, now

The fakes can be written to, with the traps of the real ones: rows go before files, PUTs that are cut short reset what they
leave out, bulk deletions take paths from the first title only. What one does not know is answered with 501.

Where to find what:
    world               the home and its verbs; titles, items, people, records and arr_state are its nouns
    wishes, returns     also what happens by itself when told so: wishes.scan, wishes.sync (Seerr), returns.from_lists
    arrivals            how things come in; departures: how they leave; returns: how they come back; wishes: how they are
                        asked for; new_items: how Jellyfin comes to know them
    contents            the ledger of the media disk, to the byte; later: what is promised; picture: the whole as bytes
    story               fills the world (story_movies, story_shows; catalogue: the public facts of real titles)
    files               sparse real files and hard links
    radarr sonarr       the *arr fakes over arr (what they share), arr_pages and arr_rows (small shapes)
    jellyfin            over jellyfin_items (questions about items) and jellyfin_rows (shapes)
    seerr               over seerr_rows and seerr_queries; qbittorrent: over torrents
    *_writes            what each can be told; body: reads what was sent; arr_errors: the ways to say no
    serve               sockets, the recorder and the faults before the fakes
    home                opens it all; settings_text: the settings file for it

It knows nothing of the rest of the program and never reads the clock: time is a callable it is given.
"""

from keepercheky.demo.faults import Fault
from keepercheky.demo.home import Home, Service, open_home
from keepercheky.demo.recorder import Asked
from keepercheky.demo.world import World

__all__ = ["Asked", "Fault", "Home", "Service", "World", "open_home"]
