"""An edit that somebody outside notices is reported, and one that nobody notices is not.

The judge of what is noticed is the emulator, which plays both versions: see `played.py`. Every edit of every example is
tried by `python -m tests.proofs comparisons`, and some of them here.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from tests.property.flows import scripts
from tests.sizes import examples
from tests.unit.diff.edits import Edit, noticeable, unnoticeable
from tests.unit.diff.judged import EXAMPLES, LARGE, check_noticeable, check_unnoticeable, compared, text_of
from tests.unit.diff.played import notices

QUICK = ("on-call-list", "outage-alert", "sip-desk-phone", "team-conference", "two-question-survey")
"""Small ones, of which a few edits are tried every time."""


def some(edits: list[Edit], count: int) -> list[Edit]:
    """Edits from everywhere in a script."""
    return edits[:: max(1, len(edits) // count)][:count]


@pytest.mark.parametrize("example", QUICK)
def test_a_few_edits_that_nobody_notices(example: str) -> None:
    for edit in some(unnoticeable(text_of(example)), 3):
        check_unnoticeable(example, edit, 6, 1)


@pytest.mark.parametrize("example", QUICK)
def test_a_few_edits_that_somebody_notices(example: str) -> None:
    for edit in some(noticeable(text_of(example)), 3):
        check_noticeable(example, edit, 6, 1)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_edits_that_nobody_notices(example: str) -> None:
    large = example in LARGE
    edits = some(unnoticeable(text_of(example)), 2 if large else 6)
    assert edits
    for edit in edits:
        check_unnoticeable(example, edit, *((2, 1) if large else (6, 3)))


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_edits_that_somebody_notices(example: str) -> None:
    large = example in LARGE
    edits = some(noticeable(text_of(example)), 1 if large else 6)
    assert edits
    for edit in edits:
        check_noticeable(example, edit, *((2, 1) if large else (6, 3)))


@settings(max_examples=examples(60), deadline=None)
@given(text=scripts(), data=st.data())
def test_edits_of_generated_scripts(text: str, data: st.DataObject) -> None:
    edits = [(edit, True) for edit in noticeable(text)] + [(edit, False) for edit in unnoticeable(text)]
    (name, new), noticed = data.draw(st.sampled_from(edits))
    found = compared(text, new, 3)
    assert noticed or not found.changes, (name, [change.text for change in found.changes])
    if not found.changes and not found.reasons:
        assert notices(text, new, 2) is None, name
