"""How Jellyfin refuses: with a status and hardly a word."""

from __future__ import annotations


class RefusedError(Exception):
    """A request that ends with a bare status, as Jellyfin's do."""

    def __init__(self, status: int) -> None:
        self.status = status
