"""What a page asks of a call: the tape and what the call begins with, read from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nccodsl.base.record import Record
from nccodsl.editor.session import AskedBefore
from nccodsl.errors import UsageError

_ASKED = ("what", "prompt", "subject", "step")


class CallRequest(Record):
    """`enter`: a line that joins the tape if it does something. `test` and `step` are what the call begins with.

    `asked`: what the call asked when the page saw it last, for scripts that were edited since.
    """

    tape: tuple[str, ...] = ()
    enter: str | None = None
    values: Mapping[str, object] = {}
    test: str | None = None
    step: str | None = None
    at: datetime | None = None
    asked: tuple[AskedBefore, ...] = ()


def call_request(params: Mapping[str, Any]) -> CallRequest:
    """Read the params of a page. Raises UsageError."""
    tape, values = params.get("tape") or [], params.get("values") or {}
    if not isinstance(tape, list) or not all(isinstance(line, str) for line in tape):
        raise UsageError('`tape` must be a list of texts, such as ["1", "say sales"]')
    if not isinstance(values, Mapping):
        raise UsageError('`values` must be a map, such as {"name": "Ann"}')
    asked = params.get("asked") or []
    if not isinstance(asked, list):
        raise UsageError("`asked` must be the list of the last answer")
    return CallRequest(
        tuple(tape),
        _text(params, "enter"),
        {name: value for name, value in values.items() if value is not None},
        _text(params, "test"),
        _text(params, "step"),
        _moment(_text(params, "at")),
        tuple(map(_asked, asked)),
    )


def _text(params: Mapping[str, Any], name: str) -> str | None:
    value = params.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"`{name}` must be a text")
    return value


def _moment(at: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(at) if at else None
    except ValueError:
        raise UsageError(f"`{at}` is not a date and time, such as `2026-12-24 18:30`") from None


def _asked(one: object) -> AskedBefore:
    if not isinstance(one, Mapping) or not all(isinstance(one.get(name), str) for name in _ASKED):
        raise UsageError("`asked` must be the list of the last answer")
    return AskedBefore(one["what"], one["prompt"], one["subject"], one["step"], one.get("moved") is True)
