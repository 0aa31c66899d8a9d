"""What is played to a leg: sounds one after the other, cut when somebody stops them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nccodsl.emulator.core.processes import Signal, Timer
from nccodsl.emulator.core.timeline import Entry

if TYPE_CHECKING:
    from nccodsl.emulator.core.legs import Leg

RINGING = "the line ringing"
_MOST_LOOPS = 100_000
"""More rounds than any call has time for; a number beyond them may be too large for a float."""
NO_VOICE: Mapping[str, object] = {}


class Sound:
    """Something that is played `loops` times (0: without end), each time `seconds` long.

    `words` is what can be understood of it, `shown` how the timeline tells it, `voice` in which voice it is said.
    """

    __slots__ = ("kind", "loops", "seconds", "shown", "voice", "words")

    def __init__(
        self,
        kind: str,
        words: str,
        shown: str,
        seconds: float,
        loops: int = 1,
        voice: Mapping[str, object] = NO_VOICE,
    ) -> None:
        self.kind = kind
        self.words = words
        self.shown = shown
        self.seconds = seconds
        self.loops = loops
        self.voice = voice

    @property
    def endless(self) -> bool:
        return self.loops == 0


class Player:
    """Plays sounds to one leg in the order in which they are given."""

    def __init__(self, leg: Leg, source: str) -> None:
        self._leg = leg
        self._source = source
        self._queue: deque[tuple[Sound, Signal]] = deque()
        self._current: tuple[Sound, Signal] | None = None
        self._entry: Entry | None = None
        self._timer: Timer | None = None
        self.idle = Signal()
        self.idle.fire()

    @property
    def playing(self) -> bool:
        return self._current is not None

    @property
    def busy(self) -> bool:
        """Playing something that will end."""
        return self._current is not None and not self._current[0].endless

    @property
    def last(self) -> bool:
        """Whether nothing is to follow what is being played."""
        return not self._queue

    def play(self, sound: Sound) -> Signal:
        """Play behind what is being played; the signal fires when this sound has ended or was cut."""
        done = Signal()
        self._queue.append((sound, done))
        if self._current is None:
            self.idle = Signal()
            self._next()
        return done

    def stop(self) -> None:
        """Cut what is played, and forget what was to follow."""
        waiting, self._queue = self._queue, deque()
        if self._current is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._finish(cut=True)
        for _, done in waiting:
            done.fire()

    def _next(self) -> None:
        if not self._queue:
            self.idle.fire()
            return
        sound, done = self._queue.popleft()
        self._current = (sound, done)
        leg = self._leg
        network = leg.network
        shown = sound.shown if not leg.earmuffed else f"nothing (earmuffed) of {sound.shown}"
        data: dict[str, object] = {
            "source": self._source,
            "sound": sound.kind,
            "text": sound.words,
            "loops": sound.loops,
        }
        data |= sound.voice
        self._entry = network.log(leg, "hears", shown, data)
        if not sound.endless:
            self._timer = network.clock.after(sound.seconds * min(sound.loops, _MOST_LOOPS))
            self._timer.then(self._ended)
        if not leg.earmuffed:
            leg.callee.hears(sound.words, sound.seconds, endless=sound.endless)

    def _ended(self, _value: object) -> None:
        self._finish(cut=False)

    def _finish(self, *, cut: bool) -> None:
        assert self._current is not None
        assert self._entry is not None
        _, done = self._current
        self._current = None
        self._entry.until = self._leg.network.clock.now
        self._entry.cut = cut
        if not cut:
            done.fire()
            # Whoever waited may have given the next sound already.
            if self._current is None:
                self._next()
            return
        self.idle.fire()
        done.fire()
