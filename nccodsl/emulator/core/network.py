"""The platform's voice side, without a network: legs are placed, ring, are answered, run their NCCO and end.

Owns: the life of legs and conversations, and the events of it. Does not own: what NCCO actions do (actions), what
the API is asked for while a call runs (control), how webhooks travel (webhooks).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from random import Random
from typing import Any

from nccodsl.base.record import Record
from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.dial import dial_of
from nccodsl.emulator.core.legs import FINAL, Conversation, Hook, Leg, Membership
from nccodsl.emulator.core.mail import NOBODY, Mail, Ncco, OutgoingWebhook, Transport
from nccodsl.emulator.core.processes import Clock, Process, Signal, Steps
from nccodsl.emulator.core.recordings import Recording, SoundFile, Voice
from nccodsl.emulator.core.retention import LEG_DAYS, Retention
from nccodsl.emulator.core.ring import Dial, come_in, ring
from nccodsl.emulator.core.run import run_ncco
from nccodsl.emulator.core.timeline import Entry, LegSummary, Timeline
from nccodsl.emulator.personas.persona import DEFAULT, Cast, Casting

EPOCH = 1_767_225_600.0
"""2026-01-01T00:00:00Z: when virtual time begins, so that runs can be repeated."""
_VERSION_4 = 0x4000 << 64 | 0x8000 << 48
_KEPT = ~(0xF000 << 64 | 0xC000 << 48)


class Application(Record):
    """The settings of a voice application: methods and addresses of its webhooks, and the days that legs are kept."""

    answer: Hook | None = None
    event: Hook | None = None
    fallback: Hook | None = None
    leg_days: float = LEG_DAYS


class Network:
    """Legs, conversations, and the clock that they live by.

    `transport` takes webhooks out. `seed` makes ids repeatable; each `start` of a seed has ids of its own. `legacy`:
    inputs without `type` are played as they once were. Everything happens while somebody steps the clock.
    """

    def __init__(
        self,
        cast: Casting | None = None,
        *,
        transport: Transport | None = None,
        application: Application | None = None,
        seed: int = 0,
        start: int = 0,
        epoch: float = EPOCH,
        base_url: str = "https://api.nexmo.com",
        legacy: bool = False,
    ) -> None:
        self.legacy = legacy
        self.clock = Clock()
        self.cast: Casting = cast or Cast((DEFAULT,))
        self.application = application or Application()
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

    def run(self, steps: Generator[Signal, Any, Any]) -> Process:
        return Process(steps)

    def new_id(self) -> str:
        """A version 4 UUID; `uuid.UUID` takes several times as long."""
        digits = f"{self._random.getrandbits(128) & _KEPT | _VERSION_4:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    @property
    def now(self) -> float:
        """Unix time of the network."""
        return self.epoch + self.clock.now

    def log(self, leg: Leg, kind: str, text: str, data: dict[str, Any] | None = None) -> Entry:
        return leg.timeline.add(self.clock.now, leg.name, kind, text, data)

    def note(self, leg: Leg, text: str, *, code: str = "", help: str = "") -> None:
        """Tell the author of the call something."""
        self.log(leg, "note", text, {"code": code, "help": help} if code else None)

    def file_url(self, name: str) -> str:
        return f"{self.base_url}/v1/files/{name}"

    def keep_speech(self, seconds: float, words: str) -> str:
        """Keep a recording of what was said, and return where it can be had."""
        file = SoundFile(self.new_id(), "wav", seconds, 1, (Voice(0.0, seconds, words),))
        self.retention.keep(file, self.clock.now)
        return self.file_url(file.uuid)

    # -- events -------------------------------------------------------------------------------

    def tell(self, kind: str, leg: Leg, hook: Hook | None, payload: dict[str, Any]) -> None:
        """Send a webhook whose answer means nothing."""
        if hook is not None:
            self.mail.tell(OutgoingWebhook(kind, leg, *hook, payload))

    def ask(self, kind: str, leg: Leg, hook: Hook | None, payload: dict[str, Any]) -> Steps[Ncco | None]:
        """Send a webhook that may be answered with an NCCO."""
        if hook is None:
            self.note(leg, f"no address is known for the {kind} event, so nobody is told")
            return None
        return (yield from self.mail.ask(OutgoingWebhook(kind, leg, *hook, payload, "optional")))

    def event(self, leg: Leg, status: str, **extra: Any) -> None:
        """A leg changes its status: noted, and told to its event address."""
        self.mark(leg, status, extra.get("detail"))
        if leg.event_hook is not None:
            self.tell("event", leg, leg.event_hook, self.status_event(leg, status, **extra))

    def mark(self, leg: Leg, status: str, detail: object = None) -> None:
        """A leg changes its status, and nobody is told yet."""
        leg.status = status
        self.log(leg, "status", f"{status} ({detail})" if detail else status, {"status": status})

    def status_event(self, leg: Leg, status: str, **extra: Any) -> dict[str, Any]:
        """What tells of a status."""
        return {**payloads.status_event(leg, status, self.now), **extra}

    def report_error(self, leg: Leg, reason: str) -> None:
        common = {"conversation_uuid": leg.conversation.uuid, "timestamp": payloads.timestamp(self.now)}
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
        leg.processes.append(self.run(ring(self, leg, dial)))
        return leg

    def inbound(self, endpoint: dict[str, Any], number: str) -> Leg:
        """Somebody calls one of the application's numbers."""
        leg = self._leg(endpoint, number, self.application.event, None, direction="inbound")
        leg.processes.append(self.run(come_in(self, leg)))
        return leg

    def _leg(
        self,
        endpoint: dict[str, Any],
        number: str,
        event_hook: Hook | None,
        parent: Leg | None,
        direction: str = "outbound",
    ) -> Leg:
        name = payloads.endpoint_name(endpoint)
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
            alike = sum(other.endpoint_name == name for other in _family(parent))
            leg.name = f"{name} ({alike + 1})" if alike else name
            leg.conversation = parent.conversation
            parent.children.append(leg)
        else:
            leg.conversation = self.new_conversation(owner=leg)
        self.legs[leg.uuid] = leg
        return leg

    def new_conversation(self, name: str | None = None, owner: Leg | None = None) -> Conversation:
        conversation = Conversation(f"CON-{self.new_id()}", name, owner)
        self.conversations[conversation.uuid] = conversation
        return conversation

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
        leg.running = self.run(run_ncco(self, leg, ncco or []))

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
        """Hang up. What ended ringing (busy, …) has been told before; then `completed` follows, once."""
        if leg.ended_at is not None:
            return
        answered = leg.answered_at is not None
        leg.ended_at = self.clock.now
        leg.ended_by = by
        if not answered and leg.status not in FINAL:
            self.event(leg, "cancelled")
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
        self.leave(leg)
        if answered and leg.callee.persona.machine:
            held = " ".join(f"“{words}”" for words in leg.callee.in_mailbox())
            why = "nothing was said after its beep" if leg.callee.beeped.done else "the call was over before its beep"
            self.note(leg, f"the voicemail holds {held or f'nothing: {why}'}")
        outcome = leg.status
        # Whoever refuses a call gets no `completed` (voice-api.md 3.2).
        if outcome != "rejected":
            self.event(leg, "completed", **payloads.completed_extra(leg, self.epoch))
        leg.outcome = "completed" if answered else outcome
        leg.over.fire(leg.outcome)
        for watcher in self.watchers:
            watcher(leg)
        self.retention.ended(leg, self.clock.now)

    # -- conversations ------------------------------------------------------------------------

    def move(self, leg: Leg, target: Conversation, membership: Membership) -> None:
        """Bring a leg from its conversation into another one, and tell it."""
        source = leg.conversation
        self.leave(leg)
        self.join(leg, target, membership)
        event = {
            "type": "transfer",
            "conversation_uuid_from": source.uuid,
            "conversation_uuid_to": target.uuid,
            "uuid": leg.uuid,
            "timestamp": payloads.timestamp(self.now),
        }
        self.tell("transfer", leg, leg.event_hook, event)

    def join(self, leg: Leg, conversation: Conversation, membership: Membership) -> None:
        """Put a leg into a conversation."""
        leg.conversation = conversation
        leg.left = Signal()
        conversation.members[leg] = membership

    def leave(self, leg: Leg) -> None:
        """Take a leg out of its conversation; where that ends it, the others go too."""
        conversation = leg.conversation
        membership = conversation.members.pop(leg, None)
        if not conversation.members:
            self.conversations.pop(conversation.uuid, None)
        if membership is None:
            return
        if conversation.name is not None:
            self.log(leg, "leaves", f"conversation {conversation.name}", {"conversation_uuid": conversation.uuid})
        rest = list(conversation.members)
        if (conversation.recording is not None) and (not rest or membership.end_on_exit):
            conversation.recording.stop()
            conversation.recording = None
        if conversation.owner is leg:
            for other in rest:
                self.end(other, by="platform")
        elif membership.end_on_exit:
            for other in rest:
                conversation.members.pop(other, None)
                self.log(other, "leaves", f"conversation {conversation.name}, which the moderator has ended")
                other.left.fire()
        if not conversation.members:
            self.named.pop(conversation.name or "", None)

    def record(self, leg: Leg, action: dict[str, Any]) -> Recording:
        """Begin a recording at a leg."""
        recording = Recording(leg, action)
        leg.recordings.append(recording)
        return recording

    def summaries(self, leg: Leg) -> list[LegSummary]:
        """How the legs of a call went, in the order in which they were created."""
        return [
            LegSummary(
                name=one.name,
                uuid=one.uuid,
                direction=one.direction,
                endpoint=one.endpoint_name,
                outcome=one.outcome or one.status,
                started=one.created_at,
                answered=one.answered_at,
                ended=one.ended_at,
                ended_by=one.ended_by,
            )
            for one in _family(leg)
        ]


def _family(leg: Leg) -> list[Leg]:
    """A call's first leg and all that were dialled from it."""
    while leg.parent is not None:
        leg = leg.parent
    family = [leg]
    for one in family:
        family.extend(one.children)
        family.extend(one.transferred)
    return family


def _nobody(_hook: OutgoingWebhook) -> Signal:
    answered = Signal()
    answered.fire(NOBODY)
    return answered
