"""The frames of the Language Server and the Debug Adapter Protocol: a header with the length, an empty line, JSON.

Only the headers of the protocols are taken. So a web page, which can send HTTP to any port of this machine, sends no
message.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from nccodsl.base.strict_json import read_strict_json
from nccodsl.errors import NccodslError

MOST_BYTES = 64 * 2**20
"""Of one message."""
_MOST_HEADER = 1024
_AT_ONCE = 65536
_LENGTH, _TYPE = b"content-length", b"content-type"

Read = Callable[[int], bytes]
"""Up to so many bytes, at least one; none at the end."""


class BadMessage(NccodslError):
    """What came is no message; `str()` says why. `ends`: where the next one begins is not known."""

    def __init__(self, why: str, *, ends: bool = False) -> None:
        super().__init__(why)
        self.ends = ends


def messages(read: Read) -> Iterator[dict[str, Any] | BadMessage]:
    """The messages of a stream, to its end or to a `BadMessage` that ends it."""
    for frame in frames(read):
        yield frame if isinstance(frame, BadMessage) else decoded(frame)


def frames(read: Read) -> Iterator[bytes | BadMessage]:
    """The bodies of the messages of a stream, as they are."""
    buffer = bytearray()
    try:
        while _filled(buffer, read):
            while (end := buffer.find(b"\r\n\r\n")) < 0:
                if len(buffer) > _MOST_HEADER:
                    raise BadMessage("the header is too long", ends=True)
                if not _filled(buffer, read, more=True):
                    raise BadMessage("the header ends early", ends=True)
            length = _length(bytes(buffer[:end]))
            del buffer[: end + 4]
            while len(buffer) < length:
                if not _filled(buffer, read, more=True):
                    raise BadMessage(f"the message ends after {len(buffer)} of {length} bytes", ends=True)
            yield bytes(buffer[:length])
            del buffer[:length]
    except BadMessage as bad:
        yield bad


def _filled(buffer: bytearray, read: Read, *, more: bool = False) -> bool:
    """Read on where there is nothing, or where `more` is needed; whether there is something then."""
    if buffer and not more:
        return True
    data = read(_AT_ONCE)
    buffer += data
    return bool(data)


def _length(header: bytes) -> int:
    """The length in a header. Raises BadMessage."""
    length: int | None = None
    for line in header.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        name, value = name.strip().lower(), value.strip()
        if not colon or name not in (_LENGTH, _TYPE):
            raise BadMessage("the header has a line that is neither Content-Length nor Content-Type", ends=True)
        if name == _LENGTH:
            if not value.isdigit() or len(value) > 9 or int(value) > MOST_BYTES:
                raise BadMessage(f"Content-Length must be 0 to {MOST_BYTES}", ends=True)
            length = int(value)
    if length is None:
        raise BadMessage("the header has no Content-Length", ends=True)
    return length


def decoded(body: str | bytes) -> dict[str, Any] | BadMessage:
    """The message that a body is."""
    try:
        message = read_strict_json(body)
    except ValueError:
        return BadMessage("the message is not valid JSON")
    return message if isinstance(message, dict) else BadMessage("the message is not a JSON object")


def frame(message: dict[str, Any]) -> bytes:
    """A message as it is sent."""
    return framed(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace"))


def framed(body: bytes) -> bytes:
    """The body of a message with its header."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
