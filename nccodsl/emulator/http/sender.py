"""Webhooks as real HTTP requests: only to hosts that the user has named, never redirected, never endless."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
import warnings
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpx

from nccodsl.base.loopback import is_loopback
from nccodsl.base.record import Record
from nccodsl.emulator.core.mail import LARGEST, OutgoingWebhook, WebhookReply, unsent

_NO_ADDRESS = "not a web address"
CONNECT_SECONDS = 1.0
"""How long connecting may take (webhook reference)."""


class Secret(Record):
    """What webhooks are signed with: the account's signature secret, its API key, and the application's id."""

    secret: str
    api_key: str = "emulated"
    application_id: str = ""

    def __repr__(self) -> str:
        return f"Secret(api_key={self.api_key!r})"


class WebhookSender:
    """Sends webhooks. `hosts` are the allowed ones, beside this machine itself; `*` allows every host."""

    def __init__(self, hosts: Iterable[str] = (), secret: Secret | None = None, timeout: float | None = None) -> None:
        self._hosts = {host.casefold() for host in hosts}
        self._secret = secret
        self._timeout = timeout

    def refused(self, hook: OutgoingWebhook) -> WebhookReply | None:
        """Why a webhook is not sent; None where it may be."""
        try:
            parts = urlsplit(hook.url)
            host = (parts.hostname or "").casefold()
        except ValueError:
            return unsent(_NO_ADDRESS)
        if parts.scheme not in ("http", "https") or not host:
            return unsent(_NO_ADDRESS)
        if not (is_loopback(host) or host in self._hosts or "*" in self._hosts):
            return unsent(f"{host} is not an allowed webhook host; add `--webhooks {host}`")
        return None

    def arguments(self, hook: OutgoingWebhook) -> dict[str, Any]:
        """What httpx is to send."""
        headers = {"user-agent": "nccodsl-emulator"}
        url = httpx.URL(hook.url)
        if hook.method == "GET":
            query = {key: _in_query(value) for key, value in hook.payload.items() if value is not None}
            # An address may have parameters of its own, and keeps them; they are signed with the others.
            url = url.copy_merge_params(query)
            hashed = json.dumps(dict(url.params), separators=(",", ":"), ensure_ascii=False).encode()
            what: dict[str, Any] = {}
        else:
            hashed = json.dumps(hook.payload, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
            what = {"content": hashed}
            headers["content-type"] = "application/json"
        if self._secret is not None:
            headers["authorization"] = f"Bearer {sign(self._secret, hashed)}"
        answer = min(hook.timeout, self._timeout or hook.timeout)
        timeout = httpx.Timeout(answer, connect=min(CONNECT_SECONDS, answer))
        return {"method": hook.method, "url": url, "headers": headers, "timeout": timeout, **what}

    def send(self, hook: OutgoingWebhook, client: httpx.Client) -> WebhookReply:
        """Send one and read its answer."""
        if refused := self.refused(hook):
            return refused
        deadline = time.monotonic() + (self._timeout or hook.timeout)
        try:
            with client.stream(**self.arguments(hook)) as response:
                body = b""
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > LARGEST:
                        break
                    if time.monotonic() > deadline:
                        raise httpx.ReadTimeout("the answer is too large or never ends")
                return _reply(response, body)
        except _BROKEN as error:
            return _broken(error)

    async def send_async(self, hook: OutgoingWebhook, client: httpx.AsyncClient) -> WebhookReply:
        """The same without blocking."""
        import asyncio

        if refused := self.refused(hook):
            return refused
        try:
            async with asyncio.timeout(self._timeout or hook.timeout), client.stream(**self.arguments(hook)) as answer:
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > LARGEST:
                        break
                return _reply(answer, body)
        except TimeoutError:
            return WebhookReply(failure="the server did not answer in time")
        except AttributeError:
            # anyio raises it where a server dies just after it took the connection.
            return WebhookReply(failure="the connection was broken")
        except _BROKEN as error:
            return _broken(error)


# ValueError: what cannot be put into a request, such as half of a surrogate pair.
_BROKEN = (httpx.HTTPError, httpx.InvalidURL, ValueError)


def _broken(error: Exception) -> WebhookReply:
    """The reply to a request that failed."""
    if isinstance(error, httpx.InvalidURL):
        return unsent(_NO_ADDRESS)
    for kind, words in _FAILURES:
        if isinstance(error, kind):
            return WebhookReply(failure=words)
    return WebhookReply(failure=f"the request failed ({type(error).__name__})")


_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "no connection within a second"),
    (httpx.ConnectError, "no server answers at this address"),
    (httpx.TimeoutException, "the server did not answer in time"),
    (httpx.RemoteProtocolError, "the server closed the connection"),
    (httpx.ReadError, "the connection was broken"),
    (httpx.WriteError, "the connection was broken"),
    (httpx.DecodingError, "the answer cannot be decoded"),
)


def _reply(response: httpx.Response, body: bytes) -> WebhookReply:
    return WebhookReply(response.status_code, body, response.headers.get("content-type", ""))


def _in_query(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def sign(secret: Secret, body: bytes) -> str:
    """The token of a signed webhook (signed webhooks): HS256, with the SHA-256 of what is sent."""
    import jwt

    claims: dict[str, Any] = {
        "iat": int(time.time()),
        "jti": str(uuid.uuid4()),
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": secret.api_key,
    }
    if secret.application_id:
        claims["application_id"] = secret.application_id
    with warnings.catch_warnings():
        # How long the secret is the account decides, and the platform signs with it all the same.
        warnings.simplefilter("ignore")
        return jwt.encode(claims, secret.secret, algorithm="HS256")
