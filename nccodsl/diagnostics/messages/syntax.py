"""E101 to E111, E113: a text that cannot be parsed, or contains what is not allowed there.

`wanted` is what the parser would have taken, as `expected` words it.
"""

from __future__ import annotations

from collections.abc import Collection

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.expected_words import expected as expected
from nccodsl.diagnostics.suggest import Instead, did_you_mean, one_of, write

_QUOTED = 'give an option as `name=value`, and write a quote inside a string as `\\"`'


# ---- whole files


def too_large(name: str, characters: int, most: int) -> Message:
    text = f"{name} has {characters:,} characters, and at most {most:,} are allowed"
    return Message("E109", text, "move the data to a table, and run `nccodsl compile SCRIPT --rows TABLE`")


def not_text(name: str, char: str) -> Message:
    what = "a zero byte" if char == "\x00" else "half of a surrogate pair"
    return Message("E110", f"{name} is not text: it contains {what}", Instead("remove this character", ""))


def cannot_be_read(reason: str) -> Message:
    return Message("E110", f"cannot be read: {reason}")


def too_deep(most: int) -> Message:
    return Message(
        "E108", f"brackets are nested more than {most} deep", "close the brackets before this one, or split the value"
    )


# ---- braces, templates and strings


def template_not_closed(fix: Fix) -> Message:
    return Message("E103", "this `{{` is not closed", fix.title, fix=fix)


def brace_not_closed(fix: Fix) -> Message:
    return Message("E103", "this `{` is not closed", fix.title, fix=fix)


def declaration_in_open_brace(word: str, brace: Span) -> Message:
    help = Instead(f"add `}}` before `{word}`", f"}}\n{word}")
    return Message("E103", f"a `{{` before `{word}` is not closed", help, ((brace, "this `{` is not closed"),))


def closes_nothing() -> Message:
    return Message("E103", "this `}` closes nothing", Instead("remove `}`", ""))


def brace_missing(edits: tuple[Edit, ...]) -> Message:
    fix = Fix("add `{`", edits, safe=True) if edits else None
    return Message("E103", "the `{` of this block is missing", "add `{` before its first line", fix=fix)


def brace_too_early(wanted: str) -> Message:
    return Message("E101", f"expected {wanted} before this `}}`")


def long_string_not_closed(fix: Fix) -> Message:
    return Message("E102", 'this `"""` is not closed', fix.title, fix=fix)


def string_not_closed_on_line(fix: Fix) -> Message:
    return Message("E102", "this string is not closed on its line", fix.title, fix=fix)


def string_not_closed(fix: Fix) -> Message:
    return Message("E102", "this string is not closed", fix.title, fix=fix)


def no_escape(char: str) -> Message:
    """`char`: what follows the backslash, as it is shown."""
    if len(char) > 1:
        help = Instead("remove `\\`", "", "\\")
    else:
        help = write(f"\\\\{char}" if char.isalnum() else char)
    return Message("E106", f"`\\{char}` is not an escape", help)


def half_of_a_pair() -> Message:
    help = Instead("remove it, or write both halves of the character", "")
    return Message("E106", "this escape is half of a surrogate pair, not a character", help)


# ---- something that is not allowed where it is


def file_ends(wanted: str) -> Message:
    return Message("E101", f"expected {wanted}, but the file ends")


def comma_missing(edits: tuple[Edit, ...]) -> Message:
    fix = Fix("add `,`", edits, safe=True)
    return Message("E101", "a `,` is missing before this", "add `,` between values of a list or map", fix=fix)


def text_misplaced(wanted: str) -> Message:
    return Message("E101", f"expected {wanted}, not a string", _QUOTED)


def template_misplaced(wanted: str) -> Message:
    return Message("E101", f"expected {wanted}, not a template")


def number_misplaced(wanted: str) -> Message:
    return Message("E101", f"expected {wanted}, not a number")


def character_misplaced(char: str, wanted: str, untyped: str | None = None) -> Message:
    """`untyped`: the param before it, if its type is missing."""
    help = f"add its type: `param {untyped}: text = …`" if untyped else None
    return Message("E101", f"expected {wanted}, not `{char}`", help)


def character_not_printable(char: str) -> Message:
    text = f"the character U+{ord(char):04X} is not allowed here"
    return Message("E101", text, Instead("remove this character", ""))


def word_misplaced(word: str, wanted: str) -> Message:
    return Message("E101", f"expected {wanted}, not `{word}`")


def word_for_value(word: str, wanted: str, *, text: bool) -> Message:
    """`text`: a text is possible, otherwise only a template."""
    help = write(f'"{word}"') if text else "write the condition as a Jinja expression: `{{ … }}`"
    return Message("E101", f"expected {wanted}, not the word `{word}`", help)


def word_for_text(words: str, *, name: bool) -> Message:
    """`words`: where an action takes its value; `name`: a param or another value is called so."""
    help = write(f"{{{{ {words} }}}}" if name else f'"{words}"')
    return Message("E101", f"expected a value, not `{words}`", help)


def word_behind_value(word: str) -> Message:
    help = "put text in quotes, and give an option as `name=value`"
    return Message("E101", f"unexpected `{word}` after a value", help)


def no_if_before(word: str) -> Message:
    return Message("E101", f"`{word}` has no `if` before it", "add `if {{ … }} { … }` before it")


def private_before_type() -> Message:
    return Message("E101", "`private` must follow the type", "write it as in `param pin: text private`")


def option_without_statement(name: str) -> Message:
    return Message("E101", f"`{name}=` does not belong to an action", "move it to the options of its action")


def option_lacks_value(name: str) -> Message:
    help = Instead(f"add a value, or remove `{name}=`", "", f"{name}=")
    return Message("E101", f"`{name}=` has no value", help)


def name_lacks_value() -> Message:
    return Message("E101", "this `=` has no value", "add a value after `=`")


def unknown_word(word: str, place: str, known: Collection[str]) -> Message:
    """`place`: what such words are called. `known`: those that are possible there."""
    return Message("E104", f"`{word}` is not a {place}", did_you_mean(word, known) or one_of(known))


def action_without_value(action: str) -> Message:
    return Message("E101", f"`{action}` takes options, but no value", Instead("remove the value", ""))


def random_with_number() -> Message:
    return Message("E101", "`from random` takes no number", Instead("remove the number", ""))


# ---- declarations


def declaration_inside(word: str, fix: Fix | None) -> Message:
    help = fix.title if fix else "move it out of the braces"
    return Message("E111", f"`{word}` is only allowed at the top level", help, fix=fix)


def two_calls(first: Span, removal: Edit) -> Message:
    labels = ((first, "the first one is here"),)
    return Message("E111", "a script can have only one `call` block", _SECOND, labels, Fix.as_help(_SECOND, removal))


def shape_of_recording() -> Message:
    return Message("E101", "a recording has members of its own", "remove the shape behind the name")


def shape_of_dialog() -> Message:
    return Message("E101", "a dialog says itself what it returns", "remove the type behind the name")


def key_twice(key: str, first: Span, removal: Edit) -> Message:
    labels = ((first, "first given here"),)
    return Message(
        "E113", f"the key `{key}` is given twice in this map", _SECOND, labels, Fix.as_help(_SECOND, removal)
    )


_SECOND = "remove the second one"


# ---- numbers, durations and names

_UNITS = {
    **dict.fromkeys(("msec", "millis", "milliseconds"), "ms"),
    **dict.fromkeys(("sec", "secs", "second", "seconds", "S"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "M"), "m"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours", "H"), "h"),
}
"""What people write for the units of durations."""


def plus_before_number(digits: str) -> Message:
    return Message("E107", "a phone number is written without `+`", write(digits, safe=True))


def no_number(word: str) -> Message:
    unit = word.lstrip("0123456789.")
    right = f"{word[: len(word) - len(unit)]}{_UNITS[unit]}" if unit in _UNITS else None
    help = write(right) if right else "write a number such as `3` or `-0.4`, or a duration such as `20s` or `1h30m`"
    return Message("E107", f"`{word}` is neither a number nor a duration", help)


def number_too_long(digits: int, most: int) -> Message:
    text = f"this number has {digits} digits, and at most {most} are allowed"
    return Message("E107", text, "put a value of so many digits in quotes")


def number_too_large() -> Message:
    return Message("E107", "this number is too large", "write a smaller number")


def duration_too_long() -> Message:
    return Message("E107", "this duration is too long", "write a shorter duration")


def bad_name(name: str, what: str, better: str, edits: tuple[Edit, ...] = (), *, step: bool = False) -> Message:
    """`edits`: they rename it everywhere, as the name of a `step`, or of a value."""
    help = f"rename it to `{better}`: names consist of lower-case letters, digits and `_`"
    fix = Fix(help, edits, is_help=True, renames=(name, better, step)) if edits else None
    return Message(
        "E107", f"`{name}` cannot be the name of {'an' if what[0] in 'aeiou' else 'a'} {what}", help, fix=fix
    )


# ---- quotes


def quote_missing(written: str, edit: Edit) -> Message:
    """`written`: the typographic quote that stands where the straight one is missing, if one does."""
    help = f'write `"` instead of `{written}`' if written else 'add `"` at the end of the text'
    return Message("E102", "this string is not closed on its line", help, fix=Fix.as_help(help, edit))


def quote_too_many(edits: tuple[Edit, ...]) -> Message:
    help = 'remove one `"`'
    return Message("E102", "there is one quote too many", help, fix=Fix.as_help(help, *edits))
