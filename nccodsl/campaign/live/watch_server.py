"""The page of running campaigns: a small server that one person uses (token_gate), from this machine by default."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Literal, cast, get_args

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from nccodsl.base.package_data import package_data
from nccodsl.base.strict_json import read_strict_json
from nccodsl.campaign.book import Book, NoCampaign
from nccodsl.campaign.live.campaign_now import now_as_json
from nccodsl.campaign.live.watched_campaigns import LOOK, WatchedCampaigns
from nccodsl.client.failures import VoiceError
from nccodsl.io.request_body import body_of
from nccodsl.io.token_gate import HEADERS, TokenGate
from nccodsl.io.uvicorn_host import UvicornHost

MOST_READERS = 16
"""Pages that are kept up to date at a time."""
_MOST_BYTES = 10_000
_HEADERS = HEADERS | {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
_FILES = {
    "/": ("page.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}
_Turned = Literal["running", "paused", "stopped"]


class WatchServer:
    """Listens from the beginning; `url` is the address with the token. Raises CannotListen."""

    def __init__(self, book: Book, watched: WatchedCampaigns, host: str, port: int) -> None:
        self._book, self._watched = book, watched
        self._host = UvicornHost(host, port)
        self._gate = TokenGate(self._host, host, does="watch campaigns", command="nccodsl campaign watch --web")
        self.origin = self._host.url
        self.token, self.url = self._gate.token, self._gate.url
        self._readers = 0
        files = [Route(path, self._file) for path in _FILES]
        turn = Route("/turn", self._turn, methods=["POST"])
        self._app: ASGIApp = Starlette(routes=[*files, Route("/now", self._events), turn])

    def run(self) -> None:
        """Serve until the process is stopped."""
        self._host.run(self)

    def start(self) -> bool:
        """Serve in a thread of its own; whether it answers."""
        return self._host.start(self, "campaign page")

    def stop(self) -> None:
        """End a server in a thread."""
        self._host.stop()
        self._host.join()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._gate.refusal(Request(scope)) if scope["type"] == "http" else None
        if refusal is not None:
            await PlainTextResponse(f"{refusal}\n", 403, _HEADERS)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _file(self, request: Request) -> Response:
        name, kind = _FILES[request.url.path]
        return self._gate.admit(Response(package_data(__file__, name), headers=_HEADERS, media_type=kind))

    # ---- what happens

    async def _events(self, _request: Request) -> Response:
        if self._readers >= MOST_READERS:
            return PlainTextResponse(f"{MOST_READERS} pages watch already\n", 429, _HEADERS)
        return StreamingResponse(self._stream(), headers=_HEADERS, media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        """Server-sent events: all campaigns, once a second."""
        self._readers += 1
        try:
            while not self._host.stopping:
                yield await run_in_threadpool(self._event)
                await asyncio.sleep(LOOK)
        finally:
            self._readers -= 1

    def _event(self) -> str:
        try:
            members: object = [now_as_json(one) for one in self._watched.look()]
        except (NoCampaign, VoiceError) as error:
            return f"event: trouble\ndata: {json.dumps(str(error))}\n\n"
        return f"data: {json.dumps(members, separators=(',', ':'))}\n\n"

    # ---- what people do

    async def _turn(self, request: Request) -> Response:
        """Let a campaign run, pause, or stop: `{"campaign": NAME, "state": STATE}`."""
        try:
            members = read_strict_json(await body_of(request, _MOST_BYTES))
            name, state = members["campaign"], members["state"]
            wrong = not isinstance(name, str) or state not in get_args(_Turned)
        except (ValueError, TypeError, KeyError):
            wrong = True
        if wrong:
            return PlainTextResponse("the body is not a campaign and its state\n", 400, _HEADERS)
        try:
            changed = await run_in_threadpool(self._book.turn, name, cast("_Turned", state))
            now = await run_in_threadpool(self._book.status, name)
        except NoCampaign as error:
            return PlainTextResponse(f"{error}\n", 404, _HEADERS)
        except VoiceError as error:
            return PlainTextResponse(f"{error}\n", 503, _HEADERS)
        if not changed and now.state != state:
            return PlainTextResponse(f"`{name}` is {now.state}; it cannot be {state}\n", 409, _HEADERS)
        return Response(status_code=204, headers=_HEADERS)
