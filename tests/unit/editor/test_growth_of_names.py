"""Ten times the lines are at most about ten times the work, whatever is asked about names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nccodsl.editor import index
from nccodsl.editor.document import Document
from nccodsl.editor.index import Index, index_of
from nccodsl.editor.services.hierarchy import hierarchy_at, incoming, outgoing
from nccodsl.editor.services.lenses import lenses
from nccodsl.editor.services.linked import linked_ranges
from nccodsl.editor.services.navigation import definition, highlights, links, references, workspace_symbols
from nccodsl.editor.services.renames import RenameRefused, rename
from nccodsl.editor.services.selection import selection_ranges
from nccodsl.editor.services.signature import signature
from nccodsl.editor.services.tokens import tokens
from tests.growth import assert_linear

STEPS = 6


def script(steps: int) -> str:
    """A menu of many steps that all lead to the last one: 20 lines each, with a test each."""
    parts = ['param name: text = "friend"\nlet greeting = "Hello {{ name | title }}"\n\n']
    for number in range(steps):
        parts.append(
            f"step {'main' if not number else f's{number}'} {{\n"
            f"  # Menu {number}.\n"
            f'  talk "{{{{ greeting }}}}, this is {{{{ name }}}}" barge_in=true\n'
            f'  for item{number} in [1, 2] {{ talk "{{{{ item{number} }}}}" }}\n'
            f"  input dtmf speech\n    max_digits=1\n    timeout=5s\n    as choice{number}\n  {{\n"
            f'    on "1" {{ talk "You said {{{{ choice{number}.digits }}}}, {{{{ name }}}}." -> bye }}\n'
            f'    on "2" -> {f"s{number + 1}" if number + 1 < steps else "bye"}\n'
            '    on "3" {\n      if {{ name == "x" }} { -> main }\n      -> bye\n    }\n'
            '    retry 2 "Sorry?"\n    otherwise -> bye\n  }\n}\n'
        )
    parts.append('step bye { talk "Goodbye, {{ name }}." }\n')
    parts += [f'test "test {number}" {{ with name="Ann" hear "Hello" press "1" }}\n' for number in range(steps)]
    return "".join(parts)


def _made(steps: int) -> Document:
    document = Document("main.call", script(steps))
    assert not document.checked.collector.has_errors
    return document


def _bye(document: Document) -> int:
    return document.text.index("-> bye") + 3


def _item(document: Document) -> object:
    item = hierarchy_at(document, _bye(document))
    assert item is not None
    return incoming(document, item.symbol), outgoing(document, item.symbol), outgoing(document, item.symbol)


def _renamed(document: Document) -> None:
    for at in (_bye(document), document.text.index("name")):
        assert not isinstance(rename(document, at, "fresh", [document]), RenameRefused)


SERVICES: dict[str, Callable[[Document], object]] = {
    "definition": lambda one: definition(one, _bye(one)),
    "references": lambda one: references(one, _bye(one), [one]),
    "references in several documents": lambda one: references(one, _bye(one), [Document(one.name, script(2))]),
    "highlights": lambda one: highlights(one, one.text.index("name")),
    "links": links,
    "workspace symbols": lambda one: workspace_symbols([one], "s"),
    "rename": _renamed,
    "tokens": tokens,
    "hierarchy": _item,
    "selection": lambda one: selection_ranges(one, one.text.rindex("Ann")),
    "signature": lambda one: signature(one, one.text.rindex("5s")),
    "linked": lambda one: linked_ranges(one, _bye(one)),
    "lenses": lenses,
}


@pytest.mark.parametrize("name", SERVICES)
def test_the_work_grows_with_the_lines(name: str) -> None:
    def ask(document: Document) -> object:
        index._INDEXES.clear()
        return SERVICES[name](document)

    assert_linear(_made, ask, STEPS)


def test_items_that_stay_are_not_read_again() -> None:
    document = _made(STEPS)
    first = index_of(document)
    known = {id(part.names.node): part.names for part in first.parts}
    again = Index(document, known)
    assert [part.names for part in again.parts] == [part.names for part in first.parts]
    assert all(one.names is other.names for one, other in zip(again.parts, first.parts, strict=True))
    assert again.uses == first.uses
