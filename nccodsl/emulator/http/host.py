"""The emulator as a server: in this thread until it is stopped, or beside a test in another one."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

import uvicorn

from nccodsl.emulator.actions import ACTIONS
from nccodsl.emulator.bad_input import CannotEmulate
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.faults import Faults
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.http.app import ApiFront
from nccodsl.emulator.http.authorization import Gate, Limit
from nccodsl.emulator.http.dates import Dated
from nccodsl.emulator.http.origins import OwnOrigin
from nccodsl.emulator.http.pace import ClockDriver
from nccodsl.emulator.http.sender import Secret, WebhookSender
from nccodsl.emulator.personas.persona import Cast
from nccodsl.io.connections import Limits, guarded
from nccodsl.io.listen import CannotListen, listen

STARTING = 10.0
"""Seconds that the server may take until it answers."""


class Emulator:
    """The emulator on a port of its own. As a context manager it runs in a thread; `url` is where it answers.

    `public_key`: PEM that tokens are checked with, None to take any. `speed`: virtual seconds a second, None for no
    waiting. `creations`: calls that may be placed in a second. `certificate`: files of a certificate and its key.
    `seed` repeats faults and ids; another `start` of it repeats the faults only, so that a server which keeps calls
    never meets an id twice. `allowed_hosts`: names that it answers to, beside those of loopback and `host`; "*" for
    every name.
    `legacy`: take inputs without `type`, and tell of them as the platform once did.
    `skew`: seconds that its clock is ahead of this machine's.
    `limits` are those of each connection.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        cast: Cast | None = None,
        application: Application | None = None,
        public_key: str | None = None,
        application_id: str | None = None,
        hosts: Iterable[str] = (),
        secret: Secret | None = None,
        speed: float | None = 1.0,
        faults: dict[str, float] | None = None,
        seed: int | None = None,
        start: int = 0,
        creations: int | None = 3,
        requests: int | None = None,
        certificate: tuple[Path, Path] | None = None,
        legacy: bool = False,
        skew: float = 0.0,
        watch: Callable[[Network, Leg], None] | None = None,
        allowed_hosts: Iterable[str] = (),
        limits: Limits | None = None,
    ) -> None:
        try:
            self._socket = listen(host, port)
        except CannotListen as error:
            raise CannotEmulate(str(error), "choose another one with --port") from None
        self.port: int = self._socket.getsockname()[1]
        scheme = "https" if certificate is not None else "http"
        shown = f"[{host}]" if ":" in host else host
        self.url = f"{scheme}://{shown}:{self.port}"
        chance = Faults(faults, seed or 0)
        driver = ClockDriver(speed, WebhookSender(hosts, secret), chance)
        self.network = driver.network = Network(
            cast,
            actions=ACTIONS,
            transport=driver.transport,
            application=application,
            seed=secrets.randbits(64) if seed is None else seed,
            start=start,
            epoch=time.time() + skew,
            base_url=self.url,
            legacy=legacy,
        )
        if watch is not None:
            self.network.watchers.append(lambda leg: watch(self.network, leg))
        gate = Gate(public_key, application_id, lambda: time.time() + skew)
        self._front = ApiFront(self.network, driver, gate, chance, Limit(creations), Limit(requests))
        config = uvicorn.Config(
            Dated(OwnOrigin(self._front.app(), scheme=scheme, host=host, more=allowed_hosts), driver.now),
            log_level="critical",
            access_log=False,
            date_header=False,
            **guarded(limits),
            ssl_certfile=str(certificate[0]) if certificate else None,
            ssl_keyfile=str(certificate[1]) if certificate else None,
            timeout_graceful_shutdown=1,
            ws="none",
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    def run(self) -> None:
        """Serve until the process is told to stop."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def __enter__(self) -> Emulator:
        self._thread = threading.Thread(target=self.run, name="emulator", daemon=True)
        self._thread.start()
        until = time.monotonic() + STARTING
        while not self._server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                raise CannotEmulate("the emulator did not start")
            time.sleep(0.005)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(STARTING)
