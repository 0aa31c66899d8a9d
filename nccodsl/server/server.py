"""All flows of `nccodsl serve` on one port: in this thread until it is stopped, or beside a test in another one."""

from __future__ import annotations

import asyncio
import hmac
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Lifespan

from nccodsl.io.connections import Limits
from nccodsl.io.listen import CannotListen
from nccodsl.io.uvicorn_host import UvicornHost
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.asgi import STOPPING, Receive, Scope, Send, Webhooks, asynchronous
from nccodsl.server.call_feed import CallFeed, WatchAccess
from nccodsl.server.deliveries import Deliveries, deliveries_of
from nccodsl.server.driver import Driver, Observer
from nccodsl.server.event_forwarder import EventForwarder
from nccodsl.server.fetch import Fetcher
from nccodsl.server.front import Front
from nccodsl.server.http_client import HttpClient
from nccodsl.server.log import Log, StreamLog
from nccodsl.server.metrics import CONTENT_TYPE, Metrics
from nccodsl.server.refusals import BadStore, CannotServe, ServeError
from nccodsl.server.secret_values import SecretValues
from nccodsl.server.signatures import Signatures
from nccodsl.server.start_gate import StartGate
from nccodsl.server.state_key import mark_of
from nccodsl.server.stores.base import AsyncStore, Store, need_outbox
from nccodsl.server.turns import AsyncTurns
from nccodsl.server.watch_route import WATCH, WatchRoute

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
    the address on this machine. `listener` is a socket that listens there already, `metrics` what counts. `beside`
    runs along with the server, such as what looks for changed files; `observer` sees what became of each webhook.
    `watch`: who may watch calls.
    `limits` are those of each connection. `secrets` has values by name, or is a `SecretValues`, which also reads files.
    All webhooks are passed on to `forward_events`, as they came. Scripts connect when `gate` lets them.

    Raises CannotServe, and BadSecret where a secret of a script has no value.
    """

    _failure: ServeError | None = None

    def __init__(
        self,
        scripts: Callable[[str], Iterable[tuple[str, Runnable]]],
        store: Store | AsyncStore,
        signatures: Signatures,
        *,
        base_url: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        listener: socket.socket | None = None,
        metrics: Metrics | None = None,
        log: Log | None = None,
        limits: Limits | None = None,
        beside: Callable[[Server], Awaitable[None]] | None = None,
        observer: Observer | None = None,
        watch: WatchAccess | None = None,
        secrets: Mapping[str, str] | None = None,
        allow_link_local: bool = False,
        forward_events: str | None = None,
        gate: StartGate | None = None,
    ) -> None:
        self._host = _listen(host, port, limits, listener)
        self.port, self.local = self._host.port, self._host.url
        self.url = (base_url or self.local).rstrip("/")
        self.log = log or StreamLog()
        self.metrics = metrics or Metrics()
        self._beside = beside
        self._store = asynchronous(store)
        self._secrets = SecretValues.of(secrets)
        self._fetcher = Fetcher(self._secrets, allow_link_local=allow_link_local)
        self._deliveries = self._delivers(allow_link_local)
        self._driver = self._drives(observer, watch, gate)
        try:
            self.site = Site(scripts(self.url), urlsplit(self.url).path)
            self._prepare(self.site.scripts.values())
            self._forwarder = self._forwards(forward_events, store)
        except BaseException:
            self._host.close()
            raise
        self._webhooks = Webhooks(self._front(signatures), self.site.find)

    def _prepare(self, scripts: Collection[Runnable]) -> None:
        """Let scripts have their secrets, and ask before they connect. Raises BadSecret."""
        self._secrets.give_to(scripts)
        for script in scripts:
            script.gated = self._gate is not None

    def _front(self, signatures: Signatures) -> Front:
        return Front(self._driver, signatures, self.log, self.metrics, self._forwarder)

    def _delivers(self, allow_link_local: bool) -> Deliveries | None:
        client = HttpClient(self._secrets, allow_link_local=allow_link_local)
        return deliveries_of(self._store, client, self.log, self.metrics)

    def _drives(self, observer: Observer | None, watch: WatchAccess | None, gate: StartGate | None) -> Driver:
        self._gate = gate
        self._feed = CallFeed(watch, self.log) if watch is not None else None
        observers = [one for one in (observer, self._feed) if one is not None]
        wake = self._deliveries.wake if self._deliveries is not None else None
        turns = AsyncTurns()
        return Driver(self._store, self._fetcher, turns, self.metrics, observers=observers, wake=wake, gate=self._gate)

    def _forwards(self, url: str | None, store: Store | AsyncStore) -> EventForwarder | None:
        if url is None:
            return None
        need_outbox(store)
        assert self._deliveries is not None
        return EventForwarder(url, self._store.outbox, self._deliveries.wake, self.log)

    def run(self) -> None:
        """Serve until the process gets a signal to stop, and finish what is running. Raises BadStore, CannotServe."""
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
        """Serve another version to calls that begin from now on. Raises BadStore, BadSecret."""
        self._prepare((script,))
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
                if self._feed is not None:
                    self._feed.open()
            except ServeError as error:
                self._failure = error
                raise
            if any(_fetches(script) for script in self.site.scripts.values()):
                self._fetcher.warm_up()
            tasks = [asyncio.create_task(self._leave()), asyncio.create_task(self._tend())]
            if self._beside is not None:
                tasks.append(asyncio.ensure_future(self._beside(self)))
            if self._deliveries is not None:
                self._deliveries.start()
            yield
            for task in tasks:
                task.cancel()
            if self._forwarder is not None:
                await self._forwarder.close()
            if self._deliveries is not None:
                await self._deliveries.stop()
            if self._gate is not None:
                await self._gate.close()
            await self._fetcher.close()
            await self._store.close()
            if self._feed is not None:
                self._feed.close()

        return _Fork(self._webhooks, lifespan, self._routes())

    def _routes(self) -> list[Route]:
        """All but the webhooks."""

        async def health(request: Request) -> Response:
            told, status = await self._health(request.query_params.get("script"), request.query_params.get("store"))
            return Response(f"{told}\n", status, media_type="text/plain")

        async def metrics(_request: Request) -> Response:
            return Response(self.metrics.to_text(), headers={"content-type": CONTENT_TYPE})

        routes = [Route("/healthz", health), Route("/metrics", metrics)]
        if self._feed is not None:
            site, host = self.site, self._host
            watch = WatchRoute(self._feed, lambda: site.scripts.values(), lambda: host.stopping, self.log)
            routes.append(Route(WATCH, watch.__call__))
        return routes

    async def _health(self, script: str | None, store: str | None) -> tuple[str, int]:
        """Whether it serves; also a script of that name, and over the store with that mark, for who places calls."""
        if self._host.stopping:
            return "stopping", 503
        if script is not None and script not in self.site.scripts:
            return "no script of that name", 404
        try:
            if store is not None and not hmac.compare_digest(store, mark_of(await self._store.secret())):
                return "another store", 409
        except BadStore:
            return "the store cannot be used", 503
        return "serving", 200

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
        if self._deliveries is not None:
            self._deliveries.pause()
            while self._deliveries.running and time.monotonic() < until:
                await asyncio.sleep(_TICK)
        self._host.end()


def _listen(host: str, port: int, limits: Limits | None, listener: socket.socket | None) -> UvicornHost:
    try:
        return UvicornHost(host, port, limits=limits, patient=True, listener=listener)
    except CannotListen as error:
        raise CannotServe(str(error), "give another port with `--port 0`") from None


def _fetches(script: Runnable) -> bool:
    return any(block.ask is not None and block.ask.what == "fetch" for block in script.blocks.values())


class _Fork:
    """Webhooks do not go through what Starlette does for every request: it would take a tenth of their time."""

    def __init__(self, webhooks: Webhooks, lifespan: Lifespan[Starlette], routes: Sequence[Route]) -> None:
        self._webhooks = webhooks
        self._rest = Starlette(routes=routes, lifespan=lifespan)
        self._paths = frozenset(route.path for route in routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = scope["type"] != "http" or scope["path"] in self._paths
        await (self._rest if own else self._webhooks)(scope, receive, send)
