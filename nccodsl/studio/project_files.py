"""The scripts of a project, as the studio reads and saves them: no other files, and nothing outside its folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from threading import Lock

from nccodsl.base.record import Record
from nccodsl.base.text_hash import text_hash
from nccodsl.errors import CannotRead, UsageError
from nccodsl.io.complete_file import write_complete
from nccodsl.io.files import read_text

_SCRIPT, _TRANSLATION = ".call", ".po"
ENDINGS = (_SCRIPT, _TRANSLATION)
"""What is read and saved: scripts, and their translations, in which names are changed."""
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
    """The files below `root`. `place` is the folder, or a script in it. Raises CannotRead where there is neither."""

    def __init__(self, place: str) -> None:
        path = Path(place).resolve()
        if not path.exists():
            raise CannotRead(f"{place} does not exist", missing=True)
        if not path.is_dir() and path.suffix not in ENDINGS:
            raise CannotRead(f"{place} is not a script: its name must end with {' or '.join(ENDINGS)}")
        self.root = path if path.is_dir() else path.parent
        self._first = None if path.is_dir() else path.name
        self._saving = Lock()

    def paths(self) -> list[str]:
        """The scripts, inside the project; the one that was asked for comes first."""
        first = [self._first] if self._first is not None else []
        return [*first, *(path for path in self._listed(_SCRIPT) if path != self._first)]

    def translations(self) -> list[str]:
        """The translations of scripts, inside the project."""
        return self._listed(_TRANSLATION)

    def _listed(self, ending: str) -> list[str]:
        return sorted(islice(self._found(ending), MOST_FILES))

    def _found(self, ending: str) -> Iterator[str]:
        # What cannot be read is passed over.
        for folder, inner, names in os.walk(self.root):
            inner[:] = sorted(name for name in inner if not name.startswith(_HIDDEN))
            for name in sorted(names):
                path = Path(folder, name)
                if path.suffix == ending and not name.startswith(".") and not path.is_symlink() and _is_text(name):
                    yield path.relative_to(self.root).as_posix()

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
        try:
            data = text.encode()
        except UnicodeEncodeError:
            raise UsageError(f"{path} has characters that no file can hold") from None
        if len(data) > LARGEST_TEXT:
            raise UsageError(f"{path} is larger than {LARGEST_TEXT // 2**20} MiB")
        with self._saving:
            now = text_hash(read_text(str(target))) if target.exists() else None
            if now != known:
                raise ChangedMeanwhile(f"{path} has changed on disk")
            write_complete(target, data, target.stat().st_mode & 0o777 if target.exists() else 0o644)
        return ScriptText(path, target.as_uri(), text, text_hash(text))

    def _inside(self, path: str) -> Path:
        """A file by its path inside the project. Raises UsageError."""
        if "\x00" in path:
            raise UsageError("the path contains a zero byte, and is not a file of the project")
        target = self.root.joinpath(path)
        real = Path(os.path.realpath(target))
        if not real.is_relative_to(self.root) or real != target:
            raise UsageError(f"{path} is not a file of the project")
        if any(sign in path for sign in "\\:") or any(
            one.startswith(".") for one in target.relative_to(self.root).parts
        ):
            raise UsageError(f"{path} is not a name for a script")
        if target.suffix not in ENDINGS:
            raise UsageError(f"{path} is not a script: its name must end with {' or '.join(ENDINGS)}")
        if not target.parent.is_dir():
            raise UsageError(f"the folder of {path} does not exist")
        return target


def _is_text(name: str) -> bool:
    """Whether a name can be shown: systems allow any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
