"""The script of a document as it is while it is written, ready to run."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from nccodsl.analysis.analyse import Checked
from nccodsl.base.garbage import collector_paused
from nccodsl.editor.document import Document
from nccodsl.editor.text_parts import chunk_start, declares
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

_FLOWS: WeakKeyDictionary[Document, tuple[Checked, Runnable | None]] = WeakKeyDictionary()


def live_flow(document: Document) -> Runnable | None:
    """The script as it is, its spans on the number line of the document; None where it has errors outside of tests.

    It comes from the check of what has changed: after an edit, the check of the whole text takes longer than all of
    this (Document.flow).
    """
    checked = document.checked
    known = _FLOWS.get(document)
    if known is None or known[0] is not checked:
        with collector_paused():
            flow = Runnable(Compiled(checked, document.name), URL) if can_run(document) else None
        known = _FLOWS[document] = checked, flow
    return known[1]


def can_run(document: Document) -> bool:
    """Whether all errors of a document stand in its tests."""
    for found in document.checked.collector.sorted():
        if found.is_error:
            place = document.place_of(found.span) if found.span is not None else None
            if place is None or place.name != document.name:
                return False
            if declares(document.text, chunk_start(document.text, place.start + 1)) != "test":
                return False
    return True
