"""W041: a bare word that is the name of something, such as `let total = price`."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.bound_names import every_name
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Program
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Instead, Message


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    names = every_name(program) if program.words else frozenset[str]()
    for word, span in program.words:
        if word in names:
            value = f"{{{{ {word} }}}}"
            help = Instead(f'write `{value}` for the value, or `"{word}"` for the text', value)
            yield Message("W041", f"this is the text `{word}`, not the value of `{word}`", help), span


RULE = Lint(
    Code("W041", "word-for-name", "a word without quotes is also the name of a value"),
    "risk",
    _find,
    fix="unsafe",
)
