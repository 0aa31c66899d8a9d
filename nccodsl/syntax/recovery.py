"""Going on after a syntax error: drop the broken statement, keep the good ones around it."""

from __future__ import annotations

from typing import Any

from lark import Token
from lark.exceptions import UnexpectedInput, UnexpectedToken

from nccodsl.syntax.scan import sync_points


def error_offset(error: UnexpectedInput, text: str) -> int:
    """Where in the file the parser stopped."""
    if isinstance(error, UnexpectedToken):
        return len(text) if error.token.type == "$END" else int(error.token.start_pos or 0)
    return int(error.pos_in_stream or 0)


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
    start = at
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
    """Close every open block as if its brace stood at `at`."""
    table = state.parse_conf.parse_table.states
    while open_braces(state):
        height = _height(state, table, "RBRACE")
        if height is None:
            return
        _cut(state, height)
        try:
            state.feed_token(Token("RBRACE", "}", at, 1, 1, 1, 1, at))
        except UnexpectedInput:
            # The block cannot be finished here (a test without a verb, say): drop it.
            _cut(state, open_braces(state)[-1] + 1)


def _go_to(thread: Any, at: int) -> None:
    thread.state.line_ctr.char_pos = at
