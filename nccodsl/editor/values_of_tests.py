"""What templates say with the values of the tests of a script, and with the defaults of its params."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from nccodsl.analysis.analyse import Checked
from nccodsl.analysis.program import Hole, Program
from nccodsl.editor.document import Document
from nccodsl.editor.live_flow import can_run
from nccodsl.errors import RenderError
from nccodsl.lowering.binding import Binder
from nccodsl.lowering.holes import Failed, evaluator
from nccodsl.templates import Scope

MOST_VALUES = 8
"""Tests with different values that are looked at."""
_EPOCH = datetime.fromtimestamp(0, UTC)
_SCOPES: WeakKeyDictionary[Document, tuple[Checked, list[Scope]]] = WeakKeyDictionary()


def said_with_values(document: Document, hole: Hole) -> list[str]:
    """What a template says with the values of the first test, then of the others, or of the defaults.

    Empty where it needs more than these values: what only a running call knows, or the moment.
    """
    found: list[str] = []
    for scope in _scopes(document):
        try:
            said = evaluator(hole)(Scope(scope))
        except (Failed, RenderError):
            return []
        found.append(str(said))
    return found


def _scopes(document: Document) -> list[Scope]:
    """The names with their values: for each test with other values than those before it, the first one first."""
    checked = document.checked
    known = _SCOPES.get(document)
    if known is None or known[0] is not checked:
        usable = can_run(document)
        known = _SCOPES[document] = checked, (_bound(checked.program) if usable else [])
    return known[1]


def _bound(program: Program) -> list[Scope]:
    binder = Binder(program)
    if binder.clock.read:
        return []
    given: list[Mapping[str, object]] = []
    for case in program.tests:
        if case.asked is None and case.values not in given and len(given) < MOST_VALUES:
            given.append({name: value for name, value in case.values.items() if not isinstance(value, Hole)})
    found: list[Scope] = []
    for values in given or [{}]:
        with suppress(Failed, RenderError):  # the test reports it
            found.append(binder.bind(values, _EPOCH))
    return found
