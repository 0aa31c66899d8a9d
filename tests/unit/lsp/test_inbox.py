"""What has come and is not handled yet."""

from __future__ import annotations

from io import BytesIO

from nccodsl.io.message_frames import frame
from nccodsl.lsp.inbox import Inbox


def test_an_inbox_ends_with_its_stream() -> None:
    inbox = Inbox(BytesIO(frame({"id": 1}) + frame({"é": "\U0001f600"})).read1)
    assert inbox.next() == {"id": 1}
    assert inbox.next() == {"é": "\U0001f600"}
    assert inbox.next() is None

    def broken(_: int) -> bytes:
        raise OSError

    assert Inbox(broken).next() is None
