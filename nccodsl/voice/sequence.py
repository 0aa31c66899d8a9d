"""The rules across the actions of an NCCO (NCCO reference): `barge_in`, `conversation`, `record` at the end.

Owns: these, over a list of actions and `Choice`s. Does not own: anything within one action. Every action is looked at
twice, once from the end and once from the beginning.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from nccodsl.diagnostics import messages
from nccodsl.voice.catalogue import Spec, When, catalogue
from nccodsl.voice.findings import TextManner
from nccodsl.voice.loose_values import is_false, is_true, number
from nccodsl.voice.problems import Choice, Draft, NumberedAction, Onward, Path, Problem, Unknown


def judge_sequence(actions: list[Any], *, script: bool = False, open_end: bool = False) -> list[Problem]:
    """The rules across a list of actions, `Choice`s and `NumberedAction`s, none of which is judged by itself."""
    return sequence_rules(actions, (), TextManner(script), open_end)


def sequence_rules(actions: list[Any], path: Path, manner: TextManner, open_end: bool = False) -> list[Problem]:
    """`open_end`: something that is not known may follow the last action."""
    found: list[Problem] = []
    _backward(actions, path, _After(open_end, open_end), manner, found)
    lonely = {problem.path[:-1] for problem in found if problem.code == "E404"}
    _forward(actions, path, _Before(), manner, found, lonely)
    return found


def blocks(action: Any) -> bool:
    """Whether the next action waits for the end of this one (NCCO reference). Of what is not known: yes."""
    spec = _spec(action)
    return spec is None or (spec.blocks is not None and _holds(spec.blocks, action) is not False)


def never_ends(action: Any) -> str | None:
    """Why surely no later action runs, in words that go behind "after"; else None."""
    spec = _spec(action)
    if spec is None or spec.ends is None or not _holds(spec.ends, action):
        return None
    return spec.ends.because or f"the action {spec.name}, which ends the call"


def _holds(condition: When, action: dict[str, Any]) -> bool | None:
    """Whether a condition holds for an action; None where that depends on what is not known."""
    found: list[bool | None] = [any(key in action for key in condition.given)] if condition.given else []
    if condition.equal is not None:
        found.append(_is(action, *condition.equal))
    if condition.unless is not None:
        other = _is(action, *condition.unless)
        found.append(None if other is None else not other)
    return False if False in found else None if None in found else True


def _is(action: dict[str, Any], key: str, wanted: object) -> bool | None:
    value = action.get(key)
    if isinstance(value, Unknown):
        return None
    if wanted is True:
        return is_true(value)
    return value == wanted if isinstance(wanted, str) else number(value) == wanted


def _spec(action: Any) -> Spec | None:
    return catalogue().actions.get(_name(action) or "")


def _name(action: Any) -> str | None:
    name = action.get("action") if isinstance(action, dict) else None
    return name if isinstance(name, str) else None


def _placed(item: Any, at: Path) -> tuple[Any, Path]:
    if isinstance(item, NumberedAction):
        item, at = item.value, (item.number,)
    return (item.known() if isinstance(item, Draft) else item), at


def _barge_in(manner: TextManner) -> str:
    return "barge_in" if manner.script else "bargeIn"


class _After(NamedTuple):
    """What follows. `leads`: some way goes by talk and stream alone to an input; `more`: some way has an action."""

    leads: bool
    more: bool


def _backward(actions: list[Any], path: Path, after: _After, manner: TextManner, found: list[Problem]) -> _After:
    for index in range(len(actions) - 1, -1, -1):
        item, at = _placed(actions[index], (*path, index))
        if isinstance(item, Choice):
            ways = [_backward(way, (*at, number), after, manner, found) for number, way in enumerate(item.alternatives)]
            after = _After(any(way.leads for way in ways), any(way.more for way in ways)) if ways else after
            continue
        if isinstance(item, Onward):
            after = _After(item.leads, item.more)
            continue
        name = _name(item)
        if name in catalogue().playing:
            if is_true(item.get("bargeIn")) and not after.leads:
                option = _barge_in(manner)
                found.append(Problem.of(messages.options.barge_in_without_input(option), (*at, "bargeIn")))
            after = _After(after.leads, True)
        elif name is None:
            after = _After(True, True)
        else:
            if name == "record" and not after.more and not blocks(item):
                option = "end_on_silence" if manner.script else "endOnSilence"
                found.append(Problem.of(messages.tolerated.recording_ends_at_once(option), at))
            after = _After(name == "input", True)
    return after


class _Before(NamedTuple):
    """What came before: `dead`, why nothing can run here; `barging`, the action that switched barge-in on; `mixed`, its
    kind has been mixed with the other."""

    dead: str | None = None
    barging: str | None = None
    mixed: bool = False


def _forward(
    actions: list[Any], path: Path, before: _Before, manner: TextManner, found: list[Problem], lonely: set[Path]
) -> _Before | None:
    """What came before the end of the actions; None where every way has left for elsewhere.

    `lonely` are the actions whose barge-in leads to no input: it switches nothing on.
    """
    left = False
    for index, item in enumerate(actions):
        item, at = _placed(item, (*path, index))
        if isinstance(item, Choice):
            ways = [
                _forward(way, (*at, number), before, manner, found, lonely)
                for number, way in enumerate(item.alternatives)
            ]
            through = [way for way in ways if way is not None]
            left = left or (bool(ways) and not through)
            before = _joined(through) if through else _Before() if ways else before
            continue
        if isinstance(item, Onward):
            left = True
        if isinstance(item, Unknown):
            before = _Before(before.dead)
            continue
        if before.dead:
            found.append(Problem.of(messages.tolerated.never_runs(before.dead, _name(item)), at))
        before = _Before(never_ends(item), *_barged(item, at, before, manner, found, lonely=at in lonely))
    return None if left else before


def _barged(
    item: Any, at: Path, before: _Before, manner: TextManner, found: list[Problem], *, lonely: bool
) -> tuple[str | None, bool]:
    """`barging` and `mixed` behind an action, after what is wrong with its own barge-in."""
    name = _name(item)
    if name is None or name not in catalogue().playing:
        return None, False
    barging, mixed = before.barging, before.mixed
    if barging and is_false(item.get("bargeIn")):
        found.append(Problem.of(messages.tolerated.switched_on_before(_barge_in(manner)), (*at, "bargeIn")))
    if barging and barging != name and not mixed:
        found.append(Problem.of(messages.tolerated.mixed_before_input(name, barging, script=manner.script), at))
        mixed = True
    if not barging and is_true(item.get("bargeIn")) and not lonely:
        barging = name
    return barging, mixed


def _joined(ways: list[_Before]) -> _Before:
    dead = ways[0].dead if all(way.dead for way in ways) else None
    barging = ways[0].barging if len({way.barging for way in ways}) == 1 else None
    return _Before(dead, barging, any(way.mixed for way in ways))
