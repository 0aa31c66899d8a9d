"""Which addresses requests may go to, and that what was checked is what is connected to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from nccodsl.io.uvicorn_host import UvicornHost
from nccodsl.runtime.web_requests import Request
from nccodsl.server.address_rules import refusal
from nccodsl.server.checked_network import CheckedNetwork
from nccodsl.server.fetch import Brought, Fetcher
from nccodsl.server.name_lookup import resolve
from tests.e2e.servers import Hooks, hooks

PUBLIC = ("93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1")
OWN = (
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "192.0.2.1"),
    *("198.18.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.8", "::", "::1", "fd00::1", "fec0::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
    *("2001:0:a00:1::f5ff:fffe", "::7f00:1", "4000::1"),
)
NEVER = (
    *("169.254.169.254", "169.254.0.1", "fe80::1", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"),
    *("192.0.0.192", "224.0.0.1", "239.255.255.250", "ff02::1", "::ffff:169.254.169.254", "2002:a9fe:a9fe::"),
    *("64:ff9b::a9fe:a9fe", "2001:0:808:808::5601:5601", "2001:0:a9fe:a9fe::f7f7:f7f7", "fe80::1%2"),
    *("fd00:ec2::254%1", "fd00:ec2::23", "fd20:ce::254", "fd00:42::42", "::ffff:169.254.169.254%1"),
)


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses(text: str) -> None:
    for free in (False, True):
        assert refusal(ip_address(text), free_host=free, allow_link_local=False) == ""


@pytest.mark.parametrize("text", OWN)
def test_own_addresses_are_for_hosts_of_the_script(text: str) -> None:
    address = ip_address(text)
    assert refusal(address, free_host=False, allow_link_local=False) == ""
    assert "private network" in refusal(address, free_host=True, allow_link_local=False)
    assert refusal(address, free_host=True, allow_link_local=True)


@pytest.mark.parametrize("text", NEVER)
def test_what_is_refused_always(text: str) -> None:
    address = ip_address(text)
    assert refusal(address, free_host=False, allow_link_local=False)
    assert refusal(address, free_host=True, allow_link_local=False)
    # The operator may allow it for hosts that scripts name, and for no others.
    assert refusal(address, free_host=False, allow_link_local=True) == ""
    assert refusal(address, free_host=True, allow_link_local=True)


class Names:
    """A resolver that has one answer after the other; the last one stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def fetched(request: Request, names: Names | None = None) -> list[Brought]:
    async def ask() -> list[Brought]:
        fetcher = Fetcher(resolve=names or resolve)
        try:
            return [await fetcher.fetch(request, 3.0)]
        finally:
            await fetcher.close()

    return asyncio.run(ask())


@pytest.fixture
def server() -> Iterator[Hooks]:
    with hooks() as made:
        made.answer = lambda _: (200, b"1", "application/json")
        yield made


def port_of(server: Hooks) -> str:
    return server.url.rpartition(":")[2]


def test_the_checked_address_is_connected_to(server: Hooks) -> None:
    """Whoever answers for the name changes the answer as soon as it was checked."""
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    (brought,) = fetched(Request(f"http://rebind.example:{port_of(server)}/"), names)
    assert brought.fetched.value == 1
    assert names.asked == ["rebind.example"], "it is resolved once"
    assert server.received[0].headers["host"] == f"rebind.example:{port_of(server)}"


def test_a_name_that_leads_to_this_machine_later(server: Hooks) -> None:
    names = Names(["127.0.0.1"])
    (brought,) = fetched(Request(f"http://rebind.example:{port_of(server)}/", free_host=True), names)
    assert (brought.outcome, brought.fetched.outcome, server.received) == ("address", "error", [])
    assert "private network" in brought.fetched.failure


def test_a_connection_of_a_script_is_not_one_of_values(server: Hooks) -> None:
    async def ask() -> list[str]:
        fetcher = Fetcher(resolve=Names(["127.0.0.1"]))
        asked = Request(f"http://crm.example:{port_of(server)}/")
        found = [(await fetcher.fetch(asked._replace(free_host=free), 3.0)).outcome for free in (False, True, False)]
        await fetcher.close()
        return found

    assert asyncio.run(ask()) == ["ok", "address", "ok"]


@pytest.mark.parametrize("answers", [["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"]])
def test_one_bad_address_is_enough(answers: list[str]) -> None:
    assert fetched(Request("http://mixed.example/", free_host=True), Names(answers))[0].outcome == "address"


def test_addresses_are_tried_in_order(server: Hooks) -> None:
    # Nobody listens at the first one.
    names = Names(["127.0.0.3", "127.0.0.1"])
    assert fetched(Request(f"http://two.example:{port_of(server)}/"), names)[0].fetched.value == 1


FORMS = (
    *("http://2130706433:{}/", "http://0x7f.1:{}/", "http://0177.0.0.1:{}/", "http://127.1:{}/", "http://0:{}/"),
    *("http://[::ffff:127.0.0.1]:{}/", "http://[::ffff:7f00:1]:{}/", "http://localhost:{}/", "http://0.0.0.0:{}/"),
    *("http://LOCALHOST.:{}/", "http://①②⑦.0.0.1:{}/"),
)


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_this_machine_gets_through(server: Hooks, form: str) -> None:
    (brought,) = fetched(Request(form.format(port_of(server)), free_host=True))
    assert brought.outcome in ("address", "unreachable")
    assert server.received == []


@pytest.mark.parametrize(
    "url",
    [
        *("http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://2852039166/"),
        *("http://0xa9.0xfe.0xa9.0xfe/", "http://[fe80::1]/", "http://[fd00:ec2::254]/", "http://100.100.100.200/"),
        *("http://[64:ff9b::169.254.169.254]/", "http://224.0.0.1/"),
    ],
)
def test_metadata_is_never_reached(url: str) -> None:
    (brought,) = fetched(Request(url))
    assert (brought.outcome, brought.fetched.outcome) == ("address", "error")


def test_link_local_addresses_may_be_allowed() -> None:
    names = Names(["169.254.99.99"])
    assert fetched(Request("http://device.example:1/"), names)[0].outcome == "address"
    network = CheckedNetwork(names, free_host=False, allow_link_local=True)
    assert asyncio.run(network._checked("device.example", 1)) == ["169.254.99.99"]


def test_a_redirect_is_checked_as_well(server: Hooks) -> None:
    """To the same host, whose name leads elsewhere by now."""
    # Too much to use the connection again.
    server.answer = lambda _: (302, b"x" * 100_000, "text/plain")
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    (brought,) = fetched(Request(f"http://rebind.example:{port_of(server)}/"), names)
    assert brought.outcome == "address"
    assert len(server.received) == 1


def test_no_proxy_is_used(server: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:1")
    assert fetched(Request(server.url))[0].fetched.value == 1


def test_tls_verifies_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = _certificate(tmp_path, "crm.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    async def app(scope: dict[str, object], receive: object, send: object) -> None:
        if scope["type"] != "http":
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"1"})  # type: ignore[operator]

    host = UvicornHost("127.0.0.1", 0, certificate=(certificate, key))
    try:
        assert host.start(app, "tls")
        names = Names(["127.0.0.1"])
        assert fetched(Request(f"https://crm.example:{host.port}/"), names)[0].fetched.value == 1
        assert fetched(Request(f"https://other.example:{host.port}/"), names)[0].outcome == "unreachable"
        assert ssl.create_default_context(cafile=str(certificate)).check_hostname
    finally:
        host.stop()
        host.join()


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, none))
    return paths


def test_others_go_on_while_an_answer_is_read() -> None:
    async def run() -> None:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"x" * 50_000)
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        stream = await CheckedNetwork(resolve, free_host=False, allow_link_local=False).connect_tcp("127.0.0.1", port)
        sizes = []
        while True:
            # What has come already is not read before others had their turn.
            reading = asyncio.ensure_future(stream.read(65_536))
            await asyncio.sleep(0)
            assert not reading.done()
            if not (piece := await reading):
                break
            sizes.append(len(piece))
        assert sum(sizes) == 50_000
        assert max(sizes) == 4096
        await stream.aclose()
        server.close()

    asyncio.run(run())
