"""Which things of two passages belong together: equal ones in the same order, and between them those of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from nccodsl.base.record import Record
from nccodsl.diff.noticed import Noticed

_MOST_ALIGNED = 400
"""Things between a common beginning and a common end that are aligned one by one: that takes their square."""


class AlignedPair(Record):
    """The numbers of two things that belong together; None where a version has none. `equal`: they are alike."""

    old: int | None
    new: int | None
    equal: bool = False


def aligned(old: Sequence[Noticed], new: Sequence[Noticed]) -> list[AlignedPair]:
    """Every thing of both, each once, in order."""
    ones, others = [thing.key for thing in old], [thing.key for thing in new]
    begin = 0
    while begin < min(len(ones), len(others)) and ones[begin] == others[begin]:
        begin += 1
    end = 0
    while end < min(len(ones), len(others)) - begin and ones[-1 - end] == others[-1 - end]:
        end += 1
    found = [AlignedPair(number, number, equal=True) for number in range(begin)]
    inner = range(begin, len(ones) - end), range(begin, len(others) - end)
    if max(map(len, inner)) > _MOST_ALIGNED:
        found += _by_kind(old, new, *inner)
    else:
        matcher = SequenceMatcher(None, ones[begin : inner[0].stop], others[begin : inner[1].stop], autojunk=False)
        for tag, first, last, start, stop in matcher.get_opcodes():
            here, there = range(begin + first, begin + last), range(begin + start, begin + stop)
            if tag == "equal":
                found += [AlignedPair(one, other, equal=True) for one, other in zip(here, there, strict=True)]
            else:
                found += _by_kind(old, new, here, there)
    tail = zip(range(inner[0].stop, len(ones)), range(inner[1].stop, len(others)), strict=True)
    return [*found, *(AlignedPair(one, other, equal=True) for one, other in tail)]


def _by_kind(old: Sequence[Noticed], new: Sequence[Noticed], here: range, there: range) -> Iterator[AlignedPair]:
    """Things that differ: the first of a kind belongs to the first of that kind, and so on."""
    waiting: dict[tuple[str, str], list[int]] = {}
    for number in there:
        waiting.setdefault((new[number].kind, new[number].occasion), []).append(number)
    for numbers in waiting.values():
        numbers.reverse()
    for number in here:
        same = waiting.get((old[number].kind, old[number].occasion))
        yield AlignedPair(number, same.pop() if same else None)
    left = {number for numbers in waiting.values() for number in numbers}
    yield from (AlignedPair(None, number) for number in sorted(left))
