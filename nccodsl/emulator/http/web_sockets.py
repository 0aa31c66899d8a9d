"""WebSockets of an emulated network, opened for real: to this machine, and to hosts that the user has allowed."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from nccodsl.audio.installed import has_audio
from nccodsl.audio.live_speech import LiveSpeech
from nccodsl.base.record import Record
from nccodsl.emulator.core.audible import Clip
from nccodsl.emulator.core.sockets import Receiver, SocketRequest
from nccodsl.emulator.core.sound_of import HUMS, Sounds
from nccodsl.emulator.http.sender import Secret, sign
from nccodsl.emulator.http.socket_hosts import socket_refusal
from nccodsl.emulator.http.tapes import FileTape
from nccodsl.errors import UsageError

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection
    from websockets.exceptions import ConnectionClosed

_LARGEST = 1_000_000
"""Bytes of a message; a minute of audio at 8 kHz is less."""
_MOST_WAITING = 150
"""Messages that wait until the server reads: three seconds."""
_CLOSING = 2.0
"""Seconds that a server has to take what was sent before a leg ended, and to answer that it closes."""
_ORDINARY, _NO_CODE, _TOO_LARGE = 1000, 1005, 1009
"""Codes of RFC 6455 with which sockets are closed."""
_AFTER = 0.5
"""Seconds more, for what is left to do then."""
Recognizer = Callable[[bytes, int], str]
"""Finds the words in PCM of so many samples a second. It may take long. Raises UsageError where it fails."""


class SocketUse(Record):
    """Which WebSockets are opened: those on this machine and on `hosts` (`*`: all). `sounds`: what applications hear.

    By default that is speech if the extra `audio` is installed, otherwise tones.
    """

    hosts: tuple[str, ...] = ()
    sounds: Sounds | None = None


OPENED = SocketUse()


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


class WebSockets:
    """Opens sockets.

    `secret` signs the token of a handshake that wants one. `recognizer` finds the words of what applications say.
    """

    def __init__(
        self,
        driver: SocketDriver,
        use: SocketUse,
        *,
        secret: Secret | None = None,
        recognizer: Recognizer | None = None,
    ) -> None:
        self.sounds = use.sounds or (LiveSpeech() if has_audio() else HUMS)
        self._hosts = use.hosts
        self._secret = secret or Secret("emulated")
        self._driver = driver
        self._recognizer = recognizer
        self._open: set[OpenSocket] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def refusal(self, uri: str) -> str:
        """Why an address may not be opened; empty where it may."""
        return socket_refusal(uri, self._hosts)

    def open(self, request: SocketRequest, receiver: Receiver) -> OpenSocket:
        """Begin to open one."""
        socket = OpenSocket(request, receiver, self._driver, self._authorization(request))
        self._driver.begin_socket()
        self._start(self._lived(socket))
        return socket

    def tape(self, rate: int) -> FileTape:
        """Where the sound of one leg is kept."""
        return FileTape(rate)

    def recognize(self, clip: Clip, found: Callable[[str, str], None]) -> None:
        """Begin to find the words of speech, if there is a recognizer."""
        if self._recognizer is not None:
            self._start(self._recognized(self._recognizer, clip, found))

    async def stop(self) -> None:
        """Close all sockets, and end what goes on after that."""
        for socket in list(self._open):
            socket.close()
        if self._tasks:
            _, going_on = await asyncio.wait(self._tasks, timeout=_CLOSING + _AFTER)
            for task in going_on:
                task.cancel()
            await asyncio.gather(*going_on, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._driver.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lived(self, socket: OpenSocket) -> None:
        self._open.add(socket)
        try:
            await asyncio.to_thread(self.sounds.prepare)
            await socket.live()
        finally:
            self._open.discard(socket)
            self._driver.end_socket()

    async def _recognized(self, recognizer: Recognizer, clip: Clip, found: Callable[[str, str], None]) -> None:
        words = failure = ""
        try:
            words = await asyncio.to_thread(recognizer, clip.read(), clip.rate)
        except UsageError as error:
            failure = str(error)
        self._driver.deliver(lambda: found(words, failure))

    def _authorization(self, request: SocketRequest) -> dict[str, str]:
        """The header of the handshake: a token as in signed webhooks, or what the endpoint says."""
        wanted = request.authorization
        if wanted.get("type") == "custom":
            return {"Authorization": str(wanted.get("value", ""))}
        return {"Authorization": f"Bearer {sign(self._secret, b'')}"} if wanted else {}


class OpenSocket:
    """One socket, from its opening to its end."""

    def __init__(
        self, request: SocketRequest, receiver: Receiver, driver: SocketDriver, headers: dict[str, str]
    ) -> None:
        self._request = request
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
            self._patience = self._driver.loop.call_later(_CLOSING, self._connection.transport.abort)
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
        seconds = self._request.seconds
        if self._closing:
            return
        try:
            connection = await self._connect()
        except asyncio.CancelledError:
            return
        except TimeoutError:
            self._tell(partial(self._receiver.not_opened, f"no answer within {seconds:g} s"))
        except InvalidStatus as error:
            self._tell(partial(self._receiver.not_opened, f"the server answered {error.response.status_code}"))
        except ConnectionRefusedError:
            self._tell(partial(self._receiver.not_opened, "no server answers at this address"))
        except (OSError, WebSocketException, ValueError) as error:
            reason = str(error) or type(error).__name__
            self._tell(partial(self._receiver.not_opened, reason))
        else:
            await self._carry(connection)

    async def _connect(self) -> ClientConnection:
        from websockets.asyncio.client import connect

        class Direct(connect):
            def process_redirect(self, exc: Exception) -> Exception:
                """Redirects are not followed, as with webhooks: they could lead to a host that is not allowed."""
                return exc

        return await Direct(
            self._request.uri,
            additional_headers=self._headers,
            compression=None,
            max_size=_LARGEST,
            open_timeout=self._request.seconds,
            close_timeout=_CLOSING,
            ping_interval=None,
            proxy=None,
            user_agent_header="nccodsl-emulator",
        )

    async def _carry(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._tell(self._receiver.opened)
        works = (asyncio.create_task(self._send(connection)), asyncio.create_task(self._read(connection)))
        try:
            done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            for ended in [work.result() for work in done]:
                if ended is not None:
                    self._tell(partial(self._receiver.closed, _told(ended)))
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


def _told(ended: ConnectionClosed) -> str:
    """How a socket was closed."""
    ours, theirs = ended.sent, ended.rcvd
    if ours is not None and (theirs is None or not ended.rcvd_then_sent):
        large = f"a message of more than {_LARGEST:,} bytes came"
        return f"the WebSocket was closed: {large if ours.code == _TOO_LARGE else f'bad data came ({ours.reason})'}"
    if theirs is None:
        return "the connection of the WebSocket broke"
    why = [] if theirs.code in (_ORDINARY, _NO_CODE) else [f"code {theirs.code}"]
    why += [theirs.reason] if theirs.reason else []
    return "the application has closed the WebSocket" + (f": {', '.join(why)}" if why else "")
