"""Going on after a syntax error: drop the broken statement, keep the good ones around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from lark import Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_analysis import Shift

from nccodsl.base.record import Record
from nccodsl.diagnostics import nearest
from nccodsl.syntax.habits import behind
from nccodsl.syntax.keywords import KEYWORDS, STATEMENTS, TOP_LEVEL
from nccodsl.syntax.scan import PART

_SYNC = re.compile(
    PART.pattern + r"|(?P<word>(?<![\w-])(?:" + "|".join(map(re.escape, KEYWORDS)) + r")(?![\w-])(?!\s*=))"
    r"|(?P<other>(?<![\w-])[A-Za-z_]\w*(?=[ \t]+[\"{0-9a-z]))"
)


class Sync(Record):
    """A place where parsing can go on: the terminal that stands there and its offset in the file."""

    terminal: str
    at: int
    top_level: bool


def error_offset(error: UnexpectedInput, text: str) -> int:
    """Where in the file the parser stopped."""
    if isinstance(error, UnexpectedToken):
        return len(text) if error.token.type == "$END" else int(error.token.start_pos or 0)
    return int(error.pos_in_stream or 0)


def can_take(state: Any, terminal: str) -> bool:
    """Whether the parser can take a terminal here. Its table alone does not tell: LALR states are merged ones."""
    table = state.parse_conf.parse_table.states
    stack = list(state.state_stack)
    while True:
        action = table[stack[-1]].get(terminal)
        if action is None:
            return False
        kind, what = action
        if kind is Shift:
            return True
        if what.expansion:
            del stack[-len(what.expansion) :]
        if terminal == "$END" and what.origin.name == "start":
            return True
        stack.append(table[stack[-1]][what.origin.name][1])


def open_braces(state: Any) -> list[int]:
    """Indices on the value stack of the braces of blocks (not of maps or templates) that are still open."""
    table = state.parse_conf.parse_table.states
    found: list[int] = []
    for index, value in enumerate(state.value_stack):
        if not isinstance(value, Token):
            continue
        if value.type == "LBRACE":
            found.append(index)
        elif value.type == "RBRACE":
            found.pop()
    return [index for index in found if not {"entry", "JINJA_TEXT"} & table[state.state_stack[index + 1]].keys()]


def opened_template(state: Any) -> Token | None:
    """The `{{` inside which the parser stopped, or None."""
    for value in reversed(state.value_stack):
        if isinstance(value, Tree) and str(value.data).startswith(("__template", "___jinja", "___nested", "__jinja")):
            continue
        if not isinstance(value, Token) or value.type not in _IN_TEMPLATE:
            return None
        if value.type == "JINJA_BEGIN":
            return value
    return None


_IN_TEMPLATE = ("LPAREN", "LBRACKET", "LBRACE", "JINJA_TEXT", "JINJA_STRING", "JINJA_BEGIN")


def resume(error: UnexpectedInput, state: Any, thread: Any, text: str) -> bool:
    """Bring the parser to a state from which it can go on behind the error. False where there is none."""
    table = state.parse_conf.parse_table.states
    at = error_offset(error, text)
    start = behind(text, at)
    if opened_template(state) is not None:
        # Its braces no longer tell where a block ends: the rest of the line goes with it.
        start = text.find("\n", at)
        start = len(text) if start < 0 else start
    for sync in sync_points(text, start):
        if sync.top_level:
            _close_all(state, sync.at)
        height = _height(state, table, sync.terminal)
        if height is None or (sync.at == at and height == len(state.state_stack)):
            continue
        _cut(state, height)
        _go_to(thread, sync.at)
        return True
    _close_all(state, len(text))
    height = _height(state, table, "$END")
    if height is None:
        return False
    _cut(state, height)
    _go_to(thread, len(text))
    return True


def _height(state: Any, table: Any, terminal: str) -> int | None:
    """The height of the state stack at which `terminal` can be taken, within the innermost open block."""
    braces = open_braces(state)
    lowest = braces[-1] + 2 if braces else 1
    for height in range(len(state.state_stack), lowest - 1, -1):
        if terminal in table[state.state_stack[height - 1]]:
            return height
    return None


def _cut(state: Any, height: int) -> None:
    del state.state_stack[height:]
    del state.value_stack[height - 1 :]


def _close_all(state: Any, at: int) -> None:
    """Close every open block as if its brace stood at `at`; a block that cannot be finished there is dropped."""
    table = state.parse_conf.parse_table.states
    while braces := open_braces(state):
        height = _height(state, table, "RBRACE")
        if height is not None:
            _cut(state, height)
            with suppress(UnexpectedInput):
                state.feed_token(Token("RBRACE", "}", at, 1, 1, 1, 1, at))
        if len(open_braces(state)) >= len(braces):
            _cut(state, braces[-1] + 1)


def _go_to(thread: Any, at: int) -> None:
    thread.state.line_ctr.char_pos = at


def sync_points(text: str, start: int) -> Iterator[Sync]:
    """Where parsing may go on after `start`: a keyword or a closing brace outside of what opens behind `start`.

    A declaration at the beginning of a line always is such a place: somebody forgot a brace.
    """
    depth = 0
    for part in _SYNC.finditer(text, start):
        at = part.start()
        if part["open"]:
            depth += 1
        elif part["close"]:
            if depth == 0 and part["close"] == "}":
                yield Sync("RBRACE", at, top_level=False)
            depth = max(depth - 1, 0)
        elif word := part["word"]:
            line_start = at == 0 or text[at - 1] in "\n\r"
            if word in TOP_LEVEL and line_start:
                depth = 0
                yield Sync(KEYWORDS[word], at, top_level=True)
            elif depth == 0:
                yield Sync(KEYWORDS[word], at, top_level=False)
        elif part["other"] and depth == 0 and at > start and _begins_line(text, at):
            # A misspelt statement is a place to go on too, so that each one is told.
            meant = nearest(part["other"], STATEMENTS | TOP_LEVEL)
            if meant is not None:
                yield Sync(KEYWORDS[meant], at, top_level=False)


def _begins_line(text: str, at: int) -> bool:
    """Whether only space stands before `at` on its line; a look back of 200 characters is enough."""
    before = text[max(at - 200, 0) : at]
    return not before.rpartition("\n")[2].strip() and ("\n" in before or at <= 200)
