"""Calls that are played through at once, until a WebSocket is opened: from then on in real time, until it is closed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from nccodsl.emulator.core.audible import Clip
from nccodsl.emulator.core.processes import Clock
from nccodsl.emulator.core.sockets import Receiver, Socket, SocketRequest
from nccodsl.emulator.core.sound_of import HUMS, Sounds
from nccodsl.emulator.http.socket_hosts import socket_refusal
from nccodsl.emulator.http.tapes import FileTape

if TYPE_CHECKING:
    import asyncio

    from nccodsl.emulator.http.tempo import Tempo
    from nccodsl.emulator.http.web_sockets import Recognizer, WebSockets


class LiveClock:
    """Steps the clock of one call, and opens its WebSockets: a `Live` of the emulator.

    `hosts`: to which sockets may be opened, besides this machine. `sounds`: what they hear. `instead`: an address that
    takes the place of every other. `recognizer` finds the words of what applications say. Nothing of asyncio is loaded
    before the first socket.
    Close it when the call is over.
    """

    loop: asyncio.AbstractEventLoop

    def __init__(
        self,
        hosts: Collection[str] = (),
        *,
        sounds: Sounds = HUMS,
        instead: str | None = None,
        recognizer: Recognizer | None = None,
    ) -> None:
        self._hosts = hosts
        self.sounds = sounds
        self._instead = instead
        self._recognizer = recognizer
        self._clock: Clock
        self._tempo: Tempo
        self._sockets: WebSockets | None = None
        self._closing = self._stopped = False

    def begin(self, clock: Clock) -> None:
        """The clock that is to be stepped."""
        self._clock = clock

    def step(self) -> bool:
        """Let the next thing happen, at its time; False where nothing else will."""
        if self._stopped:
            return False
        if self._sockets is None or not self._tempo.waits:
            return self._clock.step()
        due = self._clock.next_due()
        timer = self.loop.call_at(self._tempo.due(due), self.loop.stop) if due is not None else None
        self.loop.run_forever()
        if timer is not None:
            timer.cancel()
        self._clock.run_until(self._tempo.now)
        return True

    def stop(self) -> None:
        """Let nothing else happen. Another thread may ask for it."""
        self._stopped = True
        if self._sockets is not None and not self._closing:
            self.loop.call_soon_threadsafe(self.loop.stop)

    def close(self) -> None:
        """Close what is open."""
        if self._sockets is not None:
            self._closing = True
            if not self._stopped:
                self.loop.run_until_complete(self._sockets.recognized())
            self.loop.run_until_complete(self._sockets.stop())
            self.loop.close()

    # -- what opens sockets ---------------------------------------------------------------------

    def refusal(self, uri: str) -> str:
        """Why an address may not be opened; empty where it may."""
        return socket_refusal(self._instead or uri, self._hosts)

    def open(self, request: SocketRequest, receiver: Receiver) -> Socket:
        """Begin to open one."""
        if self._instead is not None:
            request = SocketRequest(**{**vars(request), "uri": self._instead})
        return self._opened().open(request, receiver)

    def tape(self, rate: int) -> FileTape:
        """Where the sound of one leg is kept."""
        return FileTape(rate)

    def recognize(self, clip: Clip, found: Callable[[str, str], None]) -> None:
        """Begin to find the words of speech, if there is a recognizer."""
        self._opened().recognize(clip, found)

    def _opened(self) -> WebSockets:
        if self._sockets is None:
            import asyncio

            from nccodsl.emulator.http.tempo import Tempo
            from nccodsl.emulator.http.web_sockets import SocketUse, WebSockets

            self.loop = asyncio.new_event_loop()
            self._tempo = Tempo(self._clock, self.loop.time, None)
            self._sockets = WebSockets(self, SocketUse(tuple(self._hosts), self.sounds), recognizer=self._recognizer)
        return self._sockets

    # -- what sockets do ------------------------------------------------------------------------

    def begin_socket(self) -> None:
        """A socket is being opened: time goes as in life."""
        self._tempo.begin_socket()

    def end_socket(self) -> None:
        """It is closed."""
        self._tempo.end_socket()
        self._stir()

    def deliver(self, happen: Callable[[], None]) -> None:
        """Let something happen that comes from outside."""
        self._clock.run_until(self._tempo.now)
        happen()
        self._stir()

    def _stir(self) -> None:
        """What is due next may have changed."""
        if not self._closing:
            self.loop.stop()
