"""Fetches against servers that behave in every way but well."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nccodsl.runtime.web_requests import Request
from nccodsl.server.driver import now
from nccodsl.server.fetch import BlockingFetcher, Brought, Fetcher
from tests.e2e.servers import Hooks, Received, hooks


@pytest.fixture
def server() -> Iterator[Hooks]:
    with hooks() as made:
        yield made


def fetch(asked: str | Request, timeout: float = 3.0, **secrets: str) -> Brought:
    async def ask() -> Brought:
        fetcher = Fetcher(secrets)
        try:
            return await fetcher.fetch(Request(asked) if isinstance(asked, str) else asked, timeout)
        finally:
            await fetcher.close()

    return asyncio.run(ask())


@contextmanager
def talking(*pieces: bytes, pause: float = 0.0) -> Iterator[str]:
    """A server that says so much, with pauses, over and over the last piece, whatever it is asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        try:
            connection, _ = listener.accept()
            with connection:
                connection.recv(10_000)
                for piece in pieces:
                    connection.sendall(piece)
                while pause and not over.wait(pause):
                    connection.sendall(pieces[-1])
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        over.set()
        listener.close()
        thread.join(5)


def test_json_is_fetched(server: Hooks) -> None:
    server.answer = lambda _: (200, '{"name": "Ann Bé", "n": 1.50}'.encode(), "text/plain")
    brought = fetch(server.url + "/customers/1?a=b")
    assert brought.outcome == "ok"
    assert brought.fetched.value == {"name": "Ann Bé", "n": 1.5}
    assert brought.fetched.failure == ""
    (asked,) = server.received
    assert (asked.method, asked.path, asked.query) == ("GET", "/customers/1", {"a": "b"})
    assert asked.headers["accept"] == "application/json"


@pytest.mark.parametrize("text", [b"null", b"0", b'"x"', b"[]", b"false"])
def test_any_json_will_do(server: Hooks, text: bytes) -> None:
    server.answer = lambda _: (201, text, "application/json")
    assert fetch(server.url).fetched.value == json.loads(text)
    assert fetch(server.url).outcome == "ok"


ANSWERS = {
    "html": ((200, b"<html>", "text/html"), "content", "not JSON"),
    "NaN": ((200, b"[NaN]", "application/json"), "content", "not JSON"),
    "nested without end": ((200, b"[" * 60_000, "application/json"), "content", "not JSON"),
    "nested too deep": ((200, b"[" * 900 + b"]" * 900, "application/json"), "content", "deeper than 50"),
    "a number too large": ((200, b"[1e400]", "application/json"), "content", "not JSON"),
    "no text": ((200, b'"\xff"', "application/json"), "content", "not JSON"),
    "a key twice": ((200, b'{"a": [{"b": 1, "\\u0062": 2}]}', "application/json"), "content", "a key twice"),
    "too large": ((200, b'"' + b"x" * 70_000 + b'"', "application/json"), "content", "64 KiB"),
    "not found": ((404, b"{}", "application/json"), "status", "404"),
    "an error": ((500, b"{}", "application/json"), "status", "500"),
    "going round": ((302, b"", "text/plain"), "status", "more than 3 times"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_bad_answers(server: Hooks, name: str) -> None:
    answer, outcome, words = ANSWERS[name]
    server.answer = lambda _: answer
    brought = fetch(server.url + "/x")
    assert (brought.outcome, brought.fetched.value) == (outcome, None)
    assert words in brought.fetched.failure


def test_half_a_surrogate_pair_is_replaced(server: Hooks) -> None:
    server.answer = lambda _: (200, b'{"a\\ud83d": "\\uD83d \\ud83d\\ude00"}', "application/json")
    assert fetch(server.url).fetched.value == {"a?": "? \U0001f600"}


@pytest.mark.parametrize("path", ["/a/../b", "/a/./b", "/..", "/a/.", "/../../b?x=1"])
def test_no_value_leads_out_of_a_path(server: Hooks, path: str) -> None:
    brought = fetch(server.url + path)
    assert (brought.outcome, server.received) == ("address", [])


def test_those_that_hang_hold_nobody_up() -> None:
    async def hundreds(url: str, quick: str) -> float:
        fetcher = Fetcher()
        slow = [asyncio.create_task(fetcher.fetch(Request(url), 120.0)) for _ in range(150)]
        await asyncio.sleep(0.5)
        began = time.perf_counter()
        assert (await fetcher.fetch(Request(quick), 60.0)).outcome == "ok"
        took = time.perf_counter() - began
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        await fetcher.close()
        return took

    with socket.create_server(("127.0.0.1", 0), backlog=200) as silent, hooks() as server:
        server.answer = lambda _: (200, b"1", "application/json")
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert asyncio.run(hundreds(url, server.url)) < 50


def test_a_redirect_stays_with_its_host(server: Hooks) -> None:
    def answer(received: Received) -> tuple[int, bytes, str]:
        return (200, b"1", "application/json") if len(server.received) > 1 else (307, b"", "text/plain")

    server.answer = answer
    assert fetch(server.url + "/x").fetched.value == 1
    for elsewhere in ("http://localhost:1/", "http://127.0.0.1:1/", "//127.0.0.2/x", "ftp://127.0.0.1/", "file:///etc"):
        head = f"HTTP/1.1 302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n".encode()
        with talking(head) as url:
            brought = fetch(url)
        assert brought.outcome in ("status", "address"), elsewhere
        assert "another server" in brought.fetched.failure


def test_a_compressed_answer_is_refused() -> None:
    body = gzip.compress(b"[]" + b" " * 10_000_000)
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    with talking(head + body) as url:
        assert "compressed" in fetch(url).fetched.failure


ENDLESS = {
    "silence": (b"",),
    "headers without end": (b"HTTP/1.1 200 OK\r\n", b"x-a: b\r\n"),
    "a body without end": (b"HTTP/1.1 200 OK\r\n\r\n[", b" "),
}


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("blocking", [False, True])
def test_the_time_is_that_of_the_whole_fetch(name: str, blocking: bool) -> None:
    """A server that sends a little now and then is never too slow for a single read."""
    fetcher = BlockingFetcher()
    with talking(*ENDLESS[name], pause=0.05) as url:
        start = time.monotonic()
        brought = now(fetcher.fetch(Request(url), 0.2)) if blocking else fetch(url, 0.2)
        assert time.monotonic() - start < 30
    fetcher.close()
    assert (brought.outcome, brought.fetched.failure) == ("timeout", "no answer within 0.2 s")


def test_nobody_waits_longer_than_an_answer_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nccodsl.server.fetch.LONGEST_FETCH", 0.3)
    with talking(b"", pause=0.1) as url:
        assert fetch(url, 3600.0).outcome == "timeout"


def test_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert fetch(f"http://127.0.0.1:{port}/").outcome == "unreachable"
    with talking(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n[") as url:
        assert fetch(url).outcome == "unreachable"
    with talking(b"this is no HTTP\r\n\r\n") as url:
        assert fetch(url).outcome == "unreachable"


@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "/x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http:///x", "http://[", "http://a:b/"),
        *("http://a b/", "http://\ud800/", "http://127.0.0.1:99999/", "http://x\0y/", "javascript:1", "http://%/"),
    ],
)
def test_what_is_no_address(url: str) -> None:
    brought = fetch(url, 2.0)
    assert brought.outcome in ("address", "unreachable")
    assert brought.fetched.failure


def test_blocking_from_many_threads(server: Hooks) -> None:
    server.answer = lambda received: (200, json.dumps(received.query["n"]).encode(), "application/json")
    fetcher = BlockingFetcher()
    found: dict[int, object] = {}

    def ask(number: int) -> None:
        found[number] = now(fetcher.fetch(Request(f"{server.url}/?n={number}"), 3.0)).fetched.value

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fetcher.close()
    assert found == {number: str(number) for number in range(8)}
    # After its end it can be asked again.
    assert now(fetcher.fetch(Request(f"{server.url}/?n=9"), 3.0)).fetched.value == "9"
    fetcher.close()


def test_one_client_for_each_loop() -> None:
    fetcher = Fetcher()
    for _ in range(2):
        with talking(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\n1") as url:
            assert asyncio.run(fetcher.fetch(Request(url), 2.0)).outcome == "ok"
