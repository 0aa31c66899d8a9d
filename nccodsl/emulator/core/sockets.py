"""What the core needs of WebSockets: opening one, sending, and where sound is kept. The work is done elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from nccodsl.base.record import Record
from nccodsl.emulator.core.audible import Clip
from nccodsl.emulator.core.processes import Clock
from nccodsl.emulator.core.sound_of import Sounds


class SocketRequest(Record):
    """A WebSocket to open. `authorization`: the endpoint's own, `{type, value}`. `seconds`: how long it may take.

    `texts`: what people may say to it, each with its language: speech that is made beforehand delays no frame.
    """

    uri: str
    rate: int
    authorization: dict[str, Any]
    seconds: float
    texts: tuple[tuple[str, str], ...] = ()


class Receiver(Protocol):
    """Learns what happens to a socket; the clock of the network shows the time of it."""

    def opened(self) -> None:
        """The server has taken it."""

    def not_opened(self, reason: str) -> None:
        """It could not be opened; nothing else comes."""

    def heard(self, audio: bytes) -> None:
        """A binary message has come."""

    def read(self, text: str) -> None:
        """A text message has come."""

    def late(self, frames: int) -> None:
        """So many frames were not sent, since the server has not read what was sent before."""

    def closed(self, how: str, *, orderly: bool = True) -> None:
        """The server has closed it as it is done (`orderly`), or it broke; nothing else comes."""


class Socket(Protocol):
    """One WebSocket, open or being opened. Nothing waits."""

    def send(self, message: dict[str, Any]) -> None:
        """Send JSON as a text message."""

    def send_audio(self, frame: bytes) -> None:
        """Send a frame."""

    def close(self) -> None:
        """Close it; the receiver hears no more of it."""


class Tape(Protocol):
    """Keeps sound outside of memory."""

    def add(self, pcm: bytes) -> None:
        """Keep more."""

    def clip(self, begin: int, end: int) -> Clip:
        """The bytes from `begin` to `end`, or to the last one."""


class Sockets(Protocol):
    """Opens WebSockets."""

    @property
    def sounds(self) -> Sounds:
        """What the applications at their other ends hear."""

    def refusal(self, uri: str) -> str:
        """Why an address may not be opened; empty where it may."""

    def open(self, request: SocketRequest, receiver: Receiver) -> Socket:
        """Begin to open one."""

    def tape(self, rate: int) -> Tape:
        """Where the sound of one leg is kept."""

    def recognize(self, clip: Clip, found: Callable[[str, str], None]) -> None:
        """Begin to find the words of speech, if there is a way to; `found` gets them, or why they were not found."""


class Live(Sockets, Protocol):
    """Steps the clock of a call: in real time while a WebSocket is open, otherwise at once."""

    def begin(self, clock: Clock) -> None:
        """The clock that is to be stepped."""

    def step(self) -> bool:
        """Let the next thing happen; False where nothing else will."""
