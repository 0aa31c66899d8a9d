"""W010: members that `raw={…}` passes through, which nothing judges."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Program
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Message


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    help = "compare it with the API reference, then add `# nccodsl: ignore W010`"
    for option, span in program.raw_options:
        yield Message("W010", f"`{option}` passes values through unchecked", help), span


RULE = Lint(Code("W010", "raw-unchecked", "members passed through with `raw` are not checked"), "risk", _find)
