"""The rows of an SQL query, as those of a table: from SQLite, or from any database with a DB-API connection."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from nccodsl.diagnostics import Message, messages
from nccodsl.documents.rows import Row, RowFailure
from nccodsl.errors import CodedError
from nccodsl.io.sqlite import open_to_read, reason_of

_AT_ONCE = 500
"""Rows that are fetched together."""
_PLAIN = (str, int, float, bool, dict, list, type(None))
_WRITTEN = (Decimal, UUID)


class BadRecipients(CodedError):
    """The recipients of a campaign cannot be read at all."""


class QueryRows:
    """The rows of a query that was executed. Raises BadRecipients, also while iterating."""

    def __init__(self, cursor: Any, where: str) -> None:
        self._cursor, self._where = cursor, where
        if cursor.description is None:
            raise _refused(where, "the query returns no rows", "write a SELECT")
        self.columns: tuple[str, ...] = tuple(str(column[0]) for column in cursor.description)
        for name in self.columns:
            if self.columns.count(name) > 1:
                raise _refused(where, f"two columns are called `{name}`", "rename one of them with `AS`")

    def __iter__(self) -> Iterator[Row]:
        number = 0
        while True:
            try:
                fetched = self._cursor.fetchmany(_AT_ONCE)
            except Exception as error:
                raise _refused(self._where, f"the query failed: {reason_of(error)}") from None
            if not fetched:
                return
            for cells in fetched:
                number += 1
                yield row_of(dict(zip(self.columns, cells, strict=True)), number)


def row_of(cells: dict[str, object], number: int) -> Row:
    """A row of typed values, which has no line but its number."""
    for name, cell in cells.items():
        if isinstance(cell, str):
            wrong = _undecoded(cell, number)
        elif isinstance(cell, _PLAIN):
            continue
        elif isinstance(cell, date | time):
            cells[name] = cell.isoformat()
            continue
        elif isinstance(cell, _WRITTEN):
            cells[name] = str(cell)
            continue
        else:
            wrong = messages.campaigns.bad_cell(type(cell).__name__)
        if wrong is not None:
            failure = RowFailure(number, wrong.code, wrong.text, wrong.advice, name, number)
            return Row(number, number, failure=failure)
    return Row(number, number, cells)


def _undecoded(text: str, number: int) -> Message | None:
    """What is wrong with a text that holds bytes which are not UTF-8."""
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return messages.tables.not_utf_8(number, ord(text[error.start]) & 0xFF)
    return None


def sqlite_connection(path: str) -> Any:
    """A connection that only reads. Raises BadRecipients."""
    if not Path(path).is_file():
        raise _refused(path, "there is no such file")
    try:
        return open_to_read(Path(path))
    except Exception as error:
        raise _refused(path, reason_of(error)) from None


def made_connection(function: str, folder: str) -> Any:
    """The DB-API connection that `module:function` returns; modules in `folder` are found too. Raises BadRecipients."""
    module, _, name = function.partition(":")
    here = str(Path(folder).absolute())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        connection = getattr(importlib.import_module(module), name)()
    except Exception as error:
        raise _refused(function, f"{type(error).__name__}: {reason_of(error)}") from None
    if not hasattr(connection, "cursor"):
        raise _refused(function, "the function does not return a DB-API connection")
    return connection


def executed(connection: Any, query: str, where: str) -> QueryRows:
    """The rows of a query. Raises BadRecipients."""
    try:
        cursor = connection.cursor()
        cursor.execute(query)
    except Exception as error:
        raise _refused(where, f"the query failed: {reason_of(error)}") from None
    return QueryRows(cursor, where)


def _refused(where: str, reason: str, help: str | None = None) -> BadRecipients:
    return BadRecipients(messages.campaigns.cannot_read_recipients(where, reason, help))
