"""The rows of a table as recipients. A row that cannot be one comes with the reason; no row is lost. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.base.record import Record
from nccodsl.campaign.campaign_plan import Columns
from nccodsl.campaign.policy.decide import Decision
from nccodsl.diagnostics import Message, messages
from nccodsl.documents.rows import BadTable, Row, RowFailure

_MOST_QUOTED = 40
_NOT_CLOSED = messages.tables.cell_not_closed(None).code


class Recipient(Record):
    """A recipient as a row has it.

    `row` counts rows from 1, `line` is where it begins. `number`: E.164 digits without `+`. `zone`, `postal_code` and
    `consent` are the texts of their columns, or None. `values`: by name of a param of the script, or of a column.
    """

    row: int
    line: int
    number: str
    zone: str | None
    postal_code: str | None
    consent: str | None
    values: Mapping[str, object]


class SkippedRow(Record):
    """A row that is not called, and why.

    `reason`: `bad_row` if it cannot be read, `invalid` if its values are wrong, `duplicate` if its number stands in an
    earlier row, or one of those of the policy, with its `decision`. `number` is None where the row has none that can be
    read.
    """

    row: int
    line: int
    reason: str
    failure: RowFailure
    number: str | None = None
    decision: Decision | None = None


class SeenNumbers(Protocol):
    """The numbers that stood in a table, and where."""

    def note(self, number: str, line: int) -> int | None:
        """Note where a number stands; where it stood before, if it did."""


Judge = Callable[[Recipient, Row], RowFailure | None]
"""What is wrong with the values of a recipient; None where the script takes them."""


def recipients_in(
    rows: Iterable[Row], columns: Columns, seen: SeenNumbers, judge: Judge | None = None
) -> Iterator[Recipient | SkippedRow]:
    """Each row, in order, as a recipient or with the reason why it is skipped.

    Of rows with one number, the first that can be called stands. Raises BadTable where a quote swallows the rows
    behind it.
    """
    for row in rows:
        if row.failure is not None and row.failure.code == _NOT_CLOSED:
            raise BadTable(row.failure)
        found = _person(row, columns)
        if isinstance(found, Recipient):
            failure = judge(found, row) if judge is not None else None
            if failure is not None:
                found = SkippedRow(row.number, row.line, "invalid", failure, found.number)
            elif (earlier := seen.note(found.number, row.line)) is not None:
                failure = RowFailure.of(messages.campaigns.called_twice(found.number, earlier), row.line, row.number)
                found = SkippedRow(row.number, row.line, "duplicate", failure, found.number)
        yield found


def _person(row: Row, columns: Columns) -> Recipient | SkippedRow:
    if row.failure is not None:
        return SkippedRow(row.number, row.line, "bad_row", row.failure)
    cells = row.values
    number = _number(cells.get(columns.number), columns.number)
    if isinstance(number, Message):
        failure = RowFailure(row.line, number.code, number.text, number.advice, columns.number, row.number)
        return SkippedRow(row.number, row.line, "invalid", failure)
    values = {**cells, columns.number: number}
    for param, column in columns.params:
        if column in cells:
            values[param] = number if column == columns.number else cells[column]
    zone, postal_code, consent = (_text(cells, name) for name in (columns.zone, columns.postal_code, columns.consent))
    return Recipient(row.number, row.line, number, zone, postal_code, consent, values)


def _number(cell: object, column: str) -> str | Message:
    if isinstance(cell, int) and not isinstance(cell, bool):
        cell = str(cell)
    if cell is None or cell == "" or not isinstance(cell, str):
        return messages.campaigns.no_number(column)
    try:
        return digits(cell)
    except NotAPhoneNumber as reason:
        return messages.campaigns.bad_number(cell[:_MOST_QUOTED], str(reason))


def _text(cells: Mapping[str, object], column: str | None) -> str | None:
    cell = cells.get(column) if column is not None else None
    return (str(cell).strip() or None) if cell is not None else None
