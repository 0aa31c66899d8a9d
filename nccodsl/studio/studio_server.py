"""The server of the studio: pages, the files of a project, and the language services, for one person (token_gate)."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from nccodsl.base.package_data import package_data
from nccodsl.base.strict_json import read_strict_json
from nccodsl.errors import CannotRead, UsageError
from nccodsl.io.request_body import body_of
from nccodsl.io.token_gate import HEADERS, TokenGate
from nccodsl.io.uvicorn_host import UvicornHost
from nccodsl.studio.live_calls import LiveCalls
from nccodsl.studio.page_session import PageSession
from nccodsl.studio.project_files import LARGEST_TEXT, ChangedMeanwhile, ProjectFiles, ScriptText

MOST_PAGES = 16
"""Pages that have language services at a time."""
_MOST_BYTES = 2 * LARGEST_TEXT
_TYPES = {".js": "text/javascript", ".css": "text/css", ".md": "text/plain"}
_STATIC = (
    *("studio.js", "studio.css", "phone.js", "phone.css", "graph.js", "graph.css", "layout.js"),
    *("layout.LICENSE.md", "studio.LICENSES.md"),
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; connect-src 'self'; img-src data:; "
    "frame-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)
_FRAMED = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/static/{name}.css"></head>
<body><div id="page"></div><script src="/static/{name}.js" data-layout="/static/layout.js"></script></body></html>
"""
_PAGES = ("phone", "graph")


class StudioServer:
    """Listens from the beginning; `url` is the address with the token. Raises CannotListen."""

    def __init__(self, files: ProjectFiles, host: str, port: int, live: LiveCalls | None = None) -> None:
        """`live`: the calls of a server that pages may watch."""
        self._files = files
        self._live = live
        self._host = UvicornHost(host, port, websockets=True)
        self._gate = TokenGate(self._host, host, does="use the studio", command="nccodsl studio")
        self.origin = self._host.url
        self.token, self.url = self._gate.token, self._gate.url
        self._open = 0
        self._app: ASGIApp = Starlette(
            routes=[
                Route("/", self._page),
                Route("/page/{name}", self._framed),
                Route("/static/{name}", self._static),
                Route("/files", self._list),
                Route("/live", self._calls),
                Route("/files/{path:path}", self._read, methods=["GET"]),
                Route("/files/{path:path}", self._save, methods=["PUT"]),
                WebSocketRoute("/session", self._session),
            ]
        )

    def run(self) -> None:
        """Serve until the process is stopped."""
        self._host.run(self)

    def start(self) -> bool:
        """Serve in a thread of its own; whether it answers."""
        return self._host.start(self, "studio")

    def stop(self) -> None:
        """End a server in a thread."""
        self._host.stop()
        self._host.join()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self._gate.refusal(HTTPConnection(scope))
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close()  # before it is accepted: 403
        else:
            await PlainTextResponse(f"{refusal}\n", 403, HEADERS)(scope, receive, send)

    # ---- pages

    async def _page(self, _request: Request) -> Response:
        nonce = secrets.token_urlsafe(18)
        page = package_data(__file__, "studio.html").decode().replace("{nonce}", nonce)
        policy = _POLICY.format(nonce=f" 'nonce-{nonce}'", ancestors="'none'")
        headers = HEADERS | {"content-security-policy": policy}
        return self._gate.admit(Response(page, headers=headers, media_type="text/html"))

    async def _framed(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _PAGES:
            return self._missing()
        policy = {"content-security-policy": _POLICY.format(nonce="", ancestors="'self'")}
        return Response(_FRAMED.format(name=name), headers=HEADERS | policy, media_type="text/html")

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _STATIC:
            return self._missing()
        kind = _TYPES[f".{name.rpartition('.')[2]}"]
        return Response(package_data(__file__, f"static/{name}"), headers=HEADERS, media_type=kind)

    def _missing(self) -> Response:
        return PlainTextResponse("there is nothing here\n", 404, HEADERS)

    # ---- files

    async def _list(self, _request: Request) -> Response:
        paths = await run_in_threadpool(self._files.paths)
        return JSONResponse(
            {
                "project": self._files.root.name,
                "root": f"{self._files.root.as_uri()}/",
                "files": paths,
                "live": self._live is not None,
            },
            headers=HEADERS,
        )

    async def _calls(self, _request: Request) -> Response:
        return JSONResponse(self._live.as_json(), headers=HEADERS) if self._live is not None else self._missing()

    async def _read(self, request: Request) -> Response:
        try:
            found = await run_in_threadpool(self._files.read, request.path_params["path"])
        except (CannotRead, UsageError) as error:
            return self._refused(error)
        except OSError as error:
            return PlainTextResponse(f"it cannot be read: {error.strerror or error}\n", 404, HEADERS)
        return _answered(found)

    async def _save(self, request: Request) -> Response:
        """Save a file: `{"text": TEXT, "known": HASH or null}`."""
        try:
            members = read_strict_json(await body_of(request, _MOST_BYTES))
            text, known = members["text"], members["known"]
            wrong = not isinstance(text, str) or not isinstance(known, str | None)
        except (ValueError, TypeError, KeyError):
            wrong = True
        if wrong:
            return PlainTextResponse("the body is not a text and what was known of the file\n", 400, HEADERS)
        try:
            saved = await run_in_threadpool(self._files.save, request.path_params["path"], text, known)
        except (CannotRead, UsageError) as error:
            return self._refused(error)
        except OSError as error:
            return PlainTextResponse(f"it cannot be written: {error.strerror or error}\n", 507, HEADERS)
        return _answered(saved)

    def _refused(self, error: CannotRead | UsageError) -> Response:
        status = 409 if isinstance(error, ChangedMeanwhile) else 404 if isinstance(error, CannotRead) else 400
        return PlainTextResponse(f"{error}\n", status, HEADERS)

    # ---- language services

    async def _session(self, socket: WebSocket) -> None:
        if self._open >= MOST_PAGES:
            await socket.close(1013, f"{MOST_PAGES} pages are open already")
            return
        await socket.accept()
        self._open += 1
        loop, answers = asyncio.get_running_loop(), asyncio.Queue[str | None]()

        def put(answer: str | None) -> None:
            with suppress(RuntimeError):  # the server has ended
                loop.call_soon_threadsafe(answers.put_nowait, answer)

        def ended() -> None:
            put(None)
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._closed)

        session = PageSession(put, ended)
        sending = asyncio.create_task(_send_all(socket, answers))
        try:
            while session.take(await socket.receive_text()):
                pass
            await socket.close(1013, "too many messages wait")
        except (WebSocketDisconnect, KeyError, RuntimeError):  # KeyError: it was no text; RuntimeError: it was closed
            pass
        finally:
            session.end()
            sending.cancel()

    def _closed(self) -> None:
        self._open -= 1


async def _send_all(socket: WebSocket, answers: asyncio.Queue[str | None]) -> None:
    """Send answers until the session has ended."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while (answer := await answers.get()) is not None:
            await socket.send_text(answer)
        await socket.close()


def _answered(found: ScriptText) -> Response:
    return JSONResponse({"path": found.path, "uri": found.uri, "text": found.text, "hash": found.hash}, headers=HEADERS)
