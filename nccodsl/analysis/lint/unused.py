"""W024: a param or let that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Program
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Message


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    for name, span in program.declared.items() if program.whole else ():
        if name not in program.used:
            yield Message("W024", f"`{name}` is never used", "remove it, or use it"), span


RULE = Lint(Code("W024", "unused", "a parameter or value is never used"), "waste", _find)
