"""What a test may expect of its call, by the verbs of its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.emulate import ARRIVING
from nccodsl.rehearsal.expected import (
    fits_notice,
    fits_request,
    folded,
    holds,
    in_json,
    in_voice,
    is_notice,
    is_voice,
    shown,
)
from nccodsl.rehearsal.hidden_members import shown_notice, shown_request
from nccodsl.rehearsal.scripted import OUTCOMES, ScriptTestLine, fits_endpoint
from nccodsl.rehearsal.tested_call import TestedCall, Turns
from nccodsl.rehearsal.tested_dialog import outcome_of
from nccodsl.runtime.events_beside import transcript

Expectation = Callable[[TestedCall, ScriptTestLine, int], Turns[None]]
"""Lets the call go on until a line (and its number) holds. Raises Wrong."""


def _hear(call: TestedCall, line: ScriptTestLine, _number: int) -> Turns[None]:
    if call.pseudo:
        # What is said in each language is not compared: only whether it is translated.
        while not call.hears()[call.acted :] and call.step():
            yield
        return
    wanted = folded(line.value)
    if line.verb.negated:
        while call.step():
            yield
        for entry in call.hears()[call.acted :]:
            if wanted in folded(entry.data["text"]) and is_voice(entry, line.voice):
                raise call.wrong(f"not to hear “{line.value}”{in_voice(line.voice)}", line)
        return
    while True:
        heard = call.hears()
        first, offset = call.heard_until
        for index in range(first, len(heard)):
            text = folded(heard[index].data["text"])
            at = text.find(wanted, offset if index == first else 0)
            if at >= 0 and is_voice(heard[index], line.voice):
                call.heard_until = (index, at + len(wanted))
                return
        if not call.step():
            raise call.wrong(f"to hear “{line.value}”{in_voice(line.voice)}", line)
        yield


def _ended(call: TestedCall, line: ScriptTestLine, _number: int) -> Turns[None]:
    while call.step():
        yield
    if not call.stage.over:
        raise call.wrong("the call to end", line, call.waiting())
    if (found := outcome_of(call.stage)) is not None:
        raise call.wrong("the dialog to hang up", line, f"it ended with `{found[0]}`")


def _ends(call: TestedCall, line: ScriptTestLine, _number: int) -> Turns[None]:
    while call.step():
        yield
    outcome = str(line.verb.kind)
    if not call.stage.over:
        raise call.wrong(f"the dialog to end with `{outcome}`", line, call.waiting())
    found = outcome_of(call.stage)
    if found is None:
        raise call.wrong(f"the dialog to end with `{outcome}`", line, "the call ended")
    ended, returned = found
    if ended != outcome:
        raise call.wrong(f"the dialog to end with `{outcome}`", line, f"it ended with `{ended}`")
    if line.value is not None and not holds(in_json(returned), line.value):
        raise call.wrong(f"the dialog to return {shown(line.value)}", line, f"it returned {shown(returned)}")


def _dialled(call: TestedCall, line: ScriptTestLine, _number: int) -> Turns[None]:
    while True:
        legs = list(call.stage.network.legs.values())
        for number in range(call.dialled, len(legs)):
            if legs[number].direction == "outbound" and fits_endpoint(line.value, legs[number].endpoint_name):
                call.dialled = number + 1
                return
        if not call.step():
            others = [f"dialed {leg.endpoint_name}" for leg in legs if leg.direction == "outbound"]
            raise call.wrong(f"{line.value} to be dialed", line, *(others or ["nothing was dialed"]))
        yield


def _outcome(call: TestedCall, line: ScriptTestLine, number: int) -> Turns[None]:
    while not call.plan.is_taken(number) and call.step():
        yield
    if not call.plan.is_taken(number):
        raise call.wrong(f"a call to an endpoint that is `{line.name}`", line, "nothing was dialed")
    endpoint = call.plan.legs[number]
    leg = next(leg for leg in reversed(call.stage.network.legs.values()) if leg.endpoint_name == endpoint)
    ends = line.name not in ("answered", "machine")
    while (not leg.outcome if ends else leg.answered_at is None) and leg.ended_at is None and call.stage.step():
        yield
    reached = leg.outcome == line.name if ends else leg.answered_at is not None
    if not reached:
        raise call.wrong(f"{endpoint} to be `{line.name}`", line, f"it was {leg.outcome or leg.status}")


def _recorded(call: TestedCall, line: ScriptTestLine, _number: int) -> Turns[None]:
    entry = yield from _await(call, "records", line, lambda _entry: True)
    if entry is None:
        raise call.wrong("a recording", line, "nothing was recorded")
    if isinstance(line.value, str):
        while entry.until is None and not call.stage.over and call.stage.step():
            yield
        voices = call.stage.network.files[entry.data["recording_uuid"]].voices
        if not any(folded(line.value) in folded(voice.words) for voice in voices):
            words = [f"it contains “{voice.words}”" for voice in voices if voice.words]
            raise call.wrong(f"a recording of “{line.value}”", line, *(words or ["it contains no words"]))


def _notified(call: TestedCall, line: ScriptTestLine, _number: int) -> Turns[None]:
    found = yield from _await(call, "webhook", line, lambda entry: fits_notice(line.value, entry))
    if found is None:
        payloads = [entry.data["payload"].get("payload") for entry in _notices(call)]
        sent = [f"it notified {shown(shown_notice(call.stage.flow, payload))}" for payload in payloads]
        raise call.wrong(f"to notify {shown(line.value)}", line, *(sent or ["it notified nothing"]))


def _notices(call: TestedCall) -> Iterator[TimelineEntry]:
    return (entry for entry in call.leg.timeline.of("webhook") if is_notice(entry))


def _await(call: TestedCall, kind: str, _line: ScriptTestLine, fits: object) -> Turns[TimelineEntry | None]:
    """The next entry of a kind that no line has named yet."""
    assert callable(fits)
    unnamed = call.unnamed[kind]
    looked = 0
    while True:
        call.look()
        for index in range(looked, len(unnamed)):
            if fits(unnamed[index]):
                return unnamed.pop(index)
        looked = len(unnamed)
        if not call.step():
            return None
        yield


def _transcribed(call: TestedCall, line: ScriptTestLine, _number: int) -> Turns[None]:
    done = [entry for entry in call.leg.timeline.of("webhook") if entry.data["kind"] == "transcription"]
    while not done and _goes_on(call):
        yield
        done = [entry for entry in call.leg.timeline.of("webhook") if entry.data["kind"] == "transcription"]
    texts = [transcript(call.stage.transcription(entry.data["payload"]["transcription_url"])) for entry in done]
    if not any(folded(line.value or "") in folded(text) for text in texts):
        wanted = f"a transcription of “{line.value}”" if line.value else "a transcription"
        raise call.wrong(
            wanted, line, *(f"it says “{text}”" for text in texts) if texts else ("nothing was transcribed",)
        )


def _whispered(call: TestedCall, line: ScriptTestLine, _number: int) -> Turns[None]:
    wanted = folded(line.value)
    found = yield from _await(call, "whispers", line, lambda entry: call.pseudo or wanted in folded(entry.data["text"]))
    if found is None:
        heard = [entry.data["text"] for entry in call.leg.timeline.of("hears") if entry.leg != call.leg.name]
        told = [f"the callee heard “{text}”" for text in heard if text] or ["no callee heard anything first"]
        raise call.wrong(f"to whisper “{line.value}”", line, *told)


def _sent(call: TestedCall, line: ScriptTestLine, number: int) -> Turns[None]:
    """What the end of the call sends is looked for behind its end."""
    while True:
        for request in call.stage.sent:
            if not any(request is one for one in call.sent) and fits_request(line.value, line.body, request):
                call.sent.append(request)
                return
        if not _goes_on(call) and not _hung_up(call, number):
            break
        yield
    others = [f"it sent {shown_request(call.stage.flow, request)}" for request in call.stage.sent]
    body = f" with {shown(line.body)}" if line.body is not None else ""
    raise call.wrong(f"to send to {line.value}{body}", line, *(others or ["it sent nothing"]))


def _goes_on(call: TestedCall) -> bool:
    """Let the next thing happen; what the end of a call causes comes soon after it."""
    if not call.stage.over:
        return call.step()
    ended = call.leg.ended_at
    return ended is not None and call.clock.now <= ended + ARRIVING and call.stage.step()


def _hung_up(call: TestedCall, number: int) -> bool:
    """The person hangs up where the test only has left what is sent then. Whether it has."""
    if call.stage.over or any(line.name != "sent" for line in call.plan.lines[number:]):
        return False
    call.stage.network.end(call.leg, by="user")
    return True


def _opted_out(call: TestedCall, line: ScriptTestLine, _number: int) -> Turns[None]:
    found = call.stage.opted_out
    while (line.verb.negated or not found) and call.step():
        yield
    if bool(found) == line.verb.negated:
        told = [f"it opted out {number}{f': {reason}' if reason else ''}" for number, reason in found.items()]
        wanted = "not to opt out" if line.verb.negated else "to opt out"
        raise call.wrong(wanted, line, *(told or ["it suppressed no number"]))


def _fetched(call: TestedCall, _line: ScriptTestLine, number: int) -> Turns[None]:
    """It may be said before what leads there; whether it was fetched is seen at the end."""
    while not call.plan.is_taken(number) and not call.plan.unexpected and call.step():
        yield


EXPECTATIONS: dict[str, Expectation] = {
    "hear": _hear,
    "ended": _ended,
    "ends": _ends,
    "dialled": _dialled,
    "recorded": _recorded,
    "notified": _notified,
    "opted_out": _opted_out,
    "sent": _sent,
    "transcribed": _transcribed,
    "whispered": _whispered,
    "fetched": _fetched,
    **dict.fromkeys(OUTCOMES, _outcome),
}
