"""The outline of a script: its declarations, with what each is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.editor.document import Document
from nccodsl.syntax import ast

SymbolKind = Literal["param", "value", "secret", "hours", "call", "handler", "dialog", "step", "test", "include"]


class OutlineItem(Record):
    """A declaration: `start` and `end` are those of the whole, `name_start` and `name_end` those of its name."""

    name: str
    kind: SymbolKind
    detail: str
    start: int
    end: int
    name_start: int
    name_end: int
    children: tuple[OutlineItem, ...] = ()


def symbols(document: Document) -> list[OutlineItem]:
    """The declarations of a document in the order of its text."""
    return [symbol for item in document.tree.items if (symbol := _symbol(document, item)) is not None]


def listed_tests(document: Document) -> list[OutlineItem]:
    """The tests of a document, each named by its title as it is, which may be empty."""
    tests = (item for item in document.tree.items if isinstance(item, ast.Test))
    return [_of(document, item, ast.Name(item.title.span, item.title.text), "test", "") for item in tests]


def _symbol(document: Document, item: ast.Node) -> OutlineItem | None:
    match item:
        case ast.Param(name=name):
            wanted = "" if item.default is not None else ", required"
            return _of(document, item, name, "param", f"{item.type.text}{wanted}{', private' if item.private else ''}")
        case ast.Secret(name=name):
            return _of(document, item, name, "secret", item.doc.text if isinstance(item.doc, ast.Text) else "")
        case ast.Let(name=name):
            return _of(document, item, name, "value", "let")
        case ast.Hours(name=name):
            return _of(document, item, name, "hours", "opening hours")
        case ast.Step(name=name, body=body):
            return _of(document, item, name, "step", counted(len(body.statements), "statement"))
        case ast.Dialog(name=name):
            inside = (_symbol(document, one) for one in item.items)
            outcomes = ", ".join(outcome.name.text for outcome in item.outcomes)
            return _of(document, item, name, "dialog", f"-> {outcomes}", *filter(None, inside))
        case ast.Test(title=title):
            name = ast.Name(title.span, title.text or "test")
            return _of(document, item, name, "test", f"of {item.of.dialog.text}" if item.of is not None else "")
        case ast.Call():
            return _of(document, item, _keyword(item, "call"), "call", _whom(item))
        case ast.On():
            words = ", ".join(match.text for match in item.matches if isinstance(match, ast.Word))
            return _of(document, item, _keyword(item, "on"), "handler", words)
        case ast.Include(path=path):
            return _of(document, item, ast.Name(path.span, path.text or "include"), "include", "include")
        case _:
            return None


def _of(
    document: Document, item: ast.Node, name: ast.Name, kind: SymbolKind, detail: str, *children: OutlineItem
) -> OutlineItem:
    whole, at = document.place_of(item.span), document.place_of(name.span)
    return OutlineItem(name.text, kind, detail, whole.start, whole.end, at.start, at.end, children)


def _keyword(item: ast.Node, word: str) -> ast.Name:
    start = item.span.start
    return ast.Name(type(item.span)(start, start + len(word)), word)


def _whom(call: ast.Call) -> str:
    """ "to phone 14155550101"."""
    return ", ".join(_shown(item.endpoint) for item in call.items if isinstance(item, ast.To))


def _shown(endpoint: ast.Endpoint) -> str:
    main = endpoint.main
    text = main.trimmed if isinstance(main, ast.Template) else getattr(main, "text", "")
    return f"to {endpoint.kind.text} {text}".rstrip()


def every_symbol(found: list[OutlineItem]) -> Iterator[OutlineItem]:
    """Symbols, and those inside them."""
    for symbol in found:
        yield symbol
        yield from every_symbol(list(symbol.children))
