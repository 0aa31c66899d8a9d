"""Legs and conversations: who is on the line, and who hears whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from nccodsl.base.record import Record
from nccodsl.diagnostics import Message
from nccodsl.emulator.core.application import Application, Hook, Ncco
from nccodsl.emulator.core.audible import INAUDIBLE, SpokenText
from nccodsl.emulator.core.callee import Callee
from nccodsl.emulator.core.collect import Listening
from nccodsl.emulator.core.endpoint_names import endpoint_name, endpoint_value
from nccodsl.emulator.core.membership import Membership
from nccodsl.emulator.core.player import Player
from nccodsl.emulator.core.processes import Clock, Lasting, Process, Signal, Steps, Timer
from nccodsl.emulator.core.sockets import Sockets
from nccodsl.emulator.core.sound_files import SoundFile
from nccodsl.emulator.core.starts import StartLimit
from nccodsl.emulator.core.timeline import Timeline, TimelineEntry
from nccodsl.emulator.personas.persona import Persona

LONGEST = 7200.0
"""Seconds after which the platform ends a call that sets no `length_timer` (Voice API reference)."""


class Leg:
    """One line of the platform. Times are seconds of the network's clock, None before they come.

    `picked_up` fires with "answered" or with the status that ringing ended in; `over` when the leg has ended; `left`
    when its conversation ends without it; `released` when the API takes it away from the leg that dialled it; `told`
    when its last webhook is done. `listening` is the input that it is at, `held_by` the recording that its flow awaits.
    """

    conversation: Conversation
    timeline: Timeline
    status = "started"
    outcome = ""
    answered_at: float | None = None
    ended_at: float | None = None
    ended_by: str | None = None
    muted = False
    earmuffed = False
    voice_until = 0.0
    listening: Listening | None = None
    held_by: Lasting | None = None
    told: Signal | None = None
    keys_to: Hook | None = None
    limit: Timer | None = None
    running: Process | None = None

    def __init__(
        self,
        network: Platform,
        uuid: str,
        name: str,
        endpoint: dict[str, Any],
        persona: Persona,
        *,
        direction: str = "outbound",
        number: str = "",
        event_hook: Hook | None = None,
        parent: Leg | None = None,
    ) -> None:
        self.network = network
        self.uuid = uuid
        self.name = name
        self.endpoint = endpoint
        self.direction = direction
        value = endpoint_value(endpoint)
        # `number` is the platform's side of the line.
        self.caller, self.callee_number = (number, value) if direction == "outbound" else (value, number)
        self.event_hook = event_hook
        self.parent = parent
        self.children: list[Leg] = []
        self.transferred: list[Leg] = []
        self.created_at = network.clock.now
        self.picked_up = Signal()
        self.over = Signal()
        self.left = Signal()
        self.released = Signal()
        self.player = Player(self, "NCCO")
        self.overlays: dict[str, Player] = {}
        self.callee = Callee(self, persona)
        self.key_hooks: list[Callable[[str], None]] = []
        self.recordings: list[Lasting] = []
        self.processes: list[Process] = []

    def __repr__(self) -> str:
        return f"Leg({self.name!r}, {self.status})"

    @property
    def endpoint_name(self) -> str:
        """`phone 14155550101`, as scripts write it."""
        return endpoint_name(self.endpoint)

    @property
    def on_line(self) -> bool:
        """Answered, and not ended."""
        return self.answered_at is not None and self.ended_at is None

    @property
    def clock(self) -> Clock:
        """The clock of the network."""
        return self.network.clock

    @property
    def quiet(self) -> bool:
        """Whether nothing that will end is being played to it."""
        return not (self.player.busy or (self.overlays and any(player.busy for player in self.overlays.values())))

    def overlay(self, kind: str) -> Player:
        """The player of what the API puts over the flow: "talk" or "stream"."""
        return self.overlays.setdefault(kind, Player(self, kind))

    def log(self, kind: str, text: str, data: dict[str, Any] | None = None) -> TimelineEntry:
        """Note something in the timeline of the call."""
        entry = self.timeline.add(self.network.clock.now, self.name, kind, text, data)
        if kind == "hears":
            self.callee.takes(entry)
        return entry

    def run(self, steps: Steps[None]) -> Process:
        """Run a process that ends with the leg."""
        process = Process(steps)
        self.processes.append(process)
        return process

    def hear(self, words: str, seconds: float, *, endless: bool = False) -> None:
        """Something begins to be heard at this leg."""
        self.callee.hears(words, seconds, endless=endless)

    def hang_up(self) -> None:
        """The person at this leg ends the call."""
        self.network.end(self, by="user")

    def press(self, key: str) -> None:
        """The person at this leg presses a key."""
        heard = [other.callee.takes_key(key) for other in self.conversation.hearers(self)]
        hooks = list(self.key_hooks)
        for hook in hooks:
            hook(key)
        if self.listening is not None and self.listening.takes_keys:
            self.listening.key(key)
        elif self.keys_to is not None:
            self.network.send_key(self, key)
        elif not hooks and not any(heard):
            self.network.note(self, f"no input is waiting for the key {key}")

    def speak(self, words: str) -> float:
        """The person at this leg speaks; returns for how many seconds."""
        said = SpokenText(words, self.callee.persona.language or self.player.language)
        hearers, sockets = self.conversation.hearers(self), self.network.sockets
        seconds = self.network.application.seconds_to_say(words, said.language)
        if sockets is not None and any(other.callee.is_application for other in hearers):
            # What an application hears is real sound, which takes as long as it takes.
            seconds = sockets.sounds.seconds(words, said.language)
        now = self.clock.now
        entry = self.log("says", f"“{words}”", {"text": words})
        entry.until, entry.audible = now + seconds, said
        if self.muted or self.conversation.is_muted(self):
            entry.audible = INAUDIBLE
            self.network.note(self, "not heard: this leg is muted")
            return seconds
        self.voice_until = max(self.voice_until, now + seconds)
        if self.listening is not None and self.listening.takes_speech:
            self.listening.speech(words, seconds, self.callee.persona.confidence)
        for other in hearers:
            heard = other.log("hears", f"{self.name}: “{words}”", {"text": words, "from": self.uuid})
            heard.until, heard.audible = now + seconds, said
            other.hear(words, seconds)
        return seconds


class Conversation:
    """Legs that can hear each other. One without a name belongs to a leg, and ends when that leaves."""

    def __init__(self, uuid: str, name: str | None = None, owner: Leg | None = None) -> None:
        self.uuid = uuid
        self.name = name
        self.owner = owner
        self.members: dict[Leg, Membership] = {}
        self.recording: Lasting | None = None

    @property
    def started(self) -> bool:
        """Whether a leg has joined that starts it; until then all wait (NCCO reference)."""
        return any(membership.start_on_enter for membership in self.members.values())

    def is_muted(self, leg: Leg) -> bool:
        membership = self.members.get(leg)
        return membership is not None and membership.mute

    def hearers(self, speaker: Leg) -> list[Leg]:
        """The legs that hear what is said at one of them."""
        own = self.members.get(speaker)
        if own is None or not self.started:
            return []
        return [
            leg
            for leg, membership in self.members.items()
            if leg is not speaker
            and leg.on_line
            and not leg.earmuffed
            and (own.can_speak is None or leg.uuid in own.can_speak)
            and (membership.can_hear is None or speaker.uuid in membership.can_hear)
        ]


class Dial(Record):
    """How a leg is dialled. `ring_for` and `talk_for` in seconds; `detection` an advanced_machine_detection object.

    `answered` says what the leg does when it has been picked up.
    """

    endpoint: dict[str, Any]
    answered: Callable[[Leg], Steps[None]]
    number: str = ""
    ring_for: float = 60.0
    talk_for: float = LONGEST
    detection: dict[str, Any] | None = None
    event_hook: Hook | None = None
    parent: Leg | None = None
    failed: Callable[[Leg, dict[str, Any]], Steps[None]] | None = None


class Platform(Protocol):
    """What a process may ask of the network that it runs on."""

    legacy: bool
    clock: Clock
    epoch: float
    application: Application
    conversations: dict[str, Conversation]
    named: dict[str, Conversation]
    starts: StartLimit
    sockets: Sockets | None

    @property
    def now(self) -> float:
        """Unix time of the network."""

    def new_id(self) -> str:
        """An id that nothing else has."""

    def log(self, leg: Leg, kind: str, text: str, data: dict[str, Any] | None = None) -> TimelineEntry:
        """Note something in the timeline of a leg."""

    def note(self, leg: Leg, said: Message | str, data: dict[str, Any] | None = None) -> None:
        """Tell the author of the call something."""

    def tell(self, kind: str, leg: Leg, hook: Hook | None, payload: dict[str, Any]) -> None:
        """Send a webhook whose answer means nothing."""

    def ask(self, kind: str, leg: Leg, hook: Hook | None, payload: dict[str, Any]) -> Steps[Ncco | None]:
        """Send a webhook that may be answered with an NCCO."""

    def report_error(self, leg: Leg, reason: str) -> None:
        """Tell the event address of an error."""

    def send_key(self, leg: Leg, key: str) -> None:
        """Send a key of an asynchronous input."""

    def fetch(self, leg: Leg, hook: Hook) -> Steps[Ncco | None]:
        """The NCCO of an answer address."""

    def dial(self, dial: Dial) -> Leg:
        """Create a leg and let it ring."""

    def start(self, leg: Leg, ncco: Ncco | None) -> None:
        """Begin an NCCO at its top, in place of what the leg is doing; None ends the call."""

    def perform(self, leg: Leg, ncco: Ncco) -> Steps[None]:
        """Run the actions of an NCCO, and go on."""

    def halt(self, leg: Leg) -> None:
        """Stop the NCCO of a leg, and what it has begun."""

    def end(self, leg: Leg, *, by: str) -> None:
        """Hang up."""

    def record(self, leg: Leg, action: dict[str, Any]) -> Lasting:
        """Begin a recording at a leg."""

    def keep(self, file: SoundFile) -> None:
        """Keep a file that can be downloaded."""

    def keep_speech(self, seconds: float, words: str, language: str) -> str:
        """Keep a recording of what was said, and return its address."""

    def file_url(self, name: str) -> str:
        """The address of a file."""
