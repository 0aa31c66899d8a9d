"""W041: a bare word that is the name of something, such as `let total = price`."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.item_walks import every_name
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Program
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Edit, Fix, Message


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    names = every_name(program) if program.words else frozenset[str]()
    for word, span in program.words:
        if word in names:
            help = f'write {{{{ {word} }}}} for the value, or "{word}" for the text'
            fix = Fix(f"write {{{{ {word} }}}}", (Edit(span, f"{{{{ {word} }}}}"),), safe=False)
            yield Message("W041", f"this is the text `{word}`, not the value of `{word}`", help, fix=fix), span


RULE = Lint(
    Code("W041", "word-for-name", "a bare word is the same as a name"),
    "risk",
    _find,
    fix="unsafe",
)
