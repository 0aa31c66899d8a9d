"""Messages are taken off a stream however it is cut into pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from nccodsl.lsp.message_stream import MOST_BYTES, BadMessage, Inbox, decoded, frames

ONE, TWO = b'{"id": 1}', '{"é": "\U0001f600"}'.encode()
BOTH = b"Content-Length: 9\r\n\r\n" + ONE + b"X: 1\r\ncontent-length:%d\r\n\r\n" % len(TWO) + TWO


def _read(data: bytes, size: int) -> Callable[[int], bytes]:
    pieces: Iterator[bytes] = iter([data[at : at + size] for at in range(0, len(data), size)])
    return lambda _: next(pieces, b"")


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_pieces_of_any_size(size: int) -> None:
    assert list(frames(_read(BOTH, size))) == [ONE, TWO]


@pytest.mark.parametrize("header", [b"", b"X: 1", b"Content-Length: x", b"Content-Length: -1", b"Content-Length: \xb2"])
def test_a_bad_header_is_passed_over(header: bytes) -> None:
    first, *rest = frames(_read(header + b"\r\n\r\n" + BOTH, 5))
    assert isinstance(first, BadMessage)
    assert rest == [ONE, TWO]


def test_what_is_too_large_ends_the_stream() -> None:
    (only,) = frames(_read(b"Content-Length: %d\r\n\r\n" % (MOST_BYTES + 1) + BOTH, 100))
    assert "64 MiB" in str(only)
    assert list(frames(_read(b"\0" * 20_000, 4096))) == []
    assert list(frames(_read(BOTH[:-1], 100))) == [ONE], "half a message is none"


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b"\xff", b"[" * 100_000])
def test_what_is_no_object(body: bytes) -> None:
    with pytest.raises(BadMessage):
        decoded(body)


def test_an_inbox_ends_with_its_stream() -> None:
    inbox = Inbox(_read(BOTH, 100))
    assert inbox.next() == {"id": 1}
    assert inbox.next() == {"é": "\U0001f600"}
    assert inbox.next() is None

    def broken(_: int) -> bytes:
        raise OSError

    assert Inbox(broken).next() is None
