"""What is noticed from an answer until the next question: over all webhooks by which the script itself goes on."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.diff.noticed import WHISPER, Noticed
from nccodsl.runtime.runnable import Ask
from nccodsl.runtime.state import State
from nccodsl.runtime.web_requests import Fetch
from nccodsl.templates import Scope


class AskedPlace(Record):
    """A place where an answer may come: the wait, where the call is then, and the number of the thing that asks."""

    state: State
    ask: Ask
    scope: Scope
    number: int


class Passage(Record):
    """`things`: in order; `places`: where answers may come; `webhooks`: how often the script was asked how to go on.

    `state`: where the call is; None where it failed. `pending`: the request that has to be made before it goes on.
    `resumes`: the wait at which the script will be asked next; empty where a caller is asked, or the call ends.
    `steps`: the steps that were entered. `over`: what is sent if the call ends here.
    `first`: where the call was at first, as soon as nothing was pending.
    """

    things: tuple[Noticed, ...]
    places: tuple[AskedPlace, ...] = ()
    state: State | None = None
    pending: Fetch | None = None
    resumes: str = ""
    webhooks: int = 0
    steps: tuple[str, ...] = ()
    over: tuple[Noticed, ...] = ()
    first: State | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """What its things are compared by."""
        return tuple(thing.key for thing in self.things)

    def behind(self, number: int) -> Passage:
        """What is noticed where the call goes on by itself behind one of its things."""
        first = next(n for n in range(number + 1, len(self.things) + 1) if n == len(self.things) or not self._beside(n))
        return Passage(self.things[first:], steps=self.steps)

    def _beside(self, number: int) -> bool:
        """Whether a thing belongs to the one before it."""
        return self.things[number].kind == WHISPER or bool(self.things[number].occasion)

    def joined(self, after: Passage, webhooks: int) -> Passage:
        """Both, one after the other, with so many webhooks between them."""
        shift = len(self.things)
        places = (AskedPlace(one.state, one.ask, one.scope, one.number + shift) for one in after.places)
        return Passage(
            (*self.things, *after.things),
            (*self.places, *places),
            after.state,
            after.pending,
            after.resumes,
            self.webhooks + after.webhooks + webhooks,
            (*self.steps, *after.steps),
            after.over,
            self.first or after.first,
        )
