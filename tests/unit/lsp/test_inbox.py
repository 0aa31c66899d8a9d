"""What has come and is not handled yet."""

from __future__ import annotations

from io import BytesIO

from nccodsl.io.message_frames import Read, frame
from nccodsl.lsp.inbox import Inbox, Message


def read(stream: Read) -> list[Message | None]:
    inbox, found = Inbox(), list[Message | None]()
    inbox.read_from(stream)
    while not inbox.is_over:
        inbox.wait(None)
        found.append(inbox.take())
    return found


def test_an_inbox_ends_with_its_stream() -> None:
    messages = [{"id": 1}, {"é": "\U0001f600"}]
    assert [one for one in read(BytesIO(b"".join(map(frame, messages))).read1) if one is not None] == messages

    def broken(_: int) -> bytes:
        raise OSError

    assert read(broken) in ([], [None])


def test_nothing_is_taken_after_the_end() -> None:
    inbox = Inbox()
    assert inbox.put({"id": 1})
    inbox.drop()
    assert not inbox.put({"id": 2})
    assert inbox.is_over
    assert inbox.take() is None
