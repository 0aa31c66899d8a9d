"""The tests that stand in a script, checked."""

from __future__ import annotations

from datetime import datetime

from nccodsl.analysis.items import AskItem
from nccodsl.base.record import Record
from nccodsl.base.source import Span

ENDED, RETURNED = "ended()", "returned()"
"""What the outcome of a tested dialog is called among the names of its call, and what it returns."""
ANYBODY = "*"
"""`dialled phone *`: whatever number."""


class ScriptVerb(Record):
    """One line of a test. `value`, `reply`, `body` and `options` are drafts; `kind` is that of an endpoint."""

    verb: str
    negated: bool
    kind: str | None
    value: object
    options: dict[str, object]
    reply: object
    span: Span
    body: object = None


class ScriptTest(Record):
    """A `test` block: its title, the values of `with`, and what is done and expected, in order.

    `at`: when it plays, in the script's zone if it has none of its own.
    """

    title: str
    values: dict[str, object]
    verbs: tuple[ScriptVerb, ...]
    span: Span
    at: datetime | None = None
    asked: AskItem | None = None
    """The dialog that the test is of, where it is of one: each outcome gives ENDED its name."""
