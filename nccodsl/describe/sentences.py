"""What each action does, in words: a long sentence for descriptions and a short one for graphs, side by side.

Owns: the table SENTENCES, one row for each action of the catalogue, and the sentences for the call. Does not own: the
words for values (phrases).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.analysis.by_language import described
from nccodsl.analysis.program import ActionItem, CallItem
from nccodsl.base.record import Record
from nccodsl.describe.phrases import Saying, cut, listed
from nccodsl.voice.forms import is_ssml

LONGEST_TEXT = 60
BEGINS = "the call starts"
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LOOSE = re.compile(r"(?<! ) +([.,;:!?](?:\s|$))")
"""A full stop that a tag stood before."""
_CALL_TOLD = ("to", "from", "random_from_number", "answer_url", "ringing_timer", "length_timer", "machine_detection")

Members = Mapping[str, Any]
"""An action as JSON, with holes."""


class Sentences(Record):
    """The two forms of an action. `told`: the members that the long one says; all others follow it by name."""

    long: Callable[[Saying, Members], str]
    short: Callable[[Saying, Members], str]
    told: tuple[str, ...] = ()


def long_sentence(say: Saying, item: ActionItem) -> str:
    """`Says: “Hello” in en-GB (style 2).`"""
    if item.kind is None:
        return f"Does {say.value(item.draft.get('action'))} (passed through unchecked)."
    sentences, draft = SENTENCES[item.kind], described(item.draft)
    return sentences.long(say, draft) + say.rest(draft, (*sentences.told, "action")) + "."


def short_sentence(say: Saying, item: ActionItem) -> str:
    """`says “Hello”`"""
    if item.kind is None:
        return f"does {say.short(item.draft.get('action'))} (raw)"
    return SENTENCES[item.kind].short(say, described(item.draft))


# ---- talk, stream


def spoken(say: Saying, draft: Members) -> str:
    """What a talk says, in which language and how often: `“Hello” in en-GB 2 times`."""
    language = f" in {say.value(draft['language'])}" if "language" in draft else ""
    return f"{say.quoted(draft.get('text'))}{language}{_times(draft, say.value)}"


def _talk(say: Saying, draft: Members) -> str:
    return f"Says: {spoken(say, draft)}"


def _talk_short(say: Saying, draft: Members) -> str:
    text = say.value(draft.get("text"))
    if is_ssml(text):
        text = " ".join(_LOOSE.sub(r"\1", _TAG.sub(" ", text)).split())
    return f"says “{cut(text, LONGEST_TEXT)}”{_times(draft, say.short)}"


def _stream(say: Saying, draft: Members) -> str:
    return f"Plays {say.value(draft.get('streamUrl'))}{_times(draft, say.value)}"


def _stream_short(say: Saying, draft: Members) -> str:
    return f"plays {say.short(draft.get('streamUrl'))}{_times(draft, say.short)}"


def _times(draft: Members, shown: Callable[[object], str]) -> str:
    loop = draft.get("loop", 1)
    return "" if loop == 1 else ", repeated until stopped" if loop == 0 else f" {shown(loop)} times"


# ---- record


def _record(say: Saying, draft: Members) -> str:
    said = "Records the call" + (f" as {say.value(draft['format'])}" if "format" in draft else "")
    ends = []
    if "endOnKey" in draft:
        ends.append(f"{say.value(draft['endOnKey'])} is pressed")
    if "endOnSilence" in draft:
        ends.append(f"{say.seconds(draft['endOnSilence'])} of silence")
    if "timeOut" in draft:
        ends.append(f"{say.seconds(draft['timeOut'])} have passed")
    return said + (f", until {listed(ends, 'or')}" if ends else "")


def _record_short(say: Saying, draft: Members) -> str:
    return "records"


# ---- connect, conversation, transfer


def _connect(say: Saying, draft: Members) -> str:
    one = _first(draft)
    kind = "the phone " if isinstance(one, dict) and one.get("type") == "phone" else ""
    said = f"Connects to {kind}{say.endpoint(one)}"
    if "from" in draft:
        said += f", showing {say.value(draft['from'])}"
    elif draft.get("randomFromNumber"):
        said += ", showing any number of the application"
    if "timeout" in draft:
        said += f", rings {say.seconds(draft['timeout'])}"
    return said + (f", for at most {say.seconds(draft['limit'])}" if "limit" in draft else "")


def _connect_short(say: Saying, draft: Members) -> str:
    return f"connects {_endpoint_short(say, _first(draft))}"


def _first(draft: Members) -> object:
    endpoints = draft.get("endpoint")
    return endpoints[0] if isinstance(endpoints, list) and endpoints else endpoints


def _endpoint_short(say: Saying, endpoint: object) -> str:
    kind = "phone " if isinstance(endpoint, dict) and endpoint.get("type") == "phone" else ""
    return f"{kind}{say.short(say.endpoint(endpoint))}"


def _conversation(say: Saying, draft: Members) -> str:
    return f"Joins the conference {say.quoted(draft.get('name'))}"


def _conversation_short(say: Saying, draft: Members) -> str:
    return f"joins the conference “{say.short(draft.get('name'))}”"


def _transfer(say: Saying, draft: Members) -> str:
    return f"Moves the call into the conversation {say.value(draft.get('conversationId'))}"


def _transfer_short(say: Saying, draft: Members) -> str:
    return f"moves the call into {say.short(draft.get('conversationId'))}"


# ---- input, notify, wait


def _input(say: Saying, draft: Members) -> str:
    kinds = draft.get("type")
    dtmf, speech = draft.get("dtmf"), draft.get("speech")
    asked = []
    if not isinstance(kinds, list) or "dtmf" in kinds:
        most = dtmf.get("maxDigits", 4) if isinstance(dtmf, dict) else 4
        asked.append("one digit" if most == 1 else f"up to {say.value(most)} digits")
        if isinstance(dtmf, dict) and dtmf.get("submitOnHash") is True:
            asked[-1] += " and the hash key"
    if not isinstance(kinds, list) or "speech" in kinds:
        asked.append("speech")
    said = f"Asks for {listed(asked, 'or')}"
    if isinstance(speech, dict):
        if "language" in speech:
            said += f" in {say.value(speech['language'])}"
        if speech.get("context"):
            said += f", such as {say.value(speech['context'])}"
    if isinstance(dtmf, dict) and "timeOut" in dtmf:
        said += f", waiting {say.seconds(dtmf['timeOut'])} for a key"
    return said


def _input_short(say: Saying, draft: Members) -> str:
    kinds = draft.get("type")
    names = {"dtmf": "keys", "speech": "speech"}
    asked = [name for kind, name in names.items() if not isinstance(kinds, list) or kind in kinds]
    # An address of the script's own gets the answer, and what it says then happens.
    told = f", sends it to {say.short(draft['eventUrl'])}" if "eventUrl" in draft else ""
    return f"asks for {' or '.join(asked)}{told}"


def _notify(say: Saying, draft: Members) -> str:
    return f"Sends {say.value(draft.get('payload'))} to {say.value(draft.get('eventUrl'))}"


def _notify_short(say: Saying, draft: Members) -> str:
    return f"notifies {say.short(draft.get('eventUrl'))}"


def _wait(say: Saying, draft: Members) -> str:
    return f"Waits {say.seconds(draft.get('timeout', 10))}"


def _wait_short(say: Saying, draft: Members) -> str:
    return f"waits {say.short(draft.get('timeout', 10))} s"


SENTENCES: dict[str, Sentences] = {
    "talk": Sentences(_talk, _talk_short, ("text", "language", "loop")),
    "stream": Sentences(_stream, _stream_short, ("streamUrl", "loop")),
    "record": Sentences(_record, _record_short, ("format", "endOnKey", "endOnSilence", "timeOut")),
    "connect": Sentences(_connect, _connect_short, ("endpoint", "timeout", "limit", "from", "randomFromNumber")),
    "conversation": Sentences(_conversation, _conversation_short, ("name",)),
    "input": Sentences(_input, _input_short, ("type", "dtmf", "speech")),
    "notify": Sentences(_notify, _notify_short, ("payload", "eventUrl")),
    "wait": Sentences(_wait, _wait_short, ("timeout",)),
    "transfer": Sentences(_transfer, _transfer_short, ("conversationId",)),
}


# ---- the call


def long_call(say: Saying, item: CallItem) -> str:
    """Whom the script calls, and how."""
    draft: dict[str, Any] = item.draft
    to = draft.get("to")
    whom = listed([say.endpoint(one) for one in to], "and") if isinstance(to, list) else say.value(to)
    said = f"Calls {whom}"
    caller = draft.get("from")
    if isinstance(caller, dict):
        said += f" from {say.value(caller.get('number'))}"
    elif draft.get("random_from_number"):
        said += " from any number of the application"
    if "ringing_timer" in draft:
        said += f", rings {say.seconds(draft['ringing_timer'])}"
    if "length_timer" in draft:
        said += f", for at most {say.seconds(draft['length_timer'])}"
    if "machine_detection" in draft:
        said += f"; on an answering machine: {say.value(draft['machine_detection'])}"
    if "answer_url" in draft:
        said += f"; the NCCO comes from {say.value(draft['answer_url'])}"
    return said + say.rest(draft, _CALL_TOLD) + "."


def short_call(say: Saying, item: CallItem | None) -> str:
    """Where the call begins."""
    to = item.draft.get("to") if item is not None else None
    if not to:
        return BEGINS
    return f"calls {', '.join(_endpoint_short(say, one) for one in (to if isinstance(to, list) else [to]))}"
