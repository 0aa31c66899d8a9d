"""Who a test says is called, and what it says is fetched: the verbs that are looked up before their turn comes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from nccodsl.analysis.check_tests import FETCH_FAILURES
from nccodsl.analysis.script_tests import ANYBODY, ScriptVerb
from nccodsl.base.record import Record
from nccodsl.emulator.personas.persona import Persona
from nccodsl.runtime.web_requests import Fetch, Fetched
from nccodsl.voice.catalogue import catalogue

OUTCOMES = frozenset(("answered", *catalogue().outcomes, "machine"))
ACTS = frozenset(("press", "say", "silence"))
STAYS = 5.0
"""Seconds that a connected person talks."""
_GREETING = "I cannot take your call now. Please leave a message after the tone."
_PERSONAS = {
    "answered": Persona("answered", stays=STAYS),
    "completed": Persona("completed", stays=STAYS),
    "machine": Persona("machine", machine=True, greeting=_GREETING),
    **{name: Persona(name, outcome=name) for name in catalogue().failures},
}


class ScriptTestLine(Record):
    """A verb with its value as it is for this test: texts filled in, endpoints as `phone 14155550101`."""

    verb: ScriptVerb
    value: object
    reply: object
    voice: Mapping[str, object] = {}
    """What is said of the voice in which something is heard."""
    body: object = None

    @property
    def name(self) -> str:
        return self.verb.verb


CALL: Mapping[str, str] = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "conversation_uuid": "CON-00000000-0000-4000-8000-000000000000",
    "direction": "inbound",
}
"""What stands for the ids of a call in the lines of a test, until the call has begun."""


class Script:
    """The lines of a test, and which of them are taken: an outcome by a leg, a reply by a fetch.

    `placed`: the test is the person called first; else it calls in, and no outcome is meant for it.
    """

    def __init__(self, lines: Sequence[ScriptTestLine], *, placed: bool = True) -> None:
        self.lines = lines
        self.placed = placed
        self.at = 0
        self.begun = False
        """Whether the lines have the ids of the call."""
        self._taken: set[int] = set()
        self.legs: dict[int, str] = {}
        """Endpoints by the line of their outcome."""
        self.unexpected: list[str] = []
        self._dialled = 0
        self._replies = {number: line for number, line in enumerate(lines) if line.name == "fetched"}
        """Those that no fetch has taken."""
        self._outcomes: list[int] = []
        self._whom: dict[int, object] = {}
        """Whom each outcome is meant for: the `dialled` before it."""
        self._leads = len(lines)
        """The first line that is neither an outcome nor a fetch."""
        self._read()

    def begins(self, lines: Sequence[ScriptTestLine]) -> None:
        """The call has begun: the same lines, now with the ids of the call."""
        self.lines = lines
        self.begun = True
        self._replies = {number: lines[number] for number in self._replies}

    def _read(self) -> None:
        wanted: object = None
        for number, line in enumerate(self.lines):
            if line.name == "dialled":
                wanted = line.value
            elif line.name in OUTCOMES and not self._of_fetch(number):
                self._outcomes.append(number)
                self._whom[number] = wanted
            if line.name not in OUTCOMES and line.name != "fetched":
                self._leads = min(self._leads, number)

    def playing(self, endpoint: str) -> Persona:
        """How the person dialled now behaves: as the next outcome says that is meant for this endpoint."""
        first = self._dialled == 0
        self._dialled += 1
        if first and not self.placed:
            return _PERSONAS["answered"]
        coming = range(bisect_left(self._outcomes, self.at), len(self._outcomes))
        number = next((self._outcomes[one] for one in coming if self._outcomes[one] not in self._taken), None)
        if number is None:
            return _PERSONAS["answered"]
        whom = self._whom[number]
        # An outcome that nothing stands before is that of the call itself.
        if (whom is None and (not first or number < self._leads)) or fits_endpoint(whom, endpoint):
            self._taken.add(number)
            self.legs[number] = endpoint
            return _PERSONAS[self.lines[number].name]
        return _PERSONAS["answered"]

    def _of_fetch(self, number: int) -> bool:
        """Whether a `failed` or `timeout` is that of the `fetched` before it."""
        before = self.lines[number - 1] if number else None
        return (
            before is not None
            and before.name == "fetched"
            and before.verb.reply is None
            and self.lines[number].name in FETCH_FAILURES
        )

    def fetched(self, fetch: Fetch) -> Fetched:
        """What a fetch brings: the reply of the next `fetched` that names its address."""
        for number, line in self._replies.items():
            if not is_at(line.value, fetch.request.url):
                continue
            self._taken.add(number)
            del self._replies[number]
            return self.reply(number)
        self.unexpected.append(fetch.request.url)
        return Fetched(None, "the test gives no reply", "error")

    def reply(self, number: int) -> Fetched:
        """What a `fetched` brings, by the number of its line."""
        line = self.lines[number]
        if line.verb.reply is not None:
            return Fetched(line.reply)
        failing = self.lines[number + 1]
        status = str(failing.value) if failing.value is not None else ""
        outcome = "timeout" if failing.name == "timeout" else status or "error"
        return Fetched(None, f"the test says that it {failing.name} {status}".rstrip(), outcome)

    def skips(self, number: int) -> bool:
        """Whether a line was done with the one before it."""
        return self._of_fetch(number)

    def is_taken(self, number: int) -> bool:
        return number in self._taken


def fits_endpoint(wanted: object, endpoint: str) -> bool:
    """Whether an endpoint is meant, such as `phone 14155550101` by itself or by `phone *`."""
    kind, _, rest = str(wanted).partition(" ")
    return endpoint == wanted or (rest == ANYBODY and endpoint.startswith(f"{kind} "))


def is_at(pattern: object, url: str) -> bool:
    return isinstance(pattern, str) and (pattern == url or ("*" in pattern and fnmatchcase(url, pattern)))
