"""What a client of the Voice API is, whether it blocks or is awaited: nothing here waits for anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

import httpx

from nccodsl.client import hosts
from nccodsl.client.api_request import ApiRequest
from nccodsl.client.clock import Reading, ServerClock
from nccodsl.client.credentials import Credentials, Found
from nccodsl.client.failures import BadAddress, Unreachable, VoiceError, from_response, shown
from nccodsl.client.jwt import TokenSource
from nccodsl.client.retry import NEVER, Retries
from nccodsl.client.send import LARGEST_ANSWER, ApiAnswer, RequestSender, Timeouts
from nccodsl.client.start_slots import limit_of
from nccodsl.diagnostics import messages

T = TypeVar("T")

UNUSABLE = (ValueError, ImportError, httpx.InvalidURL)
"""What httpx raises for a proxy that it cannot use."""
_USER_AGENT = "nccodsl"


class ClientCore:
    """All of a client but its waiting: settings, tokens, and what httpx is given.

    `credentials`: an application's id and key, or what `find_credentials` found: then the host or region of its profile
    is called where none is given. `server_clock`: what the answers say of the time there.
    `host`, `region`: as for `hosts.base_url`. `timeout`: seconds for each read and write, or `Timeouts`. `retries`:
    how many attempts at most, or `Retries`. `limit`: starts a second of the account. Raises BadAddress, BadArgument.
    """

    def __init__(
        self,
        credentials: Credentials | Found,
        host: str | None,
        region: str | None,
        timeout: Timeouts | float | None,
        retries: Retries | int | None,
        random: Random | None,
        clock: Callable[[], Reading],
        limit: int | None = None,
    ) -> None:
        if isinstance(credentials, Found):
            profile, credentials = credentials.profile, credentials.credentials
            if profile is not None and host is None and region is None:
                host, region = profile.host, profile.region
            if profile is not None and limit is None:
                limit = profile.limit
        self.limit = limit_of(limit)
        self.server_clock = ServerClock(clock)
        self.base_url = hosts.base_url(host, region)
        self.application_id = credentials.application_id
        if not isinstance(timeout, Timeouts):
            timeout = Timeouts(read=timeout, write=timeout) if timeout else Timeouts()
        self.timeouts = timeout
        if isinstance(retries, int):
            retries = Retries(attempts=retries) if retries > 1 else NEVER
        name = self.base_url.partition("://")[2]
        self._sender = RequestSender(name, retries or Retries(), self.timeouts, random or Random())
        self._tokens = TokenSource(credentials)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r}, application_id={self.application_id!r})"

    def _settings(self) -> dict[str, Any]:
        times = self.timeouts
        return {
            "timeout": httpx.Timeout(connect=times.connect, read=times.read, write=times.write, pool=times.pool),
            "follow_redirects": False,
            "headers": {"User-Agent": _USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"},
        }

    def _parts(self, request: ApiRequest[T]) -> dict[str, Any]:
        """What httpx wants to know of a request."""
        content = request.content()
        headers = {"Authorization": f"Bearer {self._tokens.token()}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        return {
            "method": request.method,
            "url": self.base_url + request.path,
            "params": dict(request.params) or None,
            "content": content,
            "headers": headers,
        }

    def _guarded(self, url: str) -> dict[str, Any]:
        """What httpx wants to know of a download. Raises BadAddress where the token must not go there."""
        if not hosts.may_see_token(url, self.base_url):
            raise BadAddress(messages.accounts.no_token_there(shown(url.partition("?")[0], 100)))
        return {
            "method": "GET",
            "url": url,
            "headers": {"Authorization": f"Bearer {self._tokens.token()}", "Accept": "*/*"},
        }

    def _arriving(self) -> ArrivingAnswer:
        """To be called when a request is about to be sent."""
        return ArrivingAnswer(self.server_clock, self.timeouts.whole)


class ArrivingAnswer:
    """An answer on its way, which may not be too large, and has to end."""

    def __init__(self, server_clock: ServerClock, seconds: float) -> None:
        self._server_clock = server_clock
        self._until = time.monotonic() + seconds
        self._sent = server_clock.read()
        self._body = bytearray()

    def begin(self, response: httpx.Response) -> None:
        """Its head has come."""
        self._server_clock.note(response.headers, self._sent)

    def take(self, piece: bytes) -> None:
        """A piece of its body has come. Raises httpx.HTTPError where there is no end of it."""
        self._body += piece
        if len(self._body) > LARGEST_ANSWER:
            raise httpx.ReadError("the answer is too large")
        if time.monotonic() > self._until:
            raise httpx.ReadTimeout("the answer is too large or never ends")

    def whole(self, response: httpx.Response) -> ApiAnswer:
        """The answer, when all of it has come."""
        return answer_of(response, bytes(self._body))


def answer_of(response: httpx.Response, body: bytes) -> ApiAnswer:
    """An answer as it is judged."""
    return ApiAnswer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body)


def refusal_of(response: httpx.Response, body: bytes) -> VoiceError:
    """The exception for a download that was refused."""
    answer = answer_of(response, body)
    return from_response(answer.status, answer.headers, answer.body)


def no_client() -> Unreachable:
    """The exception for UNUSABLE."""
    return Unreachable(messages.calls.no_such_proxy())
