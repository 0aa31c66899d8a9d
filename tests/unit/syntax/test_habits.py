"""What people write out of habit: the fix of each finding leads to a script without findings."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import nccodsl
from nccodsl.base.source import SourceFile
from nccodsl.diagnostics import Diagnostic

HABITS = Path(__file__).parents[2] / "cases" / "errors" / "habits"
CHUNKS = [
    pytest.param(chunk, id=f"{path.stem}#{number}")
    for path in sorted(HABITS.glob("*.call"))
    if path.stem != "advice"
    for number, chunk in enumerate(re.split(r"(?m)^---\n", path.read_text(encoding="utf-8")), 1)
]
ADVICE = re.split(r"(?m)^---\n", (HABITS / "advice.call").read_text(encoding="utf-8"))


def _fixed(found: Diagnostic) -> str:
    file = found.file
    assert isinstance(file, SourceFile)
    assert found.fix
    text = file.text
    for edit in sorted(found.fix.edits, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start - file.base] + edit.text + text[edit.span.end - file.base :]
    return text


def _told(found: list[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((one.code, one.message) for one in found)


@pytest.mark.parametrize("text", CHUNKS)
def test_each_fix_removes_its_finding_and_adds_none(text: str) -> None:
    found = nccodsl.check(text)
    assert found
    while found:
        one = next(one for one in found if one.fix)
        after = nccodsl.check(_fixed(one))
        assert _told(after) < _told(found)
        found = after


@pytest.mark.parametrize("text", ADVICE)
def test_advice_without_a_fix(text: str) -> None:
    (found,) = nccodsl.check(text)
    assert found.help
    assert not found.fix


def test_a_comment_of_another_language_hides_no_statement() -> None:
    found = nccodsl.check(
        'step main {\n  // talk input\n  // set "\n  talk "Bye"\n  /* hangup\n  step */\n  talk "Hello" lop=2\n}\n'
    )
    assert [one.code for one in found] == ["E101", "E101", "E202"]
