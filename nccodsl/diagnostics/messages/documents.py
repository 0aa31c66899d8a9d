"""JSON documents and tables from elsewhere: E112 to E115, and what else can be wrong with their text."""

from __future__ import annotations

import re

from nccodsl.base.plural import counted
from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.suggest import Instead, write

_HINTS = (
    ("['`‘’“”„«]", "write strings in straight double quotes"),
    ("[/#]", "remove the comment"),
    (r"\+\d|-?0[\d_]", "remove `+` and zeros at its start, or put a phone number in double quotes"),
    (r"[-+]?(\.\d|\d+\.)", "write a digit on both sides of the decimal point"),
)
"""What to do about a text that begins so."""

END = "the end of the document"
VALUE = "a value"
KEY = "a key in double quotes"
COLON = "`:` after the key"


# ---- JSON


def comma_or(close: str) -> str:
    """What is expected after a value in what `close` closes."""
    return f"`,` or `{close}`"


def unexpected(wanted: str, found: str, opened: Span | None) -> Message:
    """`found`: what is there, empty at the end of the text; `opened`: the bracket around it."""
    labels = ((opened, "opened here"),) if opened and found in ("", "]", "}") else ()
    if not found:
        close = wanted[-2] if wanted.startswith("`,`") else ""
        help = Instead(f"add `{close}`", close) if close else None
        return Message("E112", f"expected {wanted}, but the text ends", help, labels)
    shown = f"`{_short(found)}`" if found.isprintable() else f"U+{ord(found[0]):04X}"
    return Message("E112", f"expected {wanted}, not {shown}", _hint(wanted, found), labels)


def _hint(wanted: str, found: str) -> str | None:
    if wanted.startswith("`,`") and (found[0].isalnum() or found[0] in '"{[-_'):
        return Instead("add `,` before it", f", {found}")
    if found == ",":
        return Instead("remove `,`", "")
    if wanted == COLON:
        return write(":") if found == "=" else Instead("add `:` before it", f": {found}")
    if wanted in (VALUE, KEY) and (found[0].isalpha() or found[0] in "_$"):
        return write(f'"{found}"')
    return next((text for pattern, text in _HINTS if re.match(pattern, found)), None)


def script_for_json() -> Message:
    return Message("E112", "this is a script, not JSON", "run `nccodsl check FILE`")


def comma_before_close(close: str) -> Message:
    return Message("E112", f"there is a comma before the closing `{close}`", Instead("remove the comma", "", safe=True))


def no_such_literal(word: str, meant: str) -> Message:
    return Message("E112", f"JSON has no `{word}`", write(meant, safe=True))


def not_finite(word: str) -> Message:
    return Message("E112", f"JSON has no `{word}`", Instead("write `null` or a finite number", "null"))


def string_not_closed() -> Message:
    return Message("E112", "this string is not closed", 'add `"` at its end, and write a line break inside it as `\\n`')


def no_such_escape(escape: str) -> Message:
    what = "`\\u` needs four hexadecimal digits" if escape == "\\u" else f"JSON has no escape `{escape}`"
    plain = escape[1:]
    return Message("E112", what, write("\\" + escape if plain.isalnum() else plain) if plain.isprintable() else None)


def control_character(escaped: str) -> Message:
    return Message("E112", "a string contains a control character", write(escaped, safe=True))


def key_twice(key: str, first: Span, removal: Edit) -> Message:
    """`removal`: takes the first one away."""
    help = "remove the first one"
    message = f"the key `{_short(key)}` is given twice in this object"
    fix = Fix(help, (removal,), is_help=True)
    return Message("E113", message, help, ((first, "first given here"),), fix)


def lone_surrogate(half: str | None) -> Message:
    """`half`: the escape of it."""
    help = None if half is None else Instead(f"remove `{half}`, or write both halves of the character", "", half)
    return Message("E318", "this string contains half of a surrogate pair", help)


def too_deep(most: int) -> Message:
    return Message("E108", f"objects and arrays are nested more than {most} deep")


def number_too_long(number: str, most: int) -> Message:
    return Message("E107", f"the number {_short(number)} has more than {most} digits", _quoted(number))


def number_too_large(number: str) -> Message:
    return Message("E107", f"the number {_short(number)} is too large", _quoted(number))


def _quoted(number: str) -> Instead:
    return Instead("put it in double quotes", f'"{number}"')


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


# ---- documents that are to become scripts


def no_document(name: str) -> Message:
    return Message("E114", f"{name} contains no document", "add an NCCO, which is an array of actions, or a call body")


def no_actions_to_keep() -> Message:
    return Message("E114", "`raw` can only keep an array of actions, and this is not one")


def no_action_to_keep() -> Message:
    return Message("E114", "`raw` can only keep an object that has an `action`")


def different_shapes(how: str, first: Span, *, params: bool) -> Message:
    """`how` is one of the phrases below; `first`: the same place in the first document; `params`: values that vary may
    become params already."""
    help = "run `nccodsl decompile FILE -o FOLDER` for one script per document"
    if not params:
        help = f"run `nccodsl decompile FILE --params` for one script with params, or {help}"
    return Message("E115", how, help, ((first, "the first document"),))


def differs_from_first() -> str:
    return "this differs from the first document"


def differs_in_type() -> str:
    return "this differs, and a script cannot keep its type"


def differs_without_array(key: str | int) -> str:
    return f"`{key}` differs, and is not in an array"


def one_value_in_first() -> str:
    return "this is a single value in the first document"


def object_in_first() -> str:
    return "this is an object in the first document"


def other_value(value: object, first: object) -> str:
    return f"this is `{value}`, but `{first}` in the first document"


def other_count(count: int | None, first: int) -> str:
    """How many items there are, None where there is no array."""
    if count is None:
        return f"this is not an array, but the first document has one with {counted(first, 'item')}"
    return f"{counted(count, 'item')} here, but {first} in the first document"


def given_in_some(key: str | int) -> str:
    return f"`{key}` is in some documents, but not in all"


def beyond_scripts(code: str, what: str) -> Message:
    """What scripts cannot have, but JSON can; `what` is the message about the script."""
    return Message(code, f"a script cannot express this: {what.replace('script ', '', 1)}")


def one_action() -> Message:
    return Message("E114", "an NCCO must be an array of actions, not one action", "put it in `[` and `]`")


def no_document_of_calls(found: str) -> Message:
    """`found`: what it is instead, in words."""
    wanted = "an NCCO (an array of actions) or a call body (an object with `to`, `from` and `ncco`)"
    return Message("E114", f"expected {wanted}, not {found}")


def no_ncco(found: str) -> Message:
    return Message("E114", f"an NCCO must be an array of actions, not {found}")


def no_call_body(found: str) -> Message:
    return Message("E114", f"a call body must be an object, not {found}")


# ---- tables

_CLOSE_CELL = 'add the missing `"` at the end of a quoted cell'


def _recode(encoding: str) -> str:
    return f"save the table as UTF-8, or run `iconv -f {encoding} -t UTF-8 TABLE > NEW`"


def line_too_long(mebibytes: int) -> Message:
    return Message("E109", f"the line is longer than {mebibytes} MiB", _CLOSE_CELL)


def utf_16() -> Message:
    return Message("E110", "the table is UTF-16 text", _recode("UTF-16"))


def zero_byte(line: int) -> Message:
    return Message("E110", f"line {line} contains a zero byte", "save the table as UTF-8 text")


def not_utf_8(line: int, byte: int) -> Message:
    return Message("E110", f"line {line} is not UTF-8 text: byte 0x{byte:02x}", _recode("WINDOWS-1252"))


def bad_header(reason: str, code: str = "E313") -> Message:
    """`code`: that of the bad line, where the header is one."""
    return Message(code, f"the header cannot be read: {reason}")


def no_header() -> Message:
    return Message("E314", "the table has no header", "add a first line with the names of the columns")


def one_column_only() -> Message:
    return Message("E313", "the header has only one column", "separate the cells by commas")


def column_twice(name: str) -> Message:
    return Message("E113", f"two columns are named `{name}`", "rename one of them")


def wrong_count_of_cells(count: int, columns: int) -> Message:
    many = count > columns
    message = f"the row has {counted(count, 'cell')}, but the header has {counted(columns, 'column')}"
    return Message(
        "E310", message, "put a cell that contains a comma in double quotes" if many else "add the missing cells"
    )


def cell_not_closed(until: int | None) -> Message:
    """`until`: the line up to which was read, if it is another one."""
    return Message("E102", f"a quoted cell is not closed, or is too long{_read_until(until)}", _CLOSE_CELL)


def bad_row(reason: str, until: int | None, *, quote: bool) -> Message:
    """`quote`: a quote inside a cell is what is wrong."""
    help = 'write a quote inside a quoted cell twice: `""`' if quote else None
    return Message("E313", f"the row cannot be read: {reason}{_read_until(until)}", help)


def _read_until(line: int | None) -> str:
    return f" (read up to line {line})" if line is not None else ""


def row_no_object(kind: str) -> Message:
    return Message("E301", f"a row must be an object, not {kind}")


def row_no_json() -> Message:
    return Message("E112", "the line is not JSON", "write one JSON object on each line")


def bad_row_json(code: str, what: str, column: int, help: str | None) -> Message:
    """What is wrong with the JSON of a line, at a `column` of it."""
    return Message(code, f"{what} (column {column})", help)


# ---- files of variables


def variables_no_object(kind: str, example: str) -> Message:
    return Message(
        "E301", f"variables must be an object of names and values, not {kind}", f"write them as in `{example}`"
    )


def variable_name_no_text(kind: str, name: str) -> Message:
    return Message("E301", f"the name of a variable must be text, not {kind} ({name[:40]})")


def no_such_format(format: str, reason: str | None) -> Message:
    """`format`: TOML or YAML."""
    return Message("E110", f"this is not {format}: {reason}")


def too_many_values(most: int) -> Message:
    return Message("E109", f"its aliases stand for more than {most:,} values", "write the values without aliases")
