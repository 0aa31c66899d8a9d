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
        session = PageSession(send)
        self.take, self.step = session.take, session.step

    def write(self, path: str, text: str | None) -> None:
        """A file of the project; None: it is gone. `path` is inside the project. Raises ValueError where it is not."""
        if ".." in PurePosixPath(path).parts or not path or path.startswith("/") or "\x00" in path:
            raise ValueError(f"{path!r} is not a path inside the project")
        target = PROJECT / path
        if text is None:
            target.unlink(missing_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8", "replace"))
