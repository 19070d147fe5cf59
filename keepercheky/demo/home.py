"""Opens the whole pretend home: the world, its files and four or five real servers on loopback sockets."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import anyio

from keepercheky.demo import settings_text, story
from keepercheky.demo.faults import Faults
from keepercheky.demo.files import Files
from keepercheky.demo.jellyfin import JellyfinFake
from keepercheky.demo.qbittorrent import QBittorrentFake
from keepercheky.demo.radarr import RadarrFake
from keepercheky.demo.recorder import Asked
from keepercheky.demo.seerr import SeerrFake, make_key
from keepercheky.demo.serve import Fake, Front, Server
from keepercheky.demo.sonarr import SonarrFake
from keepercheky.demo.world import World

TORRENTS = "qbittorrent"
KINDS = {"radarr": "radarr", "sonarr": "sonarr", "jellyfin": "jellyfin", "jellyseerr": "seerr"}


@dataclass(frozen=True, slots=True)
class Service:
    """Where a fake listens. ``url`` has no base path: ``world.base_path`` gives one later, for tests."""

    name: str
    kind: str
    url: str
    api_key: str
    username: str = ""  # of what is logged in to
    password: str = ""


class Home:
    """A pretend home that is open. ``media_folder`` is what the services call "/data/media"."""

    def __init__(
        self, folder: Path, world: World, services: dict[str, Service], requests: list[Asked]
    ) -> None:
        self.folder = folder
        self.media_folder = folder / "media"
        self.world = world
        self.services = services
        self.faults = Faults()
        self.requests = requests

    def settings_toml(self, *, cron: str = "* * * * *", state: Path, port: int) -> str:
        """The text of a keepercheky.toml for this home; its web page on ``port``, its state in ``state``."""
        mapped = self.media_folder if self.world.files else None
        told = [service for service in self.services.values() if service.kind != TORRENTS]
        return settings_text.write(told, mapped, cron=cron, state=state, port=port)


@asynccontextmanager
async def open_home(
    folder: Path,
    *,
    now: Callable[[], datetime],
    seed: int = 1,
    movies: int = 60,
    shows: int = 20,
    users: int = 4,
    ports: Mapping[str, int] | None = None,
    files: bool = True,
    torrents: bool = False,
) -> AsyncIterator[Home]:
    """Seed a home in ``folder`` and serve it until the block ends.

    ``now`` gives aware UTC; everything in the home is dated from what it says at opening. ``files``: write sparse files of
    true size below ``folder / "media"``. ``torrents``: a qBittorrent, too. ``ports`` by service name; a missing or 0 one is any free port, a taken one an
    OSError. A mistake of a fake's own, answered with 500, is raised when the home closes.
    """
    world = World(now=now, seed=seed, files=Files(folder) if files else None)
    await anyio.to_thread.run_sync(lambda: story.tell(world, movies=movies, shows=shows, users=users))
    kinds = KINDS | ({TORRENTS: TORRENTS} if torrents else {})
    keys = {name: world.hex_id("key", name) for name in kinds}
    keys |= {"jellyseerr": make_key(keys["jellyseerr"]), TORRENTS: f"qbt_{world.hex_id('key')[:28]}"}
    logins = {TORRENTS: ("keepercheky", world.hex_id("password"))}
    with ExitStack() as sockets:
        listeners = {name: sockets.enter_context(_listen((ports or {}).get(name, 0))) for name in kinds}
        services = {
            name: Service(
                name,
                kind,
                f"http://127.0.0.1:{listeners[name].getsockname()[1]}",
                keys[name],
                *logins.get(name, ()),
            )
            for name, kind in kinds.items()
        }
        home = Home(folder, world, services, [])
        fronts = [Front(fake, home.faults, home.requests) for fake in _fakes(world, services)]
        failure: Exception | None = None
        async with anyio.create_task_group() as tasks:
            try:
                with anyio.CancelScope(shield=True):  # quick, and half an opening could not be closed
                    for front in fronts:
                        await tasks.start(Server(front, listeners[front.fake.name]).run_until_closed)
                yield home
            except Exception as error:  # noqa: BLE001 - raised below, as it is and not inside a group
                failure = error
            finally:
                for front in fronts:
                    front.closing.set()
    if failure is not None:
        raise failure
    for front in fronts:
        if front.broken:
            raise front.broken[0]


def _fakes(world: World, services: dict[str, Service]) -> list[Fake]:
    arrs = {name: (services[name].url, services[name].api_key) for name in ("radarr", "sonarr")}
    fakes: list[Fake] = [
        RadarrFake(world, "radarr", services["radarr"].api_key),
        SonarrFake(world, "sonarr", services["sonarr"].api_key),
        JellyfinFake(world, "jellyfin", services["jellyfin"].api_key),
        SeerrFake(world, "jellyseerr", services["jellyseerr"].api_key, arrs),
    ]
    if client := services.get(TORRENTS):
        login = (client.username, client.password)
        fakes.append(QBittorrentFake(world, TORRENTS, client.api_key, client.url, login))
    return fakes


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio only then switches the 40 ms wait of small packets off.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener
