"""Looks for a habit in the line where the parser has stopped, and has the parser read the right form instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span, line_end, line_start
from nccodsl.diagnostics import Edit, Message, messages
from nccodsl.syntax.keywords import KEYWORDS
from nccodsl.syntax.line_habits import ROWS
from nccodsl.syntax.line_parts import LineHabit
from nccodsl.syntax.parser_state import wanted_terminals
from nccodsl.syntax.rewritten import Rewrite, read
from nccodsl.syntax.scan import PART
from nccodsl.syntax.sync_points import ANYWHERE

_MOST_PLACES = 8
_LONGEST = 600
_SHOWN = 100
_WORDS = "|".join(map(re.escape, KEYWORDS))
_BEGIN = re.compile(rf"[{{}}][ \t]*(?=[^\s{{}}])|(?<![\w.\"'/-])(?=(?:{_WORDS})(?![\w-]))")
_BEFORE_COMMENT = re.compile(r"(?:[^\"#]|\"(?:[^\"\\]|\\.)*+\")*+")
_WORD = re.compile(r"[^\s]{1,60}")
_WORD_SIGN = re.compile(r"\w")
_HEADER = re.compile(r"[^\s{}()]++[^{}\n]{0,200}+\{")


class LineFound(Record):
    """What to say of which place; the parser's state for going on at `end`, if the right form is known."""

    said: Message
    start: int
    stop: int
    end: int
    state: Any


class LineHabits:
    """Those of one file. No statement is rewritten twice."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._done: set[int] = set()

    def find(self, at: int, state: Any) -> LineFound | None:
        for place in (at, self._line(at)[0] - 1):
            start, end = self._line(max(place, 0))
            if end - start > _LONGEST or "private" in self._file.text[start:end]:
                continue
            for begin in self._begins(start, place):
                if begin not in self._done and (found := self._judge(begin, place, end, state)):
                    self._done.add(begin)
                    return found
        return None

    def _line(self, at: int) -> tuple[int, int]:
        text = self._file.text
        end = line_end(text, at)
        return line_start(text, at), end - (text[end - 1 : end] == "\r")

    def _begins(self, start: int, at: int) -> Iterator[int]:
        """Where a statement may begin: the line itself, then what stands before the place on it, the nearest first."""
        text = self._file.text
        yield start + len(text[start:at]) - len(text[start:at].lstrip())
        found = [match.end() for match in _BEGIN.finditer(text, start, at + 60) if match.end() <= at]
        yield from reversed(found[-_MOST_PLACES:])

    def _judge(self, start: int, at: int, end: int, state: Any) -> LineFound | None:
        text = self._file.text
        code = _BEFORE_COMMENT.match(text, start, end)
        bare = code.end() if code and text[code.end() : code.end() + 1] == "#" else end
        bare = start + len(text[start:bare].rstrip())
        for row in ROWS:
            stop = end if row.reads_comment else bare
            match = row.pattern.match(text, start, stop)
            if match is None or (not row.reads_comment if at >= end else max(match.end(), start + 1) <= at):
                continue
            if row.right is None:
                if start == at and wanted_terminals(state) & {*ANYWHERE}:
                    return self._passed_over(row, match)
            elif (form := row.form(match)) is not None and (found := self._written(row, match, stop, form, state)):
                return found
        return None

    def _written(self, row: LineHabit, match: re.Match[str], stop: int, form: str, state: Any) -> LineFound | None:
        """The whole line with the right form, after all other habits in it; or the form alone, if that can stand."""
        text, (start, end) = self._file.text, match.span()
        for right, last in (*((one, stop) for one in _forms(form + text[end:stop])), (form, end)):
            rewrite = Rewrite.of(text, start, last, right)
            if (behind := read(state, self._file.base, rewrite)) is not None:
                edits = (self._edit(rewrite),)
                shown = right.strip() if len(right) < _SHOWN else form.strip()
                return self._found(rewrite, _message(row, match, shown, edits), behind)
        return None

    def _edit(self, rewrite: Rewrite) -> Edit:
        first, last = rewrite.marked
        return Edit(Span(self._file.base + first, self._file.base + last), rewrite.new)

    def _found(self, rewrite: Rewrite, said: Message, behind: Any) -> LineFound:
        text = self._file.text
        first, last = rewrite.marked
        if not text[first:last].strip():
            word = _WORD.search(text, last)
            first, last = word.span() if word else (rewrite.start, rewrite.end)
        while first and _WORD_SIGN.match(text, first - 1) and _WORD_SIGN.match(text, first):
            first -= 1
        while _WORD_SIGN.match(text, last - 1) and _WORD_SIGN.match(text, last):
            last += 1
        first += len(text[first:last]) - len(text[first:last].lstrip())
        return LineFound(said, first, last, rewrite.end, behind)

    def _passed_over(self, row: LineHabit, match: re.Match[str]) -> LineFound:
        """The block of a statement that has no right form is passed over as a whole."""
        text, (start, stop) = self._file.text, match.span()
        end, depth = stop, 0
        if _HEADER.match(text, start):
            for part in PART.finditer(text, start):
                depth += 1 if part["open"] else -1 if part["close"] else 0
                if part["close"] == "}" and depth == 0:
                    end = part.end()
                    break
        return LineFound(messages.habits.no_such_statement(row.said, row.help), start, stop, end, None)


def _message(row: LineHabit, match: re.Match[str], right: str, edits: tuple[Edit, ...]) -> Message:
    said = match.expand(row.said)
    if row.help:
        return messages.habits.no_such_statement(said, row.help)
    if right.count("}") > right.count("{"):
        right = right.removesuffix("}").rstrip()
    return messages.habits.written_otherwise(said, right, edits, safe=row.safe, unknown=row.unknown)


def _forms(line: str) -> Iterator[str]:
    """The line, and what else becomes of it by the table: the mistakes of one statement are one error."""
    for _ in range(4):
        yield line
        for row in ROWS:
            match = row.pattern.match(line)
            if match is not None and (right := row.form(match)) is not None:
                line = right + line[match.end() :]
                break
        else:
            return
