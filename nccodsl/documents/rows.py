"""Tables of values, one recipient a row, read as a stream.

Owns: CSV and JSON lines, line numbers, what is wrong with a row. Does not own: what a value means to a script, opening
files. At most one row is in memory at a time.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, NoReturn, TypeGuard

from nccodsl.analysis.types import kind_of
from nccodsl.base.source import Sources
from nccodsl.base.strict_json import read_strict_json
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.documents.json_text import read_json

MOST_BYTES_IN_LINE = 16 * 2**20
FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
"""The kind of a table by the end of its file's name."""
_OTHER_SEPARATORS = ";\t|"
"""What separates cells in tables that are not CSV with commas."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class RowFailure:
    """Why a row, or the whole table, cannot be used. `line` is where the row begins; `row` counts rows from 1."""

    line: int
    code: str
    message: str
    help: str | None = None
    column: str | None = None
    row: int | None = None

    @classmethod
    def of(cls, message: Message, line: int, row: int | None = None) -> RowFailure:
        """The failure that a message is about."""
        return cls(line, message.code, message.text, message.advice, row=row)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by column, or the failure that it is."""

    line: int
    number: int
    values: dict[str, object] = field(default_factory=dict)
    failure: RowFailure | None = None


def are_separated_otherwise(columns: Sequence[str]) -> bool:
    """Whether the names of the columns are one cell, with what separates cells in tables of other kinds."""
    return len(columns) == 1 and any(separator in columns[0] for separator in _OTHER_SEPARATORS)


class BadTable(Exception):
    """The table as a whole cannot be read."""

    def __init__(self, failure: RowFailure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class _BadLine(Exception):
    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


class Lines:
    """The lines of a UTF-8 stream as text. After a bad one (an exception) the next one can be asked for."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.number = 0
        self._peeked: bytes | None = None

    def __iter__(self) -> Lines:
        return self

    def peek(self) -> bytes:
        """The bytes of the next line; empty at the end."""
        if self._peeked is None:
            self._peeked = self._stream.readline(MOST_BYTES_IN_LINE)
        return self._peeked

    def __next__(self) -> str:
        if self._peeked is None:
            data = self._stream.readline(MOST_BYTES_IN_LINE)
        else:
            data, self._peeked = self._peeked, None
        if not data:
            raise StopIteration
        self.number = number = self.number + 1
        if len(data) >= MOST_BYTES_IN_LINE:
            _fail(messages.tables.line_too_long(MOST_BYTES_IN_LINE // 2**20), number)
        if number == 1:
            if data.startswith(_UTF16):
                _fail(messages.tables.utf_16(), 1)
            data = data.removeprefix(b"\xef\xbb\xbf")
        if b"\x00" in data:
            raise _BadLine(messages.tables.zero_byte(number))
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise _BadLine(messages.tables.not_utf_8(number, data[error.start])) from None


class CsvRows:
    """The rows of a CSV file behind its header."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        # `strict` reports quotes that stand wrongly instead of guessing what they mean.
        self._reader = csv.reader(lines, strict=True, skipinitialspace=False)
        self.columns = self._header()

    def _header(self) -> tuple[str, ...]:
        try:
            cells = next((cells for cells in self._reader if cells), None)
        except _BadLine as error:
            _fail(messages.tables.bad_header(error.message.text, error.message.code), max(self._lines.number, 1))
        except csv.Error as error:
            _fail(messages.tables.bad_header(str(error)), max(self._lines.number, 1))
        line = max(self._lines.number, 1)
        columns = tuple(cell.strip() for cell in cells or ())
        if not any(columns):
            _fail(messages.tables.no_header(), line)
        seen: set[str] = set()
        for name in filter(None, columns):
            if name in seen:
                _fail(messages.tables.column_twice(name), line)
            seen.add(name)
        return columns

    def __iter__(self) -> Iterator[Row]:
        return filter(_is_row, self.through(None))

    def through(self, quick: Callable[[list[str]], str | None] | None) -> Iterator[Row | str]:
        """The rows. Where `quick` makes a text of the cells of one, that text comes in place of the row."""
        number = 0
        columns, lines, reader = self.columns, self._lines, self._reader
        while True:
            line = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _BadLine as error:
                number += 1
                yield Row(line, number, failure=RowFailure.of(error.message, line, number))
                continue
            except csv.Error as error:
                number += 1
                yield Row(line, number, failure=self._misquoted(line, number, str(error)))
                continue
            if not cells:
                continue
            number += 1
            if len(cells) != len(columns):
                yield Row(line, number, failure=self._ragged(line, number, len(cells)))
            elif quick is not None and (text := quick(cells)) is not None:
                yield text
            else:
                yield Row(line, number, {name: cell for name, cell in zip(columns, cells, strict=True) if name})

    def _ragged(self, line: int, number: int, count: int) -> RowFailure:
        return RowFailure.of(messages.tables.wrong_count_of_cells(count, len(self.columns)), line, number)

    def _misquoted(self, line: int, number: int, reason: str) -> RowFailure:
        until = self._lines.number if self._lines.number > line else None
        if "field limit" in reason or "end of data" in reason:
            return RowFailure.of(messages.tables.cell_not_closed(until), line, number)
        return RowFailure.of(messages.tables.bad_row(reason, until, quote="delimiter" in reason), line, number)


class JsonRows:
    """The rows of a file with one JSON object a line."""

    columns: tuple[str, ...] | None = None

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[Row]:
        return filter(_is_row, self.through(None))

    def through(self, quick: Callable[[dict[str, object]], str | None] | None) -> Iterator[Row | str]:
        """The rows. Where `quick` makes a text of the members of one, that text comes in place of the row."""
        number = 0
        while True:
            line = self._lines.number + 1
            try:
                text = next(self._lines)
            except StopIteration:
                return
            except _BadLine as error:
                number += 1
                yield Row(line, number, failure=RowFailure.of(error.message, line, number))
                continue
            if not text.strip():
                continue
            number += 1
            value, failure = _object(text, line, number)
            if failure is not None or not isinstance(value, dict):
                yield Row(line, number, failure=failure)
            elif quick is not None and (made := quick(value)) is not None:
                yield made
            else:
                yield Row(line, number, value)


def _object(text: str, line: int, number: int) -> tuple[object, RowFailure | None]:
    try:
        value = read_strict_json(text)
    except ValueError:
        value = None
    else:
        # Half a surrogate pair gets past this reader; the rendering refuses it.
        if isinstance(value, dict):
            return value, None
        return None, RowFailure.of(messages.tables.row_no_object(kind_of(value)), line, number)
    # What is wrong is found out by the slower reader that can say so.
    sources = Sources()
    collector = Collector(sources)
    read_json(sources.add("", text), collector)
    for found in collector.sorted():
        message = messages.tables.bad_row_json(found.code, found.message, found.start[1], found.help)
        return None, RowFailure.of(message, line, number)
    return None, RowFailure.of(messages.tables.row_no_json(), line, number)


def _is_row(row: Row | str) -> TypeGuard[Row]:
    return isinstance(row, Row)


def _fail(message: Message, line: int) -> NoReturn:
    raise BadTable(RowFailure.of(message, line))


def open_rows(stream: BinaryIO, kind: str | None) -> CsvRows | JsonRows:
    """The rows of a stream; `kind` is "csv", "jsonl", or None to find out. Raises BadTable, also while iterating."""
    lines = Lines(stream)
    if kind is None:
        kind = "jsonl" if lines.peek().removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" else "csv"
    return CsvRows(lines) if kind == "csv" else JsonRows(lines)
