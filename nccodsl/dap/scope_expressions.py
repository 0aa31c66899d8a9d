"""Jinja expressions in the scope of a stopped call: watches, conditions, the texts of log points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from nccodsl.base import lazy_re
from nccodsl.base.record import Record
from nccodsl.errors import UsageError
from nccodsl.rehearsal.known_names import HIDDEN_VALUE
from nccodsl.templates import Expression, RenderFailure, Scope, compile_expression
from nccodsl.voice.speech_filters import SPEECH

_HOLE = lazy_re.compile(r"\{\{([^{}]*)\}\}|\{([^{}]*)\}")


class WithheldValue(UsageError):
    """An expression reads what is not known here, since it is private."""


class ScopeNames(Record):
    """The names at a place. `local`: what the scope calls those of a dialog; `withheld` have no value here.

    `hides`: whether a value that is made of these names must not be shown.
    """

    scope: Scope
    local: Mapping[str, str]
    hides: Callable[[object, Iterable[str]], bool]
    withheld: frozenset[str] = frozenset()


def expression_of(text: str, local: Mapping[str, str] | None = None) -> Expression:
    """Compile `name` or `{{ name }}`; `local`: what the scope calls names. Raises UsageError with what is wrong."""
    source = text.strip()
    if source.startswith("{{"):
        if not source.endswith("}}"):
            raise UsageError("the expression is not closed; add `}}` at its end")
        source = source[2:-2]
    if not source.strip():
        raise UsageError("write an expression, such as `{{ visits > 1 }}`")
    found = compile_expression(source, SPEECH, local=local or {})
    if found.problems:
        raise UsageError(found.problems[0].said.text)
    return found


def value_of(text: str, names: ScopeNames) -> tuple[object, bool]:
    """The value of an expression, and whether it must not be shown. Raises UsageError."""
    expression = expression_of(text, names.local)
    used = {name for use in expression.names for name in (use.name, names.local.get(use.name, use.name))}
    if not names.withheld.isdisjoint(used):
        raise WithheldValue("this is made of a value that is not shown")
    try:
        value = expression.evaluate(names.scope.child())
    except RenderFailure as failure:
        raise UsageError(failure.said.text) from None
    return value, names.hides(value, used)


def log_message(text: str, names: ScopeNames) -> str:
    """The text of a log point: `{…}` and `{{ … }}` are replaced with their values, or with why they have none."""

    def fill(source: str) -> str:
        try:
            value, hidden = value_of(source, names)
        except UsageError as reason:
            return f"<{reason}>"
        return HIDDEN_VALUE if hidden else str(value)

    return _HOLE.sub(lambda hole: fill(hole[1] or hole[2] or ""), text)
