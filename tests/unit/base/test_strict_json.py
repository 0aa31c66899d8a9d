"""JSON that is relied upon."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given, strategies as st

from nccodsl.base.strict_json import DuplicateKey, read_strict_json
from tests.package_trees import MODULES, nodes_of, shown

# Our own output, our own files, and what is only shown.
LENIENT = {
    "campaign/book_rows.py",
    "campaign/called_script.py",
    "campaign/person_vault.py",
    "campaign/policy/candidate_zones.py",
    "campaign/replay.py",
    "campaign/campaign_book.py",
    "cli/base_url.py",
    "cli/compile.py",
    "client/failures.py",
    "decompiler/to_script.py",
    "diff/noticed.py",
    "diff/side.py",
    "documents/json_text.py",
    "editor/explored_calls.py",
    "editor/services/call_documents.py",
    "lowering/compiled.py",
    "rehearsal/expected.py",
    "rehearsal/explore.py",
    "rehearsal/hidden_members.py",
    "runtime/first_ncco.py",
    "runtime/history.py",
    "runtime/manifest.py",
    "runtime/state.py",
    "runtime/web_requests.py",
    "runtime/webhook_json.py",
    "runtime/gate.py",
    "server/stores/postgres_store.py",
    "server/stores/sqlite_store.py",
    "server/tally.py",
    "runtime/voices.py",
    "voice/catalogue.py",
    "voice/languages.py",
}

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(values)
def test_it_reads_what_others_read(value: object) -> None:
    text = json.dumps(value)
    assert read_strict_json(text) == json.loads(text)
    assert read_strict_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e400",
        b"[" * 100_000,
        b'"\xff"',
        b'{"a":1,}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        read_strict_json(text)


@pytest.mark.parametrize("text", ['{"a":1,"b":2,"a":1}', '[{"b":{"a":1,"\\u0061":2}}]', '{"a":1,"a":{"a":1}}'])
def test_a_key_that_stands_twice(text: str) -> None:
    with pytest.raises(DuplicateKey, match="duplicate key `a`") as told:
        read_strict_json(text)
    assert told.value.key == "a"


def test_what_others_wrote_is_read_strictly_everywhere() -> None:
    """A module that reads JSON with Python's own reader is in the list above."""
    found = set()
    for path in MODULES:
        for node in nodes_of(path):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in ("loads", "load") and "json" in ast.unparse(called):
                found.add(shown(path))
    assert found == LENIENT
