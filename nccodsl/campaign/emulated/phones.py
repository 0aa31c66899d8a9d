"""Phones that answer the calls of a campaign: each call is played to its end at once, and takes its own seconds."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from itertools import accumulate
from random import Random

from nccodsl.base.record import Record
from nccodsl.campaign.book import CallEnd, Claim
from nccodsl.campaign.called_script import API, CalledScript, detects_machines
from nccodsl.campaign.policy.decide import REACHED
from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.personas.persona import BUILT_IN, Cast, Casting
from nccodsl.rehearsal.stage import Stage

MACHINE = "machine"
_PLAYED_BY = {
    REACHED: BUILT_IN["answers"],
    MACHINE: BUILT_IN["voicemail"],
    "busy": BUILT_IN["busy"],
    "failed": BUILT_IN["unreachable"],
    "rejected": BUILT_IN["rejects"],
    "timeout": BUILT_IN["no-answer"],
    "unanswered": BUILT_IN["no-answer"],
}
"""The persona that brings an outcome about."""


class PlayedCall(Record):
    """A call that was played: its end, and when it connected other phones (both in Unix time), and who opted out."""

    end: CallEnd
    connects: tuple[float, ...]
    opted_out: Mapping[str, str]


class EmulatedPhones:
    """Plays calls. `shares` are the outcomes by their share, with a sum of 1; `person` plays those who are reached.

    Which outcome a call has depends on the seed, the recipient and how often they were called, and on nothing else.
    """

    def __init__(
        self,
        script: CalledScript,
        shares: Mapping[str, float],
        seed: int,
        person: Casting | None = None,
        price: float | None = None,
    ) -> None:
        """`price`: of a minute."""
        self._script = script
        self._outcomes = tuple(shares)
        self._until = tuple(accumulate(shares.values()))
        self._seed = seed
        self._person = person
        self._price = price

    def play(self, claim: Claim, values: Mapping[str, object], at: float) -> PlayedCall:
        """Play the call of a claim that begins at a moment, in Unix time. Raises RenderError, ScriptError."""
        one = claim.recipient
        random = Random(f"{self._seed}/{one.id}/{one.attempts}")
        drawn = self._drawn(random.random())
        cast = self._person if drawn == REACHED and self._person is not None else _CASTS[drawn]
        if self._script.interactive:
            stage = Stage(self._script.flow, values, cast=cast, api=API, at=datetime.fromtimestamp(at, UTC))
            stage.begin(self._script.from_caller)
            call, opted_out, body = stage.finish(), dict(stage.opted_out), self._script.body(values)
        else:
            body = deepcopy(dict(claim.verdict.body or {}))
            call, opted_out = emulate(body, cast), {}
        first, *others = call.legs
        ended = first.ended if first.ended is not None else call.seconds
        seconds = ended - first.answered if first.answered is not None else None
        # As with the API: without detection, a machine is a person.
        told = MACHINE if drawn == MACHINE and detects_machines(body) else first.outcome
        price = None if self._price is None or seconds is None else self._price * seconds / 60
        # For the emulator, all that ring for too long time out.
        end = CallEnd(told if seconds is not None else drawn, at, at + ended, seconds, price)
        return PlayedCall(end, tuple(at + leg.started for leg in others), opted_out)

    def _drawn(self, chance: float) -> str:
        """The outcome of a call."""
        fitting = (one for one, until in zip(self._outcomes, self._until, strict=True) if chance < until)
        return next(fitting, self._outcomes[-1])


_CASTS: Mapping[str, Casting] = {outcome: Cast((persona,)) for outcome, persona in _PLAYED_BY.items()}
