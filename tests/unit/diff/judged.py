"""Edits of the examples, judged: what the comparison says of each, and what the emulator does with both versions."""

from __future__ import annotations

import json
from pathlib import Path

from nccodsl.diff.compare_versions import VersionComparison, compare_versions
from tests.unit.diff.edits import Edit
from tests.unit.diff.played import loaded, notices

EXAMPLES = {path.parent.name: path for path in sorted((Path(__file__).parents[3] / "examples").glob("*/script.call"))}
LARGE = ("ai-agent-handover", "clinic-line", "ivr-with-voicemail", "pharmacy-line")
"""Those that take long at the usual depth."""


def text_of(example: str) -> str:
    return EXAMPLES[example].read_text(encoding="utf-8")


def values_of(example: str) -> dict[str, object]:
    path = EXAMPLES[example].with_name("vars.json")
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def compared(old: str, new: str, depth: int, path: str = "script.call") -> VersionComparison:
    return compare_versions(loaded(old, path), loaded(new, path), depth)


def check_unnoticeable(example: str, edit: Edit, depth: int, played: int) -> None:
    """`depth` is that of the comparison, `played` that of the calls in the emulator."""
    name, new = edit
    old, path = text_of(example), str(EXAMPLES[example])
    found = compared(old, new, depth, path)
    assert found.same, (name, found.reasons, [change.text for change in found.changes])
    assert notices(old, new, played, values_of(example), path) is None, name


def check_noticeable(example: str, edit: Edit, depth: int, played: int) -> None:
    """The depths are as in `check_unnoticeable`."""
    name, new = edit
    old, path = text_of(example), str(EXAMPLES[example])
    found = compared(old, new, depth, path)
    if found.changes or found.reasons:
        assert not found.same
        return
    # Only what the emulator does not notice either may be silent.
    assert notices(old, new, played, values_of(example), path) is None, name
