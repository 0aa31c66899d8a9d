"""Faults on demand: which webhooks and answers go wrong, and how. Seeded, so that a run can be repeated."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from nccodsl.base.record import Record
from nccodsl.diagnostics.suggest import did_you_mean
from nccodsl.emulator.bad_input import CannotEmulate

FAULTS = {
    "late": "sends a webhook some seconds late",
    "duplicate": "sends a webhook twice",
    "reorder": "sends an event after later ones",
    "lose": "never sends a webhook",
    "slow-answer": "answers a request after some seconds",
    "fail-answer": "answers 503 and does nothing",
    "lose-answer": "places a call, but never answers the create request",
}
"""What can go wrong."""
LATE, SLOW, BEHIND = (0.5, 3.0), (1.0, 4.0), 1.5
"""Seconds: how late, how slow (from, to), and how long an event is held back."""


class Fate(Record):
    """What becomes of one webhook. `copies`: how often it is sent; 0 if it is lost."""

    delay: float = 0.0
    copies: int = 1
    held_back: bool = False


class Faults:
    """Decides by chance; `shares` are the probabilities of the faults by name, 0 to 1."""

    def __init__(self, shares: dict[str, float] | None = None, seed: int = 0) -> None:
        self.shares = shares or {}
        self._random = Random(seed)

    def of_webhook(self, *, waited_for: bool) -> Fate:
        """What becomes of the next webhook; one that the call waits for is not held back."""
        if not self.shares:
            return _FINE
        if self._happens("lose"):
            return Fate(copies=0)
        delay = self._random.uniform(*LATE) if self._happens("late") else 0.0
        copies = 2 if self._happens("duplicate") else 1
        return Fate(delay, copies, held_back=self._happens("reorder") and not waited_for)

    def slow(self) -> float:
        """Seconds that the API waits before it answers."""
        return self._random.uniform(*SLOW) if self._happens("slow-answer") else 0.0

    def fails(self) -> bool:
        """Whether the API fails before it does anything."""
        return self._happens("fail-answer")

    def loses_answer(self) -> bool:
        """Whether the answer to a create request is lost."""
        return self._happens("lose-answer")

    def _happens(self, name: str) -> bool:
        share = self.shares.get(name, 0.0)
        return share > 0 and self._random.random() < share


_FINE = Fate()


def read_faults(given: Iterable[str]) -> dict[str, float]:
    """The faults that `name=probability` asks for; a bare name means always. Raises CannotServe."""
    shares: dict[str, float] = {}
    for text in given:
        name, equals, share = text.partition("=")
        if name not in FAULTS:
            help = did_you_mean(name, FAULTS) or f"write one of {', '.join(f'`{one}`' for one in FAULTS)}"
            raise CannotEmulate(f"`{name[:40]}` is not a fault", help)
        try:
            shares[name] = float(share) if equals else 1.0
        except ValueError:
            shares[name] = -1.0
        if not 0 <= shares[name] <= 1:
            help = f"write `--fault {name}=0.1`"
            raise CannotEmulate(f"the share of `{name}` must be 0 to 1, not `{share[:40]}`", help)
    return shares
