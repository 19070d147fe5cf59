"""The command line: verbs that ask the daemon, or the same application in this process when no daemon runs.

verbs.py     every verb there is and what it is for; the group, its help, and what an unknown verb is told
ending.py    how a command ends when it cannot: one plain message, an exit code, never a traceback
asked.py     what people ask about, as they typed it
desk.py      what a command has before it: settings, environment, whether to tell everything
client.py    one question to the application, over the daemon's socket or in this process
screen.py    what is printed: JSON for programs, lines and columns for people; words.py in which words
plan.py explain.py leaving.py history.py keep.py unkeep.py accept.py clean.py approve.py pause.py resume.py undo.py
check.py init.py health.py serve.py backup.py restore.py
             one verb each; plan_page.py how a plan reads, run_page.py how a run does that is over
program.py   how this program was called, for lines that people copy
demo.py      the pretend home; demo_folder.py where it lies, demo_tale.py what it tells
"""

from __future__ import annotations

from keepercheky.cli.verbs import keepercheky

__all__ = ["keepercheky"]
