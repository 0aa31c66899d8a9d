"""`nccodsl suppress import`: numbers from a table, such as a do-not-call list or the export of another server."""

from __future__ import annotations

from contextlib import ExitStack

from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.base.plural import counted
from nccodsl.cli.output import STDIN, STDIN_NAME, joined, print_out, say, script_errors, show
from nccodsl.cli.servers_store import refused, servers_store
from nccodsl.cli.suppress_options import SuppressImportOptions
from nccodsl.cli.table_rows import kind_of_table, open_table
from nccodsl.diagnostics import Message, messages
from nccodsl.documents.rows import BadTable, Row, RowFailure, open_rows
from nccodsl.server.refusals import ServeError
from nccodsl.server.stores.suppressions import Suppressions

_MOST_TOLD = 20
_MOST_QUOTED = 40
_REASON = "reason"


class _Import:
    """The rows of a table, each added at once: what is wrong with one keeps no other from being suppressed."""

    def __init__(self, suppressions: Suppressions, wanted: SuppressImportOptions, name: str) -> None:
        self._suppressions, self._wanted, self._name = suppressions, wanted, name
        self.added = self.known = self.failed = 0

    def take(self, row: Row) -> None:
        """Suppress the number of a row. Raises BadStore."""
        number = row.failure or self._number(row)
        if isinstance(number, RowFailure):
            self.failed += 1
            if self.failed <= _MOST_TOLD:
                say(joined(f"{self._name}:{number.line}: {number.code} {number.message}"))
            return
        reason = row.values.get(_REASON)
        if self._suppressions.add(number, str(reason) if reason else self._wanted.reason):
            self.added += 1
        else:
            self.known += 1

    def _number(self, row: Row) -> str | RowFailure:
        column = self._wanted.column
        cell = row.values.get(column)
        text = str(cell) if isinstance(cell, str | int) and not isinstance(cell, bool) else ""
        if not text.strip():
            return RowFailure.of(messages.campaigns.no_number(column), row.line, row.number)
        try:
            return digits(text)
        except NotAPhoneNumber as reason:
            message = messages.campaigns.bad_number(text[:_MOST_QUOTED], str(reason))
            return RowFailure.of(message, row.line, row.number)


def import_numbers(wanted: SuppressImportOptions) -> int:
    """Suppress the numbers of a table; the exit code."""
    kind = kind_of_table(wanted.file, "FILE")
    name = STDIN_NAME if wanted.file == STDIN else wanted.file
    try:
        with script_errors(), ExitStack() as stack:
            store = stack.enter_context(servers_store(wanted.store, create=True))
            assert store is not None, "it is made where there is none"
            rows = open_rows(open_table(wanted.file, stack), kind)
            if rows.columns is not None and wanted.column not in rows.columns:
                show([messages.campaigns.no_such_column(wanted.column, rows.columns).about()])
                return 1
            done = _Import(store.suppressions, wanted, name)
            for row in rows:
                done.take(row)
    except BadTable as bad:
        told = bad.failure
        show([Message(told.code, f"{name}:{told.line}: {told.message}", told.help).about()])
        return 1
    except ServeError as error:
        return refused(error)
    if wanted.as_json:
        print_out({"added": done.added, "known": done.known, "failed": done.failed})
    else:
        known = f"; suppressed already: {done.known:,}" if done.known else ""
        print_out(f"{counted(done.added, 'number')} suppressed{known}.")
    if done.failed > _MOST_TOLD:
        say(f"… and {done.failed - _MOST_TOLD:,} more rows that cannot be used")
    return 1 if done.failed else 0
