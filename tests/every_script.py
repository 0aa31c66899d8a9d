"""Every script of the repository: files, with and without errors, and blocks of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_FENCE = re.compile(r"^```call[^\n]*\n(.*?)^```$", re.S | re.M)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def _all_scripts() -> Iterator[tuple[str, str]]:
    folders = [ROOT / folder for folder in ("examples", "nccodsl", "tests")]
    for path in sorted(path for folder in folders for path in folder.rglob("*.call")):
        yield path.relative_to(ROOT).as_posix(), _read(path)
    for page in [
        ROOT / "README.md",
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "nccodsl").rglob("*.md")),
    ]:
        text = _read(page)
        for block in _FENCE.finditer(text):
            yield f"{page.name}:{text.count(chr(10), 0, block.start()) + 1}", block[1]


EVERY = dict(_all_scripts())
"""Their text, by the path of a file, or the page and line of a block."""
