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


def row_failure(found: Diagnostic, row: Row, parameters: Mapping[str, Parameter], *, otherwise: str = "") -> RowFailure:
    """What is wrong with the values of a row. `otherwise`: another way to give a value that is missing."""
    column = _column(found, parameters)
    help = found.help
    if found.code == "E211":
        parameter = parameters.get(column or "")
        more = otherwise.format(column) if otherwise else ""
        help = f"give the row a {parameter.type}{more}" if parameter else help
    where = ""
    if found.file is not None and found.code not in ("E211", "E315"):
        where = f" ({found.file.name}:{found.start[0]}:{found.start[1]})"
    return RowFailure(row.line, found.code, found.message + where, help, column, row.number)


def _column(found: Diagnostic, parameters: Mapping[str, Parameter]) -> str | None:
    """The param that a finding is about: the one declared there, or the only one that the template reads."""
    if found.file is None or found.span is None:
        return None
    declared = {parameter.span: parameter.name for parameter in parameters.values()}
    if found.span in declared:
        return declared[found.span]
    used = {name for name in NAME.findall(found.file.slice(found.span)) if name in parameters}
    return used.pop() if len(used) == 1 else None
