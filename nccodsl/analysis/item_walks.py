"""Walks over the items of a program: each item, each hole, and the names that a running call gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from nccodsl.analysis.program import (
    NOTHING,
    ActionItem,
    AskItem,
    AssignItem,
    Body,
    Case,
    ChoiceItem,
    Hole,
    Item,
    LoopItem,
    OutcomeItem,
    StepBody,
    WaitItem,
    holes_in,
)
from nccodsl.base.source import Span

_T = TypeVar("_T")


def every_body(steps: Mapping[str, StepBody], handlers: Iterable[Case]) -> list[Body]:
    """What the steps do, and the handlers of the call."""
    return [*(step.body for step in steps.values()), *(case.body for case in handlers)]


def found_in(
    find: Callable[[Body], Iterable[_T]], steps: Mapping[str, StepBody], handlers: Iterable[Case]
) -> Iterator[_T]:
    """What `find` makes of each of them, in the order of the text; see `Body.of`."""
    return chain.from_iterable(body.of(find) for body in every_body(steps, handlers))


def every_item(steps: Mapping[str, StepBody], handlers: Iterable[Case]) -> Iterator[Item]:
    """Every item of every step and handler, in the order of the text."""
    return found_in(items_in, steps, handlers)


def action_of(item: Item) -> ActionItem | None:
    """The NCCO action that an item is, or waits with."""
    action = item.action if isinstance(item, WaitItem) else item
    return action if isinstance(action, ActionItem) else None


def actions_in(body: Body) -> list[ActionItem]:
    """The NCCO actions of a body and of the bodies inside it."""
    return [action for item in body.of(items_in) if (action := action_of(item)) is not None]


def named_answers(body: Body) -> list[WaitItem | AskItem]:
    """What waits for an answer, or asks a dialog, and gives what comes a name."""
    return [item for item in body.of(items_in) if isinstance(item, WaitItem | AskItem) and item.binding is not None]


def brought(steps: Mapping[str, StepBody], handlers: Iterable[Case]) -> Iterator[tuple[str, Span]]:
    """The names that a running call gets by `as` and `set`, and where; one that stands twice comes twice."""
    return found_in(brought_in, steps, handlers)


def brought_in(body: Body) -> tuple[tuple[str, Span], ...]:
    """The same of one body."""
    return tuple(_brought(body.of(items_in)))


def _brought(items: Iterable[Item]) -> Iterator[tuple[str, Span]]:
    for item in items:
        if isinstance(item, AssignItem):
            yield item.name, item.span
        elif isinstance(item, WaitItem | AskItem) and item.binding is not None:
            yield item.binding, item.span
        if isinstance(item, AskItem):
            yield from ((one.name, one.span) for one in item.args)


def holes_of(item: Item) -> Iterator[Hole]:
    """Every hole of an item and of what stands inside it."""
    return (hole for one in walk((item,)) for hole in own_holes(one))


def own_holes(item: Item) -> Iterator[Hole]:
    """The holes of an item itself, without the bodies inside it."""
    match item:
        case ActionItem(_, draft):
            yield from holes_in(draft)
        case ChoiceItem(arms):
            yield from (test for test, _ in arms)
        case LoopItem(_, items):
            yield from holes_in(items)
        case AssignItem(_, value) | OutcomeItem(_, value):
            yield from holes_in(value)
        case AskItem():
            yield from holes_in([one.value for one in item.args])
        case WaitItem():
            yield from holes_in(item.action.draft if item.action is not None else None)
            yield from holes_in(item.request.drafts if item.request is not None else None)
            yield from holes_in(item.reason)
            yield from holes_in([match for case in item.cases for match in case.matches])
            for said in item.retry.says if item.retry is not None else ():
                yield from holes_in(said.draft)


def items_in(body: Body) -> tuple[Item, ...]:
    """Every item of a body and of the bodies inside it, in the order of the text."""
    return tuple(walk(body))


def walk(body: Iterable[Item]) -> Iterator[Item]:
    """Every item of some and of the bodies inside it, in the order of the text."""
    for item in body:
        yield item
        if type(item) in _NESTING:
            for inner in bodies(item):
                yield from walk(inner)


_NESTING = frozenset((ChoiceItem, LoopItem, WaitItem, AskItem))
"""The items that have bodies."""


def bodies(item: Item) -> tuple[Body, ...]:
    """The bodies directly inside an item."""
    match item:
        case ChoiceItem():
            return (*(body for _, body in item.arms), item.otherwise)
        case LoopItem():
            return (item.body,)
        case WaitItem():
            retry = (item.retry.body,) if item.retry and item.retry.body is not None else ()
            otherwise = (item.otherwise.body,) if item.otherwise else ()
            return (item.whisper or NOTHING, *(case.body for case in item.cases), *retry, *otherwise)
        case AskItem():
            return (*(case.body for case in item.cases), *((item.otherwise.body,) if item.otherwise else ()))
        case _:
            return ()
