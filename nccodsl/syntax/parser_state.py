"""What the stacks of a stopped parser tell: what could follow, and which braces are open."""

from __future__ import annotations

from typing import Any

from lark import Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_analysis import Shift

BROKEN = "_BROKEN"
"""How the terminals begin that recovery feeds before the block of a statement that cannot be read."""


def error_offset(error: UnexpectedInput, text: str) -> int:
    """Where in the file the parser stopped."""
    if isinstance(error, UnexpectedToken):
        return len(text) if error.token.type == "$END" else int(error.token.start_pos or 0)
    return int(error.pos_in_stream or 0)


def taken(state: Any, terminal: str, height: int | None = None) -> Any:
    """The parser's position behind a terminal, or None where it cannot take it; with its stack cut to a height.

    Its table alone does not tell: LALR states are merged ones.
    """
    table = state.parse_conf.parse_table.states
    stack = list(state.state_stack[:height])
    while True:
        action = table[stack[-1]].get(terminal)
        if action is None:
            return None
        kind, what = action
        if kind is Shift:
            return what
        if what.expansion:
            del stack[-len(what.expansion) :]
        if terminal == "$END" and what.origin.name == "start":
            return what
        stack.append(table[stack[-1]][what.origin.name][1])


def can_take(state: Any, terminal: str) -> bool:
    """Whether the parser can take a terminal here."""
    return taken(state, terminal) is not None


def wanted_terminals(state: Any) -> frozenset[str]:
    """The terminals that the parser could have taken."""
    listed = state.parse_conf.parse_table.states[state.position]
    return frozenset(
        name for name in listed if name.upper() == name and not name.startswith(BROKEN) and can_take(state, name)
    )


def wants_block(state: Any) -> bool:
    """Whether the parser can take the `{` of a block, rather than that of a map."""
    behind = taken(state, "LBRACE")
    return behind is not None and "entry" not in state.parse_conf.parse_table.states[behind]


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


def in_brackets(state: Any) -> bool:
    """Whether a list or a map is open within the innermost block."""
    braces = open_braces(state)
    inside = [value.type for value in state.value_stack[braces[-1] + 1 if braces else 0 :] if isinstance(value, Token)]
    return sum(_DEPTHS.get(terminal, 0) for terminal in inside) > 0


def in_call(state: Any) -> bool:
    """Whether the innermost block is a `call`, whose options are statements of their own."""
    braces = open_braces(state)
    return bool(braces) and "_TO" in state.parse_conf.parse_table.states[state.state_stack[braces[-1] + 1]]


_DEPTHS = {"LBRACE": 1, "LBRACKET": 1, "RBRACE": -1, "RBRACKET": -1}


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


def height_for(state: Any, terminal: str) -> int | None:
    """The height of the state stack at which `terminal` can be taken, within the innermost open block."""
    table = state.parse_conf.parse_table.states
    braces = open_braces(state)
    lowest = braces[-1] + 2 if braces else 1
    for height in range(len(state.state_stack), lowest - 1, -1):
        if terminal in table[state.state_stack[height - 1]] and taken(state, terminal, height) is not None:
            return height
    return None


def cut(state: Any, height: int) -> None:
    """Drop what stands on the stacks above a height."""
    del state.state_stack[height:]
    del state.value_stack[height - 1 :]


def drop_option(state: Any, at: int) -> bool:
    """Drop the option that begins at an offset and is the last one, whole or not. Whether there is one."""
    for index in range(len(state.value_stack) - 1, -1, -1):
        value = state.value_stack[index]
        if isinstance(value, Token):
            if value.type == "OPTION" and value.start_pos == at:
                cut(state, index + 1)
                return True
        elif value.children and _is_option(value.children[-1], at):
            value.children.pop()
            return True
    return False


def _is_option(value: Any, at: int) -> bool:
    return isinstance(value, Tree) and value.data == "option" and value.meta.start_pos == at


def feed(state: Any, terminal: str, at: int) -> None:
    """Give the parser a terminal that does not stand in the text; its token is empty. Raises UnexpectedInput."""
    state.feed_token(Token(terminal, "", at, 1, 1, 1, 1, at))
