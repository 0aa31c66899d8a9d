"""A file with a secret, which only its owner reads, and which is made once."""

from __future__ import annotations

import os
from pathlib import Path

from nccodsl.io.database_files import alone


def made_once(path: Path, text: str) -> str:
    """The text of a file; one that is not there is made with `text`. Raises OSError, UnicodeError.

    Of several processes that make it at once, all get the text of the first one.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with alone(path.parent):
            if not path.exists():
                _write(path, text)
    return path.read_text(encoding="utf-8").strip()


def _write(path: Path, text: str) -> None:
    """Write it whole, or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(number)
    fresh.replace(path)
