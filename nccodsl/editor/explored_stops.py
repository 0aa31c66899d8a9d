"""What walking the calls of a script finds: where calls stop, what is reached when, and what was heard before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from nccodsl.analysis.program import ActionItem
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.editor.call_times import seconds_of
from nccodsl.emulator.personas.speech_length import spoken_words
from nccodsl.rehearsal.explored import Way
from nccodsl.voice.catalogue import catalogue


class ExploredStop(Record):
    """Where a call goes on: `at` seconds, after what happened last at a `wait` (`way`; both empty at the beginning).

    `actions` are those that play then, each with its statement, if any. `guessed`: how long it took is not known.
    """

    before: ExploredStop | None
    wait: str
    way: Way
    at: float
    guessed: bool
    actions: list[tuple[dict[str, Any], ActionItem | None]]


class HeardStatement(NamedTuple):
    """The stop that plays the action of a statement, its number there, and the seconds until it begins."""

    stop: ExploredStop
    number: int
    at: float

    @property
    def before(self) -> list[dict[str, Any]]:
        """The actions that the stop plays before it."""
        return [action for action, _ in self.stop.actions[: self.number]]


class Arrivals:
    """How something is reached: by the step before and what happened there, with the seconds until then.

    `guessed`: how long a part of that took is not known.
    """

    def __init__(self) -> None:
        self.ways: dict[tuple[str, str], float] = {}
        self.guessed = False

    def add(self, at: float, guessed: bool, way: tuple[str, str]) -> None:
        self.ways[way] = min(at, self.ways.get(way, at))
        self.guessed = self.guessed or guessed

    @property
    def between(self) -> tuple[float, float]:
        """The seconds of the quickest way, and of the slowest."""
        return min(self.ways.values()), max(self.ways.values())


class ExploredCalls:
    """What was found. `statements`: where the quickest way to one ends, see HeardStatement.

    `steps` are by the names of their first blocks, alike in all places that ask a dialog. `complete`: nothing was left
    out. `wanted`: the params without a value, for which nothing was explored. `states` and `moves` count the work.
    """

    def __init__(self) -> None:
        self.statements: dict[Span, HeardStatement] = {}
        self.steps: dict[str, Arrivals] = {}
        self.complete = True
        self.wanted: tuple[str, ...] = ()
        self.states = self.moved = 0


def heard_before(stop: ExploredStop, number: int) -> Iterator[tuple[float, str, str]]:
    """What a caller heard and did before an action of a stop: seconds, `hears` or `does`, and the words.

    In order, from the beginning of the call.
    """
    if stop.before is not None:
        yield from heard_before(stop.before, len(stop.before.actions))
    for done in stop.way:
        yield stop.at, "does", done
    at = stop.at
    for action, _ in stop.actions[:number]:
        if (words := _words(action)) is not None:
            yield at, "hears", words
        at += seconds_of(action)


def _words(action: Mapping[str, Any]) -> str | None:
    """What is heard of an action; None of one that plays nothing."""
    if action.get("action") == "talk":
        return f"“{spoken_words(str(action['text']))}”"
    return f"({action['action']})" if action.get("action") in catalogue().playing else None
