"""The parts of answers that not every answer has: its value, what it matched, and what a dialog returns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from nccodsl.analysis.item_walks import every_item
from nccodsl.analysis.program import AskItem, Case, DialogItem, StepBody, WaitItem
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
    for item in every_item(steps, handlers):
        if isinstance(item, WaitItem) and item.what == "input" and item.binding in names:
            at = item.action.places.whole if item.action is not None else item.span
            yield f"{item.binding}.{MATCHED}", at
            if item.answer is not None:
                yield f"{item.binding}.{VALUE}", at
        elif isinstance(item, AskItem) and item.binding in names and item.dialog in dialogs:
            for shape in dialogs[item.dialog].outcomes.values():
                yield from ((f"{item.binding}.{one.name}", item.span) for one in shape.members)
