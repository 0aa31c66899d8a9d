"""The frames of the protocol: a header with the length, an empty line, and JSON."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from nccodsl.base.strict_json import read_strict_json
from nccodsl.errors import NccodslError

LARGEST = 4 * 1024 * 1024
"""Bytes of a message."""
_LONGEST_LINE = 256
_MOST_LINES = 8
_NAMES = (b"content-length", b"content-type")


class BadFrame(NccodslError):
    """What was read is no frame: where the next one begins is unknown, so the connection ends."""


class UnreadableMessage(NccodslError):
    """A frame holds no message. The next one can be read."""


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message; None where the stream has ended. Raises BadFrame, UnreadableMessage."""
    length = _length(stream)
    if length is None:
        return None
    body = b""
    while len(body) < length:
        more = stream.read(length - len(body))
        if not more:
            raise BadFrame(f"the message ends after {len(body)} of {length} bytes")
        body += more
    try:
        message = read_strict_json(body.decode())
    except (ValueError, RecursionError) as error:
        raise UnreadableMessage(f"the message is not JSON: {type(error).__name__}") from None
    if not isinstance(message, dict):
        raise UnreadableMessage("the message is not a JSON object")
    return message


def _length(stream: BinaryIO) -> int | None:
    """The length in a header; None at the end of the stream."""
    length: int | None = None
    for number in range(_MOST_LINES):
        line = stream.readline(_LONGEST_LINE)
        if not line and not number:
            return None
        if not line.endswith(b"\n"):
            raise BadFrame("the header has a line that is too long, or ends early")
        name, colon, value = line.strip().partition(b":")
        if not line.strip():
            if length is None:
                raise BadFrame("the header has no Content-Length")
            return length
        if not colon or name.strip().lower() not in _NAMES:
            raise BadFrame("the header has a line that is neither Content-Length nor Content-Type")
        if name.strip().lower() == _NAMES[0]:
            length = _number(value.strip())
    raise BadFrame("the header has too many lines")


def _number(value: bytes) -> int:
    if not value.isdigit() or len(value) > 9 or int(value) > LARGEST:
        raise BadFrame(f"Content-Length must be 0 to {LARGEST}")
    return int(value)


def frame(message: dict[str, Any]) -> bytes:
    """A message as it is sent."""
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
