"""The rows of a table as values of a script: what is rendered of each, and what is said about those that fail."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

import click

from nccodsl.analysis.program import Parameter
from nccodsl.cli.output import STDIN, STDIN_NAME, say, show, standard_input
from nccodsl.cli.quick_rows import of_cells, of_members
from nccodsl.diagnostics import messages, nearest
from nccodsl.diagnostics.printers.text import safe
from nccodsl.documents.row_values import RowFailures, is_empty
from nccodsl.documents.rows import FORMATS, BadTable, CsvRows, JsonRows, Row, RowFailure, are_separated_otherwise
from nccodsl.errors import CannotRead, RenderError, ScriptError
from nccodsl.io.files import refuse_irregular
from nccodsl.lowering.compiled import Compiled

_MOST_NOTED = 20


Render = Callable[[dict[str, object]], bytes]
"""Makes the document of some values. Raises RenderError, ScriptError."""


def kind_of_table(path: str, option: str = "--rows") -> str | None:
    """The form of a table, by its name; None for standard input, whose first byte tells. Raises BadParameter.

    `option` names the table in the message.
    """
    kind = None if path == STDIN else FORMATS.get(os.path.splitext(path)[1].lower())  # noqa: PTH122
    if kind is None and path != STDIN:
        raise click.BadParameter(f"{path} is neither a .csv nor a .jsonl file", param_hint=f"'{option}'")
    return kind


def open_table(path: str, stack: ExitStack) -> BinaryIO:
    """The bytes of a table. Raises ScriptError, and what click shows."""
    if path == STDIN:
        return standard_input()
    from nccodsl.errors import unreadable

    try:
        refuse_irregular(path)
        return stack.enter_context(open(path, "rb"))  # noqa: PTH123
    except CannotRead as reason:
        raise ScriptError([unreadable(path, str(reason))]) from None
    except OSError as error:
        raise click.ClickException(f"cannot read {path}: {error.strerror or error}") from None


class TableRun:
    """The rendering of rows, and what is reported of them."""

    def __init__(
        self,
        flow: Compiled,
        path: str,
        values: Mapping[str, object],
        whole: bool,
        api: str,
        render: Render,
    ) -> None:
        self._render = render
        self._flow = flow
        self._name = STDIN_NAME if path == STDIN else path
        self._values = dict(values)
        self._whole = whole
        self._api = api
        self._parameters: dict[str, Parameter] = {parameter.name: parameter for parameter in flow.params}
        self._failures = RowFailures(self._parameters, otherwise=", or --var {}=…")
        self._open = flow.program.open_names
        self._ignored: set[str] = set()
        self.compiled = self.failed = 0
        self.say = say

    def judge_script(self, *, beforehand: bool) -> None:
        """Raise at once what is wrong whatever the rows hold; show the warnings."""
        unknown = self._flow.unknown(self._values)
        if unknown:
            raise RenderError(unknown)
        if beforehand:
            self._flow.prepare(call=self._whole, api=self._api)
        show([*self._flow.warnings, *self._flow.aging(), *(self._flow.call_warnings(self._api) if self._whole else ())])

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Ends the command where the table as a whole cannot be read."""
        try:
            yield
        except BadTable as bad:
            self.tell(bad.failure)
            raise SystemExit(1) from None
        except OSError as error:
            if error.filename is not None or isinstance(error, BrokenPipeError):
                raise
            raise click.ClickException(f"cannot read {self._name}: {error.strerror or error}") from None

    def note_columns(self, rows: CsvRows | JsonRows) -> None:
        """Say which columns match no param. Raises BadTable where the separator is not the comma."""
        if rows.columns is None or self._open:
            return
        known = [name for name in rows.columns if name in self._parameters]
        if not known and self._parameters and are_separated_otherwise(rows.columns):
            raise BadTable(RowFailure.of(messages.tables.one_column_only(), 1))
        self._judge_header(rows.columns, known)
        self._note([name for name in rows.columns if name and name not in self._parameters])

    def _judge_header(self, columns: tuple[str, ...], known: list[str]) -> None:
        """Raises BadTable where every row would lack the same value for the header's sake."""
        needed = [name for name, param in self._parameters.items() if param.required and name not in self._values]
        missing = [name for name in needed if name not in known]
        plain = {column.lower().replace(" ", "_").replace("-", "_"): column for column in columns}
        for name in missing:
            if name in plain:
                raise BadTable(RowFailure.of(messages.tables.header_in_other_letters(plain[name], name), 1))
        if missing and not known:
            raise BadTable(RowFailure.of(messages.tables.header_missing(",".join(needed)), 1))

    def _note(self, names: list[str]) -> None:
        new = [name for name in names if name not in self._ignored][: _MOST_NOTED - len(self._ignored)]
        if not new:
            return
        self._ignored.update(new)
        missing = [name for name in self._parameters if name not in self._values]
        hints = [
            f"`{name}` (did you mean `{hit}`?)" if (hit := nearest(name, missing)) else f"`{name}`" for name in new
        ]
        columns = "column {} matches" if len(new) == 1 else "columns {} match"
        self.say(safe(f"note: {columns.format(', '.join(hints))} no param; ignored"))

    def through(self, rows: CsvRows | JsonRows, *, quick: bool) -> Iterator[Row | str]:
        """The rows. With `quick`, the document comes in place of a row where there is a quick way to it."""
        at_once = self._flow.at_once(call=self._whole, api=self._api) if quick else None
        if at_once is None:
            return rows.through(None)
        if isinstance(rows, CsvRows):
            return rows.through(of_cells(at_once, rows.columns, self._parameters, self._values))
        return rows.through(of_members(at_once, self._parameters, self._values))

    def render(self, row: Row) -> str | list[RowFailure]:
        """The document of a row, or why it failed."""
        if row.failure is not None:
            failures = [row.failure]
        else:
            try:
                return self._render(self._given(row.values)).decode()
            except RenderError as error:
                failures = [self._failures.of(found, row) for found in error.diagnostics]
        self.failed += 1
        return failures

    def _given(self, cells: Mapping[str, object]) -> dict[str, object]:
        """What the row gives to the script; `--var` and `--vars` fill what it lacks."""
        if not self._values and cells.keys() == self._parameters.keys() and all(cells.values()):
            return dict(cells)  # as most rows are
        values = dict(self._values)
        unknown: list[str] = []
        for name, value in cells.items():
            parameter = self._parameters.get(name)
            if parameter is None and not self._open:
                unknown.append(name)
            elif not is_empty(value, parameter, name in self._values):
                values[name] = value
        if unknown and not self._ignored.issuperset(unknown):
            self._note(unknown)
        return values

    def tell(self, failure: RowFailure) -> None:
        column = f" column {failure.column}:" if failure.column else ""
        help = f" ({failure.help})" if failure.help else ""
        self.say(safe(f"{self._name}:{failure.line}:{column} {failure.code} {failure.message}{help}"))
