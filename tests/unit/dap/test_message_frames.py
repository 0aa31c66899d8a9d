"""Frames of the protocol, read from a stream."""

from __future__ import annotations

from io import BytesIO

import pytest

from nccodsl.dap.message_frames import LARGEST, BadFrame, UnreadableMessage, frame, read_message


def test_messages_come_one_after_the_other() -> None:
    stream = BytesIO(frame({"a": "é\ud800"}) + b"content-type: x\r\nCONTENT-LENGTH: 2\n\n{}")
    assert read_message(stream) == {"a": "é?"}
    assert read_message(stream) == {}
    assert read_message(stream) is None


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"1", b"[" * 50_000])
def test_a_bad_message_does_not_spoil_the_next(body: bytes) -> None:
    stream = BytesIO(b"Content-Length: %d\r\n\r\n%s%s" % (len(body), body, frame({"seq": 1})))
    with pytest.raises(UnreadableMessage):
        read_message(stream)
    assert read_message(stream) == {"seq": 1}


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"Content-Length: %d\r\n\r\n" % (LARGEST + 1),
        "Content-Length: ²\r\n\r\n".encode(),
        b"Content-Length: 5\r\n\r\n{}",
        b"Host: x\r\n",
        b"Content-Length: 2",
        b"Content-Type: " + b"x" * 1000,
    ],
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        read_message(BytesIO(data))
