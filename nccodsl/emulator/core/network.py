"""The platform's voice side, without a network: legs are placed, ring, are answered, run their NCCO and end.

Owns: the life of legs, and the events of it. Does not own: what NCCO actions do (actions), who is in which conversation
(conversations), what the API is asked for while a call runs (control), how webhooks travel (mail).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from nccodsl.base.utc import utc_text
from nccodsl.diagnostics import Message
from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.application import Application, Hook, Ncco
from nccodsl.emulator.core.call_legs import legs_of_call
from nccodsl.emulator.core.call_setup import come_in, ring
from nccodsl.emulator.core.conversations import leave, new_conversation
from nccodsl.emulator.core.dial import dial_of
from nccodsl.emulator.core.endpoint_names import endpoint_name
from nccodsl.emulator.core.legs import Conversation, Dial, Leg
from nccodsl.emulator.core.mail import NOBODY, Mail, OutgoingWebhook, Transport
from nccodsl.emulator.core.processes import Clock, Lasting, Process, Signal, Steps
from nccodsl.emulator.core.recordings import Recording
from nccodsl.emulator.core.retention import Retention
from nccodsl.emulator.core.run import Perform, perform, run_ncco
from nccodsl.emulator.core.sockets import Sockets
from nccodsl.emulator.core.sound_files import SoundFile, file_of_speech
from nccodsl.emulator.core.starts import StartLimit
from nccodsl.emulator.core.status import change
from nccodsl.emulator.core.timeline import Timeline, TimelineEntry
from nccodsl.emulator.personas.persona import DEFAULT, Cast, Casting
from nccodsl.voice.call_api import FINAL

EPOCH = 1_767_225_600.0
"""2026-01-01T00:00:00Z: when virtual time begins, so that runs can be repeated."""
_VERSION_4 = 0x4000 << 64 | 0x8000 << 48
_KEPT = ~(0xF000 << 64 | 0xC000 << 48)


class Network:
    """Legs, conversations, and the clock that they live by.

    `actions` says what each NCCO action does.
    `transport` takes webhooks out. `seed` makes ids repeatable; each `start` of a seed has ids of its own. `legacy`:
    inputs without `type` are accepted. `starts`: how many calls may start in a second; by default there is no limit.
    `sockets`: opens WebSockets; without it, a persona plays each of them.
    Everything happens while the clock is stepped.
    """

    def __init__(
        self,
        cast: Casting | None = None,
        *,
        actions: Mapping[str, Perform],
        transport: Transport | None = None,
        application: Application | None = None,
        seed: int = 0,
        start: int = 0,
        epoch: float = EPOCH,
        base_url: str = "https://api.nexmo.com",
        legacy: bool = False,
        starts: StartLimit | None = None,
        sockets: Sockets | None = None,
    ) -> None:
        self._actions = actions
        self.legacy = legacy
        self.clock = Clock()
        self.starts = starts or StartLimit(None, lambda: self.clock.now)
        self.cast: Casting = cast or Cast((DEFAULT,))
        self.application = application or Application()
        self.sockets = sockets
        self.epoch = epoch
        self.base_url = base_url
        self.legs: dict[str, Leg] = {}
        self.conversations: dict[str, Conversation] = {}
        self.named: dict[str, Conversation] = {}
        self.files: dict[str, SoundFile] = {}
        self.retention = Retention(self.legs, self.files, self.application.leg_days)
        self.mail = Mail(self, transport or _nobody)
        self.watchers: list[Callable[[Leg], None]] = []
        self._random = Random(f"{seed} {start}" if start else seed)

    # -- what everything else uses ------------------------------------------------------------

    def new_id(self) -> str:
        """A version 4 UUID; `uuid.UUID` takes several times as long."""
        digits = f"{self._random.getrandbits(128) & _KEPT | _VERSION_4:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    @property
    def now(self) -> float:
        """Unix time of the network."""
        return self.epoch + self.clock.now

    def log(self, leg: Leg, kind: str, text: str, data: dict[str, Any] | None = None) -> TimelineEntry:
        return leg.log(kind, text, data)

    def note(self, leg: Leg, said: Message | str, data: dict[str, Any] | None = None) -> None:
        """Tell the author of the call something."""
        if isinstance(said, Message):
            data = {"code": said.code, "help": said.advice or "", **(data or {})}
        leg.log("note", said.text if isinstance(said, Message) else said, data or {})

    # -- events -------------------------------------------------------------------------------

    def tell(self, kind: str, leg: Leg, hook: Hook | None, payload: dict[str, Any]) -> None:
        """Send a webhook whose answer means nothing."""
        if hook is not None:
            self.mail.tell(OutgoingWebhook(kind, leg, *hook, payload))

    def ask(self, kind: str, leg: Leg, hook: Hook | None, payload: dict[str, Any]) -> Steps[Ncco | None]:
        """Send a webhook that may be answered with an NCCO."""
        if hook is None:
            self.note(leg, f"{kind} event not sent: no event URL is set")
            return None
        return (yield from self.mail.ask(OutgoingWebhook(kind, leg, *hook, payload, "optional")))

    def report_error(self, leg: Leg, reason: str) -> None:
        common = {"conversation_uuid": leg.conversation.uuid, "timestamp": utc_text(self.now)}
        self.tell("error", leg, leg.event_hook, {"reason": reason, **common})

    def send_key(self, leg: Leg, key: str) -> None:
        """A key of an asynchronous input."""
        event = payloads.status_event(leg, "", self.now)
        del event["status"], event["headers"], event["direction"]
        self.tell("input", leg, leg.keys_to, {**event, "dtmf": {"digits": key, "timed_out": False}})

    # -- legs ---------------------------------------------------------------------------------

    def place(self, body: dict[str, Any]) -> Leg:
        """Dial the call that a body of `POST /v1/calls` or `/v2/calls` asks for. The body is taken to be valid."""
        return self.dial(dial_of(self, body))

    def dial(self, dial: Dial) -> Leg:
        """Create a leg and let it ring."""
        leg = self._leg(dial.endpoint, dial.number, dial.event_hook or self.application.event, dial.parent)
        leg.run(ring(self, leg, dial))
        return leg

    def inbound(self, endpoint: dict[str, Any], number: str) -> Leg:
        """A phone calls one of the application's numbers."""
        leg = self._leg(endpoint, number, self.application.event, None, direction="inbound")
        leg.run(come_in(self, leg))
        return leg

    def _leg(
        self,
        endpoint: dict[str, Any],
        number: str,
        event_hook: Hook | None,
        parent: Leg | None,
        direction: str = "outbound",
    ) -> Leg:
        name = endpoint_name(endpoint)
        leg = Leg(
            self,
            self.new_id(),
            name,
            endpoint,
            self.cast.playing(name),
            direction=direction,
            number=number,
            event_hook=event_hook,
            parent=parent,
        )
        leg.timeline = parent.timeline if parent is not None else Timeline()
        if parent is not None:
            alike = sum(other.endpoint_name == name for other in legs_of_call(parent))
            leg.name = f"{name} ({alike + 1})" if alike else name
            leg.conversation = parent.conversation
            parent.children.append(leg)
        else:
            leg.conversation = new_conversation(self, owner=leg)
        self.legs[leg.uuid] = leg
        return leg

    def fetch(self, leg: Leg, hook: Hook) -> Steps[Ncco | None]:
        """The NCCO of an answer address."""
        request = payloads.answer_request(leg, self.base_url)
        return (yield from self.mail.ask(OutgoingWebhook("answer", leg, *hook, request, "required")))

    # -- running ------------------------------------------------------------------------------

    def start(self, leg: Leg, ncco: Ncco | None) -> None:
        """Begin an NCCO at its top, in place of whatever the leg is doing; None ends the call."""
        if leg.ended_at is not None:
            return
        self.halt(leg)
        leg.running = Process(run_ncco(self, leg, ncco or []))

    def perform(self, leg: Leg, ncco: Ncco) -> Steps[None]:
        """Run the actions of an NCCO, and go on."""
        return perform(self, leg, ncco, self._actions)

    def halt(self, leg: Leg) -> None:
        """Stop the NCCO of a leg, and what it has begun; recordings go on."""
        if leg.running is not None:
            leg.running.stop()
        leg.player.stop()
        leg.listening = None
        leg.held_by = None
        leg.key_hooks.clear()
        for child in list(leg.children):
            self.end(child, by="platform")

    def end(self, leg: Leg, *, by: str) -> None:
        """Hang up. What ended ringing (busy, …) was sent before; then `completed` follows, once."""
        if leg.ended_at is not None:
            return
        answered = leg.answered_at is not None
        leg.ended_at = self.clock.now
        leg.ended_by = by
        if not answered and leg.status not in FINAL:
            change(self, leg, "cancelled")
        leg.picked_up.fire(leg.status)
        for process in leg.processes:
            process.stop()
        leg.processes.clear()
        self.halt(leg)
        if leg.limit is not None:
            leg.limit.cancel()
        for player in leg.overlays.values():
            player.stop()
        for recording in leg.recordings:
            recording.stop()
        leg.callee.left()
        leave(self, leg)
        if answered and leg.callee.persona.machine:
            held = " ".join(f"“{words}”" for words in leg.callee.in_mailbox())
            why = "nothing was said after the beep" if leg.callee.beeped.done else "the call ended before the beep"
            self.note(leg, f"voicemail message: {held or f'none; {why}'}")
        outcome = leg.status
        # A callee who refuses a call gets no `completed` (webhook reference).
        if outcome != "rejected":
            change(self, leg, "completed", payloads.completed_extra(leg, self.epoch))
        leg.outcome = "completed" if answered else outcome
        leg.over.fire(leg.outcome)
        for watcher in self.watchers:
            watcher(leg)
        self.retention.ended(leg, self.clock.now)

    # -- recordings --------------------------------------------------------------------------

    def file_url(self, name: str) -> str:
        return f"{self.base_url}/v1/files/{name}"

    def keep(self, file: SoundFile) -> None:
        self.retention.keep(file, self.clock.now)

    def keep_speech(self, seconds: float, words: str, language: str) -> str:
        """Keep a recording of what was said, and return where it can be had."""
        file = file_of_speech(self.new_id(), seconds, words, language)
        self.keep(file)
        return self.file_url(file.uuid)

    def record(self, leg: Leg, action: dict[str, Any]) -> Lasting:
        """Begin a recording at a leg."""
        recording = Recording(leg, action)
        leg.recordings.append(recording)
        return recording


def _nobody(_hook: OutgoingWebhook) -> Signal:
    answered = Signal()
    answered.fire(NOBODY)
    return answered
