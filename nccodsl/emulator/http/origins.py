"""Keeping web pages out of the emulator (see io.own_origins)."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from nccodsl.emulator.bad_input import ForeignRequest
from nccodsl.emulator.http.responses import problem
from nccodsl.io.own_origins import OwnOrigins


class OwnOrigin:
    """Lets requests through that name an allowed host and come from no other origin; answers the others with 403.

    What is allowed: see OwnOrigins.
    """

    def __init__(self, app: ASGIApp, scheme: str, host: str, more: Iterable[str] = ()) -> None:
        self._app = app
        self._own = OwnOrigins(scheme=scheme, host=host, more=more)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        foreign = self._own.foreign(Request(scope)) if scope["type"] == "http" else None
        if foreign is None:
            await self._app(scope, receive, send)
            return
        refusal = ForeignRequest(host=foreign.host, page=foreign.page)
        answer = problem(403, "forbidden", "Forbidden", str(refusal), code=refusal.code, help=refusal.help or "")
        await answer(scope, receive, send)
