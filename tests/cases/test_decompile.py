"""Golden cases of decompiling, one folder a case: `document.json` or `document.jsonl` goes in; `script.call`, `diagnostics.txt`
and `rows.jsonl` come out. `options.txt` names what is switched on: params, lenient."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nccodsl
from nccodsl.decompiler.to_script import decompile_text
from nccodsl.diagnostics.printers.terminal import render
from tests.golden import compare

HERE = Path(__file__).parent / "decompile"
CASES = sorted(path for path in HERE.glob("*/document.json*"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_decompiled(path: Path, accept: bool) -> None:
    folder = path.parent
    options = (folder / "options.txt").read_text().split() if (folder / "options.txt").exists() else []
    result = decompile_text(path.name, path.read_text(encoding="utf-8"), **dict.fromkeys(options, True))
    (script,) = result.scripts or ("",)
    found = [*result.diagnostics, *result.lacking]
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in result.rows if "params" in options)
    compare(folder / "script.call", script, accept)
    compare(folder / "diagnostics.txt", render(found, color=False) if found else "", accept)
    compare(folder / "rows.jsonl", rows, accept)
    assert nccodsl.format(script) == script
    if not script:
        assert any(one.is_error for one in result.diagnostics)


def test_no_expectation_is_left_over() -> None:
    assert {path.parent for path in HERE.glob("*/*")} == {path.parent for path in CASES}
