"""KeeperCheky: cleans up home media libraries, safely.

The flow, in eight lines:

    a schedule is due              supervisor.py, schedule.py
    every service is asked         services/snapshot.py → services/radarr.py, sonarr.py, jellyfin.py, seerr.py
    their answers are joined       library/join.py → media.py: facts known, absent, or unknown
    every title is judged          policy/decide.py → policy/rules.py, age.py, verdict.py
    a plan is made                 policy/plan.py: order, target, brakes, announcements
    reasons to stop are weighed    cleanup/observe.py → policy/refusals.py
    it is written down             cleanup/remember.py → store/
    and shown                      app/ → web/, metrics.py, cli/

One line per part:

    app         one method per thing that can be asked or done; the only place that constructs
    cleanup     one run, from the first question to the last record
    cli         the verbs: a thin client of the API
    clock       the only reader of the clock
    demo        a pretend home: fake services over one stateful world
    errors      every error a person may meet, each with a remedy
    library     what was said, joined; pure
    logs        events with fields; secrets masked
    media       the nouns
    metrics     the journal's numbers for Prometheus; pure
    paths       paths of other machines, compared on segment borders
    policy      what should go, and why; pure
    schedule    cron lines → due minutes; pure
    services    the outside world over HTTP, one file per product
    settings    every knob, typed: file, environment, secret files
    storage     what our own disks say, within a time limit
    store       what happened: SQLite, and the only SQL there is
    supervisor  the process: signals, schedules, storage watch, web
    web         pages, API, health, metrics over HTTP
"""

__version__ = "0.1.0"
