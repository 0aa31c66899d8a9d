"""A script in which some decisions are taken beforehand. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy

from nccodsl.lowering.blocks import Wait
from nccodsl.rehearsal.recorded import stand_in
from nccodsl.runtime.match import Heard, Matcher, Taken
from nccodsl.runtime.path import EXHAUSTED, ON, OTHERWISE, RETRIED, PathMark
from nccodsl.runtime.runnable import Ask, Prepared, Runnable
from nccodsl.templates import Scope


class _Settled(Matcher):
    """The branches of a wait, of which one is taken whatever is answered (None: nothing matches)."""

    def __init__(self, of: Matcher, taken: Taken | None) -> None:
        self.__dict__.update(of.__dict__)
        self._taken = taken

    def answer(self, given: Heard, scope: Scope) -> Taken | None:
        return self._taken


def settled(script: Runnable, forks: Mapping[str, str], answers: Mapping[str, Taken | None]) -> Runnable:
    """The script where these blocks go on at these targets, and these waits take these branches."""
    if not forks and not answers:
        return script
    other = copy(script)
    other.blocks = dict(script.blocks)
    for name, target in forks.items():
        other.blocks[name] = _changed(other.blocks[name], next=_always(target))
    for name, branch in answers.items():
        ask = other.blocks[name].ask
        assert ask is not None
        choose = _Settled(ask.choose, branch)
        other.blocks[name] = _changed(other.blocks[name], ask=Ask(**{**ask.__dict__, "choose": choose}))
    return other


def taken_before(path: Sequence[PathMark], wait: Wait, choose: Matcher) -> Taken | None:
    """What a recorded answer led to, by the path behind it. What it gave a name stands for what is not known."""
    first = path[0].kind if path else OTHERWISE
    if first == ON:
        number = int(path[0].at)
        return Taken(wait.cases[number][1], {"matched": stand_in("text")}) if number < len(wait.cases) else None
    asked_again = any(mark.kind == RETRIED for mark in path[:2])
    if choose.type is None or first in (OTHERWISE, EXHAUSTED) or asked_again:
        return None
    return choose.fits(stand_in(choose.type.value_type))


def _always(target: str) -> object:
    return lambda _scope: target


def _changed(block: Prepared, **members: object) -> Prepared:
    return Prepared(**{**block.__dict__, **members})
