"""One line for each webhook: what came, what became of it, how long it took.

Never in it: values, digits, speech, addresses with what stands in them, bodies. Ids are shown only where they look
like ids, so that no request writes lines of its own into the log.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from nccodsl.diagnostics import REGISTER
from nccodsl.diagnostics.printers.text import one_line, visible

_OWN = "E8"
# Messages of these codes hold no values, but for what the platform reports; all others are logged by their title.
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*(?:”|\Z)|\+?\d[\d ()-]{2,}\d")
_PLATFORM = "E812"


class LogLine(NamedTuple):
    """What is said of one webhook. `time` is Unix time; `ms` milliseconds from its arrival to its answer."""

    time: float
    flow: str
    route: str
    status: int
    ms: float
    leg: str = ""
    conversation: str = ""
    block: str = ""
    moved: bool = False
    code: str = ""
    problem: str = ""
    place: str = ""


class DeliveryLine(NamedTuple):
    """What is said of one attempt to deliver a request. `outcome`: ok, timeout, unreachable, status, address, request.

    `problem` holds no part of the request; `given_up` says that it was the last attempt.
    """

    time: float
    flow: str
    host: str
    outcome: str
    attempts: int
    problem: str = ""
    given_up: bool = False


class Log(Protocol):
    """Where lines go."""

    def webhook(self, line: LogLine) -> None:
        """Tell of a webhook."""

    def delivery(self, line: DeliveryLine) -> None:
        """Tell of an attempt to deliver a request."""

    def note(self, what: str, text: str) -> None:
        """Tell something else; `what` is one word for it."""


def problem_of(code: str, problem: str) -> str:
    """What may be logged of a problem: no value that stands in it."""
    if code == _PLATFORM:
        return _QUOTED.sub("…", problem)
    if code.startswith(_OWN) or code not in REGISTER:
        return problem
    return REGISTER[code].title


class Stream(Protocol):
    """Where lines are written."""

    def write(self, text: str, /) -> object:
        """Write a text. Raises OSError, ValueError."""

    def flush(self) -> object:
        """Hold nothing back. Raises OSError, ValueError."""


class StreamLog:
    """Lines on a stream, standard error unless another is given: for people, or with `as_json` an object a line."""

    def __init__(self, stream: Stream | None = None, *, as_json: bool = False) -> None:
        self._stream: Stream = stream if stream is not None else sys.stderr
        self._write: Callable[[LogLine], str] = _as_json if as_json else _as_text
        self.as_json = as_json

    def webhook(self, line: LogLine) -> None:
        self._put(self._write(line))

    def delivery(self, line: DeliveryLine) -> None:
        if self.as_json:
            self._put(_encode(_members(line)))
        else:
            self._put(one_line(f"{_stamp(line.time)} {_delivery_words(line)}"))

    def note(self, what: str, text: str) -> None:
        if self.as_json:
            text = json.dumps({"time": _stamp(time.time()), "event": what, "text": text}, ensure_ascii=False)
        self._put(text if self.as_json else visible(text))

    def _put(self, text: str) -> None:
        # Calls go on even if the log is not read.
        try:
            self._stream.write(text + "\n")
            self._stream.flush()
        except (OSError, ValueError, AttributeError):
            pass


class StandardLog:
    """Lines by Python's `logging`, as `nccodsl.webhooks`: for applications that a flow is mounted in."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("nccodsl.webhooks")

    def webhook(self, line: LogLine) -> None:
        level = logging.WARNING if line.code else logging.INFO
        if self._logger.isEnabledFor(level):
            self._logger.log(level, "%s", _words(line))

    def delivery(self, line: DeliveryLine) -> None:
        level = logging.INFO if line.outcome == "ok" else logging.WARNING
        if self._logger.isEnabledFor(level):
            self._logger.log(level, "%s", _delivery_words(line))

    def note(self, what: str, text: str) -> None:
        self._logger.warning("%s: %s", what, text)


def _as_text(line: LogLine) -> str:
    return one_line(f"{_stamp(line.time)} {_words(line)}")


def _words(line: LogLine) -> str:
    words = f"{line.flow or '-'} {line.route or '-'} {line.status} {line.ms:.1f}ms"
    if line.leg:
        words += f" leg={line.leg}"
    if line.conversation:
        words += f" conversation={line.conversation}"
    if line.block:
        words += f" block={line.block}"
    if line.moved:
        words += " moved"
    if line.code:
        words += f" code={line.code}"
    if line.place:
        words += f" place={json.dumps(line.place, ensure_ascii=False)}"
    if line.problem:
        words += f" problem={json.dumps(line.problem, ensure_ascii=False)}"
    return words


def _delivery_words(line: DeliveryLine) -> str:
    words = f"{line.flow or '-'} send {line.host or '-'} {line.outcome} attempts={line.attempts}"
    if line.given_up:
        words += " given-up"
    if line.problem:
        words += f" problem={json.dumps(line.problem, ensure_ascii=False)}"
    return words


def _members(line: DeliveryLine) -> dict[str, Any]:
    members = {**line._asdict(), "time": _stamp(line.time), "event": "delivery"}
    if not line.problem:
        del members["problem"]
    return members


def _as_json(line: LogLine) -> str:
    members: dict[str, Any] = {
        "time": _stamp(line.time),
        "flow": line.flow,
        "route": line.route,
        "status": line.status,
        "leg": line.leg,
        "conversation": line.conversation,
        "block": line.block,
        "moved": line.moved,
        "ms": round(line.ms, 1),
    }
    for name in ("code", "problem", "place"):
        if value := getattr(line, name):
            members[name] = value
    return _encode(members)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_second: tuple[int, str] = (0, "")


def _stamp(seconds: float) -> str:
    """RFC 3339 in UTC, with milliseconds."""
    global _second
    whole = int(seconds)
    if _second[0] != whole:
        _second = (whole, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)))
    return f"{_second[1]}.{int((seconds - whole) * 1000):03d}Z"
