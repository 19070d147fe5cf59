"""What Jellyfin takes for an extra of a title (trailers, scenes left out …), by the names of folders and files."""

from __future__ import annotations

from typing import Final

EXTRAS_FOLDERS: Final = frozenset(
    {
        "backdrops",
        "behind the scenes",
        "clips",
        "deleted scenes",
        "extra",
        "extras",
        "featurettes",
        "interviews",
        "other",
        "samples",
        "scenes",
        "shorts",
        "theme-music",
        "trailers",
    }
)
EXTRAS_NAMES: Final = frozenset({"sample", "trailer"})
EXTRAS_SUFFIXES: Final = (
    *(f"{joint}{kind}" for kind in ("sample", "trailer") for joint in ("-", ".", "_", "- ")),
    "-behindthescenes",
    "-clip",
    "-deleted",
    "-deletedscene",
    "-extra",
    "-featurette",
    "-interview",
    "-other",
    "-scene",
    "-short",
)


def is_extras_folder(name: str) -> bool:
    return name.lower() in EXTRAS_FOLDERS


def is_extra(file_name: str) -> bool:
    """By a file's own name: `Alien-trailer2.mkv`, `sample.mkv`. Numbers after the suffix count for nothing."""
    stem = file_name.rpartition(".")[0].lower()
    return stem in EXTRAS_NAMES or stem.rstrip("0123456789").endswith(EXTRAS_SUFFIXES)
