"""Whether the quick way to a tree does as the grammar does."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.base.source import Sources
from nccodsl.diagnostics import Collector
from nccodsl.syntax import ast
from nccodsl.syntax.descent.script_reader import read_script
from nccodsl.syntax.grammar_parser import parse_by_grammar


def reads_quickly(text: str) -> tuple[bool, bool]:
    """Whether the grammar takes a text without a word, and whether the quick way does; their trees are the same then."""
    sources = Sources()
    sources.add("before.call", "so that offsets are not those of the text")
    file = sources.add("some.call", text)
    quick = read_script(file)
    right = parse_by_grammar(file, collector := Collector(sources))
    accepted = right.complete and not collector.sorted()
    if quick is not None:
        assert accepted, f"only the quick way takes {text!r}: {[found.message for found in collector.sorted()]}"
        assert _members(quick) == _members(right), f"another tree for {text!r}"
    return accepted, quick is not None


def _members(node: object) -> object:
    """A tree with its spans, which do not count where nodes are compared."""
    if isinstance(node, ast.Node):
        return type(node).__name__, [_members(getattr(node, name)) for name in node._fields]
    if isinstance(node, tuple):
        return [_members(part) for part in node]
    assert not isinstance(node, Record)
    return type(node).__name__, node
