"""How a judge is told what to do and says what it saw: JSON in, one line of JSON out. Nothing of KeeperCheky is known here."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

Ask = dict[str, Any]
Seen = dict[str, Any]


def give(**judges: Callable[[Ask], Seen]) -> None:
    """Run the judge of the service asked for. Some libraries print; their words go to the errors."""
    verdict = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    ask = json.load(sys.stdin)
    json.dump(judges[ask["service"]](ask), verdict)
    verdict.close()


def raises(kind: type[Exception], call: Callable[[], object]) -> bool:
    """Whether the library says it in its own way."""
    try:
        call()
    except kind:
        return True
    return False
