"""Virtual time on an event loop: as fast as real time, so many times faster, or without waiting at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx

from nccodsl.emulator.core.faults import BEHIND, Faults
from nccodsl.emulator.core.mail import OutgoingWebhook, WebhookReply, unsent
from nccodsl.emulator.core.processes import Signal
from nccodsl.emulator.http.tempo import Tempo
from nccodsl.emulator.http.web_sockets import SocketUse, WebSockets

if TYPE_CHECKING:
    from nccodsl.emulator.core.network import Network
    from nccodsl.emulator.http.sender import Secret, WebhookSender

TICK = 0.005
"""Seconds from one look at the clock to the next: with many calls, one look serves all that is due."""
_ROUNDED = 0.0005
"""Seconds: uvloop rounds times to milliseconds. A look that comes too early finds nothing, and the next is late."""
_STEPS = 200
"""Things that happen without waiting before the loop may turn to something else."""


class ClockDriver:
    """Steps a network's clock. `speed`: virtual seconds a second; None steps whenever no webhook is out.

    `sockets`: which WebSockets are opened, if any; `secret` signs their handshakes.
    """

    def __init__(
        self,
        speed: float | None,
        sender: WebhookSender,
        faults: Faults,
        sockets: SocketUse | None = None,
        secret: Secret | None = None,
    ) -> None:
        self.network: Network
        self.sockets = WebSockets(self, sockets, secret=secret) if sockets is not None else None
        self._speed = speed
        self._sender = sender
        self._faults = faults
        self._out = 0
        self._stopped = False
        self._tempo: Tempo
        self._wake: asyncio.TimerHandle | asyncio.Handle | None = None
        self._wake_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: httpx.AsyncClient | None = None
        self.loop: asyncio.AbstractEventLoop

    def start(self) -> None:
        """Begin; the loop must be running."""
        self.loop = asyncio.get_running_loop()
        self._tempo = Tempo(self.network.clock, self.loop.time, self._speed)
        self._client = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=200))

    async def stop(self) -> None:
        """End what is going on."""
        self._stopped = True
        if self._wake is not None:
            self._wake.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.sockets is not None:
            await self.sockets.stop()
            self.sockets.remove_tapes()
        if self._client is not None:
            await self._client.aclose()

    def now(self) -> float:
        """Unix time in the emulated world, which `speed` may carry away from that of this one."""
        return self.network.epoch + self._tempo.now

    def catch_up(self) -> None:
        """Let happen what is due by now."""
        self.network.clock.run_until(self._tempo.now)
        self.network.retention.expire(self.network.clock.now)

    def advance(self) -> None:
        """Let happen what is due, and come back when the next thing is."""
        self._stay_awake()
        self.catch_up()
        for _ in range(_STEPS):
            if self._tempo.waits or self._out or not self.network.clock.step():
                break
        self._sleep()

    def _sleep(self) -> None:
        due = self.network.clock.next_due()
        if due is None or self._stopped:
            self._stay_awake()
        elif self._tempo.waits:
            at = max(self._tempo.due(due) + _ROUNDED, self.loop.time() + TICK)
            # What comes from a socket all the time must not put the next look off.
            if self._wake is None or self._wake_at > at:
                self._stay_awake()
                self._wake, self._wake_at = self.loop.call_at(at, self.advance), at
        else:
            self._stay_awake()
            if not self._out:
                self._wake, self._wake_at = self.loop.call_soon(self.advance), 0.0

    def _stay_awake(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    # -- WebSockets -----------------------------------------------------------------------------

    def begin_socket(self) -> None:
        """A socket is being opened: time goes as in life."""
        self._tempo.begin_socket()

    def end_socket(self) -> None:
        """It is closed."""
        self._tempo.end_socket()
        self._sleep()

    def deliver(self, happen: Callable[[], None]) -> None:
        """Let something happen that comes from outside."""
        self.catch_up()
        happen()
        self._sleep()

    def transport(self, hook: OutgoingWebhook) -> Signal:
        """Send a webhook; the signal fires with its reply."""
        answered = Signal()
        if refused := self._sender.refused(hook):
            answered.fire(refused)
            return answered
        fate = self._faults.of_webhook(waited_for=bool(hook.wants))
        if not fate.copies:
            if not hook.wants:
                answered.fire(unsent("not sent: simulated fault"))
                return answered
            # Who waits for an answer learns only from the time that passes that the webhook was lost.
            lost = WebhookReply(failure="the server did not answer in time (simulated fault)")
            self.network.clock.after(hook.timeout).then(lambda _: answered.fire(lost))
            return answered
        if fate.held_back:
            # The next webhook may overtake it.
            answered.fire(WebhookReply())
        if delay := fate.delay + BEHIND * fate.held_back:
            self.network.clock.after(delay).then(lambda _: self._begin(hook, answered, fate.copies))
        else:
            self._begin(hook, answered, fate.copies)
        return answered

    def _begin(self, hook: OutgoingWebhook, answered: Signal, copies: int) -> None:
        # Counted from here: the clock may step before the task has begun.
        self._out += 1
        task = self.loop.create_task(self._send(hook, answered, copies))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, hook: OutgoingWebhook, answered: Signal, copies: int) -> None:
        try:
            assert self._client is not None
            reply = await self._sender.send_async(hook, self._client)
            self._answer(answered, reply)
            for _ in range(copies - 1):
                await self._sender.send_async(hook, self._client)
        finally:
            self._out -= 1
        self.advance()

    def _answer(self, answered: Signal, reply: WebhookReply) -> None:
        self.catch_up()
        answered.fire(reply)
        self._sleep()
