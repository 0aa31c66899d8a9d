"""After an edit, the names of a document are those of one that has just been opened with the same text."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings, strategies as st

from nccodsl.editor.document import Document
from nccodsl.editor.index import index_of
from nccodsl.editor.services.hierarchy import hierarchy_at, incoming
from nccodsl.editor.services.lenses import lenses
from nccodsl.editor.services.tokens import tokens
from tests.property.strategies import EXAMPLES
from tests.sizes import examples

_PARTS = (
    "",
    " ",
    "\n",
    "x",
    "{",
    "}",
    '"',
    "{{ a }}",
    "# note\n",
    'step more { talk "{{ a }}" -> main }\n',
    "param a: text\n",
)


def told(document: Document) -> object:
    """All that is known of its names, by their places."""
    index = index_of(document)
    uses = [(use.kind, use.name, use.place, use.is_definition) for use in index.uses]
    ways = []
    for use in index.uses:
        item = hierarchy_at(document, use.place.start) if use.kind == "step" and use.is_definition else None
        if item is not None:
            ways.append([(edge.item.name, edge.item.place, edge.jumps) for edge in incoming(document, item.symbol)])
    same = [sorted(one.place for one in index.uses_of(use.symbol)) for use in index.uses if use.symbol is not None]
    return uses, ways, same, tokens(document), lenses(document)


@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(EXAMPLES), st.data())
def test_random_edits(text: str, data: st.DataObject) -> None:
    document = Document("script.call", text)
    told(document)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(document.text)))
        end = min(start + data.draw(st.sampled_from((0, 0, 1, 3, 40))), len(document.text))
        document.edit(start, end, data.draw(st.sampled_from(_PARTS)))
        fresh = Document("script.call", document.text)
        if fresh.tree.complete:  # where the trees of others differ, so do their names
            assert told(document) == told(fresh)
        else:
            told(document)
