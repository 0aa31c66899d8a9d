"""The call of a page with the times of a voice."""

from __future__ import annotations

from typing import Any

import pytest

from nccodsl.editor.document import Document
from nccodsl.editor.heard_call import HeardCall, heard_call
from nccodsl.editor.page_answers import Refused
from nccodsl.editor.services.phone_call import phone_call
from tests.menu_script import MENU

SECONDS = 2.5


def heard(*tape: str, script: str = MENU, **more: Any) -> HeardCall:
    """The call in a voice that takes as long for each text."""
    return heard_call(Document("menu.call", script), {"tape": list(tape), **more}, lambda text, language: SECONDS)


def test_texts_take_as_long_as_the_voice_does() -> None:
    found = heard("1", "busy")
    texts = [entry for entry in found.call.timeline.of("hears") if entry.data.get("sound") == "talk"]
    assert [entry.data["text"] for entry in texts][-1] == "Sales is busy."
    assert {round((entry.until or 0.0) - entry.at, 3) for entry in texts} == {SECONDS}


def test_each_line_of_the_transcript_has_its_time() -> None:
    lines = phone_call(Document("menu.call", MENU), {"tape": ["1", "busy"]})["lines"]
    found = heard("1", "busy")
    assert len(found.times) == len(lines)
    assert found.times == sorted(found.times)
    (number,) = (number for number, line in enumerate(lines) if line["text"] == "Sales is busy.")
    (entry,) = (one for one in found.call.timeline.of("hears") if one.data.get("text") == "Sales is busy.")
    assert found.times[number] == pytest.approx(entry.at - found.call.legs[0].started)


def test_a_prompt_that_can_be_interrupted_is_heard_to_its_end() -> None:
    found = heard()
    (prompt,) = found.call.timeline.of("hears")
    assert prompt.until is None
    assert found.call.seconds == pytest.approx(prompt.at + SECONDS - found.call.legs[0].started)


def test_what_cannot_be_played_is_refused() -> None:
    with pytest.raises(Refused):
        heard(script="step main {")
    with pytest.raises(Refused):
        heard(step="nowhere")
