"""The application: everything the pages, the API, the command line and the daemon's loop can ask for.

opening.py   the only place that constructs: settings → clients, state, App
application.py  one method per thing that can be asked or done
answers.py   rows of the state as the JSON that the API speaks
checks.py    `keepercheky check`: what is wrong and how to mend it
"""

from __future__ import annotations

from keepercheky.app.application import App
from keepercheky.app.opening import open_app

__all__ = ["App", "open_app"]
