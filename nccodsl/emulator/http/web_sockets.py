"""WebSockets of an emulated network, opened for real: to this machine, and to hosts that the user has allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakSet

from nccodsl.audio.installed import has_audio
from nccodsl.audio.live_speech import LiveSpeech
from nccodsl.base.record import Record
from nccodsl.emulator.core.audible import Clip
from nccodsl.emulator.core.sockets import Receiver, SocketRequest
from nccodsl.emulator.core.sound_of import HUMS, Sounds
from nccodsl.emulator.http.open_socket import CLOSING, OpenSocket, SocketDriver
from nccodsl.emulator.http.sender import Secret, sign
from nccodsl.emulator.http.socket_hosts import socket_refusal
from nccodsl.emulator.http.tapes import FileTape
from nccodsl.errors import UsageError

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
        self._tapes: WeakSet[FileTape] = WeakSet()
        self._recognitions: list[asyncio.Task[None]] = []
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
        tape = FileTape(rate)
        self._tapes.add(tape)
        return tape

    def recognize(self, clip: Clip, found: Callable[[str, str], None]) -> None:
        """Begin to find the words of speech, if there is a recognizer."""
        if self._recognizer is not None:
            self._recognitions.append(self._start(self._recognized(self._recognizer, clip, found)))

    def remove_tapes(self) -> None:
        """Remove the files of all tapes: a process that ends with a signal removes none."""
        for tape in list(self._tapes):
            tape.remove()

    async def recognized(self) -> None:
        """Wait until the words of all that was said are found."""
        await asyncio.gather(*self._recognitions)

    async def stop(self) -> None:
        """Close all sockets, and end what goes on after that."""
        for socket in list(self._open):
            socket.close()
        if self._tasks:
            _, going_on = await asyncio.wait(self._tasks, timeout=CLOSING + _AFTER)
            for task in going_on:
                task.cancel()
            await asyncio.gather(*going_on, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._driver.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _lived(self, socket: OpenSocket) -> None:
        self._open.add(socket)
        try:
            await asyncio.to_thread(self.sounds.prepare, socket.request.texts)
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
