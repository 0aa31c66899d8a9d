"""Two versions in lockstep: every pair of states that the same answers lead to, and where they begin to differ.

Pairs that are equal block for block are not followed, so what did not change costs nothing. A path is followed until
it leads elsewhere; what differs only in what is said or sent goes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from nccodsl.analysis.program import WaitItem
from nccodsl.base.record import Record
from nccodsl.diff.alignment import AlignedPair, aligned
from nccodsl.diff.difference_finder import ComparedWay, DifferenceFinder
from nccodsl.diff.equal_blocks import EqualBlocks
from nccodsl.diff.noticed import STAYS, Noticed
from nccodsl.diff.passage import AskedPlace, Passage
from nccodsl.diff.shared_answers import SharedAnswers
from nccodsl.diff.side import Side, Sides
from nccodsl.lowering.blocks import Wait
from nccodsl.rehearsal.candidates import RESUME, handler_choices
from nccodsl.rehearsal.wildcards import pieces_of, wildcard
from nccodsl.runtime.state import State

MOST_PAIRS = 20_000
"""Pairs of states that are looked at; where there are more, this is said."""
Watch = Callable[[int, int], None]
"""Is called with the pairs that were looked at, and those that are known and still to come, before each step."""
_MOST_WEBHOOKS = 30
"""Webhooks in a row by which a version only goes on by itself."""


class _Pair(Record):
    """Two passages that are still to be looked at."""

    old: Passage
    new: Passage
    edge: ComparedWay


class Product:
    """The exploration. `reasons`: why it is not complete; `paths` and `pairs`: how much was looked at."""

    def __init__(
        self, sides: Sides, equal: EqualBlocks, finder: DifferenceFinder, depth: int, watch: Watch | None = None
    ) -> None:
        self._sides = sides
        self._watch = watch
        self._equal = equal
        self._depth = depth
        self._answers = SharedAnswers(sides)
        self._finder = finder
        self._asked = tuple({_address(item) for item in _fetches(side)} for side in sides)
        self._queue: deque[_Pair] = deque()
        self._seen: set[object] = set()
        self._reasons: dict[str, None] = {}
        self.paths = 0

    @property
    def pairs(self) -> int:
        return len(self._seen)

    @property
    def reasons(self) -> tuple[str, ...]:
        unknown = (f"no test has a reply for the `fetch` of {url[:100]}" for url in self._answers.unknown)
        return (*self._reasons, *unknown)

    def walk(self, old: Passage, new: Passage, edge: ComparedWay) -> None:
        """Follow all that may come behind two passages."""
        self._push(old, new, edge)
        while self._queue:
            pair = self._queue.popleft()
            if self._watch is not None:
                self._watch(len(self._seen), len(self._queue))
            settled = self._settled(pair)
            if settled is not None:
                self._look(*settled, pair.edge)

    def _push(self, old: Passage, new: Passage, edge: ComparedWay, *, fresh: bool = True) -> None:
        same = old.state is not None and new.state is not None and (fresh or old.keys == new.keys)
        if same and self._equal.states(_state(old), _state(new)):
            self.paths += 1
            return
        self._queue.append(_Pair(old, new, edge))

    # ---- on to the next question

    def _settled(self, pair: _Pair) -> tuple[Passage, Passage] | None:
        """Both passages up to where a caller is asked; None where requests come before, whose answers are pushed."""
        old, new = pair.old, pair.new
        while max(old.webhooks, new.webhooks) < _MOST_WEBHOOKS:
            if bool(old.pending) != bool(new.pending) and (new.resumes or old.resumes):
                old, new = (old, self._sides[1].resumed(new)) if old.pending else (self._sides[0].resumed(old), new)
            elif old.pending or new.pending:
                self._fetch(old, new, pair.edge)
                return None
            elif not old.resumes and not new.resumes:
                return old, new
            else:
                longer = _longer(old, new)
                if longer is None:
                    return old, new
                old, new = (self._sides[0].resumed(old), new) if longer else (old, self._sides[1].resumed(new))
        self._reasons.setdefault("one version goes round without asking anybody")
        return old, new

    def _fetch(self, old: Passage, new: Passage, edge: ComparedWay) -> None:
        """Push what follows each answer to the pending requests."""
        waits = [
            side.fetches(_state(one)) if one.pending else None
            for side, one in zip(self._sides, (old, new), strict=True)
        ]
        if waits[0] is not None and waits[1] is not None and old.things[-1] != new.things[-1]:
            # A request that the other version makes elsewhere was not replaced: the other one came, or went.
            known = _address(waits[0].item) in self._asked[1], _address(waits[1].item) in self._asked[0]
            if known == (True, False):
                waits[0] = None
            elif known == (False, True):
                waits[1] = None
        asked = [wait for wait in waits if wait is not None]
        pending = old.pending if waits[0] is not None else new.pending
        assert pending is not None
        for result, label in self._answers.fetched(pending.request.url, asked):
            after = self._sides[0].fetched(old, result) if waits[0] is not None else old
            other = self._sides[1].fetched(new, result) if waits[1] is not None else new
            self._push(after, other, edge.fetched(label), fresh=False)

    # ---- one pair

    def _look(self, old: Passage, new: Passage, edge: ComparedWay) -> None:
        pairs = aligned(old.things, new.things)
        goes_on = self._finder.compare(old, new, pairs, edge)
        key = _key(self._sides[0], old), _key(self._sides[1], new), edge.beginning if edge.first else None
        if not goes_on or key in self._seen:
            self.paths += 1
            return
        if len(self._seen) >= MOST_PAIRS:
            self._reasons.setdefault(f"there are more than {MOST_PAIRS:,} pairs of states")
            return
        self._seen.add(key)
        children = list(self._children(old, new, pairs, edge))
        if children and len(edge.way) - edge.skipped >= self._depth:
            self._reasons.setdefault(f"paths of more than {self._depth} answers were not compared")
            return
        self.paths += not children
        for child in children:
            self._push(child.old, child.new, child.edge)

    def _children(self, old: Passage, new: Passage, pairs: list[AlignedPair], edge: ComparedWay) -> Iterator[_Pair]:
        """What follows each answer that either version waits for."""
        for one, other in _places(old, new, pairs):
            for answer in self._answers.at(one.place, other.place):
                moved = [
                    side.happened(at.place.state, at.place.ask.name, event) if at.place is not None else None
                    for side, at, event in zip(self._sides, (one, other), answer.events, strict=True)
                ]
                if moved[0] is not None or moved[1] is not None:
                    here = edge.answered(answer.label, answer.named, (old.things[one.number], new.things[other.number]))
                    yield _Pair(moved[0] or old.behind(one.number), moved[1] or new.behind(other.number), here)
        if old.resumes and new.resumes:
            ways = zip(self._sides, (old, new), strict=True)
            resumed = [side.happened(_state(one), one.resumes, RESUME) for side, one in ways]
            if resumed[0] is not None and resumed[1] is not None:
                yield _Pair(resumed[0], resumed[1], edge.answered(RESUME.label, (True, True), None))
        if edge.first:
            yield from self._handled(old, new, edge)

    def _handled(self, old: Passage, new: Passage, edge: ComparedWay) -> Iterator[_Pair]:
        """What follows an event that a handler of the call answers."""
        if old.first is None or new.first is None or old.first.moves or new.first.moves:
            return
        choices = {one.label: one for side in self._sides for one in handler_choices(side.script)}
        for label, choice in choices.items():
            moved = self._sides[0].happened(old.first, "", choice), self._sides[1].happened(new.first, "", choice)
            if moved[0] is not None or moved[1] is not None:
                named = moved[0] is not None, moved[1] is not None
                yield _Pair(moved[0] or _NOTHING, moved[1] or _NOTHING, edge.answered(label, named, None))


class _At(Record):
    """A thing by its number, and the place where it waits for an answer (None: it does not)."""

    number: int
    place: AskedPlace | None


_NOTHING = Passage((Noticed(STAYS, {}),))
"""An event that nothing handles."""


def _places(old: Passage, new: Passage, pairs: list[AlignedPair]) -> Iterator[tuple[_At, _At]]:
    """The things of both that belong together, and of which one waits."""
    ones = {place.number: place for place in old.places}
    others = {place.number: place for place in new.places}
    for pair in pairs:
        if pair.old is not None and pair.new is not None and (pair.old in ones or pair.new in others):
            yield _At(pair.old, ones.get(pair.old)), _At(pair.new, others.get(pair.new))


def _key(side: Side, passage: Passage) -> object:
    """What tells passages apart as far as something may follow."""
    if passage.state is None:
        return passage.keys
    states = [place.state for place in passage.places] + ([passage.state] if passage.resumes else [])
    return tuple(side.liveness.key(state) for state in states)


def _longer(old: Passage, new: Passage) -> bool | None:
    """Which version has to go on by itself to be compared: the old one (True) or the new one; None: neither."""
    if bool(old.resumes) != bool(new.resumes):
        return bool(old.resumes)
    ones, others = old.keys, new.keys
    if ones == others or ones[: len(others)] != others[: len(ones)]:
        return None
    return len(ones) < len(others)


def _state(passage: Passage) -> State:
    assert passage.state is not None
    return passage.state


def _fetches(side: Side) -> Iterator[WaitItem]:
    waits = (block.transition.item for block in side.flow.blocks.values() if isinstance(block.transition, Wait))
    return (item for item in waits if item.what == "fetch")


def _address(item: WaitItem) -> tuple[str, str]:
    """The method and the address of a request, whatever stands in its holes."""
    assert item.request is not None
    return item.request.method, wildcard(pieces_of(item.request.url)).pattern
