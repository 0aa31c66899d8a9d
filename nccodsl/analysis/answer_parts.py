"""The parts of answers that not every answer has: its value, what it matched, and what a dialog returns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from nccodsl.analysis.item_walks import found_in, named_answers
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
    for item in found_in(named_answers, steps, handlers):
        if item.binding not in names:
            continue
        if isinstance(item, WaitItem) and item.what == "input":
            at = item.action.places.whole if item.action is not None else item.span
            yield f"{item.binding}.{MATCHED}", at
            if item.answer is not None:
                yield f"{item.binding}.{VALUE}", at
        elif isinstance(item, AskItem) and item.dialog in dialogs:
            for shape in dialogs[item.dialog].outcomes.values():
                yield from ((f"{item.binding}.{one.name}", item.span) for one in shape.members)
