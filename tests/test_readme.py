"""README.md is short enough to be read, and what CI takes from it is there. `tests.test_docs` runs its commands."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```.*?^```$", re.S | re.M)


def test_it_has_at_most_150_lines_of_sensible_width() -> None:
    assert TEXT.count("\n") <= 150
    assert [line for line in FENCE.sub("", TEXT).splitlines() if len(line) > 120] == []


def test_it_has_one_script_and_what_comes_out_on_the_first_screen() -> None:
    first = TEXT[: TEXT.index("## Two commands")]
    assert first.count("\n") < 60
    assert first.index("```call") < first.index("$ nccodsl compile hello.call --var") < 1500


def test_the_two_commands_are_one_line_each() -> None:
    part = TEXT[TEXT.index("## Two commands") : TEXT.index("## From an empty folder")]
    commands = re.findall(r"(<!-- test command -->\n)?```sh\n([^\n]+)\n```", part)
    assert [bool(marker) for marker, _ in commands] == [False, True]
    assert all(command.startswith("python3 -m venv .venv && .venv/bin/pip install -q ") for _, command in commands)
    named = re.findall(r"examples/\S+", part)
    assert len(named) == 2
    assert [name for name in named if not (ROOT / name).exists()] == []
