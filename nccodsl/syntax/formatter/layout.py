"""What a script's author chose and the formatter keeps: comments, blank lines, the spelling of strings.

`Written` knows it from the source; `Fresh` stands in for trees that were made, not parsed, and have none of it.
"""

from __future__ import annotations

from typing import Protocol

from nccodsl.base.source import SourceFile, Span
from nccodsl.syntax import ast
from nccodsl.syntax.formatter.comments import Attached, Comment, attach
from nccodsl.syntax.strings import encode, encode_long

_LONG = 80  # characters from which on a long string gets lines of its own


class Layout(Protocol):
    """What the rules ask about a node."""

    def literal(self, text: ast.Text) -> str:
        """The string as written in the script, quotes included."""

    def leading(self, node: ast.Node) -> list[Comment]:
        """Comments on lines of their own before a node."""

    def trailing(self, node: ast.Node) -> Comment | None:
        """The comment behind a node on its line."""

    def head(self, node: ast.Node) -> list[Comment]:
        """Comments behind the opening brace of a node."""

    def tail(self, node: ast.Node) -> list[Comment]:
        """Comments behind the last item of a node."""

    def blank_before(self, span: Span) -> bool:
        """Whether an empty line stands before what is at `span`."""


class Written:
    """The layout of a script that was parsed from `file`."""

    def __init__(self, script: ast.Script, file: SourceFile) -> None:
        self._file = file
        self._attached: Attached = attach(script, file)
        self.comments = self._attached.comments

    def literal(self, text: ast.Text) -> str:
        return self._file.slice(text.span)

    def leading(self, node: ast.Node) -> list[Comment]:
        return self._attached.leading.get(id(node), [])

    def trailing(self, node: ast.Node) -> Comment | None:
        return self._attached.trailing.get(id(node))

    def head(self, node: ast.Node) -> list[Comment]:
        return self._attached.head.get(id(node), [])

    def tail(self, node: ast.Node) -> list[Comment]:
        return self._attached.tail.get(id(node), [])

    def blank_before(self, span: Span) -> bool:
        text, at, ends = self._file.text, span.start - self._file.base - 1, 0
        while at >= 0 and text[at] in " \t\r\n\f":
            ends += text[at] == "\n"
            if ends == 2:
                return True
            at -= 1
        return False


class Fresh:
    """The layout of a tree that has no text yet."""

    def literal(self, text: ast.Text) -> str:
        long = encode_long(text.text, block=len(text.text) > _LONG) if text.long else None
        return long or encode(text.text)

    def leading(self, node: ast.Node) -> list[Comment]:
        return []

    def trailing(self, node: ast.Node) -> Comment | None:
        return None

    def head(self, node: ast.Node) -> list[Comment]:
        return []

    def tail(self, node: ast.Node) -> list[Comment]:
        return []

    def blank_before(self, span: Span) -> bool:
        return False
