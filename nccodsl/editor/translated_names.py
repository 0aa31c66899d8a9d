"""Names in the translations of a text: a text with another name needs translations with that name too."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from nccodsl.base.source import SourceFile, Span
from nccodsl.editor.document import FilePlace
from nccodsl.editor.index import Index, IndexPart
from nccodsl.editor.symbols_used import FoundName, Symbol
from nccodsl.editor.template_names import Placing, TemplateNames, in_literal
from nccodsl.std import is_library
from nccodsl.syntax import ast
from nccodsl.syntax.strings import BadEscape, decode
from nccodsl.templates.parse import parse
from nccodsl.templates.places import Source

PO = ".po"


def translated_places(index: Index, symbol: Symbol) -> list[FilePlace]:
    """Where the name of a symbol stands in the translations of the texts that use it, in the originals too."""
    files = [
        file for file in index.checked.collector.sources.files if file.name.endswith(PO) and not is_library(file.name)
    ]
    if not files or symbol.space != "value":
        return []
    texts = {text for part, called in index.parts_of(symbol) for text in _texts_with(index, part, called)}
    return [place for file in files for place in _in_catalog(file, texts, symbol.name)]


# ---- the texts of the script


def _texts_with(index: Index, part: IndexPart, symbol: Symbol) -> Iterator[str]:
    """What translators see of the texts that use a symbol: all of a text, or one form of a `trans` block."""
    places = [found.span for found in part.names.by_symbol[symbol]]
    for node in _texts(part.names.node):
        within = set(places[bisect_left(places, node.span) : bisect_left(places, Span(node.span.end, 0))])
        if within:
            yield from _forms_with(node, in_literal(index.slice(node.span), node.span), within)


def _forms_with(node: ast.Text, place: Placing, wanted: set[Span]) -> Iterator[str]:
    decoded: list[int] = []

    def noted(start: int, end: int) -> Span:
        if place(start, end) in wanted:
            decoded.append(start)
        return Span(start, end)

    _unbound(node.text, noted)
    source = Source(node.text, limit=len(node.text))
    parse(node.text, source)
    if not source.blocks:
        yield node.text
    for block in source.blocks:
        forms = [node.text[start:end] for start, end in block.forms]
        if any(start <= at < end for start, end in block.forms for at in decoded):
            yield forms[0]


def _unbound(text: str, place: Placing) -> list[FoundName]:
    """The names that a text takes from outside of it."""
    found: list[FoundName] = []
    TemplateNames(found, [], {}).read(text, Span(0, 0), place, lambda name: Symbol("value", "", name), value=False)
    return [one for one in found if one.symbol is not None and not one.symbol.owner and one.kind == "value"]


def _texts(node: ast.Node) -> Iterator[ast.Text]:
    if isinstance(node, ast.Text):
        yield node
    for name in node._fields:
        value = node.__dict__[name]
        for one in value if type(value) is tuple else (value,):
            if isinstance(one, ast.Node):
                yield from _texts(one)


# ---- the files of translations


class _Written(NamedTuple):
    """One text of an entry, such as that of `msgid`, in one or several lines: each with its place in the file."""

    keyword: str
    lines: list[tuple[str, int]]

    @property
    def text(self) -> str:
        return "".join(decode(literal) for literal, _ in self.lines)


def _in_catalog(file: SourceFile, texts: set[str], name: str) -> Iterator[FilePlace]:
    for entry in _entries(file.text):
        try:
            if any(one.keyword == "msgid" and one.text in texts for one in entry):
                for one in entry:
                    yield from (FilePlace(file.name, *span) for span in _named(one, name))
        except BadEscape:
            continue


def _entries(text: str) -> Iterator[list[_Written]]:
    entry: list[_Written] = []
    at = 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare.startswith("msgid ") or not bare:
            yield entry
            entry = []
        if bare.startswith("msg") and '"' in bare:
            entry.append(_Written(bare.split()[0], []))
        opened, closed = line.find('"'), line.rfind('"')
        if entry and not bare.startswith("#") and 0 <= opened < closed:
            entry[-1].lines.append((line[opened : closed + 1], at + opened))
        at += len(line) + 1
    yield entry


def _named(written: _Written, name: str) -> Iterator[Span]:
    """Where a text has a name from outside. One that is broken over two lines is left out."""
    starts: list[tuple[int, str, int]] = []
    size = 0
    for literal, at in written.lines:
        starts.append((size, literal, at))
        size += len(decode(literal))
    for found in _unbound(written.text, Span):
        if found.name == name:
            begun, literal, at = next(one for one in reversed(starts) if one[0] <= found.span.start)
            place = in_literal(literal, Span(at, at + len(literal)))(found.span.start - begun, found.span.end - begun)
            if place.end - place.start == len(name):
                yield place
