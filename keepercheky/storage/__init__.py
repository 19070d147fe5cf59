"""What our own disks say: free space, files and their links, each with a time limit. Nothing here writes.

A path as another program sees it becomes ours by `map_path`.
"""

from __future__ import annotations

from keepercheky.storage.files import FileProbe, list_videos, probe_files
from keepercheky.storage.paths import is_under, map_path
from keepercheky.storage.space import Space, read_space

__all__ = ["FileProbe", "Space", "is_under", "list_videos", "map_path", "probe_files", "read_space"]
