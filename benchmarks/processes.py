"""What Linux tells of a process: the memory it holds, the processor time it took. None where nobody tells."""

from __future__ import annotations

import os
from pathlib import Path


def mebibytes(pid: int, key: str) -> float | None:
    """`VmRSS` (now) or `VmHWM` (at most so far)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith(f"{key}:")]
    return int(found[0]) / 1024 if found else None


def cpu_seconds(pid: int) -> float | None:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    user, system = after_name[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
