"""Every lint. Importing this adds their codes to the register."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from nccodsl.analysis import lint
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Program
from nccodsl.base.package_data import modules_beside
from nccodsl.diagnostics import Code, Collector
from nccodsl.diagnostics.codes import REGISTER, register

_OWN = frozenset({"__init__", "registry", "rule"})

LINTS: tuple[Lint, ...] = tuple(
    import_module(f"{lint.__name__}.{name}").RULE for name in modules_beside(__file__) if name not in _OWN
)
register(rule.code for rule in LINTS)


def every_code() -> Mapping[str, Code]:
    """The whole register, by id: with the codes of the lints."""
    return REGISTER


def lint_of(code: str) -> Lint | None:
    """The lint that reports a code."""
    return next((rule for rule in LINTS if rule.code.id == code), None)


def run_lints(program: Program, collector: Collector, *, slow: bool) -> None:
    """Report what the lints find: the slow ones, or the others."""
    for rule in LINTS:
        if rule.slow == slow:
            for message, span in rule.find(program):
                collector.report(message, span)
