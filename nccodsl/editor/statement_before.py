"""The statement that is being written at a place of a text, whether it can be parsed or not."""

from __future__ import annotations

import re

from nccodsl.base import lazy_re
from nccodsl.base.record import Record
from nccodsl.base.source import line_start
from nccodsl.syntax.keywords import BRANCHES, CALL_ITEMS, CHOICES, STATEMENTS, TOP_LEVEL, VERBS

WORDS = lazy_re.compile(
    r'#[^\n]*|"""(?:[^"\\]|\\[\s\S]|"(?!""))*+(?:""")?|"(?:[^"\\\n]|\\.)*+"?|\{\{[^{}\n]*\}\}|->'
    r"|(?P<option>[A-Za-z_][\w-]*)[ \t]*=(?!=)|(?P<word>[A-Za-z_][\w-]*)|(?P<open>[{(\[])|(?P<close>[})\]])|[^\s]"
)
"""The parts of a text, coarsely."""
TOP = lazy_re.compile(rf"^(?:{'|'.join(sorted(TOP_LEVEL))})\b", re.M)
"""Where a declaration begins a line."""
_BEGINNINGS = frozenset((*STATEMENTS, *BRANCHES, *CHOICES, *CALL_ITEMS, *TOP_LEVEL, *VERBS, "->"))
_NAMED = frozenset(("param", "let", "secret", "hours", "defaults", "dialog", "step", "set", "for", "ask", "->"))
"""What a name stands behind."""


class Begun(Record):
    """A statement up to the cursor. `words`: those behind its keyword; `options`: those that are given before it.

    `active`: the option whose value is being written, or the beginning of the word at the cursor, or empty.
    `within`: the keywords of the blocks around it.
    """

    keyword: str
    words: tuple[str, ...]
    options: tuple[str, ...]
    active: str
    within: tuple[str, ...]


class _Open:
    """A statement while it is read, up to its next word."""

    def __init__(self, keyword: str, at: int) -> None:
        self.keyword = keyword
        self.at = at
        self.words: list[str] = []
        self.options: list[tuple[str, int]] = []
        self.parts = 0
        """How many parts it has so far."""


def statement_before(text: str, offset: int) -> Begun | None:
    """The statement at an offset; None behind what ends one, and in comments."""
    start = 0
    for found in TOP.finditer(text, 0, offset):
        start = found.start()
    stack: list[_Open | None] = []
    current: _Open | None = None
    at, end, last = start, start, ""
    for found in WORDS.finditer(text, start, offset):
        part, last = found[0], found[0]
        at, end = found.span()
        if part.startswith("#"):
            if end == offset:
                return None
        elif found["open"]:
            stack.append(current)
            if part == "{" and not _is_map(current):
                current = _Open("call", at) if current is not None and current.keyword == "call" else None
        elif found["close"]:
            current = stack.pop() if stack else None
            _count(current)
        elif _begins(found["word"] or part, current) and end < offset:
            current = _Open(part, at)
        else:
            _add(current, found["option"], part)
    if current is None or not _goes_on(text, current.at, offset if end < offset else at, last):
        return None
    return _begun(current, text[end:offset], last, tuple(one.keyword for one in stack if one is not None))


def _begins(word: str, current: _Open | None) -> bool:
    """Whether a word begins a statement: it is no name and no value."""
    if current is not None and (_is_value(current) or (current.keyword in _NAMED and not current.parts)):
        return False
    return word in _BEGINNINGS


def _goes_on(text: str, began: int, at: int, last: str) -> bool:
    """Whether what stands at a place belongs to a statement: in a later line, it is indented, and not behind a `}`."""
    start = line_start(text, at)
    if start <= began or text[start:at].strip():
        return True
    first = line_start(text, began)
    indent = len(text[first:began]) - len(text[first:began].lstrip())
    return last != "}" and at - start > indent


def _is_map(current: _Open | None) -> bool:
    """Whether a brace begins a value."""
    return current is not None and (current.keyword in ("notify", "raw", "transfer") or _is_value(current))


def _is_value(current: _Open | None) -> bool:
    """Whether a value must follow."""
    return current is not None and bool(current.options) and current.options[-1][1] == current.parts


def _count(current: _Open | None) -> None:
    if current is not None:
        current.parts += 1


def _add(current: _Open | None, option: str | None, part: str) -> None:
    if current is None:
        return
    current.parts += 1
    if option:
        current.options.append((option, current.parts))
    else:
        current.words.append(part)


def _begun(current: _Open, behind: str, last: str, within: tuple[str, ...]) -> Begun:
    """`behind`: the spaces between the last part and the cursor."""
    given = [name for name, _ in current.options]
    value = bool(current.options) and current.parts - current.options[-1][1]
    if current.options and (value == 0 or (value == 1 and not behind)):
        return Begun(current.keyword, tuple(current.words), tuple(given), given[-1], within)
    typed = last if not behind and last.isidentifier() and current.words and current.words[-1] == last else ""
    return Begun(current.keyword, tuple(current.words), tuple(given), typed, within)
