"""KeeperCheky: cleans up home media libraries, safely."""

__version__ = "0.1.0"
