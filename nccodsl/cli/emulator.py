"""`nccodsl emulator`: what it is started with, and what it tells while it runs."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from nccodsl.audio.live_speech import LiveSpeech
from nccodsl.audio.spoken_files import SpokenFiles
from nccodsl.base.loopback import is_loopback
from nccodsl.base.record import Record
from nccodsl.cli.call_emulated import cast_from, lines
from nccodsl.cli.output import colored, columns, lines_of, print_json, print_out, say, script_errors, show
from nccodsl.cli.show_error import coded
from nccodsl.cli.voice_engine import voices_of
from nccodsl.emulator.bad_input import CannotEmulate, EmulatorError
from nccodsl.emulator.core.application import TONES_FOR_SPEECH, Application, estimated_seconds
from nccodsl.emulator.core.faults import read_faults
from nccodsl.emulator.emulate import emulated
from nccodsl.emulator.http.certificates import make_application_key, make_certificate
from nccodsl.emulator.http.folder import count_start
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.http.web_sockets import SocketUse
from nccodsl.io.folders import state_folder

if TYPE_CHECKING:
    from nccodsl.audio.engine_voices import Voices
    from nccodsl.emulator.core.application import AfterConnect
    from nccodsl.emulator.core.legs import Leg
    from nccodsl.emulator.core.network import Network

_NAMESPACE = uuid.UUID("6f0a3c0e-3d0b-5d1e-9a43-6d6f0f0b1c52")


class EmulatorOptions(Record):
    """What the command line asks for; addresses are `URL` or `METHOD URL`."""

    host: str
    port: int
    allowed_hosts: tuple[str, ...]
    personas: tuple[str, ...]
    answer_url: str | None
    event_url: str | None
    fallback_url: str | None
    hosts: tuple[str, ...]
    secret: str | None
    public_key: str | None
    application_id: str | None
    any_token: bool
    speed: str
    faults: tuple[str, ...]
    seed: int | None
    creations: int
    list_lag: float
    leg_days: int
    after_connect: str
    timing: str
    voice_engine: str | None
    sockets: str
    socket_hosts: tuple[str, ...]
    legacy: bool
    tls: bool
    folder: str | None
    quiet: bool
    as_json: bool


def serve(wanted: EmulatorOptions) -> int:
    """Start the emulator, say how to talk to it, and serve until it is stopped; the exit code."""
    try:
        with script_errors(2):
            _serve(wanted)
    except EmulatorError as error:
        show([coded(error)])
        return 2
    return 0


def _serve(wanted: EmulatorOptions) -> None:
    emulator, hints = _emulator(wanted)
    greeting = "\n".join(_greeting(emulator, wanted, hints))
    if wanted.as_json:
        say(greeting)
    else:
        print_out(greeting)
    emulator.run()


def _emulator(wanted: EmulatorOptions) -> tuple[Emulator, list[str]]:
    """The emulator that is wanted, not yet running, and what programs need to reach it."""
    cast = cast_from(wanted.personas)
    faults = read_faults(wanted.faults)
    folder = Path(wanted.folder) if wanted.folder is not None else state_folder() / "emulator"
    hints: list[str] = []
    public_key, application_id = _key(wanted, folder, hints)
    certificate = None
    if wanted.tls:
        certificate = make_certificate(folder, wanted.host)
        hints += [f"export {name}={certificate[0]}" for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")]
        hints.append(f"export NODE_EXTRA_CA_CERTS={certificate[0]}")
    voices = _voices(wanted)
    emulator = Emulator(
        host=wanted.host,
        port=wanted.port,
        cast=cast,
        application=_application(wanted, voices),
        sockets=_sockets(wanted, voices),
        public_key=public_key,
        application_id=application_id,
        hosts=wanted.hosts,
        secret=Secret(wanted.secret, application_id=application_id or "") if wanted.secret else None,
        speed=_speed(wanted.speed),
        faults=faults,
        seed=wanted.seed,
        start=count_start(folder, wanted.seed) if wanted.seed is not None else 0,
        creations=wanted.creations or None,
        list_lag=wanted.list_lag,
        legacy=wanted.legacy,
        certificate=certificate,
        allowed_hosts=wanted.allowed_hosts,
        watch=None if wanted.quiet else _printer(as_json=wanted.as_json),
    )
    return emulator, hints


def _voices(wanted: EmulatorOptions) -> Voices | None:
    """Who speaks, if that is asked for."""
    asked = wanted.timing == "measured" or wanted.voice_engine is not None
    return voices_of(wanted.voice_engine) if asked else None


def _sockets(wanted: EmulatorOptions, voices: Voices | None) -> SocketUse | None:
    """Which WebSockets are opened; None where personas play them."""
    if wanted.sockets == "persona":
        return None
    return SocketUse(wanted.socket_hosts, LiveSpeech(voices) if voices is not None else None)


def _application(wanted: EmulatorOptions, voices: Voices | None) -> Application:
    measured = wanted.timing == "measured"
    return Application(
        answer=_hook(wanted.answer_url, "GET"),
        event=_hook(wanted.event_url, "POST"),
        fallback=_hook(wanted.fallback_url, "GET"),
        leg_days=wanted.leg_days,
        after_connect=cast("AfterConnect", wanted.after_connect),
        seconds_to_say=voices.seconds if voices is not None and measured else estimated_seconds,
        # Without a voice that is asked for, the emulator speaks where it can.
        recorded=SpokenFiles(voices) if voices is not None else TONES_FOR_SPEECH,
    )


def _greeting(emulator: Emulator, wanted: EmulatorOptions, hints: list[str]) -> Iterable[str]:
    yield f"The emulator is running at {emulator.url}; press Ctrl-C to stop it."
    if not is_loopback(wanted.host):
        yield "It accepts connections from other machines."
    if wanted.any_token:
        yield "Any bearer token is accepted."
    if wanted.legacy:
        yield "Inputs without `type` are accepted."
    yield from (f"  {hint}" for hint in hints)


def _key(wanted: EmulatorOptions, folder: Path, hints: list[str]) -> tuple[str | None, str | None]:
    """The key that tokens are checked with; without one, an application is made up, and its key kept."""
    if wanted.any_token:
        return None, wanted.application_id
    if wanted.public_key is not None:
        try:
            return Path(wanted.public_key).read_text(encoding="utf-8"), wanted.application_id
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not text"
            raise CannotEmulate(
                f"cannot read {wanted.public_key}: {reason}", "check the path in `--public-key`"
            ) from None
    path = make_application_key(folder)
    application_id = wanted.application_id or str(uuid.uuid5(_NAMESPACE, str(path)))
    hints += [f"export VONAGE_APPLICATION_ID={application_id}", f"export VONAGE_PRIVATE_KEY={path}"]
    return path.read_text(encoding="utf-8"), application_id


def _hook(text: str | None, method: str) -> tuple[str, str] | None:
    if text is None:
        return None
    given, space, url = text.partition(" ")
    if not space:
        given, url = method, text
    if given.upper() not in ("GET", "POST") or not url.startswith(("http://", "https://")):
        raise CannotEmulate(f"`{text[:80]}` is not a webhook URL", "write `https://…` or `POST https://…`")
    return given.upper(), url


def _speed(text: str) -> float | None:
    if text == "virtual":
        return None
    try:
        speed = float(text.removesuffix("x"))
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 10_000:
        raise CannotEmulate(
            f"`{text[:40]}` is not a speed", "write `--speed 20` for 20 times real time, or `--speed virtual`"
        )
    return speed


def _printer(*, as_json: bool) -> Callable[[Network, Leg], None]:
    """Prints each call when it is over."""

    def over(network: Network, leg: Leg) -> None:
        if leg.parent is not None:
            return
        call = emulated(network, leg)
        if as_json:
            print_json({"uuid": leg.uuid, **call.to_json()})
        else:
            shown = lines(call, everything=False, color=colored(sys.stdout), columns=columns(sys.stdout))
            print_out(lines_of([f"call {leg.uuid}", *shown]))

    return over
