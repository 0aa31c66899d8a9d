"""The answers that both versions get at a place where one of them waits: all that either tells apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nccodsl.base.record import Record
from nccodsl.describe.phrases import listed
from nccodsl.diff.passage import AskedPlace
from nccodsl.diff.side import Sides
from nccodsl.lowering.blocks import Wait
from nccodsl.rehearsal.candidates import (
    Candidate,
    choices_at,
    fetch_choices,
    listens_for,
    named_answers,
    replies_of,
    silent,
    tried_in,
)
from nccodsl.runtime.match import heard
from nccodsl.runtime.runnable import DISCONNECTED, FAILURES, Ask
from nccodsl.runtime.web_requests import Fetched

_MOST_NAMED = 3


class SharedAnswer(Record):
    """One answer, as each version gets it. `named`: whether a branch of each names it."""

    label: str
    events: tuple[Candidate, Candidate]
    named: tuple[bool, bool]


class SharedAnswers:
    """Knows what both versions are answered. `unknown`: addresses of requests for which no test has a reply."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._tried = tuple(dict.fromkeys(one for side in sides for one in tried_in(side.flow)))
        replies = (pair for side in sides for pair in replies_of(side.flow))
        self._replies: list[tuple[object, object]] = []
        for pair in replies:
            if pair not in self._replies:
                self._replies.append(pair)
        self.unknown: dict[str, None] = {}

    def at(self, old: AskedPlace | None, new: AskedPlace | None) -> Iterator[SharedAnswer]:
        """The answers at a place; None for a version that does not wait there."""
        places = [place for place in (old, new) if place is not None]
        if all(place.ask.what == "connect" for place in places):
            yield from _outcomes([place.ask for place in places], old is not None, new is not None)
        elif old is not None and new is not None and old.ask.what == new.ask.what == "input":
            yield from self._inputs((old, new))

    def _inputs(self, places: tuple[AskedPlace, AskedPlace]) -> Iterator[SharedAnswer]:
        found: dict[str, Candidate] = {}
        named: list[set[str]] = []
        for side, place in zip(self._sides, places, strict=True):
            block = side.flow.blocks[place.ask.name]
            own = list(named_answers(place.ask, block, place.scope))
            named.append({one.label for one in own})
            for one in (*own, *choices_at(place.ask, block, place.scope, self._tried)):
                found.setdefault(one.label, one)
        for label, answer in found.items():
            events = (_heard_by(places[0].ask, answer), _heard_by(places[1].ask, answer))
            yield SharedAnswer(label, events, (label in named[0], label in named[1]))

    def fetched(self, url: str, waits: Sequence[Wait]) -> list[tuple[Fetched, str]]:
        """What the requests that wait at once may bring."""
        found: dict[str, tuple[Fetched, str]] = {}
        for wait in waits:
            for result, label in fetch_choices(url, wait.item, tuple(self._replies)):
                found.setdefault(label if result.failure else f"{label}\0{result.value!r}", (result, label))
        choices = list(found.values())
        if all(result.failure for result, _ in choices):
            self.unknown.setdefault(url)
        return choices


def _outcomes(asks: Sequence[Ask], old: bool, new: bool) -> Iterator[SharedAnswer]:
    """The ways in which a `connect` fails, those together that lead to the same places."""
    groups: dict[tuple[object, tuple[bool, ...]], list[str]] = {}
    for status in FAILURES:
        leads = tuple(ask.choose.outcome(status) or ask.choose.otherwise or ask.then for ask in asks)
        named = tuple(ask.choose.outcome(status) is not None for ask in asks)
        groups.setdefault((leads, named), []).append(status)
    if any(ask.choose.outcome(DISCONNECTED) is not None for ask in asks):
        named = tuple(ask.choose.outcome(DISCONNECTED) is not None for ask in asks)
        groups[DISCONNECTED, named] = [DISCONNECTED]
    for (_, named), members in groups.items():
        words = listed(members, "or") if len(members) <= _MOST_NAMED else members[0]
        does = "is" if members == ["busy"] else "reports"
        event = Candidate("connect", {"status": members[0]}, f"the connected phone {does} {words}")
        ones = iter(named)
        yield SharedAnswer(event.label, (event, event), (old and next(ones), new and next(ones)))


def _heard_by(ask: Ask, answer: Candidate) -> Candidate:
    """What an `input` gets of an answer: nothing where it does not listen for it."""
    keys, speech = listens_for(ask)
    given = heard(answer.payload)
    return answer if (given.digits and keys) or (given.texts and speech) else silent(keys, speech)
