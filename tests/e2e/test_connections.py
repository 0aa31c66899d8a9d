"""Servers on an open network: clients that are slow, silent, many or without end keep nobody else from being served."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

import nccodsl
from nccodsl.emulator.http.host import Emulator
from nccodsl.io import uvicorn_protocols
from nccodsl.io.connections import Limits
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.front import LARGEST_BODY
from nccodsl.server.server import Server
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.memory import MemoryStore

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds in which a loaded machine has done what takes tenths of one."""
FLOW = nccodsl.load('step main { talk "Hello." input dtmf as a talk "{{ a.digits }}" }')

Serving = Callable[[Limits], "contextlib.AbstractContextManager[tuple[str, str]]"]


@contextlib.contextmanager
def flows(limits: Limits) -> Iterator[tuple[str, str]]:
    """Where `nccodsl serve` answers, and a path that takes a body."""
    signatures = Signatures(allow_unsigned=True)
    log = type("Silent", (), {"webhook": lambda *_: None, "note": lambda *_: None})()
    scripts = [("ivr", Runnable(FLOW, "http://x.example/ivr"))]
    with Server(lambda _: scripts, MemoryStore(), signatures, log=log, limits=limits) as server:
        yield server.local, "/ivr/answer"


@contextlib.contextmanager
def emulator(limits: Limits) -> Iterator[tuple[str, str]]:
    with Emulator(limits=limits, creations=None) as running:
        yield running.url, "/v1/calls"


def read_by(parser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests be read by httptools, as where it is installed, or by h11, as elsewhere."""
    if parser == "h11":
        monkeypatch.setattr(uvicorn_protocols, "find_spec", lambda _: None)
    else:
        pytest.importorskip("httptools")


@pytest.fixture(params=["httptools", "h11"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads the requests."""
    read_by(request.param, monkeypatch)


@pytest.fixture(
    params=[
        pytest.param((flows, "httptools"), id="serve-httptools"),
        pytest.param((emulator, "h11"), id="emulator-h11"),
        pytest.param((flows, "h11"), id="serve-h11", marks=pytest.mark.slow),
        pytest.param((emulator, "httptools"), id="emulator-httptools", marks=pytest.mark.slow),
    ]
)
def serving(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Serving:
    """Both servers and both parsers; each with each in the slow run, since the servers share what is tested."""
    found: Serving
    found, parser = request.param
    read_by(parser, monkeypatch)
    return found


def connect(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), PATIENCE)
    connection.settimeout(PATIENCE)
    return connection


def rest_of(connection: socket.socket) -> bytes:
    """What comes until the server ends the connection; that it does is what is asserted."""
    data = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65536):
            data += piece
    return data


def sent_until_cut_off(connection: socket.socket, piece: bytes, pause: float = 0.0) -> int:
    """How many bytes can be sent, piece by piece, until the server ends the connection."""
    sent, until = 0, time.monotonic() + PATIENCE
    try:
        while time.monotonic() < until:
            connection.sendall(piece)
            sent += len(piece)
            time.sleep(pause)
    except ConnectionError:
        return sent
    raise AssertionError(f"it has read for {PATIENCE:.0f} s")


def reachable(url: str) -> bool:
    """Whether a connection of its own is answered."""
    return httpx.get(f"{url}/healthz", trust_env=False, timeout=PATIENCE).status_code in (200, 404)


def head(path: str, *more: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "host: x", *more, "", ""]).encode()


@pytest.mark.parametrize("begun", [b"", b"POST /ivr/ans", b"GET / HTTP/1.1\r\nhost: x\r\n"])
def test_a_head_that_does_not_come(serving: Serving, begun: bytes) -> None:
    with serving(Limits(head=0.2)) as (url, _), connect(url) as connection:
        connection.sendall(begun)
        assert rest_of(connection) == b""
        assert reachable(url)


def test_a_head_that_drips(serving: Serving) -> None:
    """Each letter comes soon, and all together do not."""
    with serving(Limits(head=0.3)) as (url, _), connect(url) as connection:
        assert sent_until_cut_off(connection, b"G", pause=0.02) < PATIENCE / 0.02


def test_the_second_head_on_a_connection(serving: Serving) -> None:
    with serving(Limits(head=0.3, idle=PATIENCE)) as (url, _), connect(url) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 ")
        connection.sendall(b"GET /hea")
        assert b"HTTP/1.1" not in rest_of(connection)


def test_a_connection_on_which_nothing_more_comes(serving: Serving) -> None:
    with serving(Limits(idle=0.2)) as (url, _), connect(url) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        assert rest_of(connection).count(b"HTTP/1.1 ") == 1


def test_a_connection_that_is_used_again(serving: Serving) -> None:
    """The time for a head begins with each anew."""
    with serving(Limits(head=0.5, body=0.5, idle=PATIENCE)) as (url, _):
        connection = HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
        connection.connect()
        for _ in range(3):
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            used = connection.sock
            time.sleep(0.3)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
        assert connection.sock is used, "it is the same connection"
        connection.close()


@pytest.mark.parametrize("body", [b"", b'{"uuid":'])
def test_a_body_that_does_not_come(serving: Serving, body: bytes) -> None:
    with serving(Limits(body=0.2)) as (url, path), connect(url) as connection:
        connection.sendall(head(path, "content-length: 100", "authorization: Bearer x") + body)
        assert not rest_of(connection).startswith(b"HTTP/1.1 2")
        assert reachable(url)


@pytest.mark.parametrize("length", ["content-length: 99999999999", "transfer-encoding: chunked"])
def test_a_body_without_end(serving: Serving, length: str) -> None:
    """It is refused, the answer arrives, and what follows is not read."""
    piece = b"x" * 65536
    if "chunked" in length:
        piece = b"10000\r\n" + piece + b"\r\n"
    with serving(Limits(linger=0.3)) as (url, path), connect(url) as connection:
        connection.sendall(head(path, length))
        # What stands in buffers of the system counts as sent.
        assert sent_until_cut_off(connection, piece) < 50_000_000
        assert reachable(url)


def test_a_body_that_is_too_large_is_answered_before_the_end(parser: None) -> None:
    """Whoever sends all of it reads 413, and not that the connection was reset."""
    with flows(Limits()) as (url, path):
        body = b"x" * (3 * LARGEST_BODY)
        for _ in range(5):
            answer = httpx.post(f"{url}{path}", content=body, trust_env=False, timeout=PATIENCE)
            assert answer.status_code == 413


def test_more_connections_than_there_may_be(serving: Serving) -> None:
    """The one that was waited for the longest makes room; one that is used stays."""
    with (
        serving(Limits(connections=10)) as (url, path),
        httpx.Client(trust_env=False, timeout=PATIENCE) as client,
        contextlib.ExitStack() as silent,
    ):
        assert client.get(f"{url}/healthz").status_code in (200, 404)
        first = silent.enter_context(connect(url))
        for number in range(40):
            silent.enter_context(connect(url)).sendall(head(path)[: 10 + number % 20])
            # A busy server may accept at once what came since the last two requests: far fewer than it may have.
            if number % 2 == 0:
                client.get(f"{url}/healthz")
        assert reachable(url)
        assert rest_of(first) == b""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="there is no such limit")
@pytest.mark.parametrize("command", [["serve", "ivr.call", "--allow-unsigned"], ["emulator", "--accept-any-token"]])
def test_few_files_and_many_clients(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "ivr.call").write_text('talk "Hello."\n')
    line = f"ulimit -n 256 && exec {sys.executable} -m nccodsl {' '.join(command)} --port 0"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NCCODSL_STATE": str(tmp_path / "state")}
    with subprocess.Popen(
        ["sh", "-c", line], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            greeting = process.stdout.readline()
            url = "http://" + greeting.partition("http://")[2].partition(";")[0]
            half = []
            for _ in range(300):
                half.append(connect(url))
                half[-1].sendall(head("/ivr/answer")[:-2])
            for _ in range(5):
                assert reachable(url)
            for connection in half:
                connection.close()
        finally:
            process.kill()


def test_a_short_body_that_comes_behind_its_answer_costs_no_connection(parser: None) -> None:
    """Such as that of a DELETE, which nobody reads: its client does not know that it should connect anew."""
    with emulator(Limits()) as (url, _), connect(url) as connection:
        head = b"DELETE /v1/calls/none/stream HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n"
        for _ in range(2):
            connection.sendall(head)
            answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 4"), answer
            while b"\r\n\r\n" not in answer:
                answer += connection.recv(65536)
            length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(answer.partition(b"\r\n\r\n")[2]) < length:
                answer += connection.recv(65536)
            connection.sendall(b"{}")
