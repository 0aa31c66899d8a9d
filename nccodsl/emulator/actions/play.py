"""`talk` and `stream`: synchronous, unless barge-in lets them run on into the coming `input`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.emulator.core.mail import Ncco
from nccodsl.emulator.core.option_values import action_option, one_of
from nccodsl.emulator.core.player import Sound
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run
from nccodsl.emulator.personas.speech_length import seconds_to_say, spoken_words, voice_of

STREAM_SECONDS = 5.0
"""How long an audio file is taken to be: nobody looks into it."""


def talk(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Say a text."""
    return _play(run, action, speech(str(action["text"]), int(action_option(action, "loop")), action))


def stream(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Play an audio file."""
    return _play(run, action, audio(str(one_of(action["streamUrl"])), int(action_option(action, "loop"))))


def speech(text: str, loops: int, options: Mapping[str, Any]) -> Sound:
    """What a voice makes of a text; the language is told where it is not the default."""
    words, voice = spoken_words(text), voice_of(options)
    language = f" in {voice['language']}" if "language" in voice else ""
    return Sound("talk", words, f"“{words}”{language}{_times(loops)}", seconds_to_say(text), loops, voice)


def audio(url: str, loops: int) -> Sound:
    """What an audio file sounds like."""
    return Sound("stream", url, f"{url}{_times(loops)}", STREAM_SECONDS, loops)


def _times(loops: int) -> str:
    return "" if loops == 1 else " again and again" if loops == 0 else f", {loops} times"


def _play(run: Run, action: dict[str, Any], sound: Sound) -> Steps[Ncco | None]:
    run.barging = run.barging or bool(action_option(action, "bargeIn"))
    played = run.leg.player.play(sound)
    if not run.barging:
        yield played
    return None
