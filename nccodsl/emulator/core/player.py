"""What is played to a leg: sounds one after the other, cut when they are stopped."""

from __future__ import annotations

from collections import deque
from typing import Any, Protocol

from nccodsl.emulator.core.audible import INAUDIBLE, SpokenText
from nccodsl.emulator.core.processes import Clock, Signal, Timer
from nccodsl.emulator.core.sounds import Sound
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.personas.speech_length import LANGUAGE

_MOST_LOOPS = 100_000
"""More rounds than any call has time for; a number beyond them may be too large for a float."""


class Ear(Protocol):
    """What a player plays to."""

    earmuffed: bool

    @property
    def clock(self) -> Clock:
        """The clock that sounds end by."""

    def log(self, kind: str, text: str, data: dict[str, Any] | None = None) -> TimelineEntry:
        """Note what is heard."""

    def hear(self, words: str, seconds: float, *, endless: bool = False) -> None:
        """Something begins to be heard."""


class Player:
    """Plays sounds to one leg in the order in which they are given. `language` is that of its last text."""

    def __init__(self, ear: Ear, source: str) -> None:
        self._ear = ear
        self._source = source
        self._queue: deque[tuple[Sound, Signal]] = deque()
        self._current: tuple[Sound, Signal] | None = None
        self._entry: TimelineEntry | None = None
        self._timer: Timer | None = None
        self.language = LANGUAGE
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
        ear = self._ear
        shown = sound.shown if not ear.earmuffed else f"nothing (earmuffed); played: {sound.shown}"
        data: dict[str, Any] = {
            "source": self._source,
            "sound": sound.kind,
            "text": sound.words,
            "loops": sound.loops,
        }
        data |= sound.voice
        self._entry = ear.log("hears", shown, data)
        self._entry.audible = sound.audible if not ear.earmuffed else INAUDIBLE
        if isinstance(sound.audible, SpokenText):
            self.language = sound.audible.language
        if not sound.endless:
            self._timer = ear.clock.after(sound.seconds * min(sound.loops, _MOST_LOOPS))
            self._timer.then(self._ended)
        if not ear.earmuffed:
            ear.hear(sound.words, sound.seconds, endless=sound.endless)

    def _ended(self, _value: object) -> None:
        self._finish(cut=False)

    def _finish(self, *, cut: bool) -> None:
        assert self._current is not None
        assert self._entry is not None
        _, done = self._current
        self._current = None
        self._entry.until = self._ear.clock.now
        self._entry.cut = cut
        if not cut:
            done.fire()
            # A waiting process may have given the next sound already.
            if self._current is None:
                self._next()
            return
        self.idle.fire()
        done.fire()
