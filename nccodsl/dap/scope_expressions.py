"""Jinja expressions in the scope of a stopped call: watches, conditions, the texts of log points."""

from __future__ import annotations

from collections.abc import Mapping

from nccodsl.base import lazy_re
from nccodsl.editor.tape import Replay
from nccodsl.editor.whereabouts import Whereabouts, named, private_values
from nccodsl.errors import UsageError
from nccodsl.rehearsal.known_names import HIDDEN_VALUE
from nccodsl.templates import Expression, RenderFailure, compile_expression
from nccodsl.voice.speech_filters import SPEECH

_HOLE = lazy_re.compile(r"\{\{([^{}]*)\}\}|\{([^{}]*)\}")


def expression_of(text: str, local: Mapping[str, str] | None = None) -> Expression:
    """Compile `name` or `{{ name }}`; `local`: what the scope calls names. Raises UsageError with what is wrong."""
    source = text.strip()
    if source.startswith("{{") and source.endswith("}}"):
        source = source[2:-2]
    if not source.strip():
        raise UsageError("write an expression, such as `{{ visits > 1 }}`")
    found = compile_expression(source, SPEECH, local=local or {})
    if found.problems:
        raise UsageError(found.problems[0].said.text)
    return found


def value_of(text: str, play: Replay, at: Whereabouts) -> tuple[object, bool]:
    """The value of an expression, and whether it must not be shown. Raises UsageError."""
    local = {known: name for known, name, _ in named(play.stage.script, at)}
    expression = expression_of(text, local)
    try:
        value = expression.evaluate(at.scope.child())
    except RenderFailure as failure:
        raise UsageError(failure.said.text) from None
    used = {name for use in expression.names for name in (use.name, local.get(use.name, use.name))}
    shown = private_values(play.stage).shown(value, *used)
    return value, shown == HIDDEN_VALUE


def is_true(text: str, play: Replay, at: Whereabouts) -> bool:
    """Whether a condition holds. Raises UsageError."""
    return bool(value_of(text, play, at)[0])


def log_message(text: str, play: Replay, at: Whereabouts) -> str:
    """The text of a log point: `{…}` and `{{ … }}` are replaced with their values, or with why they have none."""

    def fill(source: str) -> str:
        try:
            value, hidden = value_of(source, play, at)
        except UsageError as reason:
            return f"<{reason}>"
        return HIDDEN_VALUE if hidden else str(value)

    return _HOLE.sub(lambda hole: fill(hole[1] or hole[2] or ""), text)
