"""What the help says about the emulator: its built-in personas and its faults."""

from __future__ import annotations

from collections.abc import Mapping

PERSONAS = {
    "answers": "picks up and listens (the default)",
    "busy": "is busy",
    "rejects": "declines the call",
    "unreachable": "cannot be reached: the call fails",
    "no-answer": "never picks up",
    "voicemail": "is an answering machine with a greeting and a beep",
    "hangs-up": "picks up, and hangs up after 5 s",
}
"""Built-in personas, and what each does."""


def personas() -> Mapping[str, Mapping[str, str]]:
    """The section about personas."""
    return {"Personas": PERSONAS}


def personas_and_faults() -> Mapping[str, Mapping[str, str]]:
    """The sections about personas and faults."""
    from nccodsl.emulator.core.faults import FAULTS

    return {"Personas": PERSONAS, "Faults": FAULTS}
