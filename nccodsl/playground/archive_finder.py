"""Libraries that are fetched when a script first needs them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from io import BytesIO
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile


class ArchiveFinder(MetaPathFinder):
    """Unpacks the archive of a library into `folder`, which Python imports from, before the library is looked for.

    `archives`: the archive of each top-level module. `fetch` gives the content of one, and blocks until it is there.
    """

    def __init__(self, archives: Mapping[str, str], fetch: Callable[[str], bytes], folder: Path) -> None:
        self._archives = dict(archives)
        self._fetch, self._folder = fetch, folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Nothing by itself: the finders behind this one find what it has unpacked."""
        archive = self._archives.get(fullname.partition(".")[0])
        if archive is not None:
            try:
                content = self._fetch(archive)
            except Exception as error:  # of JavaScript; it is tried again at the next import
                raise ImportError(f"{archive} cannot be loaded") from error
            with ZipFile(BytesIO(content)) as packed:
                packed.extractall(self._folder)
            self._archives = {module: name for module, name in self._archives.items() if name != archive}
            importlib.invalidate_caches()
        return None
