"""Golden cases, one folder each.

compile/<case>/   script.call, vars.json (optional) -> ncco.json, call.json, diagnostics.txt
errors/<family>/*.call  scripts in chunks parted by `---`; a line with a mistake ends in `### CODE "regex"`
../../examples/<example>/  as compile/

A script that needs the flow runtime is compiled for a server at https://calls.example.com/<case>.
A golden file that is missing means that nothing is expected; `pytest --accept` writes them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import nccodsl
from nccodsl.diagnostics.printers.terminal import render as told
from nccodsl.runtime.first_ncco import begun, create_body, render
from nccodsl.runtime.runnable import Runnable
from tests.golden import compare

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
SERVER = "https://calls.example.com"
COMPILE = sorted(path.parent for folder in (HERE / "compile", EXAMPLES) for path in folder.glob("*/script.call"))
ERRORS = sorted((HERE / "errors").glob("*/*.call"))
EXPECTATION = re.compile(r'###\s+([EW]\d{3})(?:\s+"([^"]*)")?')


@pytest.mark.parametrize("case", COMPILE, ids=lambda path: path.name)
def test_compile(case: Path, accept: bool) -> None:
    script = case / "script.call"
    found = nccodsl.check(script, name="script.call")
    text = told(found, color=False)
    ncco = call = ""
    if not any(one.is_error for one in found):
        values_file = case / "vars.json"
        values = json.loads(values_file.read_text(encoding="utf-8")) if values_file.exists() else {}
        try:
            flow = nccodsl.load(script, name="script.call")
            if flow.runtime_needs():
                document = _begins(flow, f"{SERVER}/{case.name}", values)
                ncco, call = ("", _pretty(document)) if flow.has_call else (_pretty(document), "")
            elif flow.has_call:
                call = _pretty(flow.call(values))
            else:
                ncco = _pretty(flow.ncco(values))
        except (nccodsl.ScriptError, nccodsl.RenderError) as error:
            text += told(error.diagnostics, color=False)
    compare(case / "ncco.json", ncco, accept)
    compare(case / "call.json", call, accept)
    compare(case / "diagnostics.txt", text, accept)


def _begins(flow: nccodsl.Flow, url: str, values: dict[str, Any]) -> Any:
    """What `compile --base-url` writes; private values are kept for the server, as `call --store` keeps them."""
    script = Runnable(flow, url)
    if any(parameter.private and parameter.name in values for parameter in flow.params):
        assert flow.has_call
        return create_body(script, begun(script, values, key="kept", token=False), "v2")
    return json.loads(render(script, values, call=flow.has_call, api="v2"))


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _chunks() -> list[tuple[str, str]]:
    return [
        (f"{path.parent.name}/{path.stem}#{number}", chunk)
        for path in ERRORS
        for number, chunk in enumerate(re.split(r"(?m)^---\n", path.read_text(encoding="utf-8")), 1)
    ]


@pytest.mark.parametrize(("name", "text"), [pytest.param(*chunk, id=chunk[0]) for chunk in _chunks()])
def test_errors(name: str, text: str) -> None:
    """Each marked line has its findings, and no other line has any."""
    wanted = {
        (number, code, pattern or "")
        for number, line in enumerate(text.split("\n"), 1)
        for code, pattern in EXPECTATION.findall(line)
    }
    found = nccodsl.check(text)
    missing = [
        want
        for want in wanted
        if not any(one.line == want[0] and one.code == want[1] and re.search(want[2], one.message) for one in found)
    ]
    surplus = [
        (one.line, one.code, one.message)
        for one in found
        if not any(one.line == line and one.code == code for line, code, _ in wanted)
    ]
    assert not missing, missing
    assert not surplus, surplus


def test_every_code_occurs() -> None:
    """Every code that a script can yield is shown by a case or by its page."""
    from nccodsl.analysis.lint.registry import every_code

    shown = {code for path in ERRORS for code, _ in EXPECTATION.findall(path.read_text(encoding="utf-8"))}
    elsewhere = {path.stem for path in (HERE.parents[1] / "nccodsl" / "diagnostics" / "pages").glob("*.md")}
    assert set(every_code()) - shown - elsewhere == set()
