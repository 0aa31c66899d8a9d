"""A lint is one file; its fixture and its page are the only other things that it needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import nccodsl
from nccodsl.analysis.lint.registry import LINTS
from nccodsl.analysis.lint.rule import Lint
from tests.project_copy import copy_project, python_in

ROOT = Path(__file__).parents[4]
PAGES = "unit/diagnostics/test_pages.py"
FIXTURES = ROOT / "tests" / "cases" / "errors" / "lint"
GUIDE = re.compile(r"<!-- lint: (\S+) -->\n(`{3,})[a-z]+\n(.*?)\2", re.S)


def each(rule: Lint) -> str:
    return rule.code.id


@pytest.mark.parametrize("rule", LINTS, ids=each)
def test_a_lint_warns_and_has_a_fixture(rule: Lint) -> None:
    """What the fixture's lines find, and that a comment ignores it, is a case of tests/cases."""
    assert rule.code.id.startswith("W")
    text = (FIXTURES / f"{rule.code.id}.call").read_text(encoding="utf-8")
    assert f"### {rule.code.id}" in text
    assert f"# nccodsl: ignore {rule.code.id}" in text


@pytest.mark.parametrize("rule", LINTS, ids=each)
def test_a_lint_has_the_fixes_that_it_promises(rule: Lint) -> None:
    fixes = {
        None if one.fix is None else "safe" if one.fix.safe else "unsafe"
        for chunk in (FIXTURES / f"{rule.code.id}.call").read_text(encoding="utf-8").split("---\n")
        for one in nccodsl.check(chunk)
        if one.code == rule.code.id
    }
    assert fixes == {rule.fix}


@pytest.mark.slow
def test_a_lint_is_added_as_the_guide_says(tmp_path: Path) -> None:
    """A copy of the package that gets the guide's file and page checks with it, explains it and lists it."""
    copy_project(tmp_path, "cases/test_cases.py", PAGES)
    guide = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    blocks = [(name, text) for name, _, text in GUIDE.findall(guide)]
    for name, text in blocks:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (fixture,) = [name for name, _ in blocks if name.endswith(".call")]

    def run(*command: str) -> str:
        done = python_in(tmp_path, "-m", *command)
        return done.stdout + done.stderr

    found = run("nccodsl", "check", fixture)
    lines = (tmp_path / fixture).read_text(encoding="utf-8").splitlines()
    wanted = [number for number, line in enumerate(lines, 1) if "###" in line]
    assert wanted
    assert [int(line) for line in re.findall(r"--> \S+:(\d+):", found)] == wanted
    code = Path(fixture).stem
    assert "Lint: style; fix: none." in run("nccodsl", "explain", code)
    assert f"| {code} | style | none |" in run("nccodsl.cli.code_table")
    assert "1 passed" in run("pytest", "-q", "tests/cases/test_cases.py", "-k", code)
    assert "1 passed" in run("pytest", "-q", f"tests/{PAGES}", "-k", code)
