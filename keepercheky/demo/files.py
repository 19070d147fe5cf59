"""The pretend home's real files: sparse, so that 60 GB on paper take no room, and hard-linked where the story says so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

CONTAINER_ROOT = PurePosixPath("/data")


class Files:
    """Writes, links and removes below ``folder``, which the services call "/data"."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def host(self, path: str) -> Path:
        """Where a container path really lies. Refuses anything outside the home."""
        inside = PurePosixPath(path).relative_to(CONTAINER_ROOT)
        if ".." in inside.parts:
            raise ValueError(f"{path} leaves the pretend home")
        return self.folder.joinpath(*inside.parts)

    def write(self, path: str, size: int) -> None:
        target = self.host(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            file.truncate(size)

    def make_folder(self, path: str) -> None:
        self.host(path).mkdir(parents=True, exist_ok=True)

    def link(self, existing: str, new: str) -> None:
        target = self.host(new)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)  # a folder may be opened again
        os.link(self.host(existing), target)

    def is_folder(self, path: str) -> bool:
        """Whether it is there; a path outside the home is not."""
        return PurePosixPath(path).is_relative_to(CONTAINER_ROOT) and self.host(path).is_dir()

    def remove(self, path: str) -> None:
        self.host(path).unlink(missing_ok=True)

    def remove_folder(self, path: str) -> None:
        shutil.rmtree(self.host(path), ignore_errors=True)

    def move(self, path: str, to: str) -> None:
        target = self.host(to)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.host(path), target)

    def move_folder(self, path: str, to: str) -> None:
        """Into the other, where there is one."""
        source, target = self.host(path), self.host(to)
        for folder, _, names in os.walk(source):
            into = target / Path(folder).relative_to(source)
            into.mkdir(parents=True, exist_ok=True)
            for name in names:
                shutil.move(Path(folder) / name, into / name)
        shutil.rmtree(source, ignore_errors=True)

    def listing(self) -> Iterator[tuple[str, int, str]]:
        """Each real file: its path in the home, its size, and the first of the names its data goes by."""
        first: dict[tuple[int, int], str] = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                seen, name = path.stat(), path.relative_to(self.folder).as_posix()
                yield name, seen.st_size, first.setdefault((seen.st_dev, seen.st_ino), name)
