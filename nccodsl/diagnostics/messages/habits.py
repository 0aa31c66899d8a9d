"""What people write out of habit from other languages and tools, and the form that is right here.

`edits` of a constructor write the right form.
"""

from __future__ import annotations

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.messages.syntax import plus_before_number

Edits = tuple[Edit, ...]


def _fixed(title: str, edits: Edits, *, safe: bool) -> Fix | None:
    return Fix(title, edits, safe=safe) if edits else None


def other_statement(written: str, right: str, example: str, edits: Edits) -> Message:
    text = f"there is no statement `{written}`; it is `{right}` here"
    return Message("E104", text, f"such as in: {example}", fix=_fixed(f"write `{right}`", edits, safe=False))


def else_if(edits: Edits) -> Message:
    return Message("E101", "`else if` is written `elif`", fix=_fixed("write `elif`", edits, safe=True))


def other_elif(written: str, edits: Edits) -> Message:
    return Message("E104", f"`{written}` is written `elif`", fix=_fixed("write `elif`", edits, safe=True))


def two_conditions(right: str, edits: Edits) -> Message:
    fix = _fixed("write one condition", edits, safe=True)
    return Message("E101", "a condition stands in one pair of braces", f"write {{{{ a {right} b }}}}", fix=fix)


def semicolon(edits: Edits) -> Message:
    return Message("E101", "a statement ends without `;`", fix=_fixed("remove `;`", edits, safe=True))


def file_without_quotes(name: str, edits: Edits) -> Message:
    fix = _fixed("write the quotes", edits, safe=True)
    return Message("E101", "the name of a file stands in quotes", f'write include "{name}"', fix=fix)


def otherwise(written: str, edits: Edits) -> Message:
    text = f"the branch for everything else is `otherwise`, not `{written}`"
    return Message("E104", text, fix=_fixed("write `otherwise`", edits, safe=True))


def branch_without_on(edits: Edits) -> Message:
    return Message("E101", "a branch begins with `on`", fix=_fixed("write `on` before it", edits, safe=True))


def comment(written: str, edits: Edits) -> Message:
    text = f"a comment begins with `#`, not with `{written}`"
    return Message("E101", text, "each line of a comment begins with `#`", fix=_fixed("write `#`", edits, safe=True))


def quotes(written: str, edits: Edits) -> Message:
    text = f'a text stands in straight double quotes: `"`, not `{written}`'
    return Message("E101", text, 'write "…"', fix=_fixed("write straight double quotes", edits, safe=True))


def single_quotes(edits: Edits) -> Message:
    fix = _fixed("write double quotes", edits, safe=True)
    return Message("E101", "strings stand in double quotes", "write \"…\" instead of '…'", fix=fix)


def nested_quotes(edits: Edits) -> Message:
    text = "the text ends at the quote before this place"
    fix = _fixed("escape the quotes inside the text", edits, safe=False)
    return Message("E101", text, 'a quote inside a text is written `\\"`', fix=fix)


def prefixed_string(prefix: str, edits: Edits) -> Message:
    text = f"a text has no prefix `{prefix}`; every text is a template"
    fix = _fixed("write it as a template", edits, safe=False)
    return Message("E101", text, 'a value stands in double braces: "Hello {{ name }}"', fix=fix)


def parentheses(word: str, edits: Edits) -> Message:
    text = f"`{word}` takes its value without parentheses"
    return Message("E101", text, f'such as in: {word} "…"', fix=_fixed("remove the parentheses", edits, safe=True))


def colon_for_braces(word: str, edits: Edits) -> Message:
    text = f"the statements of `{word}` stand in braces, not behind a colon"
    fix = _fixed("write braces", edits, safe=False)
    return Message("E101", text, f"`{word} … {{` before them, `}}` behind them", fix=fix)


def phone_lacks(word: str, edits: Edits) -> Message:
    text = f"`{word}` says first what kind of endpoint it is: `{word} phone …`"
    return Message("E101", text, fix=_fixed("write `phone`", edits, safe=True))


def spaced_unit(right: str, edits: Edits) -> Message:
    text = f"a duration has no space before its unit: `{right}`"
    return Message("E101", text, fix=_fixed(f"write `{right}`", edits, safe=True))


def bare_condition(word: str, edits: Edits) -> Message:
    text = f"the condition of `{word}` stands in double braces"
    fix = _fixed("write `{{ }}` around it", edits, safe=False)
    return Message("E101", text, f"such as in: {word} {{{{ name == 1 }}}} {{ … }}", fix=fix)


def json_in_a_script() -> Message:
    help = "`nccodsl validate FILE` checks JSON, and `nccodsl decompile FILE` turns it into a script"
    return Message("E101", "this is JSON, not a script", help)


def without_plus(digits: str, edits: Edits) -> Message:
    said = plus_before_number(digits)
    return Message(said.code, said.text, said.help, fix=_fixed(f"write {digits}", edits, safe=True))


def written_otherwise(text: str, right: str, edits: Edits, *, safe: bool, unknown: bool) -> Message:
    """`right`: the whole statement as it is written here; `unknown`: the language has no such word."""
    code = "E104" if unknown else "E101"
    title = f"write `{right}`"
    return Message(code, text, title, fix=Fix(title, edits, safe=safe, is_help=True) if edits else None)


def no_such_statement(text: str, help: str) -> Message:
    return Message("E104", text, help)


def hash_without_quotes(at: Span) -> Message:
    title = 'write `"#"`'
    fix = Fix(title, (Edit(at, '"#"'),), safe=True, is_help=True)
    return Message("E101", "`#` begins a comment; in quotes it is the key", title, fix=fix)
