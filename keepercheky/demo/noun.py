"""What all things of the pretend world share: whoever changes one makes every answer about it stale."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct


class Owner(Protocol):
    def touch(self) -> None: ...


class Noun(Struct, eq=False, kw_only=True):
    """A thing of the world. Setting an attribute raises its ``revision`` and that of everything that owns it.

    The fakes keep serialised rows and ask for the revision before they use one. That only works while values
    are replaced and not changed in place, so lists and sets of a noun are tuples and frozensets.
    """

    owner: Owner
    revision: int = 0

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name != "revision":
            self.touch()

    def touch(self) -> None:
        self.revision += 1
        self.owner.touch()
