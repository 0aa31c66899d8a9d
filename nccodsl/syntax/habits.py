"""Habits from other languages and tools: what people write, and the form that is right here.

Only a script with a syntax error imports this.
"""

from __future__ import annotations

import re

from nccodsl.base.source import SourceFile
from nccodsl.diagnostics import Message
from nccodsl.syntax import choose_habits, curly_quotes, hours_habits, request_habits, statement_habits, text_habits
from nccodsl.syntax.habit_places import Habit, HabitFound, HabitPlace

_WORDS = "|".join(statement_habits.STATEMENTS)
_STATEMENT = re.compile(rf'({_WORDS})(?=[^\w=-]|\Z)(?:[ \t]+"?\+?(?P<number>\d{{7,15}})(?![\w.])"?)?', re.I)
_QUOTED = r'"(?:[^"\\\n]|\\.){0,1000}"|\'[^\'"\\\n]{0,1000}\''
_ARGUMENT = _QUOTED + r"|\{\{[^{}\n]{0,300}\}\}|\d{1,9}[a-z]{0,2}"
_BRANCH = r'(?:"[^"\n]{0,99}"|\d{1,20})(?P<colon>[ \t]*:)?(?=[ \t]*(?:->|\{|,|hangup))'

HABITS: tuple[Habit, ...] = (
    (request_habits.WORD, request_habits.method),
    (request_habits.STATUS, request_habits.status),
    (request_habits.ANYTHING, request_habits.address),
    (request_habits.MAP, request_habits.sent_map),
    (request_habits.ANSWER, request_habits.sent_as),
    (request_habits.VALUE, request_habits.secret_value),
    (request_habits.EVENT, request_habits.event),
    (request_habits.MEMBER, request_habits.shape),
    (hours_habits.TIMES, hours_habits.times),
    (hours_habits.DATE, hours_habits.date),
    (re.compile(r"//"), text_habits.line_comment),
    (re.compile(r"/\*"), text_habits.comment),
    (re.compile(r"[“”„«]"), curly_quotes.smart),
    (re.compile(r"[‘’]"), curly_quotes.smart),
    (re.compile(r"'(?:((?:[^'\n]|'(?=\w)){0,1000})'(?!\w))?"), text_habits.single),
    (re.compile(rf"([fFrRbBuU])({_QUOTED})"), text_habits.prefixed),
    (re.compile(rf"\([ \t]*({_ARGUMENT})[ \t]*([),])"), text_habits.parentheses),
    (re.compile(r":(?=[ \t]*(?:#|\r?\n))"), statement_habits.colon),
    (re.compile(r'"?\+?(\d{7,15})"?(?![\w"])'), statement_habits.phone),
    (re.compile(r"[A-Za-z_]\w*(?![\w-])(?![ \t]*=)"), statement_habits.endpoint_name),
    (re.compile(r"\+(\d{5,15})(?![\w.])"), statement_habits.plus),
    (re.compile(r"\+?(?:[ ().\t-]{0,3}\d){3,18}(?![\w.])"), statement_habits.spaced_number),
    (re.compile(r"if\b"), statement_habits.else_if),
    (re.compile(r"else_?if\b|elsif\b"), statement_habits.elif_),
    (re.compile(r"(&&|\|\||and\b|or\b)[ \t]*\{\{[ \t]*"), statement_habits.conditions),
    (re.compile(r";(?=[ \t]*(?:[}#]|\r?\n|\Z))"), statement_habits.semicolon),
    (re.compile(r"[\w./-]{1,200}"), statement_habits.included),
    (re.compile(r"(else|default)\b:?(?=[ \t]*(?:->|\{|hangup))"), statement_habits.otherwise),
    (choose_habits.SWITCH, choose_habits.switch),
    (choose_habits.WORD, choose_habits.branch),
    (choose_habits.VALUE, choose_habits.branch),
    (choose_habits.COLON, choose_habits.colon),
    (re.compile(rf"(?P<word>(?:case|when)(?=[ \t]))?[ \t]*{_BRANCH}"), statement_habits.branch),
    (re.compile(r"(?!\{)([^{}\n]{0,300}[^{}\s])(?=[ \t]*\{(?!\{))"), statement_habits.condition),
    (_STATEMENT, statement_habits.statement),
    (re.compile(r"[a-z]+\b(?![ \t]*=)"), statement_habits.unit),
    (re.compile(r"[^\s\"=(){}\[\]]+"), text_habits.nested),
    (re.compile(r'(?:\.\w{1,50})?[ \t]*={1,3}[ \t]*("[^"\n]{0,99}"|\d{1,20})'), statement_habits.compared),
    (re.compile(r"\[|\{(?![{%])"), text_habits.json_file),
    (re.compile(r'"'), text_habits.nested),
    (re.compile(r"=[ \t]*(?=[\"{\d+])"), statement_habits.endpoint_equals),
)
"""How a habit begins, and what to say of it; the first one that is meant counts."""


def habit(file: SourceFile, at: int, wanted: frozenset[str]) -> HabitFound | None:
    """What a habit explains of the error at an offset, if any does."""
    above = file.text[max(at - 2000, 0) : at].split("\n")[-2:]
    before = above[-1]
    place = HabitPlace(file=file, at=at, before=before, rest=file.text[at : at + 2200], wanted=wanted)
    for pattern, judge in HABITS:
        if (match := pattern.match(place.rest)) and (found := judge(place, match)):
            # The edits of a fix would show the default of a private param.
            return _without_fix(found) if any("private" in line for line in above) else found
    return None


def _without_fix(found: HabitFound) -> HabitFound:
    said = found.said
    return HabitFound(Message(said.code, said.text, said.help), found.length, found.skip, found.tokens)
