"""W024: a param or let that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Program
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Fix, Message
from nccodsl.diagnostics.edits import without


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    for name, span in program.declared.items() if program.whole else ():
        if name not in program.used:
            help = f"remove the declaration of `{name}`"
            whole = program.declarations.get(name, span)
            fix = Fix.as_help(help, without(program.sources.file_of(span), whole))
            yield Message("W024", f"`{name}` is never used", help, fix=fix), span


RULE = Lint(Code("W024", "unused", "a param or `let` is never used"), "waste", _find, fix="unsafe")
