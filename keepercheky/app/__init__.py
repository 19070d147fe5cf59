"""The application: everything the pages, the API, the command line and the daemon's loop can ask for.

opening.py   the only place that constructs: settings → clients, state, App
application.py  one method per thing that can be asked or done
acting.py    what deletes or brings back: a run by hand, an approval, an undo
going_live.py  what is told once, when preview is left
answers.py   rows of the state as the JSON that the API speaks
checks.py    `keepercheky check`: what is wrong and how to mend it
settings_copy.py  the settings as they may lie in a backup
"""

from __future__ import annotations

from keepercheky.app.application import App
from keepercheky.app.opening import open_app, preview_only

__all__ = ["App", "open_app", "preview_only"]
