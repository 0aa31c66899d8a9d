"""Scripts on disk whose findings are kept up to date: a change costs what it touches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from nccodsl.cli.script_files import scripts_in
from nccodsl.diagnostics import Diagnostic
from nccodsl.editor.document import Document
from nccodsl.editor.text_edits import edits_between
from nccodsl.errors import CannotRead, unreadable
from nccodsl.io.files import read_text, reader_for

Stamp = tuple[int, int, int] | None
"""What tells one state of a file from another; None where there is none."""


class WatchedScripts:
    """The scripts that files and folders name, as they were at the last look.

    The first look raises UsageError as `scripts_in`. A folder that cannot be read later is an error among the others,
    and its scripts stay.
    """

    def __init__(self, paths: Iterable[str], api: str) -> None:
        self._paths = tuple(paths)
        self._api = api
        self._scripts: dict[str, _WatchedScript] = {}
        self._listed = False
        self._unlisted = ""

    def __len__(self) -> int:
        return len(self._scripts)

    def relist(self) -> bool:
        """Look which scripts there are; whether others have come or gone."""
        from click import UsageError

        before, unlisted = self._scripts, self._unlisted
        try:
            found, self._unlisted = scripts_in(self._paths), ""
        except UsageError as reason:
            if not self._listed:
                raise
            found, self._unlisted = list(before), reason.message
        self._listed = True
        self._scripts = {path: before.get(path) or _WatchedScript(path, self._api) for path in found}
        return (list(before), unlisted) != (found, self._unlisted)

    def look(self) -> bool:
        """Look at the files of each script; whether one has changed."""
        return sum(script.look() for script in self._scripts.values()) > 0

    @property
    def findings(self) -> Iterator[Diagnostic]:
        """The errors and warnings of all scripts, in the order of the scripts."""
        if self._unlisted:
            yield unreadable(self._paths[0], self._unlisted)
        for script in self._scripts.values():
            yield from script.findings


class _WatchedScript:
    """A script, with the files that it reads: includes and translations, also those that are missing."""

    def __init__(self, path: str, api: str) -> None:
        self._path = path
        self._api = api
        self._document: Document | None = None
        self._unreadable = ""
        self._stamps: dict[str, Stamp] = {path: (-1, -1, -1)}
        self._findings: list[Diagnostic] | None = None

    def look(self) -> bool:
        """Take up what has changed on disk; whether anything has."""
        now = {name: _stamp(name) for name in self._stamps}
        changed = {name for name, stamp in now.items() if stamp != self._stamps[name]}
        if not changed:
            return False
        self._stamps, self._findings = now, None
        if self._path in changed:
            self._read()
        if self._document is not None:
            self._document.forget()
        return True

    @property
    def findings(self) -> list[Diagnostic]:
        """The errors and warnings."""
        if self._findings is None:
            self._findings = self._found()
        return self._findings

    def _found(self) -> list[Diagnostic]:
        document = self._document
        if document is None:
            return [unreadable(self._path, self._unreadable)]
        self._stamps = {self._path: self._stamps[self._path]}
        if not all(tree.complete for tree in document.checked.trees.values()):
            document.settle()  # where a mistake ends, only the whole text says
        return document.findings

    def _read(self) -> None:
        """Read the script, and edit the document where it differs."""
        try:
            text = read_text(self._path)
        except CannotRead as reason:
            self._document, self._unreadable = None, str(reason)
            return
        document = self._document
        if document is None:
            self._document = Document(self._path, text, reader_for(self._path, self._path, self._included), self._api)
            return
        for edit in reversed(edits_between(document.text, text)):
            document.edit(edit.start, edit.end, edit.text)

    def _included(self, path: str) -> str:
        # Before it is read: what is written meanwhile is seen at the next look.
        self._stamps[path] = _stamp(path)
        return read_text(path)


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
