"""Fixes of values, flow, templates and warnings hold on the cases: the finding is gone, and nothing is new."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import nccodsl
from nccodsl.diagnostics import Diagnostic
from nccodsl.diagnostics.fixes import apply_fixes
from tests.cases.test_cases import _chunks

FAMILIES = re.compile(r"E[356]|W0")
FOLLOWS = {
    ("E301", "E304"),
    ("E302", "E502"),
    ("E304", "E304"),  # what one version of the API allows, another does not
    ("E313", "W006"),
    ("E314", "E403"),
    ("E316", "E316"),
    ("E319", "W024"),
}
"""What may show only when another finding is fixed: a word that is a text now can never match, and the like."""


def told(found: list[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((one.code, one.message) for one in found)


@pytest.mark.parametrize(("name", "text"), [pytest.param(*chunk, id=chunk[0]) for chunk in _chunks()])
def test_each_fix_leads_out(name: str, text: str) -> None:
    found = nccodsl.check(text)
    before = told(found)
    for one in found:
        if one.fix is None or one.file is None or not FAMILIES.match(one.code):
            continue
        after = told(nccodsl.check(apply_fixes([one], one.file, unsafe=True)[0]))
        assert after[one.code, one.message] < before[one.code, one.message], (one.message, one.fix.title)
        new = {code for code, _ in after - before}
        assert {(one.code, code) for code in new} <= FOLLOWS, (one.message, one.fix.title, new)
