"""The names that a script and its includes declare, and what an editor says of them."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.bound_names import bindings, every_statement
from nccodsl.analysis.built_in_names import HOURS_MEMBERS, RUNNING
from nccodsl.analysis.shapes import Known
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.editor.document import Document
from nccodsl.editor.text_parts import declares, word_bounds
from nccodsl.syntax import ast

_LONGEST_COMMENT = 4000
"""Characters above a declaration in which its comment is looked for."""
Declaring = ast.Param | ast.Secret | ast.Let | ast.Hours | ast.Step | ast.Dialog


class DeclaredName(Record):
    """A name: `kind` is the word it is declared with, `text` says what it is (Markdown)."""

    name: str
    kind: str
    text: str
    node: ast.Node | None = None


def declarations(document: Document, kind: type[ast.N]) -> dict[str, ast.N]:
    """The declarations of a kind in all files of a script, by name; the first of each name."""
    found: dict[str, ast.N] = {}
    for tree in document.checked.trees.values():
        for item in tree.items:
            if isinstance(item, kind) and isinstance(name := getattr(item, "name", None), ast.Name):
                found.setdefault(name.text, item)
    return found


def declared_texts(document: Document, kind: type[ast.N]) -> dict[str, str]:
    """The names of declarations of a kind, and what an editor says of each.

    Those that a syntax error keeps out of the tree are among them: they are looked for at the beginnings of lines.
    """
    found = {name: describe(document, node).text for name, node in declarations(document, kind).items()}
    if not document.tree.complete:
        text, word = document.text, kind.__name__.lower()
        starts = (document.lines.bounds(number)[0] for number in range(document.lines.count))
        for at in starts:
            if text.startswith(word, at) and declares(text, at):
                name = text[slice(*word_bounds(text, at + len(word) + 1))]
                found.setdefault(name, "")
    found.pop("", None)
    return found


def values_in_reach(document: Document) -> dict[str, DeclaredName]:
    """The names that templates can use: params, lets, hours, what answers are called, and those of a running call."""
    found: dict[str, DeclaredName] = {}
    for kind in (ast.Param, ast.Let, ast.Secret, ast.Hours):
        for name, node in declarations(document, kind).items():
            found.setdefault(name, describe(document, node))
    for name in bound_names(document):
        found.setdefault(name, DeclaredName(name, "as", f"**`{name}`**\n\nA value that the running call gets."))
    for name, members in RUNNING.items():
        listed = f" Members: {', '.join(f'`{one}`' for one in sorted(members))}." if members else ""
        found.setdefault(name, DeclaredName(name, "call", f"**`{name}`**\n\nWhat the running call knows.{listed}"))
    return found


def bound_names(document: Document) -> dict[str, Known | None]:
    """The names that the call gets by `as`, `set` and `for`, with their members where these are known."""
    found: dict[str, Known | None] = {}
    dialogs = declarations(document, ast.Dialog)
    for tree in document.checked.trees.values():
        statements = tuple(_statements(tree))
        for name, members in bindings(statements, dialogs):
            found.setdefault(name.text, members)
        for node in every_statement(statements):
            if isinstance(node, ast.For):
                found.setdefault(node.target.text, None)
    return found


def members_of(document: Document, name: str) -> list[str]:
    """What can be read of a name behind a dot."""
    if name in RUNNING:
        return sorted(RUNNING[name])
    if name in declarations(document, ast.Hours):
        return sorted(HOURS_MEMBERS)
    return list(bound_names(document).get(name) or ())


def _statements(tree: ast.Script) -> Iterator[ast.Statement]:
    """The statements of a file that stand directly in steps, handlers and dialogs, and those outside of them."""
    for item in tree.items:
        if isinstance(item, ast.Step):
            yield from item.body.statements
        elif isinstance(item, ast.Dialog):
            for part in item.items:
                yield from part.body.statements if isinstance(part, ast.Step) else (part,)
        elif isinstance(item, ast.On | ast.Call):
            for on in item.items if isinstance(item, ast.Call) else (item,):
                if isinstance(on, ast.On) and isinstance(on.target, ast.Block):
                    yield from on.target.statements
        elif not isinstance(item, ast.Include | ast.Declaration):
            yield item


def describe(document: Document, node: ast.Node) -> DeclaredName:
    """What an editor says of a declaration: its first line, what it says of itself, and the comment above it."""
    assert isinstance(node, Declaring)
    file = document.checked.collector.sources.file_of(node.span)
    first, more, _ = file.slice(node.span).partition("\n")
    shown = f"{first.rstrip()} … }}" if more and first.rstrip().endswith("{") else first.rstrip()
    said = [f"```call\n{shown}\n```"]
    doc = getattr(node, "doc", None)
    if isinstance(doc, ast.Text):
        said.append(doc.text)
    above = file.slice(Span(max(file.base, node.span.start - _LONGEST_COMMENT), node.span.start))
    if comment := _comment_at_end(above):
        said.append(comment)
    return DeclaredName(node.name.text, type(node).__name__.lower(), "\n\n".join(said), node)


def _comment_at_end(text: str) -> str:
    """The comment on the last whole lines of a text."""
    lines: list[str] = []
    for line in reversed(text.split("\n")[:-1]):
        bare = line.strip()
        if not bare.startswith("#") or bare.startswith("# nccodsl:"):
            break
        lines.append(bare.lstrip("#").strip())
    return "\n".join(reversed(lines))
