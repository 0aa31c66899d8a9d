"""JSON documents and variables from elsewhere: E112 to E115, and what else can be wrong with their text."""

from __future__ import annotations

import re

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.suggest import Instead

_HINTS = (
    ("['`‘’“”„«]", "write strings in plain double quotes"),
    ("[/#]", "remove the comment: JSON has none"),
    (r"\+\d|-?0[\d_]", "write a phone number in double quotes, and start other numbers without + or 0"),
    (r"[-+]?(\.\d|\d+\.)", "write a digit on both sides of the decimal point"),
)
"""What helps where a text begins so, and what it was meant as is not certain."""


END = "the end of the document"
VALUE = "a value"
KEY = "a key in double quotes"
COLON = "`:` after the key"


# ---- JSON


def comma_or(close: str) -> str:
    """What can follow a value in what `close` closes."""
    return f"`,` or `{close}`"


def unexpected(wanted: str, found: str, opened: Span | None, closers: str = "") -> Message:
    """`found`: what is there, empty at the end of the text; `opened`: the bracket around it; `closers`: what closes all
    that is open, if only that is missing."""
    shown = f"`{_short(found)}`" if found.isprintable() else f"U+{ord(found[0]):04X}"
    labels = ((opened, "opened here"),) if opened and found in ("", "]", "}") else ()
    text = f"expected {wanted}, not {shown}" if found else f"expected {wanted}, but the text ends"
    return Message("E112", text, _instead_of(wanted, found, closers), labels)


def _instead_of(wanted: str, found: str, closers: str) -> str | None:
    """What to write where `found` is."""
    if not found:
        return Instead(f"add `{_short(closers)}`", closers) if closers else None
    if wanted == END:
        return "keep one document in the file, and remove what follows it"
    if closers and re.match(r'["{\[\w-]', found):
        return Instead("add `,` before it", f", {found}")
    if closers and found in "]}":
        return Instead(f"add `{closers[0]}` before it", f"{closers[0]}{found}")
    if wanted == COLON and found == "=":
        return Instead("write `:` instead of `=`", ":")
    if wanted in (VALUE, KEY) and found == ",":
        return Instead("remove `,`", "")
    hint = next((text for pattern, text in _HINTS if re.match(pattern, found)), None)
    if hint is None and wanted in (VALUE, KEY) and re.match(r"[^\W\d]|\$", found):
        return Instead(f'write `"{_short(found)}"`', f'"{found}"')
    return hint


def script_for_json() -> Message:
    return Message("E112", "this is a script, not JSON", "`nccodsl check FILE` checks scripts")


def comma_before_close(close: str, comma: Span) -> Message:
    fix = Fix("remove the comma", (Edit(comma, ""),), safe=True)
    return Message("E112", f"JSON has no comma before the closing `{close}`", fix=fix)


def no_such_literal(word: str, at: Span, meant: str) -> Message:
    return Message("E112", f"JSON has no `{word}`", fix=_write(meant, at))


def not_finite(word: str) -> Message:
    return Message("E112", f"JSON has no `{word}`", "write a finite number, or leave the value out")


_CLOSE = "add a quote at its end; a line break inside a string is `\\n`"


def string_not_closed() -> Message:
    return Message("E112", "the string is not closed on its line", _CLOSE)


def no_such_escape(escape: str) -> Message:
    what = "`\\u` needs four hexadecimal digits" if escape == "\\u" else f"JSON has no escape `{escape}`"
    right = "'" if escape == "\\'" else f"\\{escape}"
    return Message("E112", what, Instead(f"write `{right}`", right) if escape.isprintable() else None)


def control_character(at: Span, escaped: str) -> Message:
    return Message("E112", "a string contains a control character", fix=_write(escaped, at))


def key_twice(key: str, first: Span, again: Span | None) -> Message:
    """`again`: the second member with the comma before it; None where its value is an object or an array."""
    fix = Fix("remove the second one", (Edit(again, ""),)) if again else None
    help = None if fix else "remove one of them"
    message = f"the key `{_short(key)}` is given twice in one object"
    return Message("E113", message, help, ((first, "first given here"),), fix)


def lone_surrogate(half: str | None) -> Message:
    """`half`: the escape of it."""
    help = None if half is None else Instead(f"remove `{half}`, or write both halves of the character", "", half)
    return Message("E318", "this string contains half of a surrogate pair", help)


def too_deep(most: int) -> Message:
    return Message("E108", f"more than {most} objects and arrays are nested here", "nest them less deeply")


_AS_TEXT = "write it as a string, in double quotes"


def number_too_long(number: str, most: int) -> Message:
    return Message("E107", f"the number {_short(number)} has more than {most} digits", _AS_TEXT)


def number_too_large(number: str) -> Message:
    return Message("E107", f"the number {_short(number)} is too large", "write a number below 1.8e308")


def _write(text: str, at: Span) -> Fix:
    return Fix(f"write `{text}`", (Edit(at, text),), safe=True)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


# ---- documents that are to become scripts


_NCCO = 'write an NCCO, such as `[{"action": "talk", "text": "Hello"}]`'


def no_document(name: str) -> Message:
    return Message("E114", f"{name} contains no document", _NCCO)


def no_actions_to_keep() -> Message:
    return Message("E114", "this is not an array of actions, so `raw` cannot keep it", _NCCO)


def no_action_to_keep() -> Message:
    help = 'name its action, such as `{"action": "talk"}`'
    return Message("E114", "`raw` keeps only objects that have an `action`", help)


def different_shapes(how: str, first: Span, *, params: bool) -> Message:
    """`how` is one of the phrases below; `first`: the same place in the first document; `params`: values that vary may
    become params already."""
    help = "run `nccodsl decompile FILE -o FOLDER` for one script each"
    if not params:
        help = f"run `nccodsl decompile FILE --params` for one script with params, or {help}"
    return Message("E115", how, help, ((first, "the first document"),))


def differs_from_first() -> str:
    return "this differs from the first document"


def differs_in_type() -> str:
    return "this differs, and a script would change its type"


def differs_without_array(key: str | int) -> str:
    return f"`{key}` differs, and is not in an array"


def one_value_in_first() -> str:
    return "the first document has a single value here"


def object_in_first() -> str:
    return "the first document has an object here"


def other_value(value: object, first: object) -> str:
    return f"this is `{value}`, but `{first}` in the first document"


def other_count(count: int | None, first: int) -> str:
    """How many items there are, None where there is no array."""
    has = "no array" if count is None else "1 item" if count == 1 else f"{count} items"
    return f"{has} here, but {first} in the first document"


def given_in_some(key: str | int) -> str:
    return f"only some of the documents have `{key}`"


def beyond_scripts(code: str, what: str) -> Message:
    """What a script cannot have, other than JSON; `what` is the message about the script."""
    return Message(code, f"a script cannot express this: {what.replace('script ', '', 1)}")


def one_action() -> Message:
    return Message("E114", "this is a single action, not an array of actions", "put it in an array")


def no_document_of_calls(found: str) -> Message:
    """`found`: what it is instead, in words."""
    return Message("E114", f"expected an NCCO (an array) or a call body (an object), not {found}", _NCCO)


def no_ncco(found: str) -> Message:
    return Message("E114", f"an NCCO is an array of actions, not {found}", _NCCO)


def no_call_body(found: str) -> Message:
    help = "write an object with `to`, `from` and `ncco`"
    return Message("E114", f"a call body is an object, not {found}", help)


# ---- files of variables


def variables_no_object(kind: str, example: str) -> Message:
    return Message("E301", f"variables must be an object of names and values, not {kind}", f"write `{example}`")


def variable_name_no_text(kind: str, name: str) -> Message:
    return Message("E301", f"the name of a variable must be text, not {kind}", f'write `"{name[:40]}"`')


def no_such_format(format: str, reason: str | None) -> Message:
    """`format`: TOML or YAML."""
    return Message("E110", f"this is not valid {format}: {reason}")


def too_many_values(most: int) -> Message:
    return Message("E109", f"its aliases expand to more than {most:,} values", "use fewer aliases")
