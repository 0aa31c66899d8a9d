"""Messages are taken off a stream however it is cut into pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from nccodsl.io.message_frames import MOST_BYTES, BadMessage, frame, frames, messages

ONE, TWO = b'{"id": 1}', '{"é": "\U0001f600"}'.encode()
BOTH = b"Content-Length: 9\r\n\r\n" + ONE + b"Content-Type: x\r\ncontent-length:%d\r\n\r\n" % len(TWO) + TWO


def _read(data: bytes, size: int) -> Callable[[int], bytes]:
    pieces: Iterator[bytes] = iter([data[at : at + size] for at in range(0, len(data), size)])
    return lambda _: next(pieces, b"")


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_pieces_of_any_size(size: int) -> None:
    assert list(frames(_read(BOTH, size))) == [ONE, TWO]


def test_what_is_sent_can_be_read() -> None:
    sent = frame({"a": "é\ud800"}) + frame({})
    assert list(messages(_read(sent, 5))) == [{"a": "é?"}, {}]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\r\n\r\n", "neither"),
        (b"X: 1\r\n\r\n", "neither"),
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}", "neither"),
        (b"Content-Type: x\r\n\r\n", "no Content-Length"),
        (b"Content-Length: x\r\n\r\n", "0 to"),
        (b"Content-Length: -1\r\n\r\n", "0 to"),
        (b"Content-Length: \xb2\r\n\r\n", "0 to"),
        (b"Content-Length: %d\r\n\r\n" % (MOST_BYTES + 1), "0 to"),
        (b"Content-Length: 1" + b"0" * 14 + b"\r\n\r\n", "0 to"),
        (b"\0" * 20_000, "too long"),
    ],
)
def test_what_is_no_frame_ends_the_stream(data: bytes, told: str) -> None:
    first, *rest = messages(_read(ONE.join((b"Content-Length: 9\r\n\r\n", data + BOTH)), 64))
    assert first == {"id": 1}
    (bad,) = rest
    assert isinstance(bad, BadMessage)
    assert bad.ends
    assert told in str(bad)


@pytest.mark.parametrize("cut", [1, len(TWO), len(TWO) + 3])
def test_a_stream_that_breaks_off_says_so(cut: int) -> None:
    first, bad = messages(_read(BOTH[:-cut], 100))
    assert first == {"id": 1}
    assert isinstance(bad, BadMessage)
    assert "early" in str(bad) or "ends after" in str(bad)


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b"\xff", b"[" * 100_000, b'{"a": 1, "a": 2}'])
def test_a_bad_message_does_not_spoil_the_next(body: bytes) -> None:
    bad, *rest = messages(_read(b"Content-Length: %d\r\n\r\n" % len(body) + body + BOTH, 1000))
    assert isinstance(bad, BadMessage)
    assert not bad.ends
    assert rest == [{"id": 1}, {"é": "\U0001f600"}]
