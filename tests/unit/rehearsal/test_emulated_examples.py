"""Every example can be played through, and says what its script says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import nccodsl
from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.personas.persona import BUILT_IN, Cast, Persona
from nccodsl.rehearsal.stage import Stage

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/script.call"))
PARTIES: dict[str, Any] = {
    "to": [{"type": "phone", "number": "14155550101"}],
    "from": {"type": "phone", "number": "14155550100"},
}


@pytest.mark.parametrize("persona", BUILT_IN)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_an_example_plays_through(path: Path, persona: str) -> None:
    flow = nccodsl.load(path)
    file = path.parent / "vars.json"
    values = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if flow.runtime_needs():
        _talks_back(flow, values, BUILT_IN[persona])
        return
    body = flow.call(values) if flow.has_call else {**PARTIES, "ncco": flow.ncco(values)}
    call = emulate(body, Cast((BUILT_IN[persona],)))
    expected = BUILT_IN[persona].outcome
    assert call.outcome == ("completed" if expected == "answered" else expected)
    if persona == "answers":
        begun = [entry.data["action"] for entry in call.timeline.of("action", call.legs[0].name)]
        assert begun == [action["action"] for action in body["ncco"]]


def _talks_back(flow: nccodsl.Flow, values: dict[str, Any], persona: Persona) -> None:
    """With its flow on the other side, which loses no call."""
    stage = Stage(flow, values, cast=Cast((persona,)))
    stage.begin()
    call = stage.finish()
    assert not stage.failures
    assert stage.state is not None
    wanted = "completed" if persona.outcome == "answered" or not flow.has_call else persona.outcome
    assert call.outcome == wanted
    assert stage.moves
