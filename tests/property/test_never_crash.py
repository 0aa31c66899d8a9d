"""Any text ends in diagnostics; any script that checks compiles; what it yields is judged valid."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings, strategies as st

import nccodsl
from nccodsl.diagnostics.printers.terminal import render
from nccodsl.lowering.compiled import Compiled
from nccodsl.voice.judge import judge_ncco
from tests.property.strategies import damaged, scripts
from tests.sizes import examples

SLOW = settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
VALUES = {"a": {"b": 1}, "b": "x", "name": "Ann", "number": "14155550101", "agents": ["14155550101"], "x1": 3}


def _survives(text: str) -> None:
    found = nccodsl.check(text)
    render(found, color=False)
    for one in found:
        assert one.file is not None
        assert one.span is not None
        assert 0 <= one.span.start <= one.span.end <= len(text) + 1
    if any(one.is_error for one in found):
        return
    flow = nccodsl.load(text)
    assert isinstance(flow, Compiled)
    try:
        ncco = flow.ncco({key: value for key, value in VALUES.items() if _wanted(flow, key)})
        if flow.has_call:
            flow.call(VALUES if not flow.params else {})
    except (nccodsl.RenderError, nccodsl.ScriptError) as error:
        render(error.diagnostics, color=False)
        return
    if "raw" not in text:
        assert [one for one in judge_ncco(ncco) if one.code[:2] == "E3" and one.path[-1] != "action"] == []


def _wanted(flow: Compiled, key: str) -> bool:
    return not flow.params or key in {parameter.name for parameter in flow.params}


@SLOW
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    _survives(text.encode("utf-8", "replace").decode())


@SLOW
@given(st.text(st.sampled_from(list("{}[]()\"'\\#=:,->\n\t ab1.%|")), max_size=60))
def test_any_punctuation(text: str) -> None:
    _survives(text)


@SLOW
@given(scripts)
def test_scripts_made_from_the_grammar(text: str) -> None:
    _survives(text)


@SLOW
@given(damaged())
def test_damaged_scripts(text: str) -> None:
    _survives(text)


@settings(max_examples=examples(30), deadline=None)
@given(st.text(st.characters(), max_size=30))
def test_text_that_is_not_unicode(text: str) -> None:
    nccodsl.check(text)
    nccodsl.check(f'talk "{text}')
