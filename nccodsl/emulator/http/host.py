"""The emulator as a server: in this thread until it is stopped, or beside a test in another one."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import TracebackType

from nccodsl.audio.installed import has_audio
from nccodsl.audio.spoken_files import SpokenFiles
from nccodsl.emulator.actions import ACTIONS
from nccodsl.emulator.bad_input import CannotEmulate
from nccodsl.emulator.core.application import TONES_FOR_SPEECH, Application
from nccodsl.emulator.core.faults import Faults
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.core.starts import StartLimit
from nccodsl.emulator.http.app import ApiFront
from nccodsl.emulator.http.authorization import Gate, Limit
from nccodsl.emulator.http.dates import Dated
from nccodsl.emulator.http.origins import OwnOrigin
from nccodsl.emulator.http.pace import ClockDriver
from nccodsl.emulator.http.sender import Secret, WebhookSender
from nccodsl.emulator.http.web_sockets import OPENED, SocketUse
from nccodsl.emulator.personas.persona import Cast
from nccodsl.io.connections import Limits
from nccodsl.io.listen import CannotListen
from nccodsl.io.uvicorn_host import UvicornHost


class Emulator:
    """The emulator on its own port. As a context manager, it runs in a thread. `url` is its address.

    `public_key`: the PEM that checks tokens; None accepts any token. `speed`: virtual seconds per second; None does not
    wait. `creations`: calls that can start per second, by create requests and `connect` together. `certificate`: files
    of a certificate and its key. `seed` repeats faults and IDs. Another `start` repeats only the faults, so a server
    that keeps calls never gets an ID twice. `allowed_hosts`: host names that it accepts, besides loopback and `host`;
    "*" accepts every name. `legacy`: accept inputs without `type`, and report them in the old form. `skew`: seconds
    that its clock is ahead of this machine. `limits`: the limits of each connection. `list_lag`: virtual seconds after
    which the list of calls shows a new leg. Recordings contain speech if the extra `audio` is installed, unless the
    application says what they sound like. `sockets`: which
    WebSockets of calls are opened, by default those on this machine; with None, personas play them.
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
        list_lag: float = 0.0,
        sockets: SocketUse | None = OPENED,
    ) -> None:
        gate = Gate(public_key, application_id, lambda: time.time() + skew)
        self._host = _listening(host, port, certificate, limits)
        self.port, self.url = self._host.port, self._host.url
        chance = Faults(faults, seed or 0)
        driver = ClockDriver(speed, WebhookSender(hosts, secret), chance, sockets, secret)
        seed = secrets.randbits(64) if seed is None else seed
        network = partial(Network, cast, actions=ACTIONS, application=_sounding(application), seed=seed, start=start)
        network = partial(network, legacy=legacy, starts=StartLimit(creations, time.monotonic), base_url=self.url)
        network = partial(network, transport=driver.transport, sockets=driver.sockets, epoch=time.time() + skew)
        self.network = driver.network = network()
        if watch is not None:
            self.network.watchers.append(lambda leg: watch(self.network, leg))
        self._front = ApiFront(self.network, driver, gate, chance, Limit(requests), list_lag)
        self._app = Dated(OwnOrigin(self._front.app(), self._host.scheme, host, allowed_hosts), driver.now)

    def run(self) -> None:
        """Serve until the process is stopped."""
        self._host.run(self._app)

    def __enter__(self) -> Emulator:
        if not self._host.start(self._app, "emulator"):
            raise CannotEmulate("the emulator did not start", "give another port with `--port 0`")
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._host.stop()
        self._host.join()


def _sounding(application: Application | None) -> Application:
    """With speech in its recordings, where that can be made and nothing else is wanted."""
    given = application or Application()
    return given.with_sound(SpokenFiles()) if given.recorded is TONES_FOR_SPEECH and has_audio() else given


def _listening(host: str, port: int, certificate: tuple[Path, Path] | None, limits: Limits | None) -> UvicornHost:
    # Answers are dated by the emulator's own clock.
    try:
        return UvicornHost(host, port, certificate=certificate, limits=limits, date_header=False)
    except CannotListen as error:
        raise CannotEmulate(str(error), "give another port with `--port 0`") from None
