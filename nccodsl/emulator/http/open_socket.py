"""One WebSocket to an application: opening it, and carrying what is sent and received."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from nccodsl.emulator.core.sockets import Receiver, SocketRequest

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection
    from websockets.exceptions import ConnectionClosed

_LARGEST = 1_000_000
"""Bytes of a message; a minute of audio at 8 kHz is less."""
_MOST_WAITING = 150
"""Messages that wait until the server reads: three seconds."""
CLOSING = 2.0
"""Seconds that a server has to take what was sent before a leg ended, and to answer that it closes."""
_DONE, _TOO_LARGE = (1000, 1001, 1005), 1009
"""Codes of RFC 6455 with which sockets are closed: by a server that is done, and for a message that is too large."""
_BUFFER = 32_768
"""Bytes that the machine keeps for a server, a second at 16 kHz."""


class SocketDriver(Protocol):
    """Steps the clock of the network."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Where sockets live."""

    def begin_socket(self) -> None:
        """A socket is being opened: time goes as in life."""

    def end_socket(self) -> None:
        """It is closed."""

    def deliver(self, happen: Callable[[], None]) -> None:
        """Let something happen that comes from outside, at the time that it is now."""


class OpenSocket:
    """One socket, from its opening to its end."""

    def __init__(
        self, request: SocketRequest, receiver: Receiver, driver: SocketDriver, headers: dict[str, str]
    ) -> None:
        self.request = request
        self._receiver = receiver
        self._driver = driver
        self._headers = headers
        self._waiting: deque[str | bytes] = deque()
        self._stirred = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._connection: ClientConnection | None = None
        self._patience: asyncio.TimerHandle | None = None

    def send(self, message: dict[str, Any]) -> None:
        """Send JSON as a text message."""
        # In ASCII: an application may send half of a surrogate pair as an escape, and then gets it back as one.
        self._waiting.append(json.dumps(message))
        self._stirred.set()

    def send_audio(self, frame: bytes) -> None:
        """Send a frame, unless too many wait already, since the server does not read."""
        if len(self._waiting) >= _MOST_WAITING and self._is_stuck():
            self._receiver.late(1)
            return
        self._waiting.append(frame)
        self._stirred.set()

    def close(self) -> None:
        """Close it; the receiver hears no more of it."""
        if self._closing:
            return
        self._closing = True
        self._stirred.set()
        if self._connection is not None:
            # A server that does not read must not keep the socket open.
            self._patience = self._driver.loop.call_later(CLOSING, self._connection.transport.abort)
        elif self._task is not None:
            self._task.cancel()

    def _is_stuck(self) -> bool:
        """Whether the machine takes no more for the server. After a stall of our own, it does."""
        return self._connection is not None and self._connection.transport.get_write_buffer_size() > 0

    async def live(self) -> None:
        """Open the socket, carry what is sent and received, and close it."""
        from websockets.exceptions import InvalidStatus, WebSocketException

        if self._closing:
            return
        self._task = asyncio.current_task()
        try:
            connection = await self._connect()
        except asyncio.CancelledError:
            return
        except TimeoutError:
            self._fail(f"no answer within {self.request.seconds:g} s")
        except InvalidStatus as error:
            self._fail(f"the server answered {error.response.status_code}")
        except ConnectionRefusedError:
            self._fail("no server answers at this address")
        except (OSError, WebSocketException, ValueError) as error:
            self._fail(str(error) or type(error).__name__)
        else:
            await self._carry(connection)

    def _fail(self, reason: str) -> None:
        self._tell(partial(self._receiver.not_opened, f"{reason} ({self.request.uri})"))

    async def _connect(self) -> ClientConnection:
        from websockets.asyncio.client import connect

        class Direct(connect):
            def process_redirect(self, exc: Exception) -> Exception:
                """Redirects are not followed, as with webhooks: they could lead to a host that is not allowed."""
                return exc

        return await Direct(
            self.request.uri,
            additional_headers=self._headers,
            compression=None,
            max_size=_LARGEST,
            open_timeout=self.request.seconds,
            close_timeout=CLOSING,
            ping_interval=None,
            proxy=None,
            user_agent_header="nccodsl-emulator",
        )

    async def _carry(self, connection: ClientConnection) -> None:
        self._connection = connection
        # Otherwise the machine keeps minutes of audio for a server that does not read.
        connection.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        self._tell(self._receiver.opened)
        works = (asyncio.create_task(self._send(connection)), asyncio.create_task(self._read(connection)))
        try:
            done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            for ended in [work.result() for work in done]:
                if ended is not None:
                    self._tell(partial(self._receiver.closed, _told(ended), orderly=_is_orderly(ended)))
                    break
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            await connection.close()
            if self._patience is not None:
                self._patience.cancel()

    async def _send(self, connection: ClientConnection) -> ConnectionClosed | None:
        """Send what waits, until the leg has ended; or how the socket was closed before."""
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                while self._waiting:
                    await connection.send(self._waiting.popleft())
                if self._closing:
                    return None
                self._stirred.clear()
                await self._stirred.wait()
        except ConnectionClosed as error:
            return error

    async def _read(self, connection: ClientConnection) -> ConnectionClosed:
        """Read what comes, until the socket is closed; how it was."""
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                message = await connection.recv()
                if isinstance(message, bytes):
                    self._tell(partial(self._receiver.heard, message))
                else:
                    self._tell(partial(self._receiver.read, message))
        except ConnectionClosed as error:
            return error

    def _tell(self, happen: Callable[[], None]) -> None:
        """Let the receiver know, unless it wants to hear no more."""
        if not self._closing:
            self._driver.deliver(happen)


def _is_orderly(ended: ConnectionClosed) -> bool:
    """Whether the server has closed the socket because it is done."""
    return ended.rcvd is not None and ended.rcvd_then_sent is not False and ended.rcvd.code in _DONE


def _told(ended: ConnectionClosed) -> str:
    """How a socket was closed."""
    ours, theirs = ended.sent, ended.rcvd
    if ours is not None and (theirs is None or not ended.rcvd_then_sent):
        large = f"a message of more than {_LARGEST:,} bytes came"
        return f"the WebSocket was closed: {large if ours.code == _TOO_LARGE else f'bad data came ({ours.reason})'}"
    if theirs is None:
        return "the connection of the WebSocket broke"
    why = [] if theirs.code in _DONE else [f"code {theirs.code}"]
    why += [theirs.reason] if theirs.reason else []
    return "the application has closed the WebSocket" + (f": {', '.join(why)}" if why else "")
