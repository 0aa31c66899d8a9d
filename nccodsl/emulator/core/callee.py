"""Acting out a persona on a leg: what it does when it answers, hears something, or a time has passed."""

from __future__ import annotations

from typing import Any, Protocol

from nccodsl.emulator.core.player import Player
from nccodsl.emulator.core.processes import Clock, Process, Signal, Steps, Timer
from nccodsl.emulator.core.timeline import Timeline, TimelineEntry
from nccodsl.emulator.personas.persona import BEEP, Persona, Rule

BETWEEN_KEYS = 0.3
"""Seconds from one key to the next."""


class Line(Protocol):
    """What a persona hears and speaks by."""

    name: str
    timeline: Timeline
    player: Player

    @property
    def clock(self) -> Clock:
        """The clock that the persona reacts by."""

    @property
    def quiet(self) -> bool:
        """Whether nothing that will end is being played."""

    def log(self, kind: str, text: str, data: dict[str, Any] | None = None) -> TimelineEntry:
        """Note what the persona does."""

    def run(self, steps: Steps[None]) -> Process:
        """Run a process that ends with the line."""

    def press(self, key: str) -> None:
        """Press a key."""

    def speak(self, words: str) -> float:
        """Speak; returns for how many seconds."""

    def hang_up(self) -> None:
        """End the call."""


class Callee:
    """The persona at the other end of a leg."""

    def __init__(self, line: Line, persona: Persona) -> None:
        self._line = line
        self.persona = persona
        self.beeped = Signal()
        self._left = [rule.times for rule in persona.does]
        self._begun: set[int] = set()
        self._done: set[int] = set()
        self._acting = 0
        self._acted_at = -1.0
        self._awaited: Timer | None = None
        self._voice_over: Signal | None = None

    def answered(self) -> None:
        """The call has been picked up."""
        if self.persona.machine:
            self._line.run(self._greet())
        self._start("answered")
        for index, rule in enumerate(self.persona.does):
            if rule.after is not None and self._take(index):
                self._do(index, rule.after)

    def joined(self) -> None:
        """The leg has come together with others, or waits for them."""
        self._start("joined")
        self._line.run(self._leave())

    def hears(self, words: str, seconds: float, *, endless: bool = False) -> None:
        """Something begins to be heard; of what is repeated without end, `seconds` is one turn."""
        if not self.persona.does:
            return
        folded = words.casefold()
        for index, rule in enumerate(self.persona.does):
            if rule.hears is None:
                continue
            at = folded.find(rule.hears.casefold())
            if at < 0 or not self._take(index):
                continue
            spoken = (at + len(rule.hears)) / max(len(words), 1) * seconds
            self._do(index, spoken if rule.interrupt else seconds if endless else None)
            return

    def hears_beep(self) -> None:
        """A recording begins, and the leg hears its beep."""
        self.hears(BEEP, 0.0)
        self._start("beep")

    # -- what it hears of an application, which an application hears itself (agent) ---------------

    is_application = False

    def left(self) -> None:
        """The leg has ended."""
        if self._awaited is not None:
            self._awaited.cancel()

    def takes(self, entry: TimelineEntry) -> None:
        """Something begins to sound at the leg."""

    def takes_live(self, speaker: str, frame: bytes, rate: int) -> None:
        """20 ms of an application's speech; `speaker` is the uuid of its leg."""

    def takes_key(self, key: str) -> bool:
        """Another leg presses a key; returns whether that means something here."""
        return False

    def voice_begins(self, at: float) -> None:
        """An application has begun to speak, a moment ago."""
        self._voice_over = self._voice_over or Signal()
        self._await(at, "speech")

    def voice_ends(self, at: float) -> None:
        """An application is silent, since a moment ago."""
        over, self._voice_over = self._voice_over, None
        if over is not None:
            over.fire()
        self._await(at, "silence")

    def _await(self, at: float, what: str) -> None:
        """Act when it has lasted for as long as the next rule wants that is about speech or silence.

        Not in the middle of acting, and not because of a silence that began before: that was no answer.
        """
        if self._awaited is not None:
            self._awaited.cancel()
        if self._acting or (what == "silence" and at <= self._acted_at):
            return
        index = self._turn()
        turn = self.persona.does[index].turn if index is not None else None
        if index is None or turn is None or turn.what != what:
            return

        def lasted(_value: object) -> None:
            self._take(index)
            self._do(index, 0.0)

        self._awaited = self._line.clock.at(at + turn.seconds)
        self._awaited.then(lasted)

    def _turn(self) -> int | None:
        """The rule about speech or silence whose turn it is: those before it that hear something have acted."""
        for index, rule in enumerate(self.persona.does):
            if rule.turn is not None and self._left[index] != 0:
                return index
            if (rule.turn is not None or rule.hears is not None) and index not in self._done:
                return None
        return None

    @property
    def never(self) -> list[Rule]:
        """The rules that have not come to act."""
        return [rule for index, rule in enumerate(self.persona.does) if index not in self._begun]

    def in_mailbox(self) -> list[str]:
        """What a machine has recorded: all that was still to be heard after its beep."""
        if not self.beeped.done:
            return []
        beep = self.beeped.value
        return [
            ("… " if entry.at < beep else "") + str(entry.data["text"]) + (" …" if entry.cut else "")
            for entry in self._line.timeline.of("hears", self._line.name)
            if entry.data.get("text") and (entry.until is None or entry.until > beep)
        ]

    def _start(self, when: str) -> None:
        for index, rule in enumerate(self.persona.does):
            if rule.when == when and self._take(index):
                self._do(index, 0.0)

    def _take(self, index: int) -> bool:
        """Whether a rule may act once more."""
        left = self._left[index]
        if left is not None:
            self._left[index] = max(left - 1, 0)
        return left is None or left > 0

    def _do(self, index: int, delay: float | None) -> None:
        self._begun.add(index)
        self._line.run(self._react(index, delay))

    def _react(self, index: int, delay: float | None) -> Steps[None]:
        """Act after `delay` seconds; None: when the other side has finished."""
        rule, clock = self.persona.does[index], self._line.clock
        if delay is None:
            yield clock.after(self.persona.reaction)
            while not self._line.quiet or self._voice_over is not None:
                yield self._voice_over if self._line.quiet and self._voice_over is not None else self._line.player.idle
                yield clock.after(self.persona.reaction)
        else:
            yield clock.after(delay + (self.persona.reaction if rule.hears is not None else 0.0))
        self._acting += 1
        yield from self._act(rule)
        self._acting -= 1
        self._acted_at = clock.now
        self._done.add(index)
        if self._voice_over is not None:
            self._await(clock.now, "speech")

    def _act(self, rule: Rule) -> Steps[None]:
        clock = self._line.clock
        for act in rule.acts:
            if act.verb == "press":
                yield from self._press(act.value)
            elif act.verb == "say":
                yield clock.after(self._line.speak(act.value))
            elif act.verb == "wait":
                yield clock.after(act.value)
            elif act.value is not False:
                self._line.hang_up()

    def _press(self, keys: str) -> Steps[None]:
        line = self._line
        line.log("presses", " ".join(keys), {"keys": keys})
        for number, key in enumerate(keys):
            if number:
                yield line.clock.after(BETWEEN_KEYS)
            line.press(key)

    def _greet(self) -> Steps[None]:
        line = self._line
        if self.persona.greeting:
            yield line.clock.after(line.speak(self.persona.greeting))
        if self.persona.beep:
            line.log("says", "(beep)", {"text": BEEP})
            self.beeped.fire(line.clock.now)
            self._start("beep")

    def _leave(self) -> Steps[None]:
        yield self._line.clock.after(self.persona.stays)
        self._line.hang_up()
