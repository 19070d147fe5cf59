"""What lies on the media disk: every file by its container path, and the folders; hard links share one body of data.

It is the ledger the free space is counted from, to the byte, with or without real files. Where the home has real files
they follow every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from keepercheky.demo.files import Files


class Data:
    """The bytes behind one or more names. Compared by identity, as an inode is."""

    __slots__ = ("size",)

    def __init__(self, size: int) -> None:
        self.size = size


class Contents:
    """Files and folders of the media disk. ``changed`` is called after each step."""

    def __init__(self, files: Files | None, changed: Callable[[], None]) -> None:
        self._real = files
        self._changed = changed
        self._files: dict[str, Data] = {}
        self._folders: set[str] = set()

    # looking

    def holds(self, path: str) -> bool:
        return path in self._files

    def has_folder(self, path: str) -> bool:
        return path in self._folders

    def size(self, path: str) -> int:
        return self._files[path].size

    def used_bytes(self) -> int:
        return sum(data.size for data in set(self._files.values()))

    def below(self, folder: str) -> list[str]:
        """The files in a folder, however deep."""
        return [path for path in self._files if inside(path, folder)]

    def folders_in(self, folder: str) -> list[str]:
        """The folders one step below."""
        return sorted(path for path in self._folders if parent(path) == folder)

    def is_empty(self, folder: str) -> bool:
        return not any(inside(path, folder) for known in (self._files, self._folders) for path in known)

    def names(self) -> Iterator[tuple[str, int, str]]:
        """Each file: its path, its size, and the first of the names its data goes by."""
        first: dict[Data, str] = {}
        for path, data in sorted(self._files.items()):
            yield path, data.size, first.setdefault(data, path)

    def folders(self) -> list[str]:
        return sorted(self._folders)

    # changing

    def write(self, path: str, size: int) -> None:
        self._know_folders(parent(path))
        self._files[path] = Data(size)
        if self._real:
            self._real.remove(path)  # never through a hard link into somebody else's data
            self._real.write(path, size)
        self._changed()

    def make_folder(self, path: str) -> None:
        self._know_folders(path)
        if self._real:
            self._real.make_folder(path)
        self._changed()

    def link(self, existing: str, new: str) -> None:
        self._know_folders(parent(new))
        self._files[new] = self._files[existing]
        if self._real:
            self._real.link(existing, new)
        self._changed()

    def remove(self, path: str) -> None:
        self._files.pop(path, None)
        if self._real:
            self._real.remove(path)
        self._changed()

    def remove_folder(self, path: str) -> None:
        """With everything in it."""
        self._forget_folder(path)
        if self._real:
            self._real.remove_folder(path)
        self._changed()

    def move(self, path: str, to: str) -> None:
        """A file; one that is there already is replaced."""
        self._know_folders(parent(to))
        self._files[to] = self._files.pop(path)
        if self._real:
            self._real.move(path, to)
        self._changed()

    def move_folder(self, path: str, to: str) -> None:
        """A folder; one that is there already takes the files in, and loses those of the same name."""
        self._know_folders(to)
        for folder in [known for known in self._folders if inside(known, path)]:
            self._folders.add(to + folder[len(path) :])
        for file in self.below(path):
            self._files[to + file[len(path) :]] = self._files.pop(file)
        self._forget_folder(path)
        if self._real:
            self._real.move_folder(path, to)
        self._changed()

    def remove_empty(self, folder: str) -> None:
        """The empty folders below it, and itself when nothing is left."""
        for path in sorted([p for p in self._folders if inside(p, folder)] + [folder], reverse=True):
            if path in self._folders and self.is_empty(path):
                self.remove_folder(path)

    def _know_folders(self, path: str) -> None:
        while path and path not in self._folders:
            self._folders.add(path)
            path = parent(path)

    def _forget_folder(self, path: str) -> None:
        for file in self.below(path):
            del self._files[file]
        self._folders = {known for known in self._folders if known != path and not inside(known, path)}


def inside(path: str, folder: str) -> bool:
    """Whether it lies below; a folder is not inside itself, and "/tv2" is not inside "/tv"."""
    return path.startswith(f"{folder}/")


def parent(path: str) -> str:
    return path.rpartition("/")[0]
