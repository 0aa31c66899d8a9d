"""After an edit, the names of a document are those of one that has just been opened with the same text."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings, strategies as st

from nccodsl.editor.document import Document
from tests.property.edited_documents import names_told
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


@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(EXAMPLES), st.data())
def test_random_edits(text: str, data: st.DataObject) -> None:
    document = Document("script.call", text)
    names_told(document)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(document.text)))
        end = min(start + data.draw(st.sampled_from((0, 0, 1, 3, 40))), len(document.text))
        document.edit(start, end, data.draw(st.sampled_from(_PARTS)))
        fresh = Document("script.call", document.text)
        if fresh.tree.complete:  # where the trees of others differ, so do their names
            assert names_told(document) == names_told(fresh)
        else:
            names_told(document)
