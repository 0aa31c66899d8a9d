"""The scripts of a project, as the studio reads and saves them: no other files, and nothing outside its folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from nccodsl.base.record import Record
from nccodsl.base.text_hash import text_hash
from nccodsl.errors import CannotRead, UsageError
from nccodsl.io.complete_file import write_complete
from nccodsl.io.files import read_text

ENDINGS = (".call", ".po")
"""What is edited: scripts and their translations."""
LARGEST_TEXT = 4 * 2**20
"""Bytes of a file that is saved."""
MOST_FILES = 500
_HIDDEN = (".", "node_modules")


class ScriptText(Record):
    """A file as it is on disk: its path inside the project, its address, its text and what stands for that text."""

    path: str
    uri: str
    text: str
    hash: str


class ChangedMeanwhile(UsageError):
    """A file is not what the page has read before."""


class ProjectFiles:
    """The files below `root`; with `only`, one of them comes first. Raises CannotRead where there is no such file."""

    def __init__(self, place: str) -> None:
        path = Path(place).resolve()
        if path.is_dir():
            self.root, self._first = path, None
        elif path.is_file():
            self.root, self._first = path.parent, path.name
        else:
            raise CannotRead(f"{place} does not exist", missing=True)

    def paths(self) -> list[str]:
        """The files that can be edited, inside the project; the one that was asked for comes first."""
        found = sorted(self._found(self.root))[:MOST_FILES]
        return sorted(found, key=lambda path: path != self._first)

    def _found(self, folder: Path) -> Iterator[str]:
        for one in sorted(folder.iterdir()):
            if one.name.startswith(_HIDDEN) or one.is_symlink():
                continue
            if one.is_dir():
                yield from self._found(one)
            elif one.suffix in ENDINGS:
                yield one.relative_to(self.root).as_posix()

    def read(self, path: str) -> ScriptText:
        """A file. Raises CannotRead, UsageError."""
        target = self._inside(path)
        text = read_text(str(target))
        return ScriptText(path, target.as_uri(), text, text_hash(text))

    def save(self, path: str, text: str, known: str | None) -> ScriptText:
        """Write a file as a whole, if it is still what `known` stands for (None: there was none).

        Raises CannotRead, UsageError, ChangedMeanwhile, OSError.
        """
        target = self._inside(path)
        if len(text.encode("utf-8", "replace")) > LARGEST_TEXT:
            raise UsageError(f"{path} is larger than {LARGEST_TEXT // 2**20} MiB")
        now = text_hash(read_text(str(target))) if target.exists() else None
        if now != known:
            raise ChangedMeanwhile(f"{path} has changed on disk")
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        write_complete(target, text.encode("utf-8"), mode)
        return self.read(path)

    def _inside(self, path: str) -> Path:
        """A file by its path inside the project. Raises UsageError."""
        if "\x00" in path:
            raise UsageError("the path contains a zero byte, and is not a file of the project")
        target = self.root.joinpath(path)
        real = Path(os.path.realpath(target))
        if not real.is_relative_to(self.root) or real != target:
            raise UsageError(f"{path} is not a file of the project")
        if target.suffix not in ENDINGS:
            raise UsageError(f"{path} is no script: its name must end with {' or '.join(ENDINGS)}")
        if not target.parent.is_dir():
            raise UsageError(f"the folder of {path} does not exist")
        return target
