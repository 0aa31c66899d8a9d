"""Golden pairs of scripts, one folder a case: `script.call` as somebody wrote it, `formatted.call` in the one layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from nccodsl.api import format
from tests.golden import compare

HERE = Path(__file__).parent / "format"
ROOT = HERE.parents[2]
CASES = sorted(path.parent for path in HERE.glob("*/script.call"))
SCRIPTS = sorted(path for folder in ("examples", "nccodsl", "tests/bench") for path in (ROOT / folder).rglob("*.call"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_formatted(folder: Path, accept: bool) -> None:
    text = (folder / "script.call").read_text(encoding="utf-8")
    formatted = format(text)
    compare(folder / "formatted.call", formatted, accept)
    assert format(formatted) == formatted


def test_no_expectation_is_left_over() -> None:
    assert {path.parent for path in HERE.glob("*/formatted.call")} <= set(CASES)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.parent.name)
def test_our_own_scripts_are_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format(text) == text
