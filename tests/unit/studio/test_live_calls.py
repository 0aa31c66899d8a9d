"""The calls of a server as the studio shows them: where each is, what was played, what went wrong, and no values."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

import pytest

from nccodsl.errors import UsageError
from nccodsl.studio import live_calls
from nccodsl.studio.live_calls import LiveCalls

FILE = {"name": "ivr.call", "path": "/srv/ivr.call", "sha256": "abc"}
HELLO = {"type": "hello", "nccodsl": "0", "format": 1, "last": 0, "scripts": [{"files": [FILE]}]}
PATIENCE = 20.0


class Feed:
    """A feed that a test fills; None ends it, words break it."""

    def __init__(self) -> None:
        self.arriving: SimpleQueue[dict[str, Any] | str | None] = SimpleQueue()
        self.arriving.put(HELLO)

    def lines(self) -> Iterator[bytes]:
        while (one := self.arriving.get()) is not None:
            if isinstance(one, str):
                raise UsageError(one)
            yield json.dumps(one).encode()

    def close(self) -> None:
        self.arriving.put(None)


def webhook(call: str, line: int, **more: Any) -> dict[str, Any]:
    frame = {"name": "main", "file": "ivr.call", "line": line, "column": 1}
    texts = dict.fromkeys(("time", "version", "leg", "conversation", "kind", "route", "code", "problem"), "")
    return {
        **texts,
        **{"type": "webhook", "number": 1, "flow": "ivr", "call": call, "status": 200, "moved": True, "ended": False},
        **{
            "files": [FILE],
            "frames": [frame],
            "lines": [["ivr.call", line]],
            "names": {"pin": "4711"},
            "given": "4711",
        },
        **more,
    }


@pytest.fixture
def feed() -> Feed:
    return Feed()


@pytest.fixture
def calls(feed: Feed) -> Iterator[LiveCalls]:
    found = LiveCalls(lambda: feed)
    yield found
    found.close()


def seen(calls: LiveCalls, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    until = time.monotonic() + PATIENCE
    while not wanted(now := calls.as_json()):
        assert time.monotonic() < until, now
        time.sleep(0.01)
    return now


def test_where_callers_are_and_what_was_played(calls: LiveCalls, feed: Feed) -> None:
    for one in (
        webhook("a", 4),
        webhook("b", 4),
        webhook("a", 9),
        webhook("c", 4),
        webhook("c", 4, ended=True, moved=False),
    ):
        feed.arriving.put(one)
    now = seen(calls, lambda now: now["calls"] == 2 and len(now["lines"]) == 2)
    assert now["problem"] is None
    assert now["lines"] == [
        {"hash": "abc", "line": 4, "here": 1, "played": 3},
        {"hash": "abc", "line": 9, "here": 1, "played": 1},
    ]
    assert "4711" not in json.dumps(now)


def test_what_went_wrong(calls: LiveCalls, feed: Feed) -> None:
    feed.arriving.put(webhook("a", 4, code="E820", problem="too large", time="2026-12-01T14:30:00Z"))
    feed.arriving.put(webhook("b", 4, code="E813", problem="gone", frames=[]))
    (second, first) = seen(calls, lambda now: len(now["errors"]) == 2)["errors"]
    assert first == {
        **{"time": "2026-12-01T14:30:00Z", "flow": "ivr", "code": "E820", "text": "too large"},
        "place": {"hash": "abc", "line": 4},
    }
    assert (second["code"], second["place"]) == ("E813", None)


def test_what_is_kept_is_bounded(calls: LiveCalls, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_calls, "MOST_CALLS", 3)
    monkeypatch.setattr(live_calls, "MOST_LINES", 5)
    for number in range(40):
        feed.arriving.put(webhook(str(number), number + 1, code="E1" if number % 2 else ""))
    now = seen(calls, lambda now: len(now["errors"]) == 20)
    assert now["calls"] == 3
    assert len(now["lines"]) <= 5 + 3


def test_a_server_that_comes_back_is_heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_calls, "AGAIN", 0.05)
    feeds = [Feed(), Feed()]
    feeds[0].arriving.put(webhook("a", 4))
    feeds[0].arriving.put("the server is gone")
    feeds[1].arriving.put(webhook("b", 5))
    left = iter(feeds)

    def connect() -> Feed:
        found = next(left, None)
        if found is None:
            raise UsageError("it does not answer")
        return found

    calls = LiveCalls(connect)
    now = seen(calls, lambda now: [one["line"] for one in now["lines"]] == [5])
    assert (now["problem"], now["calls"]) == (None, 1)
    feeds[1].arriving.put({"type": "nonsense"})  # what a newer server says more is passed over
    feeds[1].arriving.put("the server is gone")
    assert seen(calls, lambda now: now["problem"] == "it does not answer")["calls"] == 1
    calls.close()


def test_another_program_is_no_server() -> None:
    feed = Feed()
    feed.arriving.get()
    feed.arriving.put({"type": "hello", "format": 99})
    calls = LiveCalls(lambda: feed)
    seen(calls, lambda now: "does not understand" in (now["problem"] or ""))
    calls.close()
