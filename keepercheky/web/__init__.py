"""What people and programs see of the application: two small web servers over one `App`.

pages.py     on a port: the page, `/health`, `/ready`, `/metrics`. Nothing there changes anything, as nobody signs in
admin.py     on a socket file: the pages and the API. Whoever may open that file is an administrator
door.py      in front of both: counted, guarded, safe headers; at the port also which host name was asked for
api.py       the API's addresses; asked.py what may be asked of them; failures.py how they say no
facts.py     every number, read from the state in one go; status.py as JSON, keepercheky/metrics.py as metrics
home.py      what the page tells; words.py in which words; templates/ and static/ how it looks
"""

from __future__ import annotations

from keepercheky.web.admin import create_admin
from keepercheky.web.pages import create_pages
from keepercheky.web.tally import Tally

__all__ = ["Tally", "create_admin", "create_pages"]
