"""The nine NCCO actions: each a process that runs on a leg and returns the NCCO that takes over, or None.

What each does is told in voice-api.md, sections 2.1 to 2.3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nccodsl.emulator.actions.connect import connect
from nccodsl.emulator.actions.conversation import conversation, transfer
from nccodsl.emulator.actions.input_notify_wait import input_, notify, wait
from nccodsl.emulator.actions.play import stream, talk
from nccodsl.emulator.actions.record import record
from nccodsl.emulator.core.mail import Ncco
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run

Perform = Callable[[Run, dict[str, Any]], Steps[Ncco | None]]

ACTIONS: dict[str, Perform] = {
    "talk": talk,
    "stream": stream,
    "input": input_,
    "record": record,
    "connect": connect,
    "conversation": conversation,
    "notify": notify,
    "wait": wait,
    "transfer": transfer,
}
