"""Comments: finding them, and deciding which node each belongs to.

The grammar ignores comments, and strings and templates may hold a `#`; so comments are looked for between the nodes
that can hold one. Each then belongs to the nearest node: `leading` on lines before it, `trailing` behind it on its
line, `head` behind its opening brace, `tail` behind the last thing in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span
from nccodsl.syntax import ast
from nccodsl.syntax.ast import present

_COMMENT = re.compile(r"#[^\n]*")


class Comment(Record):
    """`#` to the end of the line, without the spaces at its end."""

    text: str
    span: Span


class Attached:
    """The comments of a script by the identity of the node that they belong to; `comments` has all in order."""

    def __init__(self, comments: list[Comment]) -> None:
        self.comments = comments
        self.leading: dict[int, list[Comment]] = {}
        self.trailing: dict[int, Comment] = {}
        self.head: dict[int, list[Comment]] = {}
        self.tail: dict[int, list[Comment]] = {}


def attach(script: ast.Script, file: SourceFile) -> Attached:
    """Every comment of the file, each with one node of the tree that was parsed from it."""
    attached = Attached(list(_find(script, file)))
    if attached.comments:
        _Placing(attached, file).inside(script, script)
    return attached


def nodes(node: ast.Node) -> Iterator[ast.Node]:
    """The node and all below it, in no particular order."""
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.Node):
            yield item
            stack.extend(item.__dict__.values())
        elif type(item) is tuple:
            stack.extend(item)


def _find(script: ast.Script, file: SourceFile) -> Iterator[Comment]:
    text, base = file.text, file.base
    if "#" not in text:
        return
    found = (node for node in nodes(script) if isinstance(node, ast.Text | ast.Template | ast.Name))
    # Of a name with a shape, the shape can hold comments.
    opaque = [node.span for node in found if not isinstance(node, ast.Bound)]
    at = 0
    for start, end in (*sorted(opaque), (len(text) + base, 0)):
        for comment in _COMMENT.finditer(text, at, start - base):
            yield Comment(comment[0].rstrip(), Span(comment.start() + base, comment.end() + base))
        at = end - base


_Containers = (
    ast.Script
    | ast.Block
    | ast.Hours
    | ast.Call
    | ast.Dialog
    | ast.Test
    | ast.Branches
    | ast.Choices
    | ast.ListValue
    | ast.MapValue
    | ast.Fields
)
_Braced = ast.Block | ast.Branches | ast.Choices
_Breakable = (
    ast.Action
    | ast.RecordAction
    | ast.Connect
    | ast.Input
    | ast.Fetch
    | ast.Send
    | ast.OptOut
    | ast.Ask
    | ast.Choose
    | ast.Defaults
    | ast.With
    | ast.If
    | ast.Retry
    | ast.Expect
)
_Bracketed = (ast.ListValue, ast.MapValue, ast.Fields)


_LISTS: dict[type[ast.Node], str] = {
    ast.Script: "items",
    ast.Call: "items",
    ast.Hours: "rules",
    ast.Dialog: "items",
    ast.Branches: "items",
    ast.Choices: "items",
    ast.ListValue: "items",
    ast.Block: "statements",
    ast.Test: "verbs",
    ast.MapValue: "entries",
    ast.Fields: "members",
    ast.Defaults: "options",
    ast.With: "values",
}
"""Nodes whose comments belong to the parts of one list, and the name of that list."""


def _children(node: ast.Node) -> list[ast.Node]:
    """The nodes below that comments can belong to, in the order of the text."""
    if (listed := _LISTS.get(type(node))) is not None:
        return list(getattr(node, listed))
    match node:
        case ast.Step() | ast.Arm() | ast.Whisper():
            return [node.body]
        case ast.If():
            return [*node.arms, *present(node.otherwise)]
        case ast.For():
            return [*_bracketed(node.items), node.body]
        case ast.Choose():
            return [node.choices]
        case ast.On() | ast.When() | ast.Otherwise():
            return [node.target] if isinstance(node.target, ast.Block) else []
        case ast.Retry():
            return [*node.texts, *node.options, *([node.target] if isinstance(node.target, ast.Block) else [])]
        case ast.Option() | ast.Entry() | ast.Let() | ast.Set():
            return _bracketed(node.value)
        case ast.Param():
            return _bracketed(node.default)
        case ast.Expect():
            value = present(node.value) if node.options else _bracketed(node.value)
            return [*value, *_bracketed(node.body), *node.options, *_bracketed(node.reply)]
        case ast.Bound():
            return _bracketed(node.shape)
        case ast.Listed():
            return _bracketed(node.items)
        case ast.Member():
            return [*_bracketed(node.shape), *_bracketed(node.default)]
        case _:
            return _of_action(node)


def _of_action(node: ast.Node) -> list[ast.Node]:
    """The parts of a statement that is one action or one request."""
    match node:
        case ast.Action():
            return [*present(node.main), *node.options]
        case ast.Send():
            return [node.url, *node.options]
        case ast.OptOut():
            return list(node.options)
        case ast.Ask():
            return [*present(node.branches)]
        case ast.Connect():
            return [node.endpoint, *node.options, *present(node.branches)]
        case ast.Input() | ast.RecordAction() | ast.Fetch():
            waiting = sorted([*node.options, *present(node.binding)], key=_start)
            return [*_head(node), *waiting, *present(node.branches)]
        case _:
            return []


def _head(node: ast.Input | ast.RecordAction | ast.Fetch) -> Sequence[ast.Node]:
    """What stands before the options."""
    match node:
        case ast.Input():
            return node.kinds[-1:]
        case ast.RecordAction():
            return present(node.main)
        case ast.Fetch():
            return (node.url,)


def _bracketed(value: ast.Node | None) -> list[ast.Node]:
    return [value] if isinstance(value, _Bracketed) else []


def _start(node: ast.Node) -> int:
    return node.span.start


class _Placing:
    """Walks tree and comments side by side."""

    def __init__(self, attached: Attached, file: SourceFile) -> None:
        self._attached = attached
        self._file = file
        self._next = 0

    def _until(self, end: int) -> Iterator[Comment]:
        """The comments that have not been placed yet and begin before `end`."""
        comments = self._attached.comments
        while self._next < len(comments) and comments[self._next].span.start < end:
            self._next += 1
            yield comments[self._next - 1]

    def inside(self, node: ast.Node, carrier: ast.Node) -> None:
        """Place the comments within a node. `carrier`: the nearest node, itself or above, that has lines of its own."""
        previous: ast.Node | None = None
        for child in _children(node):
            for comment in self._until(child.span.start):
                self._between(comment, node, carrier, previous, child)
            comments = self._attached.comments
            if self._next < len(comments) and comments[self._next].span.start < child.span.end:
                self.inside(child, child if _has_lines(child, node) else carrier)
            previous = child
        for comment in self._until(node.span.end):
            self._between(comment, node, carrier, previous, None)

    def _between(
        self, comment: Comment, node: ast.Node, carrier: ast.Node, previous: ast.Node | None, following: ast.Node | None
    ) -> None:
        attached = self._attached
        if isinstance(node, _Containers):
            if previous is not None and self._same_line(previous.span.end, comment):
                attached.trailing[id(previous)] = comment
            elif previous is None and self._opens(node, comment):
                attached.head.setdefault(id(node), []).append(comment)
            elif following is not None:
                attached.leading.setdefault(id(following), []).append(comment)
            else:
                attached.tail.setdefault(id(node), []).append(comment)
        elif previous is not None and _can_trail(previous, node) and self._same_line(previous.span.end, comment):
            attached.trailing[id(previous)] = comment
        elif isinstance(following, _Braced) and not isinstance(node, ast.If):
            attached.head.setdefault(id(following), []).append(comment)
        elif following is not None and _has_lines(following, node):
            attached.leading.setdefault(id(following), []).append(comment)
        elif isinstance(previous, _Bracketed):
            attached.tail.setdefault(id(previous), []).append(comment)
        else:
            attached.leading.setdefault(id(carrier), []).append(comment)

    def _same_line(self, end: int, comment: Comment) -> bool:
        base = self._file.base
        return self._file.text.find("\n", end - base, comment.span.start - base) < 0

    def _opens(self, node: ast.Node, comment: Comment) -> bool:
        """Whether a comment before the first item stands on the line on which the head of the node ends."""
        head = node.options[-1] if isinstance(node, ast.Hours) and node.options else None
        at = node.span.start if head is None else min(head.span.end, comment.span.start)
        return not isinstance(node, ast.Script) and self._same_line(at, comment)


def _has_lines(node: ast.Node, parent: ast.Node) -> bool:
    """Whether comments can be printed on lines of their own before a node."""
    if isinstance(parent, _Containers):
        return True
    if isinstance(parent, ast.If):
        return node is not parent.arms[0]
    binding = isinstance(parent, ast.Input | ast.Fetch | ast.RecordAction) and node is parent.binding
    return binding or isinstance(node, ast.Option)


def _can_trail(node: ast.Node, parent: ast.Node) -> bool:
    """Whether a comment can be printed at the end of the line behind a node that more of its statement follows."""
    return isinstance(parent, _Breakable) and not isinstance(node, _Braced)
