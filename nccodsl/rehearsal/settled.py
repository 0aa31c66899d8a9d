"""A script in which some decisions are taken beforehand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from nccodsl.runtime.match import Heard, Matcher
from nccodsl.runtime.runnable import Ask, Prepared, Runnable
from nccodsl.templates import Scope


class _Settled(Matcher):
    """The branches of a wait, of which one is taken whatever is answered (None: no branch of keys or words)."""

    def __init__(self, of: Matcher, target: str | None) -> None:
        self.__dict__.update(of.__dict__)
        self._target = target

    def answer(self, given: Heard, scope: Scope) -> str | None:
        return self._target


def settled(script: Runnable, forks: Mapping[str, str], answers: Mapping[str, str | None]) -> Runnable:
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


def _always(target: str) -> object:
    return lambda _scope: target


def _changed(block: Prepared, **members: object) -> Prepared:
    return Prepared(**{**block.__dict__, **members})
