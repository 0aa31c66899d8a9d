"""A server process of the simulation: the real front and driver over the shared store, until it is killed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import Fetched, Request
from nccodsl.server.deliveries import AT_ONCE, LEASE, Deliveries
from nccodsl.server.driver import Driver
from nccodsl.server.fetch import Brought
from nccodsl.server.front import Front, HttpAnswer, WebhookRequest
from nccodsl.server.http_client import HttpResponse, RequestFailed
from nccodsl.server.log import DeliveryLine, LogLine
from nccodsl.server.refusals import BadStore
from nccodsl.server.signatures import Signatures
from nccodsl.server.turns import AsyncTurns
from tests.simulation.cases import fetched
from tests.simulation.records import Access
from tests.simulation.tasks import Task

if TYPE_CHECKING:
    from tests.simulation.world import World

SECRET = "the secret of a simulated account"
LOOK = 3.0
"""Seconds between two looks for what is to be delivered."""


class Server:
    """One process. `script` is what it serves; `answers` whether it listens."""

    def __init__(self, world: World, name: str, script: Runnable, skew: float) -> None:
        self.world = world
        self.name = name
        self.script = script
        self.skew = skew
        self.answers = False
        self.life = 0
        self.tasks: list[Task] = []
        self._deliveries: list[Task] = []
        self.turns = AsyncTurns()
        self._front: Front
        self._driver: Driver
        self._store: Any = None
        self.start()

    @property
    def wall(self) -> float:
        """The Unix time that it takes it to be."""
        return self.world.wall + self.skew

    def start(self) -> None:
        """Begin a new life, which answers once the script is kept."""
        self._store = self.world.open_store(self)
        self.turns = AsyncTurns()
        store = Access(self.world, self, self._store)
        driver = self._driver = Driver(
            store,
            _Fetches(self),
            self.turns,
            _Watch(self.world),
            clock=lambda: self.world.clock.now,
        )
        self._front = Front(driver, Signatures([SECRET], clock=lambda: self.wall), _Log(self.world))
        client: Any = _Delivers(self)
        deliveries = Deliveries(store.outbox, client, _Log(self.world), chance=self.world.chance.random)
        self._look(store.outbox, deliveries, self.life)
        if not self.world.plan.reminds:
            # As it is where a flow is part of another application: texts are kept with the first state.
            self.answers = True
            return
        life = self.life

        def refused(error: BaseException) -> None:
            # The process ends, and whoever watches over it starts it again.
            self.world.trace(self.name, f"does not start: {error}")
            self.kill(expected=True)

        def started(_result: object) -> None:
            self.world.trace(self.name, "answers")
            self.answers = True

        self.run(driver.begin(self.script), started, refused, alive=lambda: self.life == life)

    def _look(self, outbox: Any, deliveries: Deliveries, life: int) -> None:
        """Deliver what is due, and look again a little later, as long as this life lasts."""
        if self.life != life:
            return
        if any(one.wait == 0 and not one.given_up for one in self._store.outbox.list()):
            self._deliveries = [task for task in self._deliveries if not task.over]
            self._delivers(self._claim(outbox, deliveries, life), life)
        self.world.clock.after(LOOK).then(lambda _: self._look(outbox, deliveries, life))

    async def _claim(self, outbox: Any, deliveries: Deliveries, life: int) -> None:
        try:
            claimed = await outbox.claim(AT_ONCE, LEASE)
        except BadStore:
            return
        for outgoing in claimed.due:
            self._delivers(deliveries._deliver(outgoing), life)

    def _delivers(self, work: Any, life: int) -> None:
        self._deliveries.append(
            Task(self.world.loop, work, lambda: self.life == life, lambda _: None, self.world.escaped)
        )

    def kill(self, *, expected: bool = False) -> None:
        """End this life at once; the next one begins a little later."""
        if not expected:
            self.world.trace(self.name, "is killed")
            self.world.plan.done["killed"] += 1
        self.life += 1
        self.answers = False
        self.world.bury(self.tasks + self._deliveries)
        self.tasks, self._deliveries = [], []
        self.world.close_store(self, self._store)
        self.world.broken(self)
        self.world.clock.after(self.world.chance.uniform(0.05, 1.5)).then(lambda _: self.start())

    def deploy(self, script: Runnable) -> None:
        """Serve another text: from now on, or as another process."""
        if not self.answers or self.world.chance.random() < 0.5:
            self.world.trace(self.name, f"ends, and will serve {script.version}")
            self.script = script
            self.kill(expected=True)
            return
        life = self.life

        def began(_result: object) -> None:
            self.world.trace(self.name, f"serves {script.version} from now on")
            self._driver.retire(self.script)
            self.script = script

        def failed(error: BaseException) -> None:
            self.world.trace(self.name, f"goes on with {self.script.version}: {error}")

        self.run(self._driver.begin(script), began, failed, alive=lambda: self.life == life)

    def close(self) -> None:
        """Let go of everything, at the end of the run."""
        self.life += 1
        self.world.bury(self.tasks + self._deliveries)
        self.world.close_store(self, self._store)

    def take(self, route: str, request: WebhookRequest, about: object, then: Callable[[HttpAnswer], None]) -> None:
        """Answer a request."""
        life = self.life
        work = self._front.answer(self.script, route, request)
        self.run(work, then, self.world.escaped, alive=lambda: self.life == life, about=about)

    def run(
        self,
        work: Any,
        then: Callable[[Any], None],
        escaped: Callable[[BaseException], None],
        alive: Callable[[], bool],
        about: object = None,
    ) -> None:
        self.tasks = [task for task in self.tasks if not task.over]
        self.tasks.append(Task(self.world.loop, work, alive, then, escaped, about))


class _Fetches:
    """What stands at addresses, some time later."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def fetch(self, request: Request, timeout: float) -> Brought:
        world, url = self._server.world, request.url
        await world.effect(self._server, "before fetch")
        if world.plan.happens("fetch-fails"):
            world.trace(self._server.name, f"fetch {url} fails for once")
            world.spoil(Task.current)
            return Brought(Fetched(failure="the server cannot be reached"), "unreachable")
        if world.plan.happens("fetch-slow"):
            seconds = world.chance.uniform(0.5, 5.0)
            await world.loop.later(min(seconds, timeout))
            if seconds > timeout:
                # The driver counts it (`_Watch`).
                world.trace(self._server.name, f"fetch {url} takes too long")
                return Brought(Fetched(failure="no answer in time"), "timeout")
        world.crm.arrives(request, fetch=True)
        await world.effect(self._server, "behind fetch")
        brought = fetched(url)
        world.trace(self._server.name, f"fetch {url} -> {brought.failure or brought.value}")
        return Brought(brought, "status" if brought.failure else "ok")


class _Delivers:
    """Takes what is sent to the other system, as an `HttpClient`."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def exchange(self, request: Request, seconds: float, most: int) -> HttpResponse:
        world, name = self._server.world, self._server.name
        await world.effect(self._server, "before send")
        if world.plan.happens("send-refused"):
            world.trace(name, f"send {request.url} finds nobody")
            raise RequestFailed("unreachable", "the server cannot be reached")
        world.crm.arrives(request, fetch=False)
        world.trace(name, f"send {request.url} {request.body} {request.key} arrives")
        await world.effect(self._server, "behind send")
        if world.plan.happens("send-dropped"):
            raise RequestFailed("unreachable", "the connection broke")
        if world.plan.happens("send-slow"):
            await world.loop.later(seconds)
            raise RequestFailed("timeout", "no answer in time", "timeout")
        return HttpResponse(503 if world.plan.happens("send-5xx") else 200, {}, b"")


class _Watch:
    """Who counts: a fetch for which no time was left is none of the script's doing."""

    def __init__(self, world: World) -> None:
        self._world = world

    def fetched(self, flow: str, outcome: str) -> None:
        if outcome == "timeout":
            self._world.spoil(Task.current)

    def began(self, flow: str) -> None: ...

    def ended(self, flow: str) -> None: ...


class _Log:
    def __init__(self, world: World) -> None:
        self._world = world

    def webhook(self, line: LogLine) -> None:
        if line.code == "E807":
            self._world.fail(f"an exception reached the front: {line.problem}")

    def delivery(self, line: DeliveryLine) -> None:
        self._world.trace("log", f"delivery to {line.host}: {line.outcome}, attempt {line.attempts}")

    def note(self, what: str, text: str) -> None:
        self._world.trace("log", f"{what}: {text}")
