"""A server's socket listens before the server says where."""

from __future__ import annotations

import socket

import pytest

from nccodsl.io.listen import CannotListen, listen


def test_a_client_may_come_at_once() -> None:
    with listen("127.0.0.1", 0) as server:
        host, port = server.getsockname()
        assert port > 0
        with socket.create_connection((host, port), timeout=5):
            accepted, _ = server.accept()
            accepted.close()


def test_an_address_that_is_taken() -> None:
    with listen("127.0.0.1", 0) as server:
        port = server.getsockname()[1]
        with pytest.raises(CannotListen, match=f"127.0.0.1:{port}"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("203.0.113.1", 0), ("a" * 80, 0)])
def test_an_address_that_cannot_be(host: str, port: int) -> None:
    with pytest.raises(CannotListen):
        listen(host, port)
