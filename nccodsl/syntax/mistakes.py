"""Syntax errors in words: what stands there, what was wanted, and what the author likely meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, Edit, Message, messages
from nccodsl.syntax import closings
from nccodsl.syntax.curly_quotes import closed
from nccodsl.syntax.indents import unclosed
from nccodsl.syntax.keywords import BRANCHES, CALL_ITEMS, KEYWORDS, STATEMENTS, TOP_LEVEL, VERBS, WITHDRAWN
from nccodsl.syntax.parser_state import open_braces, opened_template, wanted_terminals
from nccodsl.syntax.scan import names_given

_WORD = re.compile(r"[^\W\d][\w-]*|->")
_NUMBER = re.compile(r"[+-]?\d[\w.+]*")
_OPTION = re.compile(r"[A-Za-z_][\w-]*\s*=(?!=)")

_UNTYPED = re.compile(r"\bparam[ \t]+([A-Za-z_]\w*)[ \t]*\Z")

_VALUE = frozenset({"STRING", "NUMBER", "LBRACKET", "JINJA_BEGIN"})


Report = Callable[[Message, int], None]
"""Takes a message about the place of the error, and the length of what is wrong there."""


def explain(file: SourceFile, at: int, state: Any, collector: Collector) -> None:
    """Report that the parser stopped at `at`."""
    text = file.text
    wanted = wanted_terminals(state)
    braces = [brace for index in open_braces(state) if (brace := state.value_stack[index])]

    def report(message: Message, length: int) -> None:
        start = file.base + min(at, len(text))
        collector.report(message, Span(start, start + min(length, max(len(text) - at, 0))))

    if (template := opened_template(state)) is not None:
        opened = int(template.start_pos or 0)
        start = file.base + opened
        message = messages.syntax.template_not_closed(closings.close_template(file, opened))
        collector.report(message, Span(start, start + 2))
    elif at < len(text):
        _misplaced(file, at, wanted, braces, report)
    elif braces:
        start = file.base + unclosed(text, int(braces[-1].start_pos), len(text))
        message = messages.syntax.brace_not_closed(closings.close_block(file))
        collector.report(message, Span(start, start + 1))
    else:
        report(messages.syntax.file_ends(messages.syntax.expected(wanted)), 0)


def _misplaced(file: SourceFile, at: int, wanted: frozenset[str], braces: list[Any], report: Report) -> None:
    """Something stands at `at` where something else is wanted."""
    rest, before = file.text[at : at + 200], file.text[max(at - 200, 0) : at]
    if rest.startswith('"'):
        _string(file, at, wanted, report)
    elif rest[0] == "}":
        early = braces or wanted & _VALUE
        report(
            messages.syntax.brace_too_early(messages.syntax.expected(wanted))
            if early
            else messages.syntax.closes_nothing(),
            1,
        )
    elif word := _WORD.match(rest):
        _word(word[0], bool(_OPTION.match(rest)), wanted, braces, file, at, report)
    elif number := _NUMBER.match(rest):
        _number(number[0], wanted, report)
    elif rest.startswith("{{"):
        report(messages.syntax.template_misplaced(messages.syntax.expected(wanted)), 2)
    elif rest[0].isprintable():
        untyped = _UNTYPED.search(before) if rest[0] == "=" and "COLON" in wanted else None
        param = untyped[1] if untyped else None
        report(messages.syntax.character_misplaced(rest[0], messages.syntax.expected(wanted), param), 1)
    else:
        report(messages.syntax.character_not_printable(rest[0]), 1)


def _string(file: SourceFile, at: int, wanted: frozenset[str], report: Report) -> None:
    rest = file.text[at : at + 200]
    if rest.startswith('"""') and not re.match(r'"""[\s\S]*?"""', rest) and len(rest) < 200:
        report(messages.syntax.long_string_not_closed(closings.close_long_string(file, at)), 3)
    elif (
        not rest.startswith('"""')
        and not re.match(r'"(?:[^"\\\n\r]|\\[^\n\r])*"', rest)
        and ("\n" in rest or len(rest) < 200)
    ):
        line = re.split(r"[\r\n]", rest)[0]
        report(_not_closed(file, at, line), len(line))
    elif "STRING" in wanted:
        report(messages.syntax.string_not_closed(closings.close_string(file, at)), 1)
    else:
        closing = rest.find('"', 1)
        report(
            messages.syntax.text_misplaced(messages.syntax.expected(wanted)), closing + 1 if closing > 0 else len(rest)
        )


def _not_closed(file: SourceFile, at: int, line: str) -> Message:
    base = file.base + at
    start, end, quote = closed(line)
    if end == 1 and file.text[at - 1 : at] == '"':
        return messages.syntax.quote_too_many((Edit(Span(base, base + 1), ""),))
    below = file.text[at + len(line) : at + len(line) + 400].lstrip("\r\n").partition("\n")[0]
    goes_on = below.count('"') % 2 and not ((word := _WORD.match(below.lstrip())) and word[0] in KEYWORDS)
    if goes_on or not line.strip('" \t') or "private" in file.text[max(at - 300, 0) : at].rpartition("\n")[2]:
        return messages.syntax.string_not_closed_on_line(closings.close_string(file, at))
    return messages.syntax.quote_missing(line[start:end], Edit(Span(base + start, base + end), quote))


def _word(
    word: str, is_option: bool, wanted: frozenset[str], braces: list[Any], file: SourceFile, at: int, report: Report
) -> None:
    before = file.text[:at].rpartition("\n")[2] if len(file.text) < 100_000 else file.text[max(at - 200, 0) : at]
    first_on_line = not before.strip() or before.rstrip().endswith(("{", "}"))
    if word in TOP_LEVEL and braces and not is_option:
        if before:
            fix = closings.move_to_top(file, at) if word in ("param", "let", "include") else None
            report(messages.syntax.declaration_inside(word, fix), len(word))
        else:
            start = file.base + unclosed(file.text, int(braces[-1].start_pos), at)
            report(messages.syntax.declaration_in_open_brace(word, Span(start, start + 1)), len(word))
    elif {"STRING", "OPTION"} <= wanted and not first_on_line and not is_option and word not in _ELSEWHERE:
        words = _words(file.text, at, word)
        report(messages.syntax.word_for_text(words, name=words in names_given(file.text)), len(words))
    elif "ACTION" in wanted or "_ON" in wanted or "_TO" in wanted or "VERB" in wanted:
        report(_no_statement(word, is_option, wanted, first_on_line), len(word))
    elif wanted & _VALUE and "WORD" not in wanted:
        message = messages.syntax.word_for_value(word, messages.syntax.expected(wanted), text="STRING" in wanted)
        report(message, len(word))
    else:
        report(messages.syntax.word_misplaced(word, messages.syntax.expected(wanted)), len(word))


_ELSEWHERE = {*STATEMENTS, *TOP_LEVEL, *BRANCHES, *CALL_ITEMS, "elif", "else", "private", "->"}
"""Words that begin something."""


def _words(text: str, at: int, word: str) -> str:
    """The words up to the end of the line where nothing else follows, such as an option, otherwise the first one."""
    line = text[at : at + 200].split("\n", 1)[0].rstrip()
    return line if all(char.isalnum() or char in " ,.!?'" for char in line) else word


def _no_statement(word: str, is_option: bool, wanted: frozenset[str], first_on_line: bool) -> Message:
    """Where a statement could begin, or a part of a block: why it does not with this word."""
    known, place = _beginnings(wanted)
    if word in ("elif", "else"):
        return messages.syntax.no_if_before(word)
    if word in {**STATEMENTS, **TOP_LEVEL, **BRANCHES, **CALL_ITEMS} and word not in known:
        return messages.flow.keyword_misplaced(word, messages.syntax.expected(wanted), statement=word in STATEMENTS)
    if word == "private":
        return messages.syntax.private_before_type()
    if is_option:
        return messages.syntax.option_without_statement(word)
    if not first_on_line and "OPTION" in wanted:
        return messages.syntax.word_behind_value(word)
    return messages.syntax.unknown_word(word, place, [name for name in known if name not in WITHDRAWN])


def _beginnings(wanted: frozenset[str]) -> tuple[dict[str, str], str]:
    """The words that could stand there, and what such words are called."""
    if "ACTION" in wanted:
        return STATEMENTS | (TOP_LEVEL if "_STEP" in wanted else {}), "statement"
    if "VERB" in wanted:
        return dict.fromkeys((*VERBS, "with", "not"), ""), "verb of a test"
    if "_TO" in wanted:
        return CALL_ITEMS | {"on": ""}, "part of `call`"
    return BRANCHES, "branch"


def _number(number: str, wanted: frozenset[str], report: Report) -> None:
    if number.startswith("+") and number[1:].isdigit():
        report(messages.syntax.plus_before_number(number[1:]), len(number))
    elif "NUMBER" not in wanted:
        report(messages.syntax.number_misplaced(messages.syntax.expected(wanted)), len(number))
    else:
        report(messages.syntax.no_number(number), len(number))
