"""The language services of a page that has no server: this runs in the page's worker, on a file system in memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from nccodsl.playground.archive_finder import ArchiveFinder
from nccodsl.studio.page_session import PageSession

PROJECT = Path("/project")
"""The folder of the scripts; pages know it as `file:///project/`."""


class PageServices:
    """What the worker calls. `send` gets each answer, `fetch` gives the content of an archive."""

    def __init__(
        self, send: Callable[[str], object], fetch: Callable[[str], bytes], archives: Mapping[str, str]
    ) -> None:
        library = Path(__file__).parents[2]
        sys.meta_path.insert(0, ArchiveFinder(archives, fetch, library))
        self._session = PageSession(send)
        self.take = self._session.take

    def step(self) -> float | None:
        """As that of the session; after its end there is nothing to do."""
        try:
            return self._session.step()
        except SystemExit:
            return None

    def write(self, path: str, text: str | None) -> bool:
        """A file of the project, by its path inside it; None: it is gone. Whether that can be."""
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or path.startswith("/") or "\x00" in path:
            return False
        target = PROJECT / path
        try:
            if text is None:
                target.unlink(missing_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.encode("utf-8", "replace"))
        except OSError:
            return False  # its folder is a file, or the other way round
        return True
