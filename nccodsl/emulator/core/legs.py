"""Legs and conversations: who is on the line, and who hears whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nccodsl.emulator.core.callee import Callee
from nccodsl.emulator.core.payloads import endpoint_name, endpoint_value
from nccodsl.emulator.core.player import Player
from nccodsl.emulator.core.processes import Process, Signal, Timer
from nccodsl.emulator.core.timeline import Timeline
from nccodsl.emulator.personas.persona import Persona
from nccodsl.emulator.personas.speech_length import seconds_to_say

if TYPE_CHECKING:
    from nccodsl.emulator.core.collect import Listening
    from nccodsl.emulator.core.network import Network
    from nccodsl.emulator.core.recordings import Recording

FINAL = frozenset(("completed", "busy", "cancelled", "failed", "rejected", "timeout", "unanswered"))
Hook = tuple[str, str]
"""Method and address of a webhook."""


class Leg:
    """One line between the platform and somebody. Times are seconds of the network's clock, None before they come.

    `picked_up` fires with "answered" or with the status that ringing ended in; `over` when the leg has ended; `left`
    when its conversation ends without it; `released` when the API takes it away from the leg that dialled it.
    `listening` is the input that it is at, `held_by` the recording that its flow waits for.
    """

    def __init__(
        self,
        network: Network,
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
        self.status = "started"
        self.created_at = network.clock.now
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.ended_by: str | None = None
        self.picked_up = Signal()
        self.over = Signal()
        self.left = Signal()
        self.released = Signal()
        self.transferred: list[Leg] = []
        self.muted = False
        self.earmuffed = False
        self.voice_until = 0.0
        self.player = Player(self, "NCCO")
        self.overlays: dict[str, Player] = {}
        self.callee = Callee(self, persona)
        self.listening: Listening | None = None
        self.keys_to: Hook | None = None
        self.key_hooks: list[Callable[[str], None]] = []
        self.recordings: list[Recording] = []
        self.held_by: Recording | None = None
        self.processes: list[Process] = []
        self.limit: Timer | None = None
        self.running: Process | None = None
        self.outcome = ""
        self.conversation: Conversation
        self.timeline: Timeline

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
    def quiet(self) -> bool:
        """Whether nothing that will end is being played to it."""
        return not (self.player.busy or any(player.busy for player in self.overlays.values()))

    def overlay(self, kind: str) -> Player:
        """The player of what the API puts over the flow: "talk" or "stream"."""
        return self.overlays.setdefault(kind, Player(self, kind))

    def press(self, key: str) -> None:
        """Somebody at this leg presses a key."""
        hooks = list(self.key_hooks)
        for hook in hooks:
            hook(key)
        if self.listening is not None and self.listening.takes_keys:
            self.listening.key(key)
        elif self.keys_to is not None:
            self.network.send_key(self, key)
        elif not hooks:
            self.network.note(self, f"nobody listens when {key} is pressed")

    def speak(self, words: str) -> float:
        """Somebody at this leg speaks; returns for how many seconds."""
        seconds = seconds_to_say(words)
        now = self.network.clock.now
        entry = self.network.log(self, "says", f"“{words}”", {"text": words})
        entry.until = now + seconds
        if self.muted or self.conversation.is_muted(self):
            self.network.note(self, "it is muted: nobody hears this")
            return seconds
        self.voice_until = max(self.voice_until, now + seconds)
        if self.listening is not None and self.listening.takes_speech:
            self.listening.speech(words, seconds, self.callee.persona.confidence)
        for other in self.conversation.hearers(self):
            heard = self.network.log(other, "hears", f"{self.name}: “{words}”", {"text": words, "from": self.uuid})
            heard.until = now + seconds
            other.callee.hears(words, seconds)
        return seconds


class Membership:
    """How a leg is in a conversation: the options of the `conversation` action. None: everyone."""

    __slots__ = ("can_hear", "can_speak", "end_on_exit", "mute", "start_on_enter")

    def __init__(
        self,
        *,
        start_on_enter: bool = True,
        end_on_exit: bool = False,
        mute: bool = False,
        can_speak: frozenset[str] | None = None,
        can_hear: frozenset[str] | None = None,
    ) -> None:
        self.start_on_enter = start_on_enter
        self.end_on_exit = end_on_exit
        self.mute = mute
        self.can_speak = can_speak
        self.can_hear = can_hear


class Conversation:
    """Legs that can hear each other. One without a name belongs to a leg, and ends when that leaves."""

    def __init__(self, uuid: str, name: str | None = None, owner: Leg | None = None) -> None:
        self.uuid = uuid
        self.name = name
        self.owner = owner
        self.members: dict[Leg, Membership] = {}
        self.recording: Recording | None = None

    @property
    def started(self) -> bool:
        """Whether somebody has come for whom it starts; until then everybody waits (voice-api.md 2.3)."""
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
