"""One run reports every mistake: each broken line of a script has an error, and no other line a syntax error."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.syntax.keywords import BRANCHES, CALL_ITEMS, STATEMENTS, TOP_LEVEL
from tests.sizes import examples

ROOT = Path(__file__).parents[2]
SCRIPTS = [
    text
    for path in sorted([*ROOT.glob("examples/*/script.call"), *ROOT.glob("tests/cases/compile/*/script.call")])
    if '"""' not in (text := path.read_text(encoding="utf-8"))
    and not any(found.is_error for found in nccodsl.check(text))
]
SYNTAX = {"E101", "E102", "E103", "E104", "E106", "E107", "E111", "E505"}
WORDS = "|".join(sorted({*STATEMENTS, *TOP_LEVEL, *BRANCHES, *CALL_ITEMS} - {"->"}))
STATEMENT = re.compile(rf"(\s*)({WORDS})(?![\w-])(?!\s*[=:])")
OPTION = re.compile(r'(?<= )[a-z_]+=([A-Za-z0-9.-]+|"[^"{]*")(?=\s|$)')
LINE_OF_OPTIONS = re.compile(r"\s+[a-z_]+=")


def _broken(line: str) -> Iterator[str]:
    """A line with one mistake in it, in several ways."""
    if found := STATEMENT.match(line):
        yield line[: found.end(1)] + "zzqx" + line[found.end(2) :]
        if line.endswith('"'):
            yield f"{line} loudly"
            yield f"{line};"
    for option in OPTION.finditer(line):
        if "#" not in line and line[: option.start()].count('"') % 2 == 0:
            yield line[: option.start(1)] + line[option.end(1) :]


def _without_a_sign(line: str) -> Iterator[str]:
    if line.count('"') == 2 and "#" not in line:
        quote = line.rindex('"')
        yield line[:quote] + line[quote + 1 :]
    if line.endswith("{") and STATEMENT.match(line):
        yield line[:-1].rstrip()


def _belongs_to(lines: list[str], row: int, rows: list[int]) -> bool:
    """Whether a line of options belongs to a statement that is broken: it goes with it."""
    while LINE_OF_OPTIONS.match(lines[row]):
        row -= 1
        if row in rows:
            return True
    return False


def _judge(lines: list[str], broken: dict[int, str]) -> None:
    text = "\n".join(broken.get(row, line) for row, line in enumerate(lines))
    found = [one for one in nccodsl.check(text) if one.is_error]
    syntax = Counter(one.line - 1 for one in found if one.code in SYNTAX)
    assert set(broken) <= {one.line - 1 for one in found}, text
    assert set(syntax) <= set(broken), text
    assert not syntax or max(syntax.values()) == 1, text


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_every_broken_line_has_an_error_and_no_other_one(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(SCRIPTS)).split("\n")
    ways = {row: broken for row, line in enumerate(lines) if (broken := list(_broken(line)))}
    rows = data.draw(st.lists(st.sampled_from(sorted(ways)), min_size=1, max_size=4, unique=True))
    rows = [row for row in rows if not _belongs_to(lines, row, rows)]
    broken = {row: data.draw(st.sampled_from(ways[row])) for row in rows}
    # A word that nobody knows, on the line behind `level=`, may be its value.
    _judge(lines, {row: line for row, line in broken.items() if not broken.get(row - 1, "").endswith("=")})


@settings(max_examples=examples(100), deadline=None)
@given(st.data())
def test_a_sign_that_lacks_is_one_error(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(SCRIPTS)).split("\n")
    ways = {row: broken for row, line in enumerate(lines) if (broken := list(_without_a_sign(line)))}
    if ways:
        row = data.draw(st.sampled_from(sorted(ways)))
        _judge(lines, {row: data.draw(st.sampled_from(ways[row]))})


@pytest.mark.parametrize("count", [150, 5000])
def test_wrong_lines_are_reported_up_to_the_most_that_are_kept(count: int) -> None:
    found = nccodsl.check("step main {\n" + '  foo "a"\n' * count + "}\n")
    assert [one.line for one in found] == list(range(2, min(count, 200) + 2))
