"""Another name changes nothing but the name: there and back is the identity, and a script means what it meant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

import nccodsl
from nccodsl.editor.document import Document
from nccodsl.editor.index import index_of
from nccodsl.editor.services.navigation import definition, references
from nccodsl.editor.services.renames import FileEdit, RenameRefused, prepare_rename, rename
from nccodsl.editor.symbols_used import SymbolUse
from tests.every_script import EVERY
from tests.property import flows, strategies
from tests.sizes import FULL, examples

FRESH = "zz_fresh"
EXAMPLES = sorted(Path(__file__).parents[2].glob("examples/*/script.call"))
SETTINGS = settings(
    max_examples=examples(200),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
_BY_NAME = ("W041", "W042")
"""Warnings about words that are also names."""


def applied(text: str, edits: Iterable[FileEdit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.place, reverse=True):
        text = text[: edit.place.start] + edit.text + text[edit.place.end :]
    return text


def codes(document: Document) -> list[str]:
    return sorted(one.code for one in document.findings if one.code not in _BY_NAME)


def symbols(document: Document) -> list[SymbolUse]:
    """A use of each thing that the script names, and that can be renamed."""
    first: dict[object, SymbolUse] = {}
    for use in index_of(document).uses:
        if use.symbol is not None and not isinstance(prepare_rename(document, use.place.start), RenameRefused):
            first.setdefault(use.symbol, use)
    return list(first.values())


def renamed(document: Document, use: SymbolUse) -> str | None:
    """The text with a fresh name, after what holds of every renaming has been checked; None where it is refused."""
    edits = rename(document, use.place.start, FRESH)
    if isinstance(edits, RenameRefused):
        return None
    places = tuple(edit.place for edit in edits)
    assert {document.text[one.start : one.end] for one in places} == {use.name}
    assert places == references(document, use.place.start)
    defined = definition(document, use.place.start)
    assert set(defined) <= set(places)
    assert all(definition(document, one.start) == defined for one in places)
    text = applied(document.text, edits)
    changed = Document(document.name, text)
    back = rename(changed, edits[0].place.start, use.name)
    if isinstance(back, RenameRefused):
        assert document.checked.collector.has_errors  # the old name is one that cannot be given
        return None
    assert applied(text, back) == document.text
    assert codes(changed) == codes(document)
    return text


def _values(path: Path) -> dict[str, object]:
    given = path.parent / "vars.json"
    values: dict[str, object] = json.loads(given.read_text(encoding="utf-8")) if given.exists() else {}
    return values


def compiled(flow: nccodsl.Flow, values: dict[str, object]) -> object:
    return flow.call(values) if flow.has_call else flow.ncco(values)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_examples_compile_to_the_same_json(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    values = _values(path)
    flow = nccodsl.load(text)
    count = 0
    document = Document("script.call", text)
    for use in symbols(document):
        changed = renamed(document, use)
        assert changed is not None
        count += 1
        if not flow.runtime_needs():
            given = {FRESH if name == use.name else name: value for name, value in values.items()}
            assert compiled(nccodsl.load(changed), given) == compiled(flow, values)
    assert count


@SETTINGS
@given(flows.scripts(), st.data())
def test_flows(text: str, data: st.DataObject) -> None:
    document = Document("script.call", text)
    found = symbols(document)
    assert renamed(document, data.draw(st.sampled_from(found))) is not None


@SETTINGS
@given(strategies.scripts, st.data())
def test_scripts_with_and_without_errors(text: str, data: st.DataObject) -> None:
    document = Document("script.call", text)
    found = symbols(document)
    assume(found)
    renamed(document, data.draw(st.sampled_from(found)))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in EVERY if FULL])
def test_every_script_of_the_repository(name: str) -> None:
    document = Document(name, EVERY[name])
    for use in symbols(document):
        renamed(document, use)
