"""The commented settings file that `keepercheky init` writes.

Its API keys are placeholders, which count as keys: the sample passes `check --offline` without a warning.
"""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from keepercheky.errors import Mistake, SettingsError

PRIVATE = 0o600  # keys will be written into it


def sample_text() -> str:
    return files("keepercheky.settings").joinpath("sample.toml").read_text(encoding="utf-8")


def write_sample(path: Path) -> None:
    """Write the sample, readable by its owner alone: whole or not at all, and never over another file.

    Raises `SettingsError` when something is there already, or the folder cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w", encoding="utf-8"
        ) as file:
            file.write(sample_text())
            file.flush()
            os.fsync(file.fileno())
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))  # fails where something stands
        draft.replace(path)
    except FileExistsError:
        problem = Mistake(str(path), "a file is there already", "Name another path, or move that file away")
    except OSError as error:
        why = error.strerror or "the folder cannot be written"
        problem = Mistake(str(path), f"the file cannot be written: {why}", "Name a path in a folder of yours")
    else:
        return
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    raise SettingsError((problem,))
