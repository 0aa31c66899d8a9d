"""The sound of a call at one of its legs, from its timeline: what is heard there, and what the person there says.

Everything stands at its time in the timeline, and ends where the timeline ends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import soxr

from nccodsl.audio import tones
from nccodsl.audio.speech_engine import SpeechEngine
from nccodsl.audio.tones import Samples
from nccodsl.base.record import Record
from nccodsl.emulator.core.callee import BETWEEN_KEYS
from nccodsl.emulator.core.timeline import Emulated, TimelineEntry
from nccodsl.emulator.personas.persona import BEEP
from nccodsl.emulator.personas.speech_length import LANGUAGE

RATE = 16_000
"""Samples in a second."""
_TAIL = 0.5  # seconds behind the last sound


class Voices:
    """Says texts, each once, at RATE."""

    def __init__(self, engine: SpeechEngine) -> None:
        self._engine = engine
        self._kept: dict[tuple[str, str], Samples] = {}

    def say(self, text: str, language: str) -> Samples:
        """A text, plain or in SSML, in a language of the platform."""
        wanted = text, language
        if wanted not in self._kept:
            spoken = self._engine.say(text, language)
            self._kept[wanted] = soxr.resample(spoken.samples, spoken.rate, RATE)
        return self._kept[wanted]

    def seconds(self, text: str, language: str) -> float:
        """How long that takes: a `SecondsToSay` of the emulator."""
        return len(self.say(text, language)) / RATE


class CallAudio(Record):
    """Both directions of one leg, equally long: what it hears, and what comes from it."""

    heard: Samples
    said: Samples


def call_audio(call: Emulated, voices: Voices, leg: str | None = None) -> CallAudio:
    """The sound at a leg, by default the first."""
    name = leg if leg is not None else call.legs[0].name
    studio = _Studio(call, voices)
    entries = [entry for entry in call.timeline.entries if entry.leg == name]
    heard, said = Track(), Track()
    for entry in entries:
        if entry.kind == "hears":
            heard.put(entry.at, studio.heard(entry))
        elif entry.kind in ("says", "presses"):
            said.put(entry.at, studio.said(entry))
    for begin, end in _rings(entries):
        heard.put(begin, tones.ringing(end - begin, RATE))
    seconds = max(heard.seconds, said.seconds, call.seconds) + _TAIL
    return CallAudio(heard.to(seconds), said.to(seconds))


class Track:
    """Sounds at their times. Those that sound at once are mixed."""

    def __init__(self) -> None:
        self._samples = np.zeros(0, np.float32)

    @property
    def seconds(self) -> float:
        """When the last sound ends."""
        return len(self._samples) / RATE

    def put(self, at: float, sound: Samples) -> None:
        """A sound that begins `at` so many seconds."""
        begin = round(at * RATE)
        if (end := begin + len(sound)) > len(self._samples):
            # Grown by half each time, so that a long call costs no more a second than a short one.
            self._samples = np.pad(self._samples, (0, max(end, len(self._samples) * 3 // 2) - len(self._samples)))
        self._samples[begin:end] += sound

    def to(self, seconds: float) -> Samples:
        """All of it, so long."""
        wanted = round(seconds * RATE)
        return np.clip(np.pad(self._samples, (0, max(0, wanted - len(self._samples))))[:wanted], -1, 1)


class _Studio:
    """Makes the sound of what a timeline tells."""

    def __init__(self, call: Emulated, voices: Voices) -> None:
        self._voices = voices
        self._end = call.seconds
        self._language = LANGUAGE

    def heard(self, entry: TimelineEntry) -> Samples:
        """What a leg begins to hear."""
        data = entry.data
        seconds = (entry.until if entry.until is not None else self._end) - entry.at
        if keys := data.get("keys"):
            return tones.keys(keys, RATE)
        match data.get("sound"):
            case "talk":
                self._language = data.get("language", LANGUAGE)
                said = self._speech(entry.spoken or data["text"])
                return tones.repeated(said, seconds, RATE) if data["loops"] != 1 else said[: round(seconds * RATE)]
            case "stream":
                return tones.music(seconds, RATE)
            case "tone":
                return tones.ringing(seconds, RATE)
            case "beep":
                return tones.beep(RATE)
        return self._speech(data.get("text", ""))

    def said(self, entry: TimelineEntry) -> Samples:
        """What the person at a leg says or presses."""
        if entry.kind == "presses":
            return np.concatenate([np.zeros(0, np.float32), *self._pressed(entry.data["keys"])])
        return tones.beep(RATE) if entry.data["text"] == BEEP else self._speech(entry.data["text"])

    def _pressed(self, keys: str) -> Iterator[Samples]:
        for key in keys:
            sound = tones.keys(key, RATE)
            yield np.pad(sound, (0, max(0, round(BETWEEN_KEYS * RATE) - len(sound))))

    def _speech(self, text: str) -> Samples:
        return self._voices.say(text, self._language)


def _rings(entries: list[TimelineEntry]) -> Iterator[tuple[float, float]]:
    """When the phone of a leg rings: from `ringing` to what comes next."""
    statuses = [(entry.at, entry.data["status"]) for entry in entries if entry.kind == "status"]
    for (at, status), (until, _) in pairwise(statuses):
        if status == "ringing":
            yield at, until
