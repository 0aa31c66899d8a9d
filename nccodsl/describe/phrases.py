"""The words for a call, its actions and their values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from nccodsl.analysis.program import ActionItem, CallItem, Hole
from nccodsl.lowering.holes import Failed, evaluator
from nccodsl.templates import Expression, Scope

# What is told in the sentence of an action; any other option is told behind it, with its name.
_TOLD = {
    "talk": ("text", "language", "loop"),
    "stream": ("streamUrl", "loop"),
    "record": ("format", "endOnKey", "endOnSilence", "timeOut"),
    "connect": ("endpoint", "timeout", "limit", "from", "randomFromNumber"),
    "conversation": ("name",),
    "input": ("type", "dtmf", "speech"),
    "notify": ("payload", "eventUrl"),
    "wait": ("timeout",),
}
_CALL_TOLD = ("to", "from", "random_from_number", "answer_url", "ringing_timer", "length_timer", "machine_detection")


class Saying:
    """Sentences. Templates are filled with what is in `scope`, unless they read something `private`."""

    def __init__(self, scope: Scope | None, private: frozenset[str]) -> None:
        self._scope = scope
        self._private = private

    # ---- values

    def source(self, hole: Hole) -> str:
        """A template as it is written."""
        code = hole.code
        return f"{{{{ {code.source.strip()} }}}}" if isinstance(code, Expression) else code.text

    def value(self, value: object) -> str:
        """A value in a sentence, on one line."""
        filled = self._filled(value)
        if isinstance(filled, Hole):
            return _one_line(self.source(filled))
        if isinstance(filled, str):
            return _one_line(filled)
        if isinstance(filled, list) and filled and all(not isinstance(item, (dict, list)) for item in filled):
            return listed([self.value(item) for item in filled])
        return _one_line(json.dumps(filled, ensure_ascii=False, default=self._plain))

    def quoted(self, value: object) -> str:
        return f"“{self.value(value)}”"

    def seconds(self, value: object) -> str:
        return f"{self.value(value)} s"

    def _plain(self, value: object) -> str:
        filled = self._filled(value)
        return self.source(filled) if isinstance(filled, Hole) else str(filled)

    def _filled(self, value: object) -> object:
        if not isinstance(value, Hole) or self._scope is None or any(n.name in self._private for n in value.code.names):
            return value
        try:
            return evaluator(value)(self._scope)
        except Failed:
            return value

    # ---- sentences

    def call(self, item: CallItem) -> str:
        draft: dict[str, Any] = item.draft
        to = draft.get("to")
        whom = listed([self.endpoint(one) for one in to], "and") if isinstance(to, list) else self.value(to)
        said = f"Calls {whom}"
        caller = draft.get("from")
        if isinstance(caller, dict):
            said += f" from {self.value(caller.get('number'))}"
        elif draft.get("random_from_number"):
            said += " from any number of the application"
        if "ringing_timer" in draft:
            said += f", rings {self.seconds(draft['ringing_timer'])}"
        if "length_timer" in draft:
            said += f", for {self.seconds(draft['length_timer'])} at most"
        if "machine_detection" in draft:
            said += f"; on an answering machine: {self.value(draft['machine_detection'])}"
        if "answer_url" in draft:
            said += f"; what happens then comes from {self.value(draft['answer_url'])}"
        return said + self._rest(draft, _CALL_TOLD) + "."

    def endpoint(self, endpoint: object) -> str:
        """Whom a call goes to: `14155550100`, `the SIP address sip:…`."""
        if not isinstance(endpoint, dict):
            return self.value(endpoint)
        match endpoint.get("type"):
            case "phone":
                said = self.value(endpoint.get("number"))
                keys = endpoint.get("dtmfAnswer", endpoint.get("dtmf_answer"))
                return said + (f" (then presses {self.value(keys)})" if keys is not None else "")
            case "sip":
                return f"the SIP address {self.value(endpoint.get('uri', endpoint.get('domain')))}"
            case "websocket":
                return f"the WebSocket {self.value(endpoint.get('uri'))}"
            case "app":
                return f"the app user {self.value(endpoint.get('user'))}"
            case "vbc":
                return f"the extension {self.value(endpoint.get('extension'))}"
            case other:
                return self.value(other)

    def action(self, item: ActionItem) -> str:
        """One action as one sentence."""
        draft: dict[str, Any] = item.draft
        if item.kind is None:
            return f"Does {self.value(draft.get('action'))} (passed through unchecked)."
        tell = getattr(self, f"_{item.kind}", None)
        said: str = tell(draft) if tell else f"Does {item.kind}"
        return said + self._rest(draft, (*_TOLD.get(item.kind, ()), "action")) + "."

    def _talk(self, draft: dict[str, Any]) -> str:
        language = f" in {self.value(draft['language'])}" if "language" in draft else ""
        return f"Says: {self.quoted(draft.get('text'))}{language}{self._loop(draft)}"

    def _stream(self, draft: dict[str, Any]) -> str:
        return f"Plays {self.value(draft.get('streamUrl'))}{self._loop(draft)}"

    def _loop(self, draft: dict[str, Any]) -> str:
        loop = draft.get("loop", 1)
        return "" if loop == 1 else " for ever" if loop == 0 else f" {self.value(loop)} times"

    def _record(self, draft: dict[str, Any]) -> str:
        said = "Records the call" + (f" as {self.value(draft['format'])}" if "format" in draft else "")
        ends = []
        if "endOnKey" in draft:
            ends.append(f"{self.value(draft['endOnKey'])} is pressed")
        if "endOnSilence" in draft:
            ends.append(f"{self.seconds(draft['endOnSilence'])} of silence")
        if "timeOut" in draft:
            ends.append(f"{self.seconds(draft['timeOut'])} have passed")
        return said + (f", until {listed(ends, 'or')}" if ends else "")

    def _connect(self, draft: dict[str, Any]) -> str:
        endpoints = draft.get("endpoint")
        one = endpoints[0] if isinstance(endpoints, list) and endpoints else endpoints
        kind = "the phone " if isinstance(one, dict) and one.get("type") == "phone" else ""
        said = f"Connects to {kind}{self.endpoint(one)}"
        if "from" in draft:
            said += f", showing {self.value(draft['from'])}"
        elif draft.get("randomFromNumber"):
            said += ", showing any number of the application"
        if "timeout" in draft:
            said += f", rings {self.seconds(draft['timeout'])}"
        return said + (f", for {self.seconds(draft['limit'])} at most" if "limit" in draft else "")

    def _conversation(self, draft: dict[str, Any]) -> str:
        return f"Joins the conference {self.quoted(draft.get('name'))}"

    def _input(self, draft: dict[str, Any]) -> str:
        kinds = draft.get("type")
        dtmf, speech = draft.get("dtmf"), draft.get("speech")
        asked = []
        if not isinstance(kinds, list) or "dtmf" in kinds:
            most = dtmf.get("maxDigits", 4) if isinstance(dtmf, dict) else 4
            asked.append("one digit" if most == 1 else f"up to {self.value(most)} digits")
            if isinstance(dtmf, dict) and dtmf.get("submitOnHash") is True:
                asked[-1] += " and the hash key"
        if not isinstance(kinds, list) or "speech" in kinds:
            asked.append("speech")
        said = f"Asks for {listed(asked, 'or')}"
        if isinstance(speech, dict):
            if "language" in speech:
                said += f" in {self.value(speech['language'])}"
            if speech.get("context"):
                said += f", such as {self.value(speech['context'])}"
        if isinstance(dtmf, dict) and "timeOut" in dtmf:
            said += f", waiting {self.seconds(dtmf['timeOut'])} for a key"
        return said

    def _notify(self, draft: dict[str, Any]) -> str:
        return f"Sends {self.value(draft.get('payload'))} to {self.value(draft.get('eventUrl'))}"

    def _wait(self, draft: dict[str, Any]) -> str:
        return f"Waits {self.seconds(draft.get('timeout', 10))}"

    def _rest(self, draft: dict[str, Any], told: Iterable[str]) -> str:
        """The options that the sentence has not told, by name."""
        skipped = {*told, "eventMethod", "event_method"}
        parts = [f"{_snake(key)} {self.value(value)}" for key, value in draft.items() if key not in skipped]
        return f" ({'; '.join(parts)})" if parts else ""


def listed(parts: list[str], word: str = "and") -> str:
    """`a, b and c`."""
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)


def _one_line(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 500 else shown[:499] + "…"
