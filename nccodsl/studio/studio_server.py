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

from nccodsl.audio.installed import has_audio
from nccodsl.base.strict_json import read_strict_json
from nccodsl.errors import CannotRead, UsageError
from nccodsl.io.request_body import body_of
from nccodsl.io.token_gate import HEADERS, TokenGate
from nccodsl.io.uvicorn_host import UvicornHost
from nccodsl.studio.live_calls import LiveCalls
from nccodsl.studio.page_session import PageSession
from nccodsl.studio.project_files import LARGEST_TEXT, ChangedMeanwhile, ProjectFiles, ScriptText
from nccodsl.studio.studio_pages import FRAMES, STATIC, framed_page, policy_of, static, studio_page

MOST_PAGES = 16
"""Pages that have language services at a time."""
_MOST_BYTES = 2 * LARGEST_TEXT
_TYPES = {".js": "text/javascript", ".css": "text/css", ".md": "text/plain"}


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
                *(Route(f"/{name}.html", self._framed, name=name) for name in FRAMES),
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
        page = studio_page(nonce, sound=has_audio())
        return self._gate.admit(_html(page, f"{policy_of(nonce)}; frame-ancestors 'none'"))

    async def _framed(self, request: Request) -> Response:
        name = request.url.path.strip("/").removesuffix(".html")
        return _html(framed_page(name), f"{policy_of(None)}; frame-ancestors 'self'")

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in STATIC:
            return self._missing()
        kind = _TYPES[f".{name.rpartition('.')[2]}"]
        return Response(static(name), headers=HEADERS, media_type=kind)

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

        session = PageSession(put)
        session.start(ended)
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


def _html(page: str, policy: str) -> Response:
    return Response(page, headers=HEADERS | {"content-security-policy": policy}, media_type="text/html")


def _answered(found: ScriptText) -> Response:
    return JSONResponse({"path": found.path, "uri": found.uri, "text": found.text, "hash": found.hash}, headers=HEADERS)
