"""Phones that answer the calls of a campaign: each call is played to its end at once, and takes its own seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import accumulate
from random import Random

from nccodsl.base.record import Record
from nccodsl.campaign.book import CallEnd, Claim
from nccodsl.campaign.called_script import API, CalledScript
from nccodsl.campaign.policy.decide import REACHED
from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.personas.persona import BUILT_IN, Cast, Casting, Persona
from nccodsl.rehearsal.stage import Stage

MACHINE = "machine"
_PLAYED_BY = {
    REACHED: BUILT_IN["answers"],
    MACHINE: BUILT_IN["voicemail"],
    "busy": BUILT_IN["busy"],
    "failed": BUILT_IN["unreachable"],
    "rejected": BUILT_IN["rejects"],
    "timeout": BUILT_IN["no-answer"],
    "unanswered": Persona("unanswered", outcome="unanswered"),
}
"""The persona that brings an outcome about."""
_DETECTS = ("machine_detection", "advanced_machine_detection")


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
        cast = self._cast(random.random())
        if self._script.interactive:
            stage = Stage(self._script.flow, values, cast=cast, api=API, at=datetime.fromtimestamp(at, UTC))
            stage.begin(self._script.from_caller)
            call, opted_out, body = stage.finish(), dict(stage.opted_out), self._script.body(values)
        else:
            body = json.loads(json.dumps(claim.verdict.body))
            call, opted_out = emulate(body, cast), {}
        first, *others = call.legs
        ended = first.ended if first.ended is not None else call.seconds
        seconds = ended - first.answered if first.answered is not None else None
        # As the API has it: a machine is told apart only where the script asks for that.
        detected = cast is _CASTS[MACHINE] and any(body.get(name) for name in _DETECTS)
        price = None if self._price is None or seconds is None else self._price * seconds / 60
        end = CallEnd(MACHINE if detected else first.outcome, at, at + ended, seconds, price)
        return PlayedCall(end, tuple(at + leg.started for leg in others), opted_out)

    def _cast(self, chance: float) -> Casting:
        outcome = next(
            (one for one, until in zip(self._outcomes, self._until, strict=True) if chance < until), self._outcomes[-1]
        )
        return self._person if outcome == REACHED and self._person is not None else _CASTS[outcome]


_CASTS: Mapping[str, Casting] = {outcome: Cast((persona,)) for outcome, persona in _PLAYED_BY.items()}
