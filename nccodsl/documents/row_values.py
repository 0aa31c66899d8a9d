"""From the cells of a row to values for a script, and from what is wrong with these back to the row."""

from __future__ import annotations

from collections.abc import Mapping

from nccodsl.analysis.program import Parameter
from nccodsl.analysis.rename import NAME
from nccodsl.diagnostics import Diagnostic
from nccodsl.documents.rows import Row, RowFailure


def is_empty(value: object, parameter: Parameter | None, filled: bool) -> bool:
    """Whether a cell says nothing: an empty one, unless it can only mean the empty text.

    `filled`: something else fills what the row lacks.
    """
    if value is None:
        return True
    if value == "" and parameter is not None:
        return filled or not parameter.required or parameter.type not in ("text", "any")
    return False


class RowFailures:
    """Says what is wrong with the values of rows. `otherwise`: another way to give a value that is missing."""

    def __init__(self, parameters: Mapping[str, Parameter], *, otherwise: str = "") -> None:
        self._parameters = parameters
        self._declared = {parameter.span: parameter.name for parameter in parameters.values()}
        self._otherwise = otherwise

    def of(self, found: Diagnostic, row: Row) -> RowFailure:
        """A finding about the values of a row, as a failure of that."""
        column = self._column(found)
        help = found.help
        if found.code == "E211":
            parameter = self._parameters.get(column or "")
            help = f"give the row a {parameter.type}{self._otherwise.format(column)}" if parameter else help
        where = ""
        if found.file is not None and found.code not in ("E211", "E315"):
            where = f" ({found.file.name}:{found.start[0]}:{found.start[1]})"
        return RowFailure(row.line, found.code, found.message + where, help, column, row.number)

    def _column(self, found: Diagnostic) -> str | None:
        """The param that a finding is about: the one declared there, or the only one that the template reads."""
        if found.file is None or found.span is None:
            return None
        if found.span in self._declared:
            return self._declared[found.span]
        used = {name for name in NAME.findall(found.file.slice(found.span)) if name in self._parameters}
        return used.pop() if len(used) == 1 else None
