"""`compile --rows`: one document for each row of a table, in order, as a stream."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from typing import BinaryIO

from nccodsl.base.record import Record
from nccodsl.cli.output import STDIN, WholeFile, on_terminal, say
from nccodsl.cli.progress import Progress
from nccodsl.cli.table_rows import Render, TableRun, kind_of_table, open_table
from nccodsl.documents.rows import RowFailure, open_rows
from nccodsl.lowering.compiled import Compiled

_CHUNK = 2**16
"""So many characters are written together."""


class Table(Record):
    """A table to compile: its file, values for every row, what is made of a row, and where that and failures go."""

    path: str
    values: dict[str, object]
    whole: bool
    api: str
    errors: str | None
    output: str | None


def compile_table(flow: Compiled, table: Table, render: Render, *, judge: bool) -> bool:
    """Write a document for each row, as `render` makes it; whether any row failed.

    With `judge`, `render` is `flow.render_json`: raises at once what that would raise about the script.
    """
    kind = kind_of_table(table.path)
    run = TableRun(flow, table.path, table.values, table.whole, table.api, render)
    run.judge_script(beforehand=judge)
    with ExitStack() as stack:
        stream = open_table(table.path, stack)
        # If it cannot be read, written files are thrown away: half a table must not pass for the whole of it.
        with run.reading():
            _write_documents(run, stream, kind, table, stack, quick=judge)
    if run.failed or not run.compiled or on_terminal():
        say(f"{run.compiled:,} compiled, {run.failed:,} failed")
    return run.failed > 0


def _write_documents(
    run: TableRun, stream: BinaryIO, kind: str | None, table: Table, stack: ExitStack, *, quick: bool
) -> None:
    rows = open_rows(stream, kind)
    run.note_columns(rows)
    shown = _bar_wanted(table.output)
    progress = stack.enter_context(Progress(_size(stream), stream, shown=shown))
    run.say = progress.say
    out = _Chunks(stack.enter_context(WholeFile(table.output)))
    failures = stack.enter_context(WholeFile(table.errors)) if table.errors is not None else None
    try:
        for row in run.through(rows, quick=quick):
            result = row if isinstance(row, str) else run.render(row)
            if isinstance(result, str):
                out.add(result)
            else:
                for failure in result:
                    run.tell(failure)
                    if failures is not None:
                        failures.write(_as_json(failure))
            if shown:
                progress.advance()
    finally:
        run.compiled = out.count
        out.flush()


class _Chunks:
    """Lines that are written together: a call for each would take longer than what makes them."""

    def __init__(self, out: WholeFile) -> None:
        self._out = out
        self._lines: list[str] = []
        self._size = 0
        self.count = 0

    def add(self, line: str) -> None:
        self._lines.append(line)
        self._size += len(line)
        self.count += 1
        if self._size > _CHUNK:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self._lines.append("")
            data = "\n".join(self._lines).encode()
            self._lines, self._size = [], 0
            self._out.write(data)


def _as_json(failure: RowFailure) -> bytes:
    members = {
        "line": failure.line,
        "row": failure.row,
        "column": failure.column,
        "code": failure.code,
        "message": failure.message,
        "help": failure.help,
    }
    return json.dumps(members).encode() + b"\n"


def _size(stream: BinaryIO) -> int | None:
    try:
        return os.fstat(stream.fileno()).st_size or None
    except (OSError, ValueError):
        return None


def _bar_wanted(output: str | None) -> bool:
    """A bar would run into documents that go to the same terminal."""
    import sys

    return on_terminal() and not (output in (None, STDIN) and sys.stdout is not None and sys.stdout.isatty())
