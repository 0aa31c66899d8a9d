"""Writing a file so that no program ever reads a part of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_complete(path: Path, data: bytes, mode: int) -> None:
    """Write a file that is complete when it appears, and on disk then. Raises OSError."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
