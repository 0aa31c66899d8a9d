"""Tables of values, as `nccodsl compile --rows` reads them."""

from __future__ import annotations

from nccodsl.base.plural import counted
from nccodsl.diagnostics.diagnostic import Message


def line_too_long(mebibytes: int) -> Message:
    return Message("E109", f"the line is longer than {mebibytes} MiB", "shorten it")


def utf_16() -> Message:
    return Message("E110", "the table is UTF-16 text", "save it as UTF-8")


def zero_byte(line: int) -> Message:
    return Message("E110", f"line {line} contains a zero byte", "save the table as UTF-8")


def not_utf_8(line: int, byte: int) -> Message:
    return Message("E110", f"line {line} is not UTF-8 text: byte 0x{byte:02x}", "save the table as UTF-8")


def bad_header(reason: str, code: str = "E313") -> Message:
    """`code`: that of the bad line, where the header is one."""
    return Message(code, f"the header cannot be read: {reason}")


def no_header() -> Message:
    return Message("E314", "the table has no header", "add a first line that names the columns, such as `phone,name`")


def one_column_only() -> Message:
    help = "save the table as CSV with commas, or replace the separators by commas"
    return Message("E313", "the header has only one column", help)


def column_twice(name: str) -> Message:
    return Message("E113", f"two columns are called `{name}`", "rename or remove one of them")


def wrong_count_of_cells(count: int, columns: int) -> Message:
    many = count > columns
    cells, header = counted(count, "cell"), counted(columns, "column")
    help = "write cells that contain a comma in double quotes" if many else "add `,` for each empty cell"
    return Message("E310", f"the row has {cells}, but the header has {header}", help)


_CELL = 'add `"` at the end of the cell'


def cell_not_closed(until: int | None) -> Message:
    """`until`: the line up to which was read, if it is another one."""
    return Message("E102", f"a quoted cell is not closed, or is too long{_read_until(until)}", _CELL)


def bad_row(reason: str, until: int | None, *, quote: bool) -> Message:
    """`quote`: a quote inside a cell is what is wrong."""
    help = 'write a quote inside a quoted cell twice: `""`' if quote else None
    return Message("E313", f"the row cannot be read: {reason}{_read_until(until)}", help)


def _read_until(line: int | None) -> str:
    return f" (read up to line {line})" if line is not None else ""


def row_no_object(kind: str) -> Message:
    return Message("E301", f"a row must be an object, not {kind}", 'write it as `{"name": "value"}`')


def row_no_json() -> Message:
    return Message("E112", "the line is not JSON", "write one object on each line")


def bad_row_json(code: str, what: str, column: int, help: str | None) -> Message:
    """What is wrong with the JSON of a line, at `column`."""
    return Message(code, f"{what} (column {column})", help)


def header_in_other_letters(column: str, param: str) -> Message:
    return Message("E212", f"the column `{column}` is not the param `{param}`", f"write `{param}` in the header")


def header_missing(params: str) -> Message:
    """`params`: those that need a value, as a header names them."""
    text = "no column of the header matches a param: the first line may be a row already"
    return Message("E211", text, f"add a first line that names the columns, such as `{params}`")
