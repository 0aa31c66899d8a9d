"""The person at a phone in the terminal: what they are asked, and what they may answer."""

from __future__ import annotations

from typing import Protocol

from nccodsl.base.record import Record
from nccodsl.emulator.personas.persona import Persona
from nccodsl.rehearsal.phone_display import Told
from nccodsl.voice.catalogue import catalogue

BEAT = 1.0
"""Seconds that a person who has spoken listens for the others' answer."""
ALONE = 30.0
"""Seconds that `wait` waits in a conversation, where the platform does nothing by itself."""
MOST_SILENCES = 30
"""How often nothing is answered, where no more lines come, before it counts as hanging up."""
YOU = Persona("you", stays=86_400.0)
"""The person at the phone stays until they hang up."""
HELP = {
    "input": "1, 12#, *: keys · words: what you say (or `say yes`) · !1: press 1 during the prompt",
    "recording": "words: what is recorded · keys · an empty line: silence until the recording ends",
    "talk": "words: what the others hear · keys · an empty line: you listen · wait 20s",
    "connect": f"answered, answered 20s (then hangs up), {', '.join(catalogue().failures)}, voicemail",
    "fetch": 'JSON, such as {"name": "Ann"} · error, or an empty line: the fetch fails',
}
ALWAYS = "wait, wait 3s: silence · hang up (bye, Ctrl-D) · again: repeats what you heard · where: step, line, names"


class Question(Record):
    """The call waits for the person. `what`: input, recording, talk, connect or fetch; `text` where it needs words.

    `subject` is the endpoint that is called, or the address that is fetched.
    """

    what: str
    prompt: str
    text: str = ""
    subject: str = ""


class Person(Protocol):
    """The person at the phone."""

    def tell(self, told: Told) -> None:
        """Show a line."""

    def ask(self, question: Question) -> str | None:
        """A line of theirs; None where no more will come, and the rest is silence."""
