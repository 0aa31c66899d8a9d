"""E101 to E111, E113: a text that cannot be parsed, or holds what cannot stand there.

`wanted` is what the parser would have taken, as `expected` words it.
"""

from __future__ import annotations

from collections.abc import Collection

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.suggest import did_you_mean

_LONG = 'a text over several lines stands in `"""`'
_QUOTED = (
    "a value is followed by options written `name=value`, or by the next statement; "
    'inside a string a quote is written `\\"`, and inside `{{ }}` use single quotes'
)
_ESCAPES = (
    'escapes are those of JSON: `\\"` `\\\\` `\\/` `\\b` `\\f` `\\n` `\\r` `\\t` `\\u00e9`; '
    "a backslash itself is written `\\\\`"
)


# ---- whole files


def too_large(name: str, characters: int, most: int) -> Message:
    return Message(
        "E109",
        f"{name} has {characters:,} characters; {most:,} are the most",
        "a script of that size is generated: generate the values instead, and compile with --rows",
    )


def not_text(name: str, char: str) -> Message:
    what = "a zero byte" if char == "\x00" else "half of a surrogate pair"
    return Message("E110", f"{name} is not text: it holds {what}")


def cannot_be_read(reason: str) -> Message:
    return Message("E110", f"cannot be read: {reason}")


def too_deep(most: int) -> Message:
    return Message("E108", f"more than {most} brackets are open at this place")


# ---- braces, templates and strings


def template_not_closed() -> Message:
    return Message(
        "E103",
        "this `{{` is not closed",
        "a template ends with `}}`; brackets and quotes inside it must be closed first",
    )


def brace_not_closed() -> Message:
    return Message("E103", "this `{` is not closed", "add the missing `}`")


def declaration_in_open_brace(word: str, brace: Span) -> Message:
    return Message(
        "E103",
        f"`{word}` stands here, but a `{{` before it is not closed",
        "add the missing `}`",
        labels=((brace, "this `{` is not closed"),),
    )


def closes_nothing() -> Message:
    return Message("E103", "this `}` closes nothing")


def brace_missing(edits: tuple[Edit, ...]) -> Message:
    fix = Fix("write `{`", edits, safe=True) if edits else None
    return Message("E103", "the `{` of this block is missing", "write `{` before its first line", fix=fix)


def brace_too_early(wanted: str) -> Message:
    return Message("E101", f"{wanted} is wanted before this `}}`")


def long_string_not_closed() -> Message:
    return Message("E102", "this long string is not closed", 'it ends with `"""`')


def string_not_closed_on_line() -> Message:
    return Message("E102", "this string is not closed on its line", _LONG)


def string_not_closed() -> Message:
    return Message("E102", "this string is not closed", _LONG)


def no_escape(char: str) -> Message:
    return Message("E106", f"`\\{char}` is no escape", _ESCAPES)


def half_of_a_pair() -> Message:
    return Message("E106", "this is half of a surrogate pair, not a character", _ESCAPES)


# ---- what stands where something else is wanted


def file_ends(wanted: str) -> Message:
    return Message("E101", f"the file ends where {wanted} is wanted")


def comma_missing(edits: tuple[Edit, ...]) -> Message:
    help = "a `,` stands between the values of a list and the entries of a map"
    return Message("E101", "a `,` is missing before this", help, fix=Fix("write `,`", edits, safe=True))


def text_misplaced(wanted: str) -> Message:
    return Message("E101", f"a text cannot stand here; {wanted} is wanted", _QUOTED)


def template_misplaced(wanted: str) -> Message:
    return Message("E101", f"a template cannot stand here; {wanted} is wanted")


def number_misplaced(wanted: str) -> Message:
    return Message("E101", f"a number cannot stand here; {wanted} is wanted")


def character_misplaced(char: str, wanted: str, untyped: str | None = None) -> Message:
    """`untyped`: the param before it, if what lacks is its type."""
    help = f"a param says its type first: param {untyped}: text = …" if untyped else None
    return Message("E101", f"unexpected `{char}`; {wanted} is wanted", help)


def character_not_printable(char: str) -> Message:
    return Message("E101", f"the character U+{ord(char):04X} cannot stand here")


def word_misplaced(word: str, wanted: str) -> Message:
    return Message("E101", f"{wanted} is wanted here, not `{word}`")


def word_for_value(word: str, wanted: str, *, text: bool) -> Message:
    """`text`: a text may stand there, else only a template."""
    help = f'a text stands in quotes: "{word}"' if text else "a test is a Jinja expression: `if {{ … }}`"
    return Message("E101", f"{wanted} is wanted here, not the word `{word}`", help)


def word_behind_value(word: str) -> Message:
    help = "an option is written `name=value`; a text stands in quotes"
    return Message("E101", f"unexpected `{word}` behind a value", help)


def no_if_before(word: str) -> Message:
    return Message("E101", f"`{word}` has no `if` before it")


def private_before_type() -> Message:
    return Message("E101", "`private` stands behind the type", "such as in: param pin: text private")


def option_without_statement(name: str) -> Message:
    help = "options follow the action that they belong to"
    return Message("E101", f"the option `{name}=` has no statement before it", help)


def option_lacks_value(name: str) -> Message:
    return Message("E101", f"the option `{name}=` has no value", f"write a value behind it: `{name}=…`")


def name_lacks_value() -> Message:
    return Message("E101", "no value follows this `=`", "write a value behind it")


def unknown_word(word: str, place: str, known: Collection[str]) -> Message:
    """`place`: what such words are called. `known`: those that may stand there."""
    names = ", ".join(f"`{name}`" for name in known)
    return Message("E104", f"there is no {place} `{word}`", did_you_mean(word, known) or f"known: {names}")


def action_without_value(action: str) -> Message:
    return Message("E101", f"`{action}` takes no value, only options")


def random_with_number() -> Message:
    return Message("E101", "`from random` takes no number")


# ---- declarations


def declaration_inside(word: str) -> Message:
    return Message("E111", f"`{word}` is a declaration and stands at the top level, outside of braces")


def two_calls(first: Span) -> Message:
    return Message("E111", "there are two `call` blocks", labels=((first, "the first one"),))


def key_twice(key: str, first: Span) -> Message:
    return Message("E113", f"the key `{key}` stands twice in this map", labels=((first, "first here"),))


# ---- numbers, durations and names


def plus_before_number(digits: str) -> Message:
    return Message("E107", "a telephone number is written without `+`", f"write {digits}")


def no_number(word: str) -> Message:
    return Message(
        "E107",
        f"`{word}` is no number and no duration",
        "numbers: 3, -0.4; durations: 500ms, 20s, 2m, 1h30m; telephone numbers: digits without spaces",
    )


def number_too_long(digits: int, most: int) -> Message:
    return Message("E107", f"a number of {digits} digits is too long", f"{most} at the most")


def number_too_large() -> Message:
    return Message("E107", "the number is too large")


def duration_too_long() -> Message:
    return Message("E107", "the duration is too long")


def bad_name(name: str, what: str, better: str) -> Message:
    help = f"names are lower-case letters, digits and `_`: `{better}`"
    return Message("E107", f"`{name}` cannot be the name of a {what}", help)


# ---- what is wanted

_TERMINALS = {
    "ARROW": "`-> step`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "JINJA_BEGIN": "`{{ … }}`",
    "JINJA_END": "`}}`",
    "LBRACE": "`{`",
    "NUMBER": "a number",
    "OPTION": "an option",
    "RBRACE": "`}`",
    "RBRACKET": "`]`",
    "RPAREN": "`)`",
    "STRING": "a string",
    "WORD": "a name",
    "_EQUALS": "`=`",
    "_IN": "`in`",
}


def expected(wanted: frozenset[str]) -> str:
    """What the parser would have taken, by the names of the grammar's terminals, in words."""
    parts = []
    if "ACTION" in wanted:
        parts.append("a statement")
    elif "_ON" in wanted and "_RETRY" in wanted:
        parts += ["`on`", "`retry`", "`otherwise`"]
    elif "_TO" in wanted:
        parts += ["`to`", "`from`", "an option of the call"]
    elif "VERB" in wanted:
        parts.append("a verb of a test")
    value = wanted >= {"STRING", "NUMBER"}
    if value:
        parts.append("a value")
    for terminal, name in _TERMINALS.items():
        if terminal in wanted and not (value and terminal in ("STRING", "NUMBER", "JINJA_BEGIN", "WORD", "LBRACE")):
            parts.append(name)
    if not parts:
        return "something else"
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " or " + parts[-1]
