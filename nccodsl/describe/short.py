"""The words on the nodes and edges of a graph: the statements of the script, short and on one line."""

from __future__ import annotations

import json

from nccodsl.analysis.program import ActionItem, AskItem, AssignItem, CallItem, Hole, LoopItem, WaitItem
from nccodsl.describe.phrases import LONGEST_VALUE, Saying
from nccodsl.describe.sentences import short_call, short_sentence
from nccodsl.templates import Expression

ENDS = "the call ends"


def plain_name(name: str) -> str:
    """What the script calls a name; within a dialog, the scope calls it by the dialog too."""
    return name.rpartition(".")[2]


LONGEST_LABEL = 60


class Words:
    """Short sentences. No template is filled in: what a graph shows is what the script says, never a value."""

    def __init__(self, private: frozenset[str] = frozenset()) -> None:
        self._say = Saying(None, private)

    def short(self, value: object, most: int = LONGEST_VALUE) -> str:
        """A value on one line, cut where it is long."""
        return self._say.short(value, most)

    def call(self, item: CallItem | None) -> str:
        """Where the call begins."""
        return short_call(self._say, item)

    def action(self, item: ActionItem) -> str:
        """One action: `says “Hello”`, `waits 2 s`."""
        return short_sentence(self._say, item)

    def wait(self, item: WaitItem) -> str:
        """What the call waits for; what the answer is called stands on the edge that brings it."""
        if item.action is not None:
            return self.action(item.action)
        request = item.request
        if request is None:
            return f"opts out{f' ({self.short(item.reason)})' if item.reason else ''}"
        if item.what == "send":
            return f"sends {request.method} to {self.short(request.url)}"
        method = "" if request.method == "GET" else f"{request.method} "
        return f"fetches {method}{self.short(request.url)}"

    def ask(self, item: AskItem) -> str:
        """`ask yes_no(question="Really?")`."""
        args = [
            f"{plain_name(one.name)}={'…' if self._say.hides(one.name, one.value) else self._literal(one.value)}"
            for one in item.args
            if one.value is not None
        ]
        return self.short(f"ask {item.dialog}({', '.join(args)})", LONGEST_LABEL)

    def assign(self, item: AssignItem) -> str:
        return f"set {plain_name(item.name)} = {self._literal(item.value)}"

    def loop(self, item: LoopItem) -> str:
        return f"for {item.shown} in {self._literal(item.items)}"

    def test(self, hole: Hole) -> str:
        return f"if {self._literal(hole)}"

    def choose(self, subject: Hole) -> str:
        return f"choose {self._literal(subject)}"

    def values(self, values: tuple[object, ...]) -> str:
        """What stands behind `when`."""
        return self.short(", ".join(self._say.value(value) for value in values), LONGEST_LABEL)

    def matches(self, matches: tuple[object, ...]) -> str:
        """What stands behind `on`: keys and words without their quotes."""
        shown = [m.removeprefix(":") if isinstance(m, str) else self._say.value(m) for m in matches]
        return self.short(", ".join(shown), LONGEST_LABEL)

    def _literal(self, value: object) -> str:
        """A value as the script writes it: texts in quotes, lists in brackets, an expression without its braces."""
        if isinstance(value, Hole) and isinstance(value.code, Expression):
            return self.short(value.code.source.strip())
        return self.short(json.dumps(value, ensure_ascii=False, default=self._say.value))
