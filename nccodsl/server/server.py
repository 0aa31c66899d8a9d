"""All flows of `nccodsl serve` on one port: in this thread until it is stopped, or beside a test in another one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nccodsl.io.connections import Limits
from nccodsl.io.listen import CannotListen
from nccodsl.io.uvicorn_host import UvicornHost
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.asgi import Receive, Scope, Send, Webhooks, asynchronous
from nccodsl.server.driver import Driver, Observer
from nccodsl.server.fetch import Fetcher
from nccodsl.server.front import Front
from nccodsl.server.log import Log, StreamLog
from nccodsl.server.metrics import CONTENT_TYPE, Metrics
from nccodsl.server.refusals import BadStore, CannotServe
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.base import AsyncStore, Store
from nccodsl.server.turns import AsyncTurns

STOPPING = 5.0
"""Seconds for what is running to finish; no answer takes longer (runnable.LONGEST_FETCH, asgi.READING)."""
_TICK = 0.05
_TENDING = 1.0
# Seconds between two looks of the store at its file.


class Site:
    """Scripts by name, at `/{name}/{route}` and, where the outer address has a path, below that path as well."""

    def __init__(self, scripts: Iterable[tuple[str, Runnable]], path: str) -> None:
        self.scripts = dict(scripts)
        self._path = path.rstrip("/")

    def find(self, path: str) -> tuple[Runnable | None, str]:
        """The script and the route of a path."""
        parts = path.split("/")
        if len(parts) != 3 and self._path and path.startswith(self._path + "/"):
            parts = path[len(self._path) :].split("/")
        if len(parts) != 3 or parts[0]:
            return None, ""
        return self.scripts.get(parts[1]), parts[2]


class Server:
    """Serves scripts. As a context manager it runs in a thread; `local` is where it answers on this machine.

    `scripts` makes them once the port is known: name and script from the outer address, which is `base_url` or else
    the address on this machine. `beside` runs along with the server, such as what looks for changed files; `observer`
    sees what became of each webhook. `limits` are those of each connection.
    """

    def __init__(
        self,
        scripts: Callable[[str], Iterable[tuple[str, Runnable]]],
        store: Store | AsyncStore,
        signatures: Signatures,
        *,
        base_url: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        log: Log | None = None,
        limits: Limits | None = None,
        beside: Callable[[Server], Awaitable[None]] | None = None,
        observer: Observer | None = None,
    ) -> None:
        try:
            self._host = UvicornHost(host, port, limits=limits, patient=True)
        except CannotListen as error:
            raise CannotServe(str(error), "give another port with `--port 0`") from None
        self.port, self.local = self._host.port, self._host.url
        self.url = (base_url or self.local).rstrip("/")
        self.log = log or StreamLog()
        self.metrics = Metrics()
        self._store = asynchronous(store)
        self._fetcher = Fetcher()
        self._driver = Driver(self._store, self._fetcher, AsyncTurns(), self.metrics, observer=observer)
        self.site = Site(scripts(self.url), urlsplit(self.url).path)
        self._webhooks = Webhooks(Front(self._driver, signatures, self.log, self.metrics), self.site.find)
        self._beside = beside
        self._failure: BadStore | None = None

    def run(self) -> None:
        """Serve until the process gets a signal to stop, and finish what is running. Raises BadStore."""
        try:
            self._host.run(self._app())
        except SystemExit:
            # What uvicorn does where the life span fails; it has no words for it.
            if self._failure is None:
                raise
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Take no more than what is running; from any thread."""
        self._host.stop()

    async def replace(self, name: str, script: Runnable) -> None:
        """Serve another version to calls that begin from now on. Raises BadStore."""
        await self._driver.begin(script)
        self._driver.retire(self.site.scripts[name])
        self.site.scripts[name] = script

    def __enter__(self) -> Server:
        if not self._host.start(self._app(), "nccodsl-serve"):
            raise self._failure or CannotServe("the server did not start", "give another port with `--port 0`")
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()
        self._host.join()

    def _app(self) -> _Fork:
        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            try:
                for script in self.site.scripts.values():
                    await self._driver.begin(script)
            except BadStore as error:
                self._failure = error
                raise
            if any(_fetches(script) for script in self.site.scripts.values()):
                self._fetcher.warm_up()
            tasks = [asyncio.create_task(self._leave()), asyncio.create_task(self._tend())]
            if self._beside is not None:
                tasks.append(asyncio.ensure_future(self._beside(self)))
            yield
            for task in tasks:
                task.cancel()
            await self._fetcher.close()
            await self._store.close()

        async def health(_request: Request) -> Response:
            stopping = self._host.stopping
            return Response(
                "stopping\n" if stopping else "serving\n", 503 if stopping else 200, media_type="text/plain"
            )

        async def metrics(_request: Request) -> Response:
            return Response(self.metrics.to_text(), headers={"content-type": CONTENT_TYPE})

        rest = Starlette(routes=[Route("/healthz", health), Route("/metrics", metrics)], lifespan=lifespan)
        return _Fork(self._webhooks, rest)

    async def _tend(self) -> None:
        """Let the store look after its file; what fails there, the next webhook tells."""
        while True:
            await asyncio.sleep(_TENDING)
            with suppress(BadStore):
                await self._store.tend()

    async def _leave(self) -> None:
        """Once the server has to stop: let what is running finish, for so long at most, and then end it."""
        while not self._host.stopping:
            await asyncio.sleep(_TICK)
        until = time.monotonic() + STOPPING
        while self._webhooks.running and time.monotonic() < until:
            await asyncio.sleep(_TICK)
        self._host.end()


def _fetches(script: Runnable) -> bool:
    return any(block.ask is not None and block.ask.what == "fetch" for block in script.blocks.values())


class _Fork:
    """Webhooks do not go through what Starlette does for every request: it would take a tenth of their time."""

    def __init__(self, webhooks: Webhooks, rest: Starlette) -> None:
        self._webhooks = webhooks
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = scope["type"] != "http" or scope["path"] in ("/healthz", "/metrics")
        await (self._rest if own else self._webhooks)(scope, receive, send)
