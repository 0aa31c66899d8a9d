"""Listening for keys and speech: what an `input` collects, and when it has enough (NCCO reference)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nccodsl.emulator.core.option_values import member_option
from nccodsl.emulator.core.player import Player
from nccodsl.emulator.core.processes import Clock, Signal, Steps, first

OVERRIDDEN = "Speech overridden by DTMF"
KeepSpeech = Callable[[float, str, str], str]


class Listening:
    """One `input` at work on a leg.

    Its time-outs begin when what is being played has ended. The first key or word decides what is taken; while
    nothing comes, the longer time-out counts. `keep` keeps a recording of so many seconds and such words in a
    language, and returns its address.
    With keys: `most_keys` are taken, or those before a hash key where it has `submit_on_hash`.
    """

    def __init__(self, action: dict[str, Any], clock: Clock, player: Player, keep: KeepSpeech) -> None:
        kinds = action.get("type") or ["dtmf"]
        kinds = [kinds] if isinstance(kinds, str) else kinds
        self._clock = clock
        self._player = player
        self._keep = keep
        self.takes_keys = "dtmf" in kinds
        self.takes_speech = "speech" in kinds
        self._keys: list[str] = []
        self._said: list[str] = []
        self._said_until = 0.0
        self._confidence = 1.0
        self._something = Signal()
        if self.takes_keys:
            self._key_timeout = float(member_option(action, "dtmf", "timeOut"))
            self.most_keys = int(member_option(action, "dtmf", "maxDigits"))
            self.submit_on_hash = bool(member_option(action, "dtmf", "submitOnHash"))
        if self.takes_speech:
            self._start_timeout = float(member_option(action, "speech", "startTimeout"))
            self._silence = float(member_option(action, "speech", "endOnSilence"))
            self._longest = float(member_option(action, "speech", "maxDuration"))
            self._language = str(member_option(action, "speech", "language"))
            self._keeps_audio = bool(member_option(action, "speech", "saveAudio"))

    def key(self, key: str) -> None:
        self._keys.append(key)
        self._happened()

    def speech(self, words: str, seconds: float, confidence: float) -> None:
        self._said.append(words)
        self._said_until = self._clock.now + seconds
        self._confidence = confidence
        self._happened()

    def _happened(self) -> None:
        something, self._something = self._something, Signal()
        something.fire()

    def collect(self) -> Steps[dict[str, Any]]:
        """The `dtmf` and `speech` members of the input event."""
        player = self._player
        if player.playing and not self._begun:
            yield first(player.idle, self._something)
        if self._begun:
            player.stop()
        elif self._patience > 0:
            yield first(self._something, self._clock.after(self._patience))
        if self._keys:
            return (yield from self._take_keys())
        if self._said:
            return (yield from self._take_speech())
        result: dict[str, Any] = {}
        if self.takes_keys:
            result["dtmf"] = {"digits": "" if not self.takes_speech else None, "timed_out": True}
        if self.takes_speech:
            result["speech"] = {"timeout_reason": "start_timeout", "results": []}
        return result

    @property
    def _begun(self) -> bool:
        return bool(self._keys or self._said)

    @property
    def _patience(self) -> float:
        return max(
            self._key_timeout if self.takes_keys else 0.0,
            self._start_timeout if self.takes_speech else 0.0,
        )

    def _take_keys(self) -> Steps[dict[str, Any]]:
        timed_out = False
        while not self._enough():
            timer = self._clock.after(self._key_timeout)
            happened = yield first(self._something, timer)
            if happened is timer:
                timed_out = True
                break
        digits = "".join(self._keys[: self.most_keys])
        if self.submit_on_hash:
            digits = digits.partition("#")[0]
        result: dict[str, Any] = {"dtmf": {"digits": digits, "timed_out": timed_out}}
        if self.takes_speech:
            result["speech"] = {"error": OVERRIDDEN, "results": []}
        return result

    def _enough(self) -> bool:
        return len(self._keys) >= self.most_keys or (self.submit_on_hash and "#" in self._keys)

    def _take_speech(self) -> Steps[dict[str, Any]]:
        began = self._clock.now
        reason = "end_on_silence_timeout"
        while True:
            until = min(self._said_until + self._silence, began + self._longest)
            timer = self._clock.after(until - self._clock.now)
            happened = yield first(self._something, timer)
            if self._keys:
                return (yield from self._take_keys())
            if happened is timer:
                break
        if self._said_until + self._silence > began + self._longest:
            reason = "max_duration"
        result: dict[str, Any] = {
            "timeout_reason": reason,
            "results": [{"confidence": f"{self._confidence:.2f}", "text": " ".join(self._said)}],
        }
        if self._keeps_audio:
            result["recording_url"] = self._keep(self._clock.now - began, " ".join(self._said), self._language)
        both: dict[str, Any] = {"speech": result}
        if self.takes_keys:
            both["dtmf"] = {"digits": None, "timed_out": False}
        return both
