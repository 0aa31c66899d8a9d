"""Whether there is what sound needs; cheap to ask."""

from __future__ import annotations

from importlib.util import find_spec

LIBRARIES = ("espeakng_loader", "lameenc", "numpy", "soxr")
"""What the extra `audio` installs."""


def has_audio() -> bool:
    """Whether the extra `audio` is installed."""
    return all(find_spec(name) is not None for name in LIBRARIES)
