"""Every knob, typed: a file, the environment and secret files → `Settings` → the policy's frozen `Rules`.

load.py         the way from files to settings and rules, or to all mistakes at once: read it first
model.py        the tree; service.py, schedules.py, sections.py its branches; fields.py what they are made of
values.py       durations, sizes, shares; words.py, addresses.py, times.py: everything else people write
files.py        finding and reading TOML; environment.py, keys.py the other sources; layers.py lays them over each other
partial.py      reading what is partly wrong; mistakes.py and spelling.py tell it in the writer's words
checks.py       contradictions; schedule_checks.py, space_checks.py those of schedules and free space
rules.py        settings → rules
schema.py       the settings described; sample.py the file that `init` writes; state.py where the state lies
"""

from __future__ import annotations

from keepercheky.settings import schema
from keepercheky.settings.load import Loaded, load
from keepercheky.settings.model import Settings
from keepercheky.settings.rules import to_rules
from keepercheky.settings.sample import write_sample
from keepercheky.settings.service import ServiceSettings
from keepercheky.settings.state import state_folder

__all__ = [
    "Loaded",
    "ServiceSettings",
    "Settings",
    "load",
    "schema",
    "state_folder",
    "to_rules",
    "write_sample",
]
