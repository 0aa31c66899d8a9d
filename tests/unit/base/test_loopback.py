"""One test tells this machine from others, for all who ask."""

from __future__ import annotations

import pytest

from nccodsl.base.loopback import LOOPBACK, address_of, is_loopback, plain_host


@pytest.mark.parametrize(
    "host", [*LOOPBACK, "LOCALHOST", "localhost.", "a.localhost", "127.8.8.8", "[::1]", "127.0.0.1."]
)
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "0.0.0.0", "::", "example.com", "localhost.example.com", "notlocalhost", "128.0.0.1", "127.0.0.1.a", "::2"],
)
def test_another_machine(host: str) -> None:
    assert not is_loopback(host)


def test_hosts_are_compared_in_one_form() -> None:
    assert plain_host(" [::1] ") == "::1"
    assert plain_host("Example.COM.") == "example.com"


def test_what_is_an_address() -> None:
    assert str(address_of("10.0.0.1")) == "10.0.0.1"
    assert [address_of(text) for text in ("", "localhost", "10.0.0", " 10.0.0.1", "[::1]")] == [None] * 5
