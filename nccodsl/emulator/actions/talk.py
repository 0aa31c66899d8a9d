"""`talk`: a voice says a text."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.option_values import action_option
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run
from nccodsl.emulator.core.sounds import speech


def talk(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Say a text."""
    seconds_to_say = run.network.application.seconds_to_say
    return run.play(speech(str(action["text"]), int(action_option(action, "loop")), action, seconds_to_say), action)
