"""The outside world over HTTP: one client per product, each telling what its service said, in our words.

    client = open_service("radarr", "radarr", url, api_key)      # catalog
    identity = await client.identify()                           # who answers, with a good key?
    said = await client.read()                                   # everything, complete, or a ServiceError

Where to find what:
    radarr sonarr      over arr, what they share
    jellyfin           over jellyfin_items, jellyfin_sessions and jellyfin_wire (its shapes)
    seerr
    http               the shared client, over address (where), reply (what came back), faults (what went wrong),
                       slices (a big list while it streams in); pages: a paged list, whole; together: several at once
"""
