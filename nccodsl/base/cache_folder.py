"""Where what can be made again is kept."""

from __future__ import annotations

import os


def cache_folder() -> str | None:
    """A folder that only this user writes to, or None without one. It need not exist."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or ""
    if not os.path.isabs(base):  # nor is what is relative taken, by the XDG specification
        home = os.path.expanduser("~")
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".cache")
    return os.path.join(base, "nccodsl")
