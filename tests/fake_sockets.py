"""WebSockets that are played on the clock of a network: what was sent when, and what the application sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nccodsl.emulator.core.audible import Clip
from nccodsl.emulator.core.frames import hum
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.core.processes import Clock
from nccodsl.emulator.core.sockets import Receiver, SocketRequest
from nccodsl.emulator.core.sound_of import HUMS, Sounds
from nccodsl.emulator.emulate import virtual_network
from nccodsl.emulator.personas.persona import Cast, read_cast

URI = "ws://127.0.0.1:9/agent"
PHONE = {"type": "phone", "number": "14155550101"}


class FakeClip:
    """Bytes in memory."""

    def __init__(self, rate: int, pcm: bytes) -> None:
        self.rate = rate
        self.pcm = pcm

    def read(self) -> bytes:
        return self.pcm


class FakeTape:
    """A tape in memory."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.kept = bytearray()

    def add(self, pcm: bytes) -> None:
        self.kept += pcm

    def clip(self, begin: int, end: int) -> FakeClip:
        return FakeClip(self.rate, bytes(self.kept[begin:end]))


class FakeSocket:
    """Keeps what the platform sends, with the times; a test calls `receiver` as a server would."""

    def __init__(self, request: SocketRequest, receiver: Receiver, clock: Clock) -> None:
        self.request = request
        self.receiver = receiver
        self._clock = clock
        self.messages: list[dict[str, Any]] = []
        self.frames: list[bytes] = []
        self.times: list[float] = []
        self.kinds: list[str] = []
        self.counts: list[tuple[float, int]] = []
        """Of each message: when it was sent, and how many frames were sent before."""
        self.closed = False

    def send(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        self.counts.append((self._clock.now, len(self.frames)))
        self.kinds.append("text")

    def send_audio(self, frame: bytes) -> None:
        self.frames.append(frame)
        self.times.append(self._clock.now)
        self.kinds.append("audio")

    def close(self) -> None:
        self.closed = True

    def events(self, event: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["event"] == event]

    def sounds(self) -> list[bool]:
        """Of each frame, whether there is sound in it."""
        return [any(frame) for frame in self.frames]


class FakeSockets:
    """Opens sockets that nothing is behind: each opens `opens_after` seconds, or not at all where that is None."""

    def __init__(self, opens_after: float | None = 0.1) -> None:
        self.opens_after = opens_after
        self.opened: list[FakeSocket] = []
        self.tapes: list[FakeTape] = []
        self.recognized: list[tuple[Clip, Callable[[str, str], None]]] = []
        self.clock: Clock
        self.sounds: Sounds = HUMS

    def begin(self, clock: Clock) -> None:
        self.clock = clock

    def step(self) -> bool:
        return self.clock.step()

    def refusal(self, uri: str) -> str:
        return ""

    def open(self, request: SocketRequest, receiver: Receiver) -> FakeSocket:
        socket = FakeSocket(request, receiver, self.clock)
        self.opened.append(socket)
        if self.opens_after is not None:
            self.clock.after(self.opens_after).then(lambda _: None if socket.closed else receiver.opened())
        return socket

    def tape(self, rate: int) -> FakeTape:
        self.tapes.append(FakeTape(rate))
        return self.tapes[-1]

    def recognize(self, clip: Clip, found: Callable[[str, str], None]) -> None:
        self.recognized.append((clip, found))


def endpoint(rate: int = 16_000, **more: Any) -> dict[str, Any]:
    """A WebSocket."""
    return {"type": "websocket", "uri": URI, "content-type": f"audio/l16;rate={rate}", **more}


class AgentCall:
    """A phone that is connected to an application, or a call to the application itself where `to` says so."""

    def __init__(
        self,
        persona: dict[str, Any] | None = None,
        *,
        to: dict[str, Any] | None = None,
        ncco: list[dict[str, Any]] | None = None,
        sockets: FakeSockets | None = None,
        **agent: Any,
    ) -> None:
        self.sockets = sockets or FakeSockets()
        cast: Cast = read_cast({"answers": "0s", "stays": "10h", **(persona or {})})
        self.network: Network = virtual_network(cast, live=self.sockets)
        ncco = ncco or [{"action": "connect", "endpoint": [endpoint(**agent)]}]
        body = {"to": [to or PHONE], "from": {"type": "phone", "number": "14155550100"}, "ncco": ncco}
        self.leg: Leg = self.network.place(body)
        self.clock = self.network.clock

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.run_until(self.clock.now + seconds)

    def run_to_sockets(self, count: int = 1) -> None:
        """Let the sockets be opened."""
        while len(self.sockets.opened) < count or not all(socket.messages for socket in self.sockets.opened):
            assert self.clock.step()

    @property
    def socket(self) -> FakeSocket:
        return self.sockets.opened[0]

    @property
    def agent(self) -> Leg:
        """The leg of the application."""
        return next(leg for leg in self.network.legs.values() if leg.endpoint["type"] == "websocket")

    def notes(self) -> list[str]:
        return [entry.text for entry in self.leg.timeline.of("note")]

    def entries(self, kind: str, leg: Leg | None = None) -> list[Any]:
        return list(self.leg.timeline.of(kind, leg.name if leg else None))


def voice(frames: int, rate: int = 16_000) -> list[bytes]:
    """Frames of a tone as loud as speech."""
    size = rate // 50 * 2
    pcm = hum(frames / 50, rate)
    return [pcm[at : at + size] for at in range(0, frames * size, size)]
