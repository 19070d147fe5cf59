"""The outside world over HTTP: one client per product, each telling what its service said, in our words.

    client = open_service("radarr", "radarr", url, api_key)      # catalog
    identity = await client.identify()                           # who answers, with a good key?
    said = await client.read()                                   # everything, complete, or a ServiceError

    await client.delete_movie(7, import_exclusion=True)          # sent once; `MaybeDone`: nobody knows, look there

Where to find what:
    radarr sonarr      over arr (a whole reading) and arr_title (one title around its deletion), what they share;
                       sonarr_show, sonarr_season: a series' parts, and one season's flag in its JSON
    jellyfin           over jellyfin_items and jellyfin_sessions
    seerr
    *_wire             a product's shapes, and what they mean in our words
    http               the shared client, over tries (how many, how long, counted in calls), line (one request),
                       reply (what came back), writing (what changes something), faults and declined (what went
                       wrong), slices (a big list while it streams in); address: where a service lives;
                       ids: what may be sent; pages: a paged list, whole; together: several at once
"""
