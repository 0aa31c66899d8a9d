"""Servers that send back what they hear, written as demos of the platform are, in the libraries that people use."""

from __future__ import annotations

import asyncio
import json
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from pathlib import Path
from typing import Any


class Echo:
    """A server: its address, and what it has heard."""

    def __init__(self) -> None:
        self.uri = ""
        self.texts: list[dict[str, Any]] = []
        self.frames: list[bytes] = []
        self.authorization: list[str | None] = []
        self.closed = threading.Event()
        """The first socket was closed: all has been heard."""


@asynccontextmanager
async def _with_websockets(kept: Echo) -> AsyncIterator[None]:
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed

    async def echo(socket: ServerConnection) -> None:
        assert socket.request is not None
        kept.authorization.append(socket.request.headers.get("Authorization"))
        async for message in socket:
            if isinstance(message, str):
                kept.texts.append(json.loads(message))
            else:
                kept.frames.append(message)
                with suppress(ConnectionClosed):
                    await socket.send(message)
        kept.closed.set()

    async with serve(echo, "127.0.0.1", 0) as server:
        kept.uri = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/socket"
        yield


@asynccontextmanager
async def _with_aiohttp(kept: Echo) -> AsyncIterator[None]:
    from aiohttp import WSMsgType, web

    async def echo(request: web.Request) -> web.WebSocketResponse:
        kept.authorization.append(request.headers.get("Authorization"))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                kept.texts.append(message.json())
            elif message.type == WSMsgType.BINARY:
                kept.frames.append(message.data)
                with suppress(ConnectionError):
                    await socket.send_bytes(message.data)
        kept.closed.set()
        return socket

    app = web.Application()
    app.router.add_get("/socket", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    kept.uri = f"ws://127.0.0.1:{runner.addresses[0][1]}/socket"
    try:
        yield
    finally:
        await runner.cleanup()


@contextmanager
def _beside(server: Callable[[Echo], AbstractAsyncContextManager[None]]) -> Iterator[Echo]:
    """Serve from a thread of its own."""
    kept, ready = Echo(), threading.Event()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def run() -> None:
        async with server(kept):
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(20)
        yield kept
        assert kept.closed.wait(20)
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)
        loop.close()


def websockets_echo() -> AbstractContextManager[Echo]:
    return _beside(_with_websockets)


def aiohttp_echo() -> AbstractContextManager[Echo]:
    return _beside(_with_aiohttp)


@contextmanager
def node_echo(folder: Path) -> Iterator[Echo]:
    """The server in `echo.js`, in a folder where its package is installed. What it has heard is there at its end."""
    kept, audio = Echo(), folder / "heard.pcm"
    command = ["node", "echo.js", str(audio)]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        kept.uri = f"ws://127.0.0.1:{process.stdout.readline().strip()}/socket"
        try:
            yield kept
            lines = [json.loads(line) for line in iter(process.stdout.readline, '"closed"\n')]
        finally:
            process.stdin.close()
    assert process.returncode == 0
    kept.authorization = [line["authorization"] for line in lines if "authorization" in line]
    kept.texts = [line["text"] for line in lines if "text" in line]
    sizes, heard, at = [line["bytes"] for line in lines if "bytes" in line], audio.read_bytes(), 0
    for size in sizes:
        kept.frames.append(heard[at : at + size])
        at += size
