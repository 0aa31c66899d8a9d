"""Every code has a page, and the examples on it are true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import nccodsl
from nccodsl.analysis.lint.registry import every_code
from nccodsl.decompiler.to_script import decompile_text
from nccodsl.diagnostics import Diagnostic
from nccodsl.flow import Flow
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.run_tests import diagnostic_of, run_test
from nccodsl.runtime.runnable import Runnable

PAGES = Path(nccodsl.__file__).parent / "diagnostics" / "pages"
HEADING = re.compile(r"^## (?!Why it matters$)(.+)$", re.M)
SECTION = re.compile(r"^## (Example|Example \(not run\)|Instead)\n+```(.*)\n([\s\S]*?)```$", re.M)


def findings(fence: str, text: str, folder: Path) -> list[Diagnostic]:
    """What comes of a block: `call`, `json` or `json api=v2`, `jsonl`, `files`.

    `call values={…}` is rendered as well, `call test` runs its tests, and `call explore` tries every path.
    """
    kind, _, rest = fence.partition(" ")
    if kind == "json":
        return nccodsl.validate(text, api=rest.removeprefix("api=") or None)
    if kind == "jsonl":
        return list(decompile_text("rows.jsonl", text, params=rest == "params").diagnostics)
    if kind == "files":
        (folder / "nccodsl.toml").touch()
        parts = re.split(r"(?m)^--- (\S+)\n", text)[1:]
        for name, content in zip(parts[::2], parts[1::2], strict=True):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        return nccodsl.check(folder / parts[0])
    assert kind == "call", fence
    found = nccodsl.check(text)
    if rest.startswith("values=") and not any(one.is_error for one in found):
        values, _, whole = rest.removeprefix("values=").partition(" call=")
        try:
            nccodsl.load(text).render_json(json.loads(values), call=True if whole else None)
        except (nccodsl.RenderError, nccodsl.ScriptError) as error:
            found.extend(error.diagnostics)
    if rest in ("test", "explore") and not any(one.is_error for one in found):
        found.extend(rehearsed(nccodsl.load(text), every_path=rest == "explore"))
    return found


def rehearsed(flow: Flow, *, every_path: bool) -> list[Diagnostic]:
    """What the tests of a script find, or exploring it."""
    script = Runnable(flow, "https://calls.example.com")
    if every_path:
        return [finding.diagnostic for finding in explore(flow, script, 8).findings]
    outcomes = [run_test(flow, script, case) for case in flow.program.tests]
    return [diagnostic_of(flow, outcome) for outcome in outcomes if not outcome.passed]


@pytest.mark.parametrize("code", every_code())
def test_page(code: str, tmp_path: Path) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    known = every_code()[code]
    assert text.startswith(f"# {code} {known.name}: {known.title}\n")
    assert "## Why it matters\n" in text
    sections = SECTION.findall(text)
    headings = [heading for heading, _, _ in sections]
    assert headings == HEADING.findall(text), "each of these headings is followed by its block"
    assert {"Instead"} < set(headings)
    for number, (heading, fence, block) in enumerate(sections):
        if fence == "text":
            assert "Example (not run)" in headings
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        found = findings(fence, block, folder)
        if heading == "Example":
            assert code in [one.code for one in found], [one.message for one in found]
        else:
            assert not [one for one in found if one.is_error or one.code == code], (block, found)
    others = re.findall(r"[A-Z]\d{3}", text.partition("\nSee also:")[2])
    assert set(others) <= set(every_code())
    assert code not in others


def test_no_page_without_a_code() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == set(every_code())
