"""The NCCO actions: each a process that runs on a leg and returns the NCCO that takes over, or None.

The NCCO reference says what each does.
"""

from __future__ import annotations

from nccodsl.emulator.actions.connect import connect
from nccodsl.emulator.actions.conversation import conversation
from nccodsl.emulator.actions.input import input_
from nccodsl.emulator.actions.notify import notify
from nccodsl.emulator.actions.record import record
from nccodsl.emulator.actions.stream import stream
from nccodsl.emulator.actions.talk import talk
from nccodsl.emulator.actions.transfer import transfer
from nccodsl.emulator.actions.wait import wait
from nccodsl.emulator.core.run import Perform

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
