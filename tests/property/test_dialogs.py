"""A dialog is what it says: callers hear the same where its text stands in the script itself."""

from __future__ import annotations

import re

from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.analysis.flow_rules import ends
from nccodsl.emulator.personas.persona import Cast
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.web_requests import Fetched
from tests.property.flows import scripts
from tests.property.test_agreement import bounded, casts, told, told_to_others
from tests.sizes import examples

_STEP = re.compile(r"^step (\w+) \{\n(.*?)^\}\n(?=\s*step |\s*\Z)", re.M | re.S)


def as_dialog(text: str, depth: int) -> str:
    """The same script as a dialog that the script asks, through so many dialogs."""
    flow = nccodsl.load(text)
    inside = ""
    for name, body in _STEP.findall(text):
        own = re.sub(r"-> main\b", "-> again", body)
        own += "" if ends(flow.program.steps[name].body) else "-> done\n"
        inside += own if name == "main" else f"step {name} {{\n{own}}}\n"
    outer = "".join(
        f"dialog outer{number}() -> done {{ ask {f'outer{number - 1}' if number else 'whole'}() -> done }}\n"
        for number in range(depth)
    )
    asked = f"outer{depth - 1}" if depth else "whole"
    head = text[: text.index("step main")]
    return f"{head}dialog whole() -> done {{\n{inside}}}\n{outer}step main {{ ask {asked}() }}\n"


def played(text: str, cast: Cast, result: Fetched) -> tuple[object, object]:
    """What happened at the phones, and what was sent."""
    stage = Stage(nccodsl.load(text), cast=cast, fetcher=lambda _: result)
    leg = stage.begin()
    bounded(stage.network, leg)
    return told(stage.network, leg), told_to_others(stage.sent)


@settings(max_examples=examples(150))
@given(scripts(), casts, st.booleans(), st.integers(0, 2))
def test_a_dialog_behaves_like_the_same_text_in_line(text: str, cast: Cast, brings: bool, depth: int) -> None:
    text = text.replace(", step: {{ step }}", "")  # a dialog is no step of the script
    result = Fetched({"word": "yes"}) if brings else Fetched(failure="down")
    assert played(as_dialog(text, depth), cast, result) == played(text, cast, result)


@settings(max_examples=examples(40))
@given(scripts())
def test_a_dialog_adds_no_webhook(text: str) -> None:
    """Each wait of the text is one wait of the script that asks it, and nothing else waits."""
    text = text.replace(", step: {{ step }}", "")

    def waits(flow: nccodsl.Flow) -> int:
        return sum(block.transition.__class__.__name__ == "Wait" for block in flow.blocks.values())

    assert waits(nccodsl.load(as_dialog(text, 1))) == waits(nccodsl.load(text))
