"""What exploring hands back: the findings, and how much was walked."""

from __future__ import annotations

from typing import Any

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic, Message
from nccodsl.lowering.asking_places import with_asking_places
from nccodsl.lowering.compiled import Compiled

Way = tuple[str, ...]


class Finding(Record):
    """Something that callers should not meet, and the shortest way there: what is pressed, said and waited for."""

    code: str
    message: str
    span: Span
    way: Way
    diagnostic: Diagnostic


class ExploredFindings:
    """The findings in a flow: of several with one code at one place, the first."""

    def __init__(self, flow: Compiled) -> None:
        self._program = flow.program
        self._sources = flow.program.sources
        self._ignores = flow.program.ignores
        self._found: dict[tuple[str, int, int], Finding] = {}

    def report(self, message: Message, span: Span, way: Way) -> None:
        key = (message.code, span.start, span.end)
        file = self._sources.file_of(span)
        if key in self._found or self._ignores.covers(message.code, file, file.line_column(span.start)[0]):
            return
        shown = " → ".join(way) if way else "the beginning of the call"
        told = f"{message.text} (path: {shown})" if message.code != "W031" else message.text
        found = Message(message.code, told, message.help, message.labels, message.fix).about(file, span)
        self._found[key] = Finding(message.code, message.text, span, way, with_asking_places(found, self._program))

    @property
    def in_order(self) -> tuple[Finding, ...]:
        """In the order of the text."""
        return tuple(sorted(self._found.values(), key=lambda found: (found.span.start, found.code)))


class Explored(Record):
    """What came of it. `complete`: no path was longer than the bound."""

    findings: tuple[Finding, ...]
    paths: int
    states: int
    complete: bool
    bound: int
    wanted: tuple[str, ...] = ()
    """The params without a value: nothing was explored."""

    @property
    def summary(self) -> str:
        if self.wanted:
            names = ", ".join(f"`{name}`" for name in self.wanted)
            return f"not explored: {names} has no value; add a test that gives one with `with`"
        found = counted(len(self.findings), "problem") if self.findings else "no problems"
        if self.complete:
            return f"explored {'the only path' if self.paths == 1 else f'all {self.paths} paths'}: {found}"
        return f"explored {counted(self.paths, 'path')} of up to {counted(self.bound, 'answer')}: {found}"

    def to_json(self) -> dict[str, Any]:
        """As JSON data."""
        findings = [
            {
                "code": found.code,
                "message": found.message,
                "at": f"{found.diagnostic.file.name}:{found.diagnostic.line}" if found.diagnostic.file else "",
                "way": list(found.way),
            }
            for found in self.findings
        ]
        counts = {"paths": self.paths, "states": self.states, "complete": self.complete, "bound": self.bound}
        return {**counts, "wanted": list(self.wanted), "findings": findings}
