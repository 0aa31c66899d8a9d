"""A call of a server under a debugger: what has come of it, and at which webhook it is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable

from nccodsl.dap.live_events import LiveEvent, withheld_in_words
from nccodsl.dap.scope_variables import VariableTree
from nccodsl.runtime.redaction import Withheld
from nccodsl.runtime.state import typed

MOST_EVENTS = 200
"""Webhooks of a call that one can step back to."""
ROOM = 100_000
"""IDs of frames, and references to values, are those of the call times this, and what follows."""


class LiveCall:
    """A call, which the protocol shows as a thread. `at`: the event that it is stopped at; None while it runs.

    `steps`: it stops at its next webhook.
    """

    def __init__(self, number: int) -> None:
        self.id = number
        self.events: list[LiveEvent] = []
        self.at: int | None = None
        self.steps = False
        self._variables: VariableTree | None = None

    def add(self, event: LiveEvent) -> None:
        """A webhook has come. The oldest is forgotten where there are many."""
        self.events.append(event)
        if len(self.events) > MOST_EVENTS:
            del self.events[0]
            if self.at is not None:
                self.stop_at(max(self.at - 1, 0))

    @property
    def event(self) -> LiveEvent:
        """What is shown: where it is stopped, or else the latest."""
        return self.events[self.at if self.at is not None else -1]

    @property
    def ended(self) -> bool:
        """Whether the call is over, on the server."""
        return any(event.ended for event in self.events)

    @property
    def name(self) -> str:
        event = self.event
        place = f" · {event.frames[0].name}" if event.frames else ""
        return f"{event.flow} {event.call[:8]}{place}"

    def stop_at(self, number: int) -> None:
        self.at, self.steps = number, False
        self._variables = None

    def run(self, *, steps: bool) -> None:
        """Go on with what the server does."""
        self.at, self.steps = None, steps
        self._variables = None

    def next_stop(self, stops: Callable[[LiveEvent], bool]) -> int | None:
        """The next event behind this one at which it stops, among those that have come."""
        begin = self.at + 1 if self.at is not None else len(self.events)
        return next((n for n in range(begin, len(self.events)) if stops(self.events[n])), None)

    @property
    def variables(self) -> VariableTree:
        """What is shown of the event."""
        if self._variables is None:
            event = self.event
            about = {
                name: getattr(event, name)
                for name in ("flow", "version", "leg", "conversation", "time", "kind", "status", "code", "problem")
                if getattr(event, name)
            }
            answer = {} if event.given is None else {"answer": event.given}
            scopes = {"Names": event.names, "Last answer": answer, "Visits": event.visits, "Call": about}
            self._variables = VariableTree(scopes, _shown, self.id * ROOM + 1)
        return self._variables


def _shown(value: object, *_names: str) -> str:
    """A value as JSON; of what is not in the feed, why."""
    if isinstance(value, Withheld):
        return withheld_in_words(value)
    return json.dumps(value, ensure_ascii=False, default=_text)


def _text(value: object) -> object:
    """What stands in JSON for a moment, a date, a time or a duration, and for what is not in the feed."""
    if isinstance(value, Withheld):
        return withheld_in_words(value)
    found = typed(value)
    return found["is"] if isinstance(found, dict) else found
