"""How long what happens in a call takes, as the emulator plays it: for estimates that play nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.emulator.core.callee import BETWEEN_KEYS
from nccodsl.emulator.core.option_values import action_option, member_option
from nccodsl.emulator.core.sounds import STREAM_SECONDS
from nccodsl.emulator.personas.persona import DEFAULT
from nccodsl.emulator.personas.speech_length import seconds_to_say
from nccodsl.voice.catalogue import catalogue

Action = Mapping[str, Any]


def _talk(action: Action) -> float:
    return seconds_to_say(str(action["text"])) * _times(action)


def _times(action: Action) -> int:
    """How often something plays; what has no end is heard once."""
    return max(int(action_option(action, "loop")), 1)


_SECONDS: dict[str, Callable[[Action], float]] = {
    "talk": _talk,
    "stream": lambda action: STREAM_SECONDS * _times(action),
    "wait": lambda action: float(action_option(action, "timeout")),
    "connect": lambda _: DEFAULT.delay + DEFAULT.stays,
}


_SURE = ("talk", "wait", "input")


def seconds_of(action: Action) -> float:
    """How long an action of an NCCO takes until the next one begins; 0 for what takes no time, and for an input."""
    found = _SECONDS.get(str(action.get("action")))
    return found(action) if found is not None else 0.0


def is_guess(action: Action) -> bool:
    """Whether nothing says how long an action takes: an audio file, others who talk, a recording."""
    name = str(action.get("action"))
    spec = catalogue().actions.get(name)
    return name not in _SURE and spec is not None and (name in _SECONDS or spec.blocks is not None)


def seconds_of_answer(action: Action, kind: str, payload: Mapping[str, Any]) -> float:
    """How long it takes until an answer to an action is given; `kind` and `payload` are those of its event."""
    if kind != "input" or action.get("action") != "input":
        return DEFAULT.delay if kind == "connect" else 0.0
    dtmf, speech = payload.get("dtmf") or {}, payload.get("speech") or {}
    if digits := dtmf.get("digits"):
        waits = 0.0 if len(digits) >= most_keys(action) else seconds_between_keys(action)
        return DEFAULT.reaction + BETWEEN_KEYS * (len(digits) - 1) + waits
    if results := speech.get("results"):
        return DEFAULT.reaction + seconds_to_say(str(results[0]["text"])) + silence_after_speech(action)
    return seconds_of_silence(action)


# ---- inputs


def takes(action: Action, kind: str) -> bool:
    """Whether an input takes "dtmf" or "speech"."""
    kinds = action.get("type") or ["dtmf"]
    return kind in ([kinds] if isinstance(kinds, str) else kinds)


def most_keys(action: Action) -> int:
    """How many keys an input takes."""
    return int(member_option(action, "dtmf", "maxDigits"))


def seconds_between_keys(action: Action) -> float:
    """After how many seconds without another key an input has enough."""
    return float(member_option(action, "dtmf", "timeOut"))


def silence_after_speech(action: Action) -> float:
    """After how many seconds of silence an input has heard enough."""
    return float(member_option(action, "speech", "endOnSilence"))


def seconds_of_silence(action: Action) -> float:
    """How long an input waits for the first key or word: the longer of its time-outs counts."""
    keys = seconds_between_keys(action) if takes(action, "dtmf") else 0.0
    return max(keys, float(member_option(action, "speech", "startTimeout")) if takes(action, "speech") else 0.0)
