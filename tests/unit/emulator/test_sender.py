"""Webhooks go to this machine, and else only to hosts that the user has named."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
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


class DeadOnArrival(httpx.AsyncBaseTransport):
    """A server that dies just after it took the connection, as anyio tells of it."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise AttributeError("'NoneType' object has no attribute 'getpeername'")


def test_a_server_that_dies_as_it_is_reached_is_a_failed_webhook() -> None:
    async def send() -> str | None:
        async with httpx.AsyncClient(transport=DeadOnArrival()) as client:
            hook = OutgoingWebhook("event", LEG, "POST", "http://localhost:1/event", {})
            return (await WebhookSender().send_async(hook, client)).failure

    assert asyncio.run(send()) == "the connection was broken"
