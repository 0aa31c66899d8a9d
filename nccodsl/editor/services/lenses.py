"""What stands above steps and tests: how often a step is named, and what runs a test."""

from __future__ import annotations

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.index import index_of
from nccodsl.editor.symbols_used import SymbolUse

REFERENCES = "nccodsl.references"
"""Shows places: the name of the file, and the offset of the name in it."""
RUN_TEST = "nccodsl.runTest"
"""Runs a test: the name of the file, and the title of the test."""
DEBUG_TEST = "nccodsl.debugTest"
"""Plays a test step by step; arguments as for RUN_TEST."""


class Lens(Record):
    """A command with its arguments, to be shown above the line of `place`."""

    place: FilePlace
    title: str
    command: str
    arguments: tuple[str | int, ...]


def lenses(document: Document) -> tuple[Lens, ...]:
    """The lenses of a document, in the order of their places."""
    index = index_of(document)
    found: list[Lens] = []
    for use in index.uses:
        if not use.is_definition:
            continue
        if use.kind in ("step", "dialog") and use.symbol is not None:
            count = sum(not one.is_definition for one in index.uses_of(use.symbol))
            said = counted(count, "reference")
            found.append(Lens(use.place, said, REFERENCES, (document.name, use.place.start)))
        elif use.kind == "test":
            found += _of_test(document, use)
    return tuple(found)


def _of_test(document: Document, use: SymbolUse) -> tuple[Lens, Lens]:
    arguments = (document.name, use.name)
    return Lens(use.place, "Run test", RUN_TEST, arguments), Lens(use.place, "Debug test", DEBUG_TEST, arguments)
