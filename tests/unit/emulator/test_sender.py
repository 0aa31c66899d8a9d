"""Webhooks go to this machine, and else only to hosts that the user has named."""

from __future__ import annotations

from typing import Any

import pytest

from nccodsl.emulator.core.mail import OutgoingWebhook
from nccodsl.emulator.http.sender import WebhookSender

LEG: Any = None


def refused(sender: WebhookSender, url: str) -> str | None:
    reply = sender.refused(OutgoingWebhook("event", LEG, "POST", url, {}))
    return reply.failure if reply is not None else None


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.0.0.2", "[::1]", "app.localhost"])
def test_this_machine(host: str) -> None:
    assert refused(WebhookSender(), f"http://{host}:3000/event") is None


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", "10.0.0.1", "0.0.0.0"])
def test_other_hosts_are_named(host: str) -> None:
    url = f"https://{host}/event"
    assert host in (refused(WebhookSender(["a.example"]), url) or "")
    assert refused(WebhookSender([host.upper()]), url) is None
    assert refused(WebhookSender(["*"]), url) is None


@pytest.mark.parametrize("url", ["ftp://localhost/", "http://", "localhost", "http://[::1", ""])
def test_what_is_no_address(url: str) -> None:
    assert refused(WebhookSender(["*"]), url) is not None
