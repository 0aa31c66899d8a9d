"""A page on this machine for one person: who has the address with its token gets in.

A cookie stands for the token from then on. A page of another origin can neither read nor change anything: `Host` and
`Origin` must be our own, and what changes something must name an origin.
"""

from __future__ import annotations

import hmac
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

from nccodsl.io.own_origins import OwnOrigins
from nccodsl.io.uvicorn_host import UvicornHost

HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Of all answers."""


class TokenGate:
    """Who is let in to a server. `does` says what pages are for, `command` what prints the address."""

    def __init__(self, host: UvicornHost, listened: str, *, does: str, command: str) -> None:
        self.token = secrets.token_urlsafe(24)
        self.url = f"{host.url}/?token={self.token}"
        # Cookies are shared by all ports of a host.
        self._cookie = f"nccodsl-{host.port}"
        self._own = OwnOrigins(scheme=host.scheme, host=listened)
        self._does, self._command = does, command

    def refusal(self, request: HTTPConnection) -> str | None:
        """Why a request, or a WebSocket, is refused; None where it is let in."""
        foreign = self._own.foreign(request)
        if foreign is not None:
            return f"pages of other origins cannot {self._does}" if foreign.page else "the host is not this server"
        reads = request.scope.get("method") in ("GET", "HEAD")
        if not reads and "origin" not in request.headers:
            return "a request that changes something must name its origin"
        given = (request.query_params.get("token", ""), request.cookies.get(self._cookie, ""))
        if not any(hmac.compare_digest(one.encode(), self.token.encode()) for one in given):
            return f"the token is missing or wrong: open the address that `{self._command}` has printed"
        return None

    def admit(self, answer: Response) -> Response:
        """The same answer with the cookie."""
        answer.set_cookie(self._cookie, self.token, httponly=True, samesite="strict", path="/")
        return answer
