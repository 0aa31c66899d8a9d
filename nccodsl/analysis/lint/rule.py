"""What a lint is.

A file of this folder holds one rule as `RULE`. Its code needs a page in `diagnostics/pages`, and the rule a fixture in
`tests/cases/errors/lint`; nothing else knows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from nccodsl.analysis.program import Program
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Message

Concern = Literal["style", "waste", "risk"]
"""Whether a script reads badly, does something in vain, or may do what its author does not want."""


class Lint(Record):
    """One rule: `find` yields what it has to say of a program, and where.

    `slow`: it takes longer than compiling, so only `check` looks for it. `fix`: whether each finding has a fix, and
    whether `check --fix` applies it.
    """

    code: Code
    concern: Concern
    find: Callable[[Program], Iterable[tuple[Message, Span]]]
    slow: bool = False
    fix: Literal["safe", "unsafe"] | None = None
