"""The call of a page as a voice plays it: texts take as long as that voice takes for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nccodsl.base.record import Record
from nccodsl.editor.call_lines import call_lines
from nccodsl.editor.call_request import call_request
from nccodsl.editor.document import Document
from nccodsl.editor.page_answers import flow_of
from nccodsl.editor.services.phone_call import session_of
from nccodsl.emulator.core.application import SecondsToSay
from nccodsl.emulator.core.audible import SpokenText
from nccodsl.emulator.core.timeline import Emulated


class HeardCall(Record):
    """A call; `times` are those of the lines of its transcript, in seconds since its beginning."""

    call: Emulated
    times: list[float]


def heard_call(document: Document, params: Mapping[str, Any], seconds_to_say: SecondsToSay) -> HeardCall:
    """The call of a page with the times of a voice. Raises Refused."""
    session = session_of(flow_of(document), call_request(params), seconds_to_say)
    call = session.replay.call
    began = call.legs[0].started
    # A call that waits stands where its last prompt begins, if that can be interrupted: it is heard to its end.
    seconds = max([call.seconds, *(end - began for end in _ends(call, seconds_to_say))])
    times = [line.at - began for line in call_lines(session)]
    return HeardCall(Emulated(call.timeline, call.legs, seconds), times)


def _ends(call: Emulated, seconds_to_say: SecondsToSay) -> Iterator[float]:
    """When texts that are still being said will be over, each said once."""
    for entry in call.timeline.of("hears"):
        if entry.until is None and isinstance(entry.audible, SpokenText):
            yield entry.at + seconds_to_say(entry.audible.text, entry.audible.language)
