"""The files of a server's scripts on this machine: shown only where their text is the one that is served."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from nccodsl.base.text_hash import text_hash
from nccodsl.dap.live_events import Greeting, LiveFile
from nccodsl.dap.script_access import Scripts
from nccodsl.errors import CannotRead, UsageError
from nccodsl.std import is_library, read_library

_DIFFERS = "this file differs from the one that is served; save or check out that version to see lines"


class LiveFiles:
    """Finds them. `program` is where the main script is here; empty where it has the path that the server has.

    `say` shows a line in the console.
    """

    def __init__(self, scripts: Scripts, greeting: Greeting, program: str, say: Callable[[str, str], None]) -> None:
        self._scripts = scripts
        self._greeting = greeting
        self._program = program
        self._say = say
        self._told: set[LiveFile] = set()
        self._library: list[str] = []
        served = {posixpath.dirname(_posix(path)) for path in greeting.main}
        self._folder = served.pop() if program and len(served) == 1 else ""

    def path(self, file: LiveFile) -> str:
        """Where a file is on this machine."""
        if not self._folder:
            return self._scripts.absolute(file.path)
        below = posixpath.relpath(_posix(file.path), self._folder)
        main = _posix(file.path) in map(_posix, self._greeting.main)
        here = posixpath.dirname(_posix(self._scripts.absolute(self._program)))
        return self._scripts.absolute(self._program if main else posixpath.join(here, below))

    def local(self, file: LiveFile) -> str | None:
        """Its path, where the file on this machine has the text that is served; else None, and it is said once."""
        path = self.path(file)
        try:
            if text_hash(self._scripts.text(path)) == file.sha256:
                return path
            why = "differs from the one that is served"
        except CannotRead:
            why = "is not on this machine; `program` says where the script is"
        if file not in self._told:
            self._told.add(file)
            self._say(f"{path} {why}: calls are shown without its lines", "stderr")
        return None

    def source(self, file: LiveFile | None, name: str) -> dict[str, Any]:
        """A file as the protocol shows it."""
        if file is not None and is_library(name) and self._is_ours(file):
            if name not in self._library:
                self._library.append(name)
            return {"name": name, "sourceReference": self._library.index(name) + 1}
        short = _posix(name).rpartition("/")[2]
        path = self.local(file) if file is not None and not is_library(name) else None
        if path is None:
            return {"name": f"{short} (another version)", "presentationHint": "deemphasize"}
        return {"name": short, "path": path}

    def content(self, reference: object) -> str:
        """The text of a file of the library. Raises UsageError."""
        if type(reference) is not int or not 1 <= reference <= len(self._library):
            raise UsageError("there is no such source")
        return read_library(self._library[reference - 1])[1]

    def stop_line(self, path: str, line: int) -> tuple[int | None, str]:
        """The line at which a breakpoint stops, or None and why it does not."""
        wanted = self._scripts.absolute(path)
        file = next((file for file in self._greeting.files if self.path(file) == wanted), None)
        if file is None:
            return None, "the server serves no script with this file"
        return (line, "") if self.local(file) is not None else (None, _DIFFERS)

    def _is_ours(self, file: LiveFile) -> bool:
        try:
            return text_hash(read_library(file.name)[1]) == file.sha256
        except CannotRead:
            return False


def _posix(path: str) -> str:
    return path.replace("\\", "/")
