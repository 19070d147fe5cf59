"""What a dry run costs: requests, processor time, memory, and how long it keeps others waiting.

run.py        the options, the order of measuring, the exit code
sizes.py      one size: a home, the program over it, the floor under it
daemon.py     the whole daemon: cold start, memory after a run
budget.py     how many requests a run may send; pure, the only thing that makes the benchmark fail
table.py      what is printed
children.py   processes of our own: one JSON line asked, one answered, an end for each
processes.py  what Linux tells of a process
pretend_home.py  dry_run.py  floor.py
              the children: fake services with ready-made bodies; the program; fetching and decoding alone
"""
