"""What a flow can stand behind, and what it is called there."""

from __future__ import annotations

import pytest

from nccodsl.runtime.address_name import flow_name, is_base_url


@pytest.mark.parametrize("url", ["https://calls.example.com", "HTTP://127.0.0.1:8080/a/", "https://[::1]/x"])
def test_routes_can_be_put_behind_it(url: str) -> None:
    assert is_base_url(url)


@pytest.mark.parametrize("url", ["", "calls.example.com", "ftp://a.example", "https://", "https://a?b", "https://a/#b"])
def test_routes_cannot_be_put_behind_it(url: str) -> None:
    assert not is_base_url(url)


def test_names() -> None:
    assert [flow_name(file) for file in ("flows/ivr.call", "shop/main.call", "a b.call", "-")] == [
        *("ivr", "shop", "a-b", "flow")
    ]
