"""What the pretend Jellyfin holds: libraries and items. Items live on their own, so that they can be stale or wrong."""

from __future__ import annotations

from datetime import datetime

from keepercheky.demo.noun import Noun
from keepercheky.demo.titles import Episode, Movie, Season, Show

TICKS_PER_MINUTE = 60 * 10_000_000  # one tick is 100 ns


class Library(Noun, kw_only=True):
    """A virtual folder. ``kind`` is Jellyfin's CollectionType: movies, tvshows, boxsets."""

    id: str
    name: str
    kind: str
    locations: tuple[str, ...]


class Item(Noun, kw_only=True):
    """One row of Jellyfin's library. ``kind``: Movie, Series, Season, Episode, BoxSet.

    ``number`` is IndexNumber, ``number_end`` IndexNumberEnd (double episodes), ``season_number``
    ParentIndexNumber. A ``virtual`` item is a missing episode: it has no file. ``members`` are a BoxSet's.
    """

    id: str
    kind: str
    name: str
    library: Library
    created: datetime
    path: str = ""
    provider_ids: dict[str, str]
    parent: Item | None = None
    series: Item | None = None
    children: tuple[Item, ...] = ()
    members: tuple[Item, ...] = ()
    number: int | None = None
    number_end: int | None = None
    season_number: int | None = None
    premiere: datetime | None = None
    year: int | None = None
    runtime_ticks: int = 0
    rating: str = ""
    overview: str = ""
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    score: float = 0.0
    size: int = 0
    virtual: bool = False
    ended: bool = False

    @property
    def is_folder(self) -> bool:
        return self.kind in ("Series", "Season", "BoxSet")

    def identify(self, **provider_ids: str) -> None:
        """Replace the ids wholesale: ``item.identify(Tmdb="603")``; without arguments it has none."""
        self.provider_ids = provider_ids

    def leaves(self) -> list[Item]:
        """The episodes with a file below a series or season, else the item itself."""
        if self.kind not in ("Series", "Season"):
            return [self]
        return [leaf for child in self.children for leaf in child.leaves() if not leaf.virtual]


Anything = Movie | Show | Season | Episode | Item


def item_of(thing: Anything) -> Item:
    """Jellyfin's item of a title. Raises LookupError where Jellyfin knows none."""
    item = thing if isinstance(thing, Item) else thing.item
    if item is None:
        raise LookupError(f"Jellyfin has no item for {thing!r:.80}")
    return item
