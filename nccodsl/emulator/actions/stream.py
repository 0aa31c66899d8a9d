"""`stream`: an audio file is played."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.option_values import action_option, one_of
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run
from nccodsl.emulator.core.sounds import audio


def stream(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Play an audio file."""
    return run.play(audio(str(one_of(action["streamUrl"])), int(action_option(action, "loop"))), action)
