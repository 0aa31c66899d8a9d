"""The parts of answers that not every answer has: its value, what it matched, and what a dialog returns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from nccodsl.analysis.item_walks import every_body, items_in
from nccodsl.analysis.program import AskItem, Body, Case, DialogItem, StepBody, WaitItem
from nccodsl.analysis.typed_answers import VALUE
from nccodsl.base.source import Span

MATCHED = "matched"


def parts_of_answers(
    steps: Mapping[str, StepBody],
    handlers: Sequence[Case],
    dialogs: Mapping[str, DialogItem],
    names: Collection[str],
) -> Iterator[tuple[str, Span]]:
    """The parts of answers that not every answer has, and where each is given."""
    for item in (item for body in every_body(steps, handlers) for item in body.of(named_answers)):
        if item.binding not in names:
            continue
        if isinstance(item, WaitItem):
            at = item.action.places.whole if item.action is not None else item.span
            yield f"{item.binding}.{MATCHED}", at
            if item.answer is not None:
                yield f"{item.binding}.{VALUE}", at
        elif item.dialog in dialogs:
            for shape in dialogs[item.dialog].outcomes.values():
                yield from ((f"{item.binding}.{one.name}", item.span) for one in shape.members)


def named_answers(body: Body) -> list[WaitItem | AskItem]:
    """What asks the caller, or a dialog, and names the answer."""
    return [
        item
        for item in body.of(items_in)
        if (isinstance(item, AskItem) or (isinstance(item, WaitItem) and item.what == "input"))
        and item.binding is not None
    ]
