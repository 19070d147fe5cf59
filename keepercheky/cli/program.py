"""How this program was called, for lines that people copy."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Final

NAME: Final = "keepercheky"


def program() -> str:
    """`keepercheky` where the shell finds that; else the path it was called by, such as `.venv/bin/keepercheky`."""
    called = Path(sys.argv[0])
    if called.name != NAME or called.parent == Path():
        return NAME
    found = shutil.which(NAME)
    if found is not None and Path(found).resolve() == called.resolve():
        return NAME
    return shlex.quote(str(called))
