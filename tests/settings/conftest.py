from pathlib import Path

import pytest

from keepercheky.errors import Mistake, SettingsError
from keepercheky.settings import load

SERVICES = """
[services]
radarr     = { url = "http://192.168.1.10:7878", api_key = "aaaa1111" }
sonarr     = { url = "http://192.168.1.10:8989", api_key = "bbbb2222" }
jellyfin   = { url = "http://192.168.1.10:8096", api_key = "cccc3333" }
jellyseerr = { url = "http://192.168.1.10:5055", api_key = "dddd4444" }
"""
SCHEDULE = """
[[schedules]]
id     = "old_media"
movies = { unwatched = "180d", watched = "60d" }
shows  = { unwatched = "180d", watched = "60d" }
"""
SMALLEST = f"""{SERVICES}
[storage.media]
keep_free = "10%"
{SCHEDULE}"""


class Desk:
    """A folder with a settings file in it, and the questions the tests ask of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "keepercheky.toml"

    def write(self, text: str, name: str = "keepercheky.toml", mode: int = 0o600) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def load(self, text: str, environ: dict[str, str] | None = None):
        return load(self.write(text), environ or {})

    def mistakes(self, text: str, environ: dict[str, str] | None = None) -> dict[str, Mistake]:
        """What is wrong, by key. Every mistake must say what is wrong and what to do."""
        with pytest.raises(SettingsError) as raised:
            self.load(text, environ)
        assert all(mistake.problem and mistake.remedy for mistake in raised.value.mistakes)
        return {mistake.key: mistake for mistake in raised.value.mistakes}

    def warnings(self, text: str, environ: dict[str, str] | None = None) -> dict[str, Mistake]:
        return {warning.key: warning for warning in self.load(text, environ).warnings}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def services() -> str:
    """Four services, nothing else."""
    return SERVICES


@pytest.fixture
def schedule() -> str:
    """One schedule, nothing else."""
    return SCHEDULE


@pytest.fixture
def smallest() -> str:
    """The smallest file that works."""
    return SMALLEST
