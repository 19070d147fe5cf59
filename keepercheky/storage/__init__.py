"""What our own disks say: free space, files and their links, each with a time limit. Nothing here writes."""

from __future__ import annotations

from keepercheky.storage.files import FileProbe, list_videos, probe_files
from keepercheky.storage.space import Space, read_space

__all__ = ["FileProbe", "Space", "list_videos", "probe_files", "read_space"]
