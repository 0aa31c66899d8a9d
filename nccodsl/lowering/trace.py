"""From a rendered document back to the script: which statement wrote which action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from nccodsl.analysis.draft_places import Path
from nccodsl.analysis.program import (
    ActionItem,
    AssignItem,
    BreakItem,
    CallItem,
    ChoiceItem,
    ForgetItem,
    LoopItem,
    NextItem,
)
from nccodsl.base.source import Span
from nccodsl.lowering.blocks import Block, Part
from nccodsl.lowering.holes import decider, tree
from nccodsl.lowering.loop_parts import LeftLoop, NextRound
from nccodsl.lowering.part_writers import following, unheard
from nccodsl.templates import Scope


def written(blocks: Mapping[str, Block], entry: str | None, scope: Scope) -> Iterator[ActionItem]:
    """The statement of each action of the NCCO, in order, as the values in `scope` choose them."""
    name = entry
    while name is not None:
        block = blocks[name]
        yield from actions_of(block.parts, scope)
        name = following(block)(scope)


def place_of(path: Path, call: CallItem | None, actions: Iterable[ActionItem]) -> Span | None:
    """Where the script says what stands at a path of a call body, or of an NCCO; None where it does not."""
    inside = path[1:] if path[:1] == ("ncco",) else path
    if inside and isinstance(inside[0], int):
        item = next((item for index, item in enumerate(actions) if index == inside[0]), None)
        return item.places.find(inside[1:], at_name=False) if item is not None else None
    return call.places.find(path, at_name=False) if call is not None else None


def actions_of(parts: Iterable[Part], scope: Scope, taken: list[Span] | None = None) -> Iterator[ActionItem]:
    """The statements of a block's actions, as the values in `scope` choose them; `set` changes the scope.

    `taken` gathers the arms of `if` that were chosen: where the test stands, or for `else` the whole `if`.
    """
    for item in parts:
        match item:
            case ActionItem():
                yield item
            case AssignItem() | ForgetItem() | NextItem() | BreakItem():
                unheard(item)(scope, [])
            case ChoiceItem(arms, otherwise):
                number = decider([test for test, _ in arms])(scope)
                at, chosen = (arms[number][0].span, arms[number][1]) if number < len(arms) else (item.span, otherwise)
                if taken is not None:
                    taken.append(at)
                yield from actions_of(_parts(chosen), scope, taken)
            case LoopItem():
                items = tree(item.items)(scope)
                hidden = scope.get(item.name, scope)
                for value in items if isinstance(items, list | tuple) else ():
                    scope[item.name] = value
                    try:
                        yield from actions_of(_parts(item.body), scope, taken)
                    except NextRound:
                        pass
                    except LeftLoop:
                        break
                if hidden is scope:
                    scope.pop(item.name, None)
                else:
                    scope[item.name] = hidden


def _parts(body: Iterable[object]) -> Iterator[Part]:
    return (item for item in body if isinstance(item, Part))
