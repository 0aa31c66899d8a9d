"""A statement that another language writes otherwise: the parser reads the form that is right in its place."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from nccodsl.base.record import Record
from nccodsl.syntax.tables import parser


class Rewrite(Record):
    """`right` stands for the text from `start` to `end`; `head` and `tail` characters at its ends are the same."""

    start: int
    end: int
    right: str
    head: int
    tail: int

    @classmethod
    def of(cls, text: str, start: int, end: int, right: str) -> Rewrite:
        written = text[start:end]
        most = min(len(written), len(right))
        head = next((index for index in range(most) if written[index] != right[index]), most)
        most -= head
        tail = next((index for index in range(most) if written[-1 - index] != right[-1 - index]), most)
        return cls(start, end, right, head, tail)

    @property
    def marked(self) -> tuple[int, int]:
        """What the right form replaces."""
        return self.start + self.head, self.end - self.tail

    @property
    def new(self) -> str:
        return self.right[self.head : len(self.right) - self.tail]

    def place(self, offset: int) -> int:
        """Where an offset of the right form lies in the text."""
        if offset <= self.head:
            return self.start + offset
        if offset >= len(self.right) - self.tail:
            return self.end - (len(self.right) - offset)
        return self.start + self.head


def read(state: Any, base: int, rewrite: Rewrite) -> Any:
    """The parser's state behind the right form, or None where it cannot stand. `state` remains what it is."""
    trial = _copied(state)
    if not _drop_from(trial, rewrite.start, base):
        return None
    thread: Any = parser().parse_interactive(rewrite.right).lexer_thread
    with suppress(UnexpectedInput):
        for token in thread.lex(trial):
            start, end = token.start_pos, token.end_pos
            token.start_pos, token.end_pos = rewrite.place(start), rewrite.place(end)
            if token.type == "JINJA_BEGIN":  # the file has the template in another form
                written = rewrite.right[start:].partition("}}")[0]
                token = Token.new_borrow_pos(token.type, written, token)
                inside = len(written) - len(written[2:].lstrip())
                token.start_pos = rewrite.place(start + inside) - inside
            trial.feed_token(token)
        return trial
    return None


def _copied(state: Any) -> Any:
    """The parser adds to the lists of its trees as it reads, so these are copied."""
    copied = state.copy(deepcopy_values=False)
    copied.value_stack[:] = [
        Tree(value.data, list(value.children), value.meta) if isinstance(value, Tree) else value
        for value in copied.value_stack
    ]
    return copied


def _drop_from(state: Any, start: int, base: int) -> bool:
    """Drop what the parser has read from an offset on. False where something reaches over it."""
    values = state.value_stack
    while values and _extent(values[-1], base)[0] >= start:
        values.pop()
        state.state_stack.pop()
    children = values[-1].children if values and _is_row(values[-1]) else []
    while children and _extent(children[-1], base)[0] >= start:
        children.pop()
    last = children[-1] if children else values[-1] if values and not _is_row(values[-1]) else None
    return last is None or _extent(last, base)[1] <= start


def _is_row(value: Any) -> bool:
    return isinstance(value, Tree) and str(value.data).startswith("__")


def _extent(value: Any, base: int) -> tuple[int, int]:
    if isinstance(value, Token):
        return int(value.start_pos or 0), int(value.end_pos or 0)
    if isinstance(value, Tree):
        return (-1, -1) if value.meta.empty else (int(value.meta.start_pos), int(value.meta.end_pos))
    return (-1, -1) if value is None else (value.span.start - base, value.span.end - base)
