"""Requests with methods, headers, bodies and secrets: what is sent, what is refused, and what failures never say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from nccodsl.base.http_rules import LARGEST_BODY
from nccodsl.runtime.web_requests import FORM_BODY, JSON_BODY, Request, SecretName
from nccodsl.server.fetch import TOO_LATE, Brought
from nccodsl.server.http_client import HttpClient, RequestFailed, _stays
from tests.e2e.servers import Hooks, Received, hooks
from tests.unit.server.test_fetch import fetch, talking

VALUE = "tok-3f9a-value"


@pytest.fixture
def server() -> Iterator[Hooks]:
    with hooks() as made:
        yield made


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_request_is_sent_as_it_is(server: Hooks, method: str) -> None:
    server.answer = lambda _: (200, b"1", "application/json")
    body = None if method == "GET" else '{"name":"Ann Bé"}'
    headers = (("Authorization", ("Bearer ", SecretName("token"))), ("x-team", ("a", " ", "b ")))
    asked = Request(f"{server.url}/a?b=c", method, headers, body, JSON_BODY if body else "", "key-1")
    assert fetch(asked, token=VALUE).fetched == (1, "", "")
    (received,) = server.received
    assert (received.method, received.path, received.query) == (method, "/a", {"b": "c"})
    assert received.body == (body or "").encode()
    known = received.headers
    assert (known["authorization"], known["x-team"]) == (f"Bearer {VALUE}", "a b")
    assert known["idempotency-key"] == "key-1"
    assert known.get("content-type") == (JSON_BODY if body else None)
    assert known.get("content-length") == (str(len(body.encode())) if body else None)
    assert known["host"] == server.url.removeprefix("http://")
    assert (known["accept"], known["user-agent"]) == ("application/json", "nccodsl")


def test_a_script_may_set_a_header_that_is_ours_otherwise(server: Hooks) -> None:
    server.answer = lambda _: (200, b"1", "application/json")
    headers = (("Accept", ("text/x",)), ("idempotency-key", ("order 7",)), ("Content-Type", ("text/csv",)))
    fetch(Request(server.url, "POST", headers, "a=b", FORM_BODY, "key-1"))
    known = server.received[0].headers
    assert (known["accept"], known["idempotency-key"], known["content-type"]) == ("text/x", "order 7", "text/csv")


def test_a_tab_in_a_header_is_sent(server: Hooks) -> None:
    fetch(Request(server.url, "POST", (("x-a", ("\ta\tb ",)),), "x", "text/plain;\tcharset=utf-8"))
    known = server.received[0].headers
    assert (known["x-a"], known["content-type"]) == ("a\tb", "text/plain;\tcharset=utf-8")


def test_a_post_without_a_body_says_so(server: Hooks) -> None:
    fetch(Request(server.url, "POST"))
    assert server.received[0].headers["content-length"] == "0"


@pytest.mark.parametrize("target", ["/", "/?a", "/x?a='b'&c=[1]&d=%C3%A9+;@", "/%7Euser/?q=a%2Fb", "/a%20b?x=1#part"])
def test_what_is_a_valid_target_keeps_its_letters(target: str) -> None:
    seen: list[bytes] = []

    async def serve() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.append(await reader.readline())
            writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        client = HttpClient()
        async with server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            await client.exchange(Request(url + target), 5.0, 100)
            await client.close()

    asyncio.run(serve())
    assert seen == [f"GET {target.partition('#')[0]} HTTP/1.1\r\n".encode()]


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_without_a_body_brings_nothing(server: Hooks, status: int) -> None:
    server.answer = lambda _: (status, b"", "text/html")
    assert fetch(Request(server.url, "POST", body="{}")) == Brought((None, "", ""), "ok")


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 503])
def test_the_outcome_is_the_status(status: int) -> None:
    head = f"HTTP/1.1 {status} Reason\r\nlocation: http://localhost:1/\r\ncontent-length: 0\r\n\r\n".encode()
    with talking(head) as url:
        brought = fetch(url)
    assert (brought.outcome, brought.fetched.value, brought.fetched.outcome) == ("status", None, str(status))
    assert str(status) in brought.fetched.failure


def test_other_outcomes() -> None:
    assert TOO_LATE.fetched.outcome == "timeout"
    with talking(b"", pause=0.05) as url:
        assert fetch(url, 0.2).fetched.outcome == "timeout"
    with talking(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n<x>") as url:
        assert fetch(url).fetched.outcome == "error"
    for wrong in ("ftp://x/", "http://127.0.0.1:1/"):
        assert fetch(wrong).fetched.outcome == "error"


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_keeps_the_method_keeps_all(server: Hooks, status: int) -> None:
    def answer(_: Received) -> tuple[int, bytes, str]:
        return (200, b"1", JSON_BODY) if len(server.received) > 1 else (status, b"", JSON_BODY)

    server.answer = answer
    asked = Request(f"{server.url}/x", "POST", (("x-a", ("b",)),), '{"c":1}', JSON_BODY, "key-1")
    assert fetch(asked).fetched.value == 1
    first, second = server.received
    assert (second.method, second.body, second.headers) == ("POST", b'{"c":1}', first.headers)


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_makes_another_request_is_not_followed(server: Hooks, status: int) -> None:
    server.answer = lambda _: (status, b"", JSON_BODY)
    assert fetch(Request(f"{server.url}/x", "POST", body="{}")).fetched.outcome == str(status)
    assert len(server.received) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_is_sent_to_another_host(server: Hooks, method: str) -> None:
    elsewhere = server.url.replace("127.0.0.1", "127.0.0.2")
    for location in (elsewhere, f"{server.url.replace('//', '//user:word@')}/x"):
        head = f"HTTP/1.1 307 Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n".encode()
        with talking(head) as url:
            brought = fetch(Request(url, method, (("authorization", (SecretName("token"),)),)), token=VALUE)
        assert brought.fetched.outcome in ("307", "error")
        assert brought.fetched.failure
    assert server.received == []


@pytest.mark.parametrize(
    ("here", "leads", "stays"),
    [
        ("http://a.example/x", "http://a.example:80/y", True),
        ("http://a.example/x", "https://A.example/x", True),
        ("http://a.example:8080/x", "https://a.example/x", True),
        ("https://a.example:8443/x", "https://a.example:8443/y", True),
        ("https://a.example:8443/x", "https://a.example/x", False),
        ("https://a.example/x", "http://a.example/x", False),
        ("http://a.example:8080/x", "https://a.example:8080/x", False),
        ("http://a.example/x", "http://a.example:8080/x", False),
        ("http://a.example/x", "http://a.example./x", False),
        ("http://a.example/x", "//b.example/x", False),
        ("http://a.example/x", "ftp://a.example/x", False),
    ],
)
def test_which_redirects_stay(here: str, leads: str, stays: bool) -> None:
    assert _stays(httpx.URL(here), httpx.URL(here).join(leads)) is stays


REFUSED = {
    "a line end": Request("{}", "POST", (("x-a", ("b\r\nx-c: d",)),)),
    "a line feed at the end": Request("{}", "POST", (("x-a", ("b\n",)),)),
    "a control character": Request("{}", headers=(("x-a", ("b\x00c",)),)),
    "a control character of Unicode": Request("{}", headers=(("x-a", ("b\x85c",)),)),
    "a secret with a line end": Request("{}", headers=(("x-a", (SecretName("broken"),)),)),
    "half of a surrogate pair": Request("{}", headers=(("x-a", ("\ud800",)),)),
    "a key with a line end": Request("{}", "POST", key="a\nb"),
    "a type with a line end": Request("{}", "POST", body="x", content_type="a\nb"),
    "a name with a space": Request("{}", headers=(("x a", ("b",)),)),
    "an empty name": Request("{}", headers=(("", ("b",)),)),
    "a host": Request("{}", headers=(("Host", ("other.example",)),)),
    "a length": Request("{}", "POST", (("content-length", ("5",)),), "abc"),
    "a secret that is not there": Request("{}", headers=(("x-a", (SecretName("unknown"),)),)),
    "another method": Request("{}", "CONNECT"),
    "a large body": Request("{}", "POST", body="é" * (LARGEST_BODY // 2) + "x"),
    "a body that is no text": Request("{}", "POST", body="\ud800"),
    "a password": Request("{}".replace("{", "{")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_not_sent(server: Hooks, name: str) -> None:
    asked = REFUSED[name]._replace(url=f"{server.url}/private-path?q=private-query")
    if name == "a password":
        asked = asked._replace(url=asked.url.replace("//", "//user:word@"))
    brought = fetch(asked, broken=f"{VALUE}\nb")
    assert (brought.fetched.value, brought.fetched.outcome) == (None, "error")
    assert brought.fetched.failure
    assert not any(word in repr(brought) for word in ("private", "x-c: d", VALUE, "éé", "word@"))
    assert server.received == []


def test_the_largest_body_is_sent(server: Hooks) -> None:
    fetch(Request(server.url, "POST", body="é" * (LARGEST_BODY // 2)))
    assert len(server.received[0].body) == LARGEST_BODY


def test_a_failure_shows_no_value_in_its_traceback() -> None:
    import traceback

    asked = Request(
        "http://127.0.0.1:1/?private-query", "POST", (("authorization", (SecretName("token"),)),), "private"
    )

    async def ask() -> str:
        try:
            await HttpClient({"token": VALUE}).exchange(asked, 2.0, 100)
        except RequestFailed as error:
            return "".join(traceback.format_exception(error))
        return ""

    text = asyncio.run(ask())
    assert "RequestFailed" in text
    assert "private-query" not in text
    assert VALUE not in text
