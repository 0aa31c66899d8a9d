"""An edit that somebody outside notices is reported, and one that nobody notices is not.

The judge of what is noticed is the emulator, which plays both versions: see `played.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.diff.compare_versions import VersionComparison, compare_versions
from tests.property.flows import scripts
from tests.sizes import examples
from tests.unit.diff.edits import Edit, noticeable, unnoticeable
from tests.unit.diff.played import notices

EXAMPLES = {path.parent.name: path for path in sorted((Path(__file__).parents[3] / "examples").glob("*/script.call"))}
QUICK = ("on-call-list", "outage-alert", "sip-desk-phone", "team-conference", "two-question-survey")
"""Small ones, of which a few edits are tried every time."""
LARGE = ("ai-agent-handover", "clinic-line", "ivr-with-voicemail", "pharmacy-line")
"""Those that take long: fewer edits, and shorter paths."""


def text_of(example: str) -> str:
    return EXAMPLES[example].read_text(encoding="utf-8")


def values_of(example: str) -> dict[str, object]:
    path = EXAMPLES[example].with_name("vars.json")
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def compared(old: str, new: str, depth: int = 6) -> VersionComparison:
    return compare_versions(nccodsl.load(old, name="old.call"), nccodsl.load(new, name="new.call"), depth)


def check_unnoticeable(example: str, edit: Edit, depth: int) -> None:
    name, new = edit
    old = text_of(example)
    found = compared(old, new, 2 if example in LARGE else 6)
    assert found.same, (name, found.reasons, [change.text for change in found.changes])
    assert notices(old, new, depth, values_of(example)) is None, name


def check_noticeable(example: str, edit: Edit, depth: int) -> None:
    name, new = edit
    old = text_of(example)
    found = compared(old, new, 2 if example in LARGE else 6)
    if found.changes or found.reasons:
        assert not found.same
        return
    # Only what the emulator does not notice either may be silent.
    assert notices(old, new, depth, values_of(example)) is None, name


def some(edits: list[Edit], count: int) -> list[Edit]:
    """Edits from everywhere in a script."""
    return edits[:: max(1, len(edits) // count)][:count]


@pytest.mark.parametrize("example", QUICK)
def test_a_few_edits_that_nobody_notices(example: str) -> None:
    for edit in some(unnoticeable(text_of(example)), 3):
        check_unnoticeable(example, edit, 1)


@pytest.mark.parametrize("example", QUICK)
def test_a_few_edits_that_somebody_notices(example: str) -> None:
    for edit in some(noticeable(text_of(example)), 3):
        check_noticeable(example, edit, 1)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_edits_that_nobody_notices(example: str) -> None:
    edits = some(unnoticeable(text_of(example)), 2 if example in LARGE else 6)
    assert edits
    for edit in edits:
        check_unnoticeable(example, edit, 1 if example in LARGE else 3)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_edits_that_somebody_notices(example: str) -> None:
    edits = some(noticeable(text_of(example)), 1 if example in LARGE else 6)
    assert edits
    for edit in edits:
        check_noticeable(example, edit, 1 if example in LARGE else 3)


@settings(max_examples=examples(60), deadline=None)
@given(text=scripts(), data=st.data())
def test_edits_of_generated_scripts(text: str, data: st.DataObject) -> None:
    edits = [(edit, True) for edit in noticeable(text)] + [(edit, False) for edit in unnoticeable(text)]
    (name, new), noticed = data.draw(st.sampled_from(edits))
    found = compared(text, new, 3)
    assert noticed or not found.changes, (name, [change.text for change in found.changes])
    if not found.changes and not found.reasons:
        assert notices(text, new, 2) is None, name
