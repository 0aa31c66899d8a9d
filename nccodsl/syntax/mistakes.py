"""Syntax errors in words: what stands there, what was wanted, and what the author likely meant."""

from __future__ import annotations

import re
from typing import Any

from lark.exceptions import UnexpectedInput

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, did_you_mean
from nccodsl.syntax.keywords import BRANCHES, CALL_ITEMS, STATEMENTS, TOP_LEVEL, VERBS, WITHDRAWN
from nccodsl.syntax.recovery import (
    can_take,
    error_offset,
    open_braces,
    opened_template,
)

_WORD = re.compile(r"[^\W\d][\w-]*|->")
_NUMBER = re.compile(r"[+-]?\d[\w.+]*")
_OPTION = re.compile(r"[A-Za-z_][\w-]*\s*=(?!=)")

_SWALLOWED = re.compile(
    r"(?<![\w-])([A-Za-z_][\w-]*)\s*=[^\S\n]*\n\s*(?:" + "|".join(STATEMENTS | TOP_LEVEL) + r")\s*\Z"
)
"""An option without a value takes the keyword on the next line for its value: words are values."""

_UNTYPED = re.compile(r"\bparam[ \t]+([A-Za-z_]\w*)[ \t]*\Z")

_VALUE = frozenset({"STRING", "NUMBER", "LBRACKET", "JINJA_BEGIN"})
_NAMES = {
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


def explain(error: UnexpectedInput, state: Any, file: SourceFile, collector: Collector) -> None:
    """Report one syntax error."""
    text = file.text
    at = error_offset(error, text)
    listed = state.parse_conf.parse_table.states[state.position]
    wanted = frozenset(name for name in listed if name.upper() == name and can_take(state, name))
    braces = [value for index in open_braces(state) for value in (state.value_stack[index],)]

    def report(code: str, message: str, length: int = 1, help: str | None = None, **more: Any) -> None:
        start = file.base + min(at, len(text))
        collector.report(code, Span(start, start + min(length, max(len(text) - at, 0))), message, help=help, **more)

    if (template := opened_template(state)) is not None:
        start = file.base + int(template.start_pos or 0)
        collector.report(
            "E103",
            Span(start, start + 2),
            "this `{{` is not closed",
            help="a template ends with `}}`; brackets and quotes inside it must be closed first",
        )
        return
    if at >= len(text):
        if braces:
            start = file.base + int(braces[-1].start_pos)
            collector.report("E103", Span(start, start + 1), "this `{` is not closed", help="add the missing `}`")
        else:
            report("E101", f"the file ends where {_expected(wanted)} is wanted", 0)
        return
    rest = text[at : at + 200]
    if rest.startswith('"'):
        _string(rest, text[max(at - 200, 0) : at], wanted, report)
    elif rest.startswith("'"):
        report("E101", "strings stand in double quotes", help="write \"…\" instead of '…'")
    elif rest[0] == "}":
        if braces or wanted & _VALUE:
            report("E101", f"{_expected(wanted)} is wanted before this `}}`")
        else:
            report("E103", "this `}` closes nothing")
    elif word := _WORD.match(rest):
        _word(word[0], bool(_OPTION.match(rest)), wanted, braces, file, at, report)
    elif number := _NUMBER.match(rest):
        _number(number[0], wanted, report)
    elif rest.startswith("{{"):
        report("E101", f"a template cannot stand here; {_expected(wanted)} is wanted", 2)
    elif rest[0].isprintable():
        untyped = _UNTYPED.search(text[max(at - 200, 0) : at]) if rest[0] == "=" and "COLON" in wanted else None
        help = f"a param says its type first: param {untyped[1]}: text = …" if untyped else None
        report("E101", f"unexpected `{rest[0]}`; {_expected(wanted)} is wanted", help=help)
    else:
        report("E101", f"the character U+{ord(rest[0]):04X} cannot stand here")


def _string(rest: str, before: str, wanted: frozenset[str], report: Any) -> None:
    if rest.startswith('"""') and not re.match(r'"""[\s\S]*?"""', rest) and len(rest) < 200:
        report("E102", "this long string is not closed", 3, help='it ends with `"""`')
    elif (
        not rest.startswith('"""')
        and not re.match(r'"(?:[^"\\\n\r]|\\[^\n\r])*"', rest)
        and ("\n" in rest or len(rest) < 200)
    ):
        line = re.split(r"[\r\n]", rest)[0]
        report(
            "E102", "this string is not closed on its line", len(line), help='a text over several lines stands in `"""`'
        )
    elif "STRING" in wanted:
        report("E102", "this string is not closed", 1, help='a text over several lines stands in `"""`')
    elif swallowed := _SWALLOWED.search(before):
        report("E101", f"the option `{swallowed[1]}=` before this line has no value")
    else:
        closing = rest.find('"', 1)
        length = closing + 1 if closing > 0 else len(rest)
        report(
            "E101",
            f"a text cannot stand here; {_expected(wanted)} is wanted",
            length,
            help="a value is followed by options written `name=value`, or by the next statement; "
            'inside a string a quote is written `\\"`, and inside `{{ }}` use single quotes',
        )


def _word(
    word: str, is_option: bool, wanted: frozenset[str], braces: list[Any], file: SourceFile, at: int, report: Any
) -> None:
    before = file.text[:at].rpartition("\n")[2] if len(file.text) < 100_000 else file.text[max(at - 200, 0) : at]
    first_on_line = not before.strip() or before.rstrip().endswith(("{", "}"))
    if word in TOP_LEVEL and braces and not is_option:
        brace = braces[-1]
        if not before.strip() and not before:
            start = file.base + int(brace.start_pos)
            report(
                "E103",
                f"`{word}` stands here, but a `{{` before it is not closed",
                len(word),
                help="add the missing `}`",
                labels=((Span(start, start + 1), "this `{` is not closed"),),
            )
        else:
            report("E111", f"`{word}` is a declaration and stands at the top level, outside of braces", len(word))
    elif "ACTION" in wanted or "_ON" in wanted or "_TO" in wanted or "VERB" in wanted:
        _statement(word, is_option, wanted, first_on_line, report)
    elif wanted & _VALUE and "WORD" not in wanted:
        hint = (
            f'a text stands in quotes: "{word}"' if "STRING" in wanted else "a test is a Jinja expression: `if {{ … }}`"
        )
        report("E101", f"{_expected(wanted)} is wanted here, not the word `{word}`", len(word), help=hint)
    else:
        report("E101", f"{_expected(wanted)} is wanted here, not `{word}`", len(word))


def _statement(word: str, is_option: bool, wanted: frozenset[str], first_on_line: bool, report: Any) -> None:
    if "ACTION" in wanted:
        known = STATEMENTS | (TOP_LEVEL if "_STEP" in wanted else {})
        place = "statement"
    elif "VERB" in wanted:
        known = dict.fromkeys((*VERBS, "with", "not"), "")
        place = "verb of a test"
    elif "_TO" in wanted:
        known, place = CALL_ITEMS | {"on": ""}, "part of `call`"
    else:
        known, place = BRANCHES, "branch"
    everywhere = STATEMENTS | TOP_LEVEL | BRANCHES | CALL_ITEMS
    if word in ("elif", "else"):
        report("E101", f"`{word}` has no `if` before it", len(word))
    elif word in everywhere and word not in known:
        where = {
            "on": "inside the braces of `input`, `connect`, `fetch` or `call`",
            "retry": "inside the braces of `input`",
            "otherwise": "inside the braces of `input`, `connect` or `fetch`",
            "to": "inside `call { }`",
            "from": "inside `call { }`; on `connect` it is the option `from=`",
        }.get(word, "in a step, not here" if word in STATEMENTS else "at the top level")
        report(
            "E505",
            f"`{word}` cannot stand here",
            len(word),
            help=f"it stands {where}; here {_expected(wanted)} is wanted",
        )
    elif word == "private" and not first_on_line:
        report("E101", "`private` stands behind the type", len(word), help="such as in: param pin: text private")
    elif is_option:
        report(
            "E101",
            f"the option `{word}=` has no statement before it",
            len(word),
            help="options follow the action that they belong to",
        )
    elif not first_on_line and "OPTION" in wanted:
        report(
            "E101",
            f"unexpected `{word}` behind a value",
            len(word),
            help="an option is written `name=value`; a text stands in quotes",
        )
    else:
        names = ", ".join(f"`{name}`" for name in known if name not in WITHDRAWN)
        report("E104", f"there is no {place} `{word}`", len(word), help=did_you_mean(word, known) or f"known: {names}")


def _number(number: str, wanted: frozenset[str], report: Any) -> None:
    if number.startswith("+") and number[1:].isdigit():
        report("E107", "a telephone number is written without `+`", len(number), help=f"write {number[1:]}")
    elif "NUMBER" not in wanted:
        report("E101", f"a number cannot stand here; {_expected(wanted)} is wanted", len(number))
    else:
        report(
            "E107",
            f"`{number}` is no number and no duration",
            len(number),
            help="numbers: 3, -0.4; durations: 500ms, 20s, 2m, 1h30m; telephone numbers: digits without spaces",
        )


def _expected(wanted: frozenset[str]) -> str:
    parts = []
    if "ACTION" in wanted:
        parts.append("a statement")
    elif "_ON" in wanted and "_RETRY" in wanted:
        parts.append("`on`, `retry` or `otherwise`")
    elif "_TO" in wanted:
        parts.append("`to`, `from` or an option of the call")
    elif "VERB" in wanted:
        parts.append("a verb of a test")
    value = wanted >= {"STRING", "NUMBER"}
    if value:
        parts.append("a value")
    for terminal, name in _NAMES.items():
        if terminal in wanted and not (value and terminal in ("STRING", "NUMBER", "JINJA_BEGIN", "WORD", "LBRACE")):
            parts.append(name)
    if not parts:
        return "something else"
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " or " + parts[-1]
