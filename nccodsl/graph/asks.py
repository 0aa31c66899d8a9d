"""The places that ask a dialog: one node each, or what the dialog does there."""

from __future__ import annotations

from nccodsl.analysis.item_walks import walk
from nccodsl.analysis.program import AskItem, Program, WaitItem
from nccodsl.describe.short import Words
from nccodsl.graph.unfinished import GraphDraft, Link, Target, ToBlock, ToEnd
from nccodsl.lowering.blocks import PASSING, Enter, shared_name


class Asks:
    """Makes the nodes. `unfold`: they lead to what the dialog does."""

    def __init__(self, program: Program, words: Words, *, unfold: bool) -> None:
        self._dialogs = program.dialogs
        self._words = words
        self._unfold = unfold
        self._waiting = _waiting_dialogs(program)

    def node(self, box: str, enter: Enter) -> GraphDraft:
        """A place that asks. The outcomes of a dialog are answers, if it asks the caller."""
        item = enter.item
        waits = item.dialog in self._waiting
        node = GraphDraft(box, "ask", self._words.ask(item), item.span, waits=waits and not self._unfold)
        if self._unfold:
            node.links.append(Link(ToBlock(enter.target)))
            return node
        for outcomes, target in enter.cases:
            node.links.append(Link(ToBlock(target), ", ".join(outcomes), webhook=waits))
        named = {outcome for outcomes, _ in enter.cases for outcome in outcomes}
        if not named.issuperset(self._dialogs[item.dialog].outcomes):
            after: Target = ToBlock(enter.otherwise) if enter.otherwise is not None else ToEnd(box)
            node.links.append(Link(after, "otherwise" if item.otherwise is not None else "", webhook=waits))
        return node


def called(block: str) -> str:
    """What a step is called, in its dialog if it has one."""
    name = shared_name(block)
    return name.partition(":")[2] or name


def _waiting_dialogs(program: Program) -> set[str]:
    """The dialogs that ask the caller, themselves or in a dialog that they ask."""
    asks: dict[str, set[str]] = {}
    found: set[str] = set()
    for step in program.steps.values():
        if step.dialog is not None:
            for item in walk(step.body):
                if isinstance(item, WaitItem) and item.what not in PASSING and item.what != "fetch":
                    found.add(step.dialog)
                elif isinstance(item, AskItem):
                    asks.setdefault(item.dialog, set()).add(step.dialog)
    todo = list(found)
    while todo:
        for asking in asks.get(todo.pop(), set()) - found:
            found.add(asking)
            todo.append(asking)
    return found
