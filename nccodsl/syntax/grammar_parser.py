"""Text to syntax tree by the grammar, with recovery: one run reports every syntax error that stands on its own."""

from __future__ import annotations

from typing import Any

import lark
from lark import Token
from lark.exceptions import UnexpectedInput

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector
from nccodsl.syntax import ast
from nccodsl.syntax.builder import Builder
from nccodsl.syntax.scan import check_text
from nccodsl.syntax.tables import parser


def parse_by_grammar(file: SourceFile, collector: Collector) -> ast.Script:
    """The tree of a file. What cannot be understood is reported and left out; `Script.complete` says whether."""
    if not check_text(file, collector):
        return ast.Script(span=Span(file.base, file.base), items=(), complete=False)
    interactive = parser().parse_interactive(file.text)
    state: Any = interactive.parser_state
    thread: Any = interactive.lexer_thread
    builder = Builder(file, collector)
    recovery: Any = None
    while True:
        last: Token | None = None
        try:
            for token in thread.lex(state):
                last = token
                state.feed_token(token)
                if token.type in _DECLARING:
                    _build_finished(state, builder)
            end = Token.new_borrow_pos("$END", "", last) if last is not None else Token("$END", "", 0, 1, 1)
            end.start_pos = end.end_pos = len(file.text)
            tree = state.feed_token(end, True)
            break
        except UnexpectedInput as error:
            if recovery is None:
                # Most scripts are right: what only wrong ones need is imported here.
                from nccodsl.syntax.recovery import Recovery

                recovery = Recovery(file, collector, state, thread)
            if not recovery.go_on(error):
                tree = None
                break
    children = tree.children if tree is not None else _salvaged(state)
    return ast.Script(
        span=Span(file.base, file.base + len(file.text)),
        items=builder.items(children),
        complete=recovery is None,
    )


_DECLARING = frozenset({"_STEP", "_PARAM", "_CALL", "ACTION"})


def _build_finished(state: Any, builder: Builder) -> None:
    """Turn the items that are complete into nodes: Lark's trees are many times larger, and need not pile up."""
    first = state.value_stack[0]
    if isinstance(first, lark.Tree):
        items = first.children
        for index in range(len(items) - 1, -1, -1):
            if not isinstance(items[index], lark.Tree):
                break
            items[index] = builder.build(items[index])


def _salvaged(state: Any) -> list[Any]:
    """The items that were complete when the parser gave up."""
    found: list[Any] = []
    for value in state.value_stack:
        if isinstance(value, lark.Tree) and str(value.data).startswith("__start_star"):
            found.extend(value.children)
        elif isinstance(value, list):
            found.extend(value)
    return found
