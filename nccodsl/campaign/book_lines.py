"""What a book tells of recipients and attempts, for reports."""

from __future__ import annotations

from nccodsl.base.record import Record


class RecipientLine(Record):
    """How a recipient stands, for a report. `callee` is None where it was forgotten, or never kept."""

    id: int
    callee: str | None
    state: str
    reason: str | None
    attempts: int
    due: float


class AttemptLine(Record):
    """An attempt, for a report: `state` is that of the journal; the others are known once the call has ended."""

    recipient: int
    number: int
    claimed: float
    state: str
    uuid: str | None
    outcome: str | None
    began: float | None
    ended: float | None
    seconds: float | None
    price: float | None
