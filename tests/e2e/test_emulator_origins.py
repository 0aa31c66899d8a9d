"""Web pages cannot use the emulator; programs can, whatever they are called by."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from nccodsl.emulator.http.host import Emulator

ANY = {"authorization": "Bearer anything"}
INBOUND = {"from": "447700900123", "to": "14155550100"}
CALL = {
    "to": [{"type": "phone", "number": "14155550101"}],
    "from": {"type": "phone", "number": "14155550100"},
    "ncco": [{"action": "talk", "text": "Hello"}],
}
EFFECTS = [
    ("POST", "/emulator/inbound", INBOUND),
    ("PUT", "/emulator/personas", {"outcome": "busy"}),
    ("POST", "/v1/calls", CALL),
    ("POST", "/v2/calls", CALL),
]
"""What a page could want to do. The tokens of the API are not checked here, as with `--accept-any-token`."""


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    with Emulator(creations=None, seed=1) as one:
        yield one


def _sent(server: Emulator, method: str, path: str, body: object, **headers: str) -> httpx.Response:
    return httpx.request(method, server.url + path, json=body, headers={**ANY, **headers}, trust_env=False)


@pytest.mark.parametrize(("method", "path", "body"), EFFECTS)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost", "http://127.0.0.1:1", "https://127.0.0.1:{port}", ""]
)
def test_a_page_from_elsewhere_has_no_effect(
    server: Emulator, method: str, path: str, body: object, origin: str
) -> None:
    before, cast = len(server.network.legs), server.network.cast
    answer = _sent(server, method, path, body, origin=origin.format(port=server.port))
    assert answer.status_code == 403
    assert (answer.json()["code"], answer.json()["title"]) == ("E726", "Forbidden")
    assert "web page" in answer.json()["detail"]
    assert (len(server.network.legs), server.network.cast) == (before, cast)


@pytest.mark.parametrize(("method", "path", "body"), EFFECTS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost.evil.example", "8.8.8.8", "x@localhost", ""]
)
def test_a_name_that_points_here_has_no_effect(
    server: Emulator, method: str, path: str, body: object, host: str
) -> None:
    before = len(server.network.legs)
    host = host.format(port=server.port)
    # A page whose own name leads here sends its own origin or none.
    for headers in ({}, {"origin": f"http://{host}"}):
        answer = _sent(server, method, path, body, host=host, **headers)
        assert answer.status_code == 403
        assert "--allow-host" in answer.json()["help"]
    assert len(server.network.legs) == before


def test_what_is_kept_cannot_be_read_by_a_page(server: Emulator) -> None:
    for path in ("/emulator/calls", "/v1/calls", "/nothing"):
        assert _sent(server, "GET", path, None, host="evil.example").status_code == 403


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:{port}", "localhost.:{port}", "127.0.0.1", "127.8.8.8:1", "[::1]:{port}"]
)
def test_every_name_of_this_machine_is_answered(server: Emulator, host: str) -> None:
    assert _sent(server, "GET", "/emulator/calls", None, host=host.format(port=server.port)).status_code == 200


def test_the_emulator_own_origin_is_taken(server: Emulator) -> None:
    for name in ("127.0.0.1", "localhost"):
        headers = {"host": f"{name}:{server.port}", "origin": f"http://{name}:{server.port}"}
        assert _sent(server, "POST", "/emulator/inbound", INBOUND, **headers).status_code == 201
    other = {"host": f"localhost:{server.port}", "origin": f"http://127.0.0.1:{server.port}"}
    assert _sent(server, "POST", "/emulator/inbound", INBOUND, **other).status_code == 403


def test_names_can_be_allowed() -> None:
    with Emulator(allowed_hosts=("emulator", "[2001:DB8::1]")) as server:
        for host, status in (("emulator:4790", 200), ("Emulator", 200), ("[2001:db8::1]:80", 200), ("other", 403)):
            assert _sent(server, "GET", "/emulator/calls", None, host=host).status_code == status
    with Emulator(allowed_hosts=("*",)) as server:
        assert _sent(server, "GET", "/emulator/calls", None, host="any.example").status_code == 200
        assert _sent(server, "GET", "/emulator/calls", None, origin="http://any.example").status_code == 403


def test_where_every_address_is_listened_at_every_address_is_answered() -> None:
    with Emulator(host="0.0.0.0") as server:
        for host, status in (
            ("192.0.2.7:4790", 200),
            ("[2001:db8::1]", 200),
            ("localhost", 200),
            ("evil.example", 403),
        ):
            answer = httpx.get(
                f"http://127.0.0.1:{server.port}/emulator/calls", headers={"host": host}, trust_env=False
            )
            assert answer.status_code == status


@pytest.mark.parametrize("headers", ["", "Host: localhost\r\nHost: evil.example\r\n"])
def test_a_host_that_is_missing_or_given_twice_is_refused(server: Emulator, headers: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(f"GET /emulator/calls HTTP/1.0\r\n{headers}\r\n".encode())
        assert connection.recv(64).split()[1] in (b"400", b"403")
