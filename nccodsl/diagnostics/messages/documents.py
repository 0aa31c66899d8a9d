"""JSON documents and tables from elsewhere: E112 to E115, and what else can be wrong with their text."""

from __future__ import annotations

import re

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.suggest import Instead

_HINTS = (
    ("['`‘’“”„«]", "JSON strings stand in plain double quotes"),
    ("[/#]", "JSON has no comments"),
    (r"\+\d|-?0[\d_]", "a number begins with no `+` and no 0; a phone number stands in double quotes"),
    (r"[-+]?(\.\d|\d+\.)", "a number needs a digit on both sides of its one point"),
    (",", "there is a comma too many"),
    ("=", "a key and its value have `:` between them"),
    (r"[^\W\d]|\$", "write it in double quotes"),
)
"""What is likely wrong where a text begins so."""


END = "the end of the document is wanted"
VALUE = "a value is wanted"
KEY = "a key in double quotes is wanted"
COLON = "`:` is wanted after the key"


# ---- JSON


def comma_or(close: str) -> str:
    """What is wanted behind a value in what `close` closes."""
    return f"`,` or `{close}` is wanted"


def unexpected(wanted: str, found: str, opened: Span | None) -> Message:
    """`found`: what stands there, empty at the end of the text; `opened`: the bracket around it."""
    shown = f"`{_short(found)}`" if found.isprintable() else f"U+{ord(found[0]):04X}"
    hint = next((text for pattern, text in _HINTS if re.match(pattern, found)), None)
    if wanted.startswith("`,`") and re.match(r'["{\[\w-]', found):
        hint = "a comma is missing before it"
    labels = ((opened, "opened here"),) if opened and found in ("", "]", "}") else ()
    return Message("E112", f"{wanted}, not {shown}" if found else f"{wanted}, but the text ends", hint, labels)


def script_for_json() -> Message:
    return Message("E112", "this is a script, not JSON", "`nccodsl check FILE` checks scripts")


def comma_before_close(close: str, comma: Span) -> Message:
    fix = Fix("remove the comma", (Edit(comma, ""),), safe=True)
    return Message("E112", f"a comma before the closing `{close}`", fix=fix)


def no_such_literal(word: str, at: Span, meant: str) -> Message:
    return Message("E112", f"JSON has no `{word}`", fix=_write(meant, at))


def not_finite(word: str) -> Message:
    return Message("E112", f"JSON has no `{word}`", "only finite numbers exist")


def string_not_closed() -> Message:
    return Message("E112", "the string is not closed", "a line end in a string is written `\\n`")


def no_such_escape(escape: str) -> Message:
    what = "`\\u` needs four hexadecimal digits" if escape == "\\u" else f"JSON has no escape `{escape}`"
    return Message("E112", what, "a backslash is written `\\\\`")


def control_character(at: Span, escaped: str) -> Message:
    return Message("E112", "a control character stands in a string", fix=_write(escaped, at))


def key_twice(key: str, first: Span) -> Message:
    message = f"the key `{_short(key)}` stands twice in one object"
    return Message("E113", message, "remove one of them", ((first, "first given here"),))


def lone_surrogate(half: str | None) -> Message:
    """`half`: the escape of it."""
    help = None if half is None else Instead(f"remove `{half}`, or write both halves of the character", "", half)
    return Message("E318", "this string contains half of a surrogate pair", help)


def too_deep(most: int) -> Message:
    return Message("E108", f"more than {most} objects and arrays in one another")


def number_too_long(number: str, most: int) -> Message:
    return Message("E107", f"the number {_short(number)} has more than {most} digits")


def number_too_large(number: str) -> Message:
    return Message("E107", f"the number {_short(number)} is too large")


def _write(text: str, at: Span) -> Fix:
    return Fix(f"write `{text}`", (Edit(at, text),), safe=True)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


# ---- documents that are to become scripts


def no_document(name: str) -> Message:
    return Message("E114", f"{name} holds no document")


def no_actions_to_keep() -> Message:
    return Message("E114", "this is no array of actions, so `raw` cannot keep it")


def no_action_to_keep() -> Message:
    return Message("E114", "`raw` can keep objects that name their `action`, not this")


def different_shapes(how: str, first: Span, *, params: bool) -> Message:
    """`how` is one of the phrases below; `first`: the same place in the first document; `params`: values that vary may
    become params already."""
    help = "one script for each: -o FOLDER"
    if not params:
        help = f"one script with a parameter for each value that varies: --params; {help}"
    return Message("E115", how, help, ((first, "the first document"),))


def differs_from_first() -> str:
    return "this differs from the first document"


def differs_in_type() -> str:
    return "this differs, and is of a type that a script would not keep"


def differs_without_array(key: str | int) -> str:
    return f"`{key}` differs, and stands without its array"


def one_value_in_first() -> str:
    return "a single value stands at this place in the first document"


def object_in_first() -> str:
    return "an object stands at this place in the first document"


def other_value(value: object, first: object) -> str:
    return f"this is `{value}`; in the first document it is `{first}`"


def other_count(count: int | None, first: int) -> str:
    """How many items there are, None where there is no array."""
    has = "no array" if count is None else f"{count} items"
    return f"{has} at this place; the first document has {first}"


def given_in_some(key: str | int) -> str:
    return f"`{key}` is given in some documents and not in others"


def beyond_scripts(code: str, what: str) -> Message:
    """What a script may not have, other than JSON; `what` is the message about the script."""
    return Message(code, f"a script cannot say this: {what.replace('script ', '', 1)}")


def one_action() -> Message:
    return Message("E114", "this is one action; an NCCO is an array of actions", "put it in an array")


def no_document_of_calls(found: str) -> Message:
    """`found`: what it is instead, in words."""
    wanted = "an NCCO (an array of actions) or a call body (an object with to, from, ncco …)"
    return Message("E114", f"{wanted} is wanted, not {found}")


def no_ncco(found: str) -> Message:
    return Message("E114", f"an NCCO is an array of actions, not {found}")


def no_call_body(found: str) -> Message:
    return Message("E114", f"a call body is an object, not {found}")


# ---- tables


def line_too_long(mebibytes: int) -> Message:
    return Message("E109", f"the line is longer than {mebibytes} MiB")


def utf_16() -> Message:
    return Message("E110", "the table is UTF-16 text", "save it as UTF-8")


def zero_byte(line: int) -> Message:
    return Message("E110", f"line {line} holds a zero byte")


def not_utf_8(line: int, byte: int) -> Message:
    return Message("E110", f"line {line} is not UTF-8 text: byte 0x{byte:02x}", "save the table as UTF-8")


def bad_header(reason: str, code: str = "E313") -> Message:
    """`code`: that of the bad line, where the header is one."""
    return Message(code, f"the header cannot be read: {reason}")


def no_header() -> Message:
    return Message("E314", "the table has no header", "its first line names the columns")


def one_column_only() -> Message:
    return Message("E313", "the header has one column only", "cells are separated by commas")


def column_twice(name: str) -> Message:
    return Message("E113", f"two columns have the name `{name}`")


def wrong_count_of_cells(count: int, columns: int) -> Message:
    many = count > columns
    message = f"too {'many' if many else 'few'} cells: {count}, where the header has {columns} columns"
    return Message("E310", message, "a cell that holds a comma stands in double quotes" if many else None)


def cell_not_closed(until: int | None) -> Message:
    """`until`: the line up to which was read, if it is another one."""
    return Message("E102", f"a quoted cell is not closed, or too long{_read_until(until)}")


def bad_row(reason: str, until: int | None, *, quote: bool) -> Message:
    """`quote`: a quote inside a cell is what is wrong."""
    help = 'a quote inside a quoted cell is written twice: ""' if quote else None
    return Message("E313", f"the row cannot be read: {reason}{_read_until(until)}", help)


def _read_until(line: int | None) -> str:
    return f" (read until line {line})" if line is not None else ""


def row_no_object(kind: str) -> Message:
    return Message("E301", f"a row is an object, not {kind}")


def row_no_json() -> Message:
    return Message("E112", "the line is no JSON")


def bad_row_json(code: str, what: str, column: int, help: str | None) -> Message:
    """What is wrong with the JSON of a line, in which it stands at `column`."""
    return Message(code, f"{what} (column {column})", help)


# ---- files of variables


def variables_no_object(kind: str, example: str) -> Message:
    return Message("E301", f"variables are an object of names and values, not {kind}", f"such as {example}")


def variable_name_no_text(kind: str, name: str) -> Message:
    return Message("E301", f"the name of a variable is a text, not {kind} ({name[:40]})")


def no_such_format(format: str, reason: str | None) -> Message:
    """`format`: TOML or YAML."""
    return Message("E110", f"this is no {format}: {reason}")


def too_many_values(most: int) -> Message:
    return Message("E109", f"its aliases stand for more than {most:,} values")
