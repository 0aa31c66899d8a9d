"""The settings of a voice application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from nccodsl.base.record import Record
from nccodsl.emulator.core.sound_files import RecordedSound, TonesForSpeech
from nccodsl.emulator.personas.speech_length import seconds_to_say

Hook = tuple[str, str]
"""Method and address of a webhook."""
Ncco = list[dict[str, Any]]
SecondsToSay = Callable[[str, str], float]
"""How long a voice takes for a text (plain, or SSML in <speak>) in a language, in seconds."""
AfterConnect = Literal["continue", "complete"]
"""What becomes of a call when the connected phone has hung up: official texts disagree (docs/after-a-connect.md)."""
AFTER_CONNECT: tuple[AfterConnect, ...] = ("continue", "complete")
TONES_FOR_SPEECH = TonesForSpeech()
LEG_DAYS = 2
"""Days for which a finished leg is shown unless the application says otherwise (Voice API reference)."""


def estimated_seconds(text: str, _language: str) -> float:
    """The estimate of speech_length, which knows no languages."""
    return seconds_to_say(text)


class Application(Record):
    """Methods and addresses of the application's webhooks, the days that legs are kept, and what follows a `connect`.

    `after_connect`: whether a call continues with its NCCO when the connected leg has hung up, or is completed.
    `seconds_to_say`: how long speech takes, estimated by default. `recorded`: what recordings sound like.
    """

    answer: Hook | None = None
    event: Hook | None = None
    fallback: Hook | None = None
    leg_days: float = LEG_DAYS
    after_connect: AfterConnect = "continue"
    seconds_to_say: SecondsToSay = estimated_seconds
    recorded: RecordedSound = TONES_FOR_SPEECH

    def with_sound(self, recorded: RecordedSound) -> Application:
        """The same application, whose recordings sound like this."""
        return Application(**{**vars(self), "recorded": recorded})
