"""The words for values and endpoints, in whole and short enough for a graph."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from nccodsl.analysis.program import Hole, holes_in
from nccodsl.diagnostics.printers.text import safe
from nccodsl.lowering.holes import Failed, evaluator
from nccodsl.templates import Expression, Scope
from nccodsl.templates.readable import readable

LONGEST_VALUE = 72
"""Characters of a value in a short sentence."""
_WORD_LOST = 12
"""How much a text may lose so that it is cut between two words."""


class Saying:
    """Words for values. Templates are filled with what is in `scope`, unless they read something `private`."""

    def __init__(self, scope: Scope | None, private: frozenset[str]) -> None:
        self._scope = scope
        self._private = private

    def source(self, hole: Hole) -> str:
        """A template as it is written, its choices and loops in words."""
        code = hole.code
        return f"{{{{ {code.source.strip()} }}}}" if isinstance(code, Expression) else readable(code.text)

    def hides(self, name: str, value: object) -> bool:
        """Whether the script itself says the value of something private, which is not shown."""
        return name in self._private and not any(holes_in(value))

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
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return f"{self.value(value)} s"

    def short(self, value: object, most: int = LONGEST_VALUE) -> str:
        """A value on one line, cut where it is long."""
        return cut(self.value(value), most)

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

    def rest(self, draft: Mapping[str, object], told: Iterable[str]) -> str:
        """The options that a sentence has not told, by name, behind it."""
        skipped = {*told, "eventMethod", "event_method"}
        parts = [f"{snake(key)} {self.value(value)}" for key, value in draft.items() if key not in skipped]
        return f" ({'; '.join(parts)})" if parts else ""


def listed(parts: list[str], word: str = "and") -> str:
    """`a, b and c`."""
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)


def _one_line(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 500 else shown[:499] + "…"


def cut(text: str, most: int) -> str:
    """At most so many characters, between two words where one is near; safe to show."""
    if len(text) > most:
        begun = text[: most - 1]
        space = begun.rfind(" ")
        text = (begun[:space] if space >= most - _WORD_LOST else begun).rstrip() + "…"
    return safe(text)
