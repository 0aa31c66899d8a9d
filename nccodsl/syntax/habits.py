"""Habits from other languages and tools: what people write, and the form that is right here.

Only a script with a syntax error imports this.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Edit, Message, messages

_Edits = tuple[Edit, ...]


class HabitPlace(Record):
    """Where parsing stopped: the file, the offset, what stands before it on its line and behind it."""

    file: SourceFile
    at: int
    before: str
    rest: str
    wanted: frozenset[str]

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Write `text` for what stands from `start` to `end`, counted from the place."""
        return Edit(Span(self.file.base + self.at + start, self.file.base + self.at + end), text)


Habit = tuple[re.Pattern[str], Callable[[HabitPlace, re.Match[str]], "HabitFound | None"]]


class HabitFound(Record):
    """What to say, and of how many characters."""

    said: Message
    length: int


STATEMENTS = {
    "say": ("talk", 'talk "Hello"'),
    "speak": ("talk", 'talk "Hello"'),
    "play": ("stream", 'stream "https://example.com/hello.mp3"'),
    "gather": ("input", 'input dtmf max_digits=1 { on "1" -> sales  otherwise -> goodbye }'),
    "dial": ("connect phone", "connect phone 14155550101"),
    "goto": ("->", "-> goodbye"),
}
"""Statements of other tools: the one that is meant, and an example of it."""

_UNITS = {"ms": "ms", "s": "s", "sec": "s", "second": "s", "seconds": "s", "m": "m", "min": "m", "minute": "m"}
_UNITS |= {"minutes": "m", "h": "h"}

_STATEMENT = re.compile(r"(?:" + "|".join(STATEMENTS) + r')(?=[^\w=-]|\Z)(?P<quoted>[ \t]+"\+?(\d{7,15})")?')
_LEADING = re.compile(r"\belse[ \t]+\Z")
_ENDPOINT = re.compile(r"\b(to|from|connect)[ \t]+\Z")
_AMOUNT = re.compile(r"\b(\d{1,9})[ \t]+\Z")
_CALLED = re.compile(r"(?<![\w-])([a-z]+)[ \t]*\Z")
_BLOCK = re.compile(r"[ \t]*(step|if|elif|else|for)\b")
_TEXT = re.compile(r'(?<![\w"])"(?=[^"])')
_HOLE = re.compile(r"\{([A-Za-z_][\w.]{0,99})\}")
_OTHER = re.compile(r"(?:else|default)\b:?[ \t]*->")
_CONDITION = re.compile(r"\b(if|elif)[ \t]+\Z")


def _statement(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    if "ACTION" not in place.wanted:
        return None
    word = re.match(r"[a-z]+", match[0])
    written = word[0] if word else match[0]
    right, example = STATEMENTS[written]
    edits: _Edits = (place.edit(0, len(written), right),)
    if written == "dial" and match["quoted"]:
        edits = (place.edit(0, match.end(), f"{right} {match[2]}"),)
    elif written == "dial" and not place.rest[len(written) :].lstrip()[:1].isdigit():
        edits = ()
    return HabitFound(said=messages.habits.other_statement(written, right, example, edits), length=len(written))


def _else_if(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    leading = _LEADING.search(place.before)
    if leading is None:
        return None
    start = leading.start() - len(place.before)
    return HabitFound(said=messages.habits.else_if((place.edit(start, 2, "elif"),)), length=2)


def _otherwise(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    if "_OTHERWISE" not in place.wanted:
        return None
    edits = (place.edit(0, match.end(), "otherwise"),)
    return HabitFound(said=messages.habits.otherwise(match[1], edits), length=len(match[1]))


def _branch(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    if "_OTHERWISE" not in place.wanted:
        return None
    return HabitFound(said=messages.habits.branch_without_on((place.edit(0, 0, "on "),)), length=match.end())


def _line_comment(place: HabitPlace, match: re.Match[str]) -> HabitFound:
    """One finding for all lines of a comment."""
    rows = _comment_rows(place.file.text, place.at)
    edits = tuple(place.edit(start - place.at, start - place.at + 2, "#") for start, _ in rows)
    return HabitFound(said=messages.habits.comment("//", edits), length=2)


def _comment_rows(text: str, at: int) -> list[tuple[int, int]]:
    """Where each line of a `//` comment begins and ends."""
    rows: list[tuple[int, int]] = []
    while text.startswith("//", at):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        rows.append((at, end))
        following = text[end + 1 : end + 202]
        at = end + 1 + len(following) - len(following.lstrip(" \t"))
    return rows


def _comment(place: HabitPlace, match: re.Match[str]) -> HabitFound:
    end = place.file.text.find("*/", place.at + 2)
    whole = place.file.text[place.at : end + 2]
    alone = end >= 0 and re.match(r"[ \t]*(?:#|\r?\n|\Z)", place.file.text[end + 2 : end + 202])
    lines = [line.strip().lstrip("*").strip() for line in whole[2:-2].split("\n")]
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    while len(lines) > 1 and not lines[0]:
        lines.pop(0)
    indent = "\n" + " " * (len(place.before) - len(place.before.lstrip()))
    text = indent.join(f"# {line}".rstrip() for line in lines)
    edits = (place.edit(0, len(whole), text),) if alone else ()
    return HabitFound(said=messages.habits.comment("/*", edits), length=2)


def _escaped(text: str) -> str:
    return text.replace('"', '\\"')


def _smart(place: HabitPlace, match: re.Match[str]) -> HabitFound:
    edits = (place.edit(0, match.end(), f'"{_escaped(match[1])}"'),) if match[1] is not None else ()
    return HabitFound(said=messages.habits.quotes(place.rest[0], edits), length=1)


def _single(place: HabitPlace, match: re.Match[str]) -> HabitFound:
    text = match[1]
    edits = () if text is None or "\\" in text else (place.edit(0, match.end(), f'"{_escaped(text)}"'),)
    return HabitFound(said=messages.habits.single_quotes(edits), length=1)


def _prefixed(place: HabitPlace, match: re.Match[str]) -> HabitFound:
    edits = (place.edit(0, match.end(), _HOLE.sub(r"{{ \1 }}", match[2])),)
    return HabitFound(said=messages.habits.prefixed_string(match[1], edits), length=match.end(1))


def _parentheses(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    called = _CALLED.search(place.before)
    if called is None or "STRING" not in place.wanted:
        return None
    edits = (place.edit(0, match.end(), f" {match[1]}"),) if match[2] == ")" else ()
    return HabitFound(said=messages.habits.parentheses(called[1], edits), length=1)


def _colon(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    block = _BLOCK.match(place.before)
    if block is None or "LBRACE" not in place.wanted:
        return None
    indent = len(place.before) - len(place.before.lstrip())
    text = place.file.text
    end = line = text.find("\n", place.at)
    while 0 <= line < len(text) - 1:
        following = text.find("\n", line + 1)
        following = len(text) if following < 0 else following
        row = text[line + 1 : following]
        if row.strip() and len(row) - len(row.lstrip()) <= indent:
            break
        end = following if row.strip() else end
        line = following
    if end < 0:
        return HabitFound(said=messages.habits.colon_for_braces(block[1], ()), length=1)
    closing = place.edit(end - place.at, end - place.at, "\n" + " " * indent + "}")
    edits = (place.edit(0, 1, " {"), closing)
    return HabitFound(said=messages.habits.colon_for_braces(block[1], edits), length=1)


def _phone(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    endpoint = _ENDPOINT.search(place.before)
    if endpoint is None or "WORD" not in place.wanted:
        return None
    edits = (place.edit(0, match.end(), f"phone {match[1]}"),)
    return HabitFound(said=messages.habits.phone_lacks(endpoint[1], edits), length=match.end())


def _unit(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    amount, unit = _AMOUNT.search(place.before), _UNITS.get(match[0])
    if amount is None or unit is None:
        return None
    right = amount[1] + unit
    edits = (place.edit(amount.start() - len(place.before), match.end(), right),)
    return HabitFound(said=messages.habits.spaced_unit(right, edits), length=match.end())


def _nested(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    """A word that touches the end of a text, and more quotes on the line: the text was to go on."""
    opening = _TEXT.search(place.before)
    line = place.rest.partition("\n")[0].partition(" #")[0]
    last = line.rfind('"')
    if not place.before.endswith('"') or opening is None or last < 0 or "=" in line:
        return None
    start = opening.end() - len(place.before)
    inner = place.before[start:] + line[:last]
    edits = () if "\\" in inner else (place.edit(start, last, _escaped(inner)),)
    return HabitFound(said=messages.habits.nested_quotes(edits), length=match.end())


def _condition(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    word = _CONDITION.search(place.before)
    if word is None or "JINJA_BEGIN" not in place.wanted:
        return None
    edits = (place.edit(0, match.end(1), f"{{{{ {match[1]} }}}}"),)
    return HabitFound(said=messages.habits.bare_condition(word[1], edits), length=match.end(1))


def _json(place: HabitPlace, match: re.Match[str]) -> HabitFound | None:
    if place.file.text[: place.at].strip():
        return None
    return HabitFound(said=messages.habits.json_in_a_script(), length=1)


HABITS: tuple[Habit, ...] = (
    (re.compile(r"//"), _line_comment),
    (re.compile(r"/\*"), _comment),
    (re.compile(r"[“”„«](?:(?<=[“”„«])([^“”«»\n]{0,2000})[“”»])?"), _smart),
    (re.compile(r"[‘’](?:([^‘’\n]{0,2000}(?:’(?=\w)[^‘’\n]{0,200}){0,9})’)?"), _smart),
    (re.compile(r"'(?:((?:[^'\n]|'(?=\w)){0,1000})'(?!\w))?"), _single),
    (re.compile(r'([fFrRbBuU])("(?:[^"\\\n]|\\.){0,1000}")'), _prefixed),
    (re.compile(r'\([ \t]*("(?:[^"\\\n]|\\.){0,1000}")[ \t]*([),])'), _parentheses),
    (re.compile(r":(?=[ \t]*(?:#|\r?\n))"), _colon),
    (re.compile(r'(?:"\+?)?(\d{7,15})"?(?![\w"])'), _phone),
    (re.compile(r"if\b"), _else_if),
    (re.compile(r"(else|default)\b:?(?=[ \t]*(?:->|\{|hangup))"), _otherwise),
    (re.compile(r'"[^"\n]{0,99}"(?=[ \t]*(?:->|\{|,|hangup))'), _branch),
    (re.compile(r"(?!\{)([^{}\n]{0,300}[^{}\s])(?=[ \t]*\{)"), _condition),
    (_STATEMENT, _statement),
    (re.compile(r"[a-z]+\b(?![ \t]*=)"), _unit),
    (re.compile(r"[^\s\"=(){}\[\]]+"), _nested),
    (re.compile(r"\[|\{(?![{%])"), _json),
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
    return HabitFound(said=Message(said.code, said.text, said.help), length=found.length)


def behind(text: str, at: int) -> int:
    """Where parsing may go on: behind a comment or a text of other quotes, for their words are no statements."""
    if rows := _comment_rows(text, at):
        return rows[-1][1]
    if text.startswith("/*", at):
        end = text.find("*/", at + 2)
        return len(text) if end < 0 else end + 2
    rest = text[at : at + 2200]
    if other := _OTHER.match(rest):
        return at + other.end()
    for pattern, judge in HABITS:
        if judge in (_smart, _single) and (match := pattern.match(rest)):
            return at + match.end()
    return at
