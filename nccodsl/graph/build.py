"""From blocks to the graph: one node a statement, one edge a branch, and only what a call can reach.

A block is built from its end to its beginning, since a statement must know what follows it. What follows may be a
block that is not built yet; so edges lead to targets, which are looked up when all blocks are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from nccodsl.analysis.program import ActionItem, AssignItem, Body, BreakItem, ChoiceItem, Hole, LoopItem, NextItem
from nccodsl.analysis.when_tests import WhenTest
from nccodsl.base.source import Span
from nccodsl.describe.short import ENDS, Words
from nccodsl.graph.asks import Asks, called
from nccodsl.graph.block_facts import ends_soon, grouped
from nccodsl.graph.elements import ELSEWHERE, END, START, Box, Edge, Graph, Node
from nccodsl.graph.unfinished import GraphDraft, Link, Target, ToBlock, ToEnd, ToNothing, take_apart
from nccodsl.graph.wait_links import wait_links
from nccodsl.graph.webhook_costs import mark_fetches
from nccodsl.lowering.blocks import (
    PASSING,
    Block,
    End,
    Enter,
    Fork,
    Goto,
    Part,
    Wait,
    blocks_beside,
    handler_block,
    is_in_dialog,
)
from nccodsl.lowering.compiled import Compiled
from nccodsl.voice.catalogue import catalogue

_ANSWERED = "answered"


def build(flow: Compiled, *, unfold: bool = False) -> Graph:
    """The graph of a flow. What no call can reach is not in it: unused steps of included files, as a rule.

    A dialog is one node, with an edge for each outcome; `unfold` draws what it does, a box for each place that asks.
    """
    return _Builder(flow, unfold=unfold).build()


class _Builder:
    def __init__(self, flow: Compiled, *, unfold: bool) -> None:
        self._flow = flow
        self._program = flow.program
        self._words = Words(flow.private_names)
        self._ends: dict[str | None, GraphDraft] = {}
        self._titles: dict[str, str] = {}
        """The boxes that are handlers, by the block they begin with."""
        self._spans = {step.name: step.span for step in flow.program.steps.values() if step.dialog is None}
        self._dialogs = {
            name: block.span for name, block in flow.blocks.items() if name == block.step and is_in_dialog(name)
        }
        self._spans |= self._dialogs
        self._asks = Asks(flow.program, self._words, unfold=unfold)
        self._beginnings: dict[str, Target] = {}
        self._around: list[tuple[Target, Target]] = []
        """The loops around a statement that are part of one block: the node of each, and what follows it."""
        self._beside = blocks_beside(flow.blocks)

    def build(self) -> Graph:
        start = self._start()
        for block in self._flow.blocks.values():
            self._beginnings[block.name] = self._block(block)
        drafts = self._reached(start)
        mark_fetches(drafts)
        graph = self._graph(drafts)
        take_apart([start, *self._beginnings.values()])
        return graph

    # ---- where the call begins

    def _start(self) -> GraphDraft:
        program = self._program
        call, file = program.call, program.sources.files[0]
        entry = self._spans.get(program.entry or "")
        span = call.span if call is not None else entry if entry is not None else Span(file.base, file.base)
        start = GraphDraft(None, START, self._words.call(call), span)
        groups = list(grouped(program.handlers))
        if not any(_ANSWERED in events for events, _ in groups):
            start.links.append(Link(self._entry()))
        for events, case in groups:
            root = handler_block(events[0])
            self._titles[root] = f"on {', '.join(events)}"
            self._spans[root] = case.span
            block = self._flow.blocks[root]
            target = ToEnd(None) if not block.parts and isinstance(block.transition, End) else ToBlock(root)
            # `answered` only says where the call begins; any other event is a question.
            if _ANSWERED in events:
                start.links.insert(0, Link(target, _ANSWERED))
            if asked := [event for event in events if event != _ANSWERED]:
                start.links.append(Link(target, ", ".join(asked), webhook=True))
        return start

    def _entry(self) -> Target:
        program = self._program
        if program.entry is not None:
            return ToBlock(program.entry)
        if program.call is not None and "answer_url" in program.call.draft:
            address = self._words.short(program.call.draft["answer_url"])
            return GraphDraft(None, ELSEWHERE, f"the NCCO comes from {address}", program.call.span)
        return ToEnd(None)

    # ---- blocks

    def _block(self, block: Block) -> Target:
        box = block.step
        after: Target
        match block.transition:
            case End():
                after = self._end(block)
            case Enter():
                after = self._asks.node(box, block.transition)
            case Goto(target):
                after = ToBlock(target)
            case Fork(((_, first),), otherwise, LoopItem() as loop):
                after = self._rounds(box, loop, ToBlock(first), ToBlock(otherwise))
            case Fork(arms, otherwise):
                after = self._tests(box, [(test, ToBlock(name)) for test, name in arms], ToBlock(otherwise))
            case Wait():
                after = self._waiting(block, block.transition)
        given = block.transition.item.args if isinstance(block.transition, Enter) else ()
        beginning = self._body(box, tuple(part for part in block.parts if part not in given), after)
        if not isinstance(beginning, GraphDraft) and block.name in self._spans and block.name not in self._titles:
            # The box of a step that only goes elsewhere would be empty.
            leaves = isinstance(block.transition, Goto)
            text = f"-> {called(block.transition.target)}" if isinstance(block.transition, Goto) else "hangup"
            node = GraphDraft(box, "goto" if leaves else "hangup", text, block.span)
            node.links.append(Link(beginning))
            return node
        return beginning

    def _body(self, box: str, items: Body | tuple[Part, ...], after: Target) -> Target:
        """The beginning of some statements that `after` follows."""
        for item in reversed(items):
            match item:
                case ActionItem():
                    after = self._plain(box, item.kind or "raw", self._words.action(item), item.span, after)
                    after.quick = item.kind in catalogue().playing and ends_soon(item.draft.get("loop", 1))
                case AssignItem() if " " not in item.name:  # else it is of a loop, which is drawn as one
                    after = self._plain(box, "set", self._words.assign(item), item.span, after)
                case ChoiceItem():
                    arms = [(test, self._body(box, body, after)) for test, body in item.arms]
                    after = self._tests(box, arms, self._body(box, item.otherwise, after))
                case NextItem():
                    after = self._around[-1][0]
                case BreakItem():
                    after = self._around[-1][1]
                case LoopItem():
                    after = self._loop(box, item, after)
        return after

    def _plain(self, box: str, kind: str, text: str, span: Span, after: Target) -> GraphDraft:
        node = GraphDraft(box, kind, text, span)
        node.links.append(Link(after))
        return node

    def _tests(self, box: str, arms: list[tuple[Hole, Target]], otherwise: Target) -> Target:
        if arms and isinstance(arms[0][0], WhenTest):
            return self._chosen(box, arms, otherwise)
        for index in range(len(arms) - 1, -1, -1):
            test, target = arms[index]
            node = GraphDraft(box, "if", self._words.test(test), test.span)
            node.links += [Link(target, "yes"), Link(otherwise, "no")]
            otherwise = node
        return otherwise

    def _chosen(self, box: str, arms: list[tuple[Hole, Target]], otherwise: Target) -> GraphDraft:
        """A `choose`: one node, with an edge for each `when`."""
        tests = [(test, target) for test, target in arms if isinstance(test, WhenTest)]
        subject = tests[0][0].subject
        node = GraphDraft(box, "choose", self._words.choose(subject), subject.span)
        node.links += [Link(target, self._words.values(test.values)) for test, target in tests]
        node.links.append(Link(otherwise, "otherwise"))
        return node

    def _rounds(self, box: str, loop: LoopItem, first: Target, after: Target) -> GraphDraft:
        """A loop in which the call waits."""
        node = GraphDraft(box, "for", self._words.loop(loop), loop.span)
        node.links += [Link(first, "each"), Link(after, "then")]
        return node

    def _loop(self, box: str, item: LoopItem, after: Target) -> GraphDraft:
        node = GraphDraft(box, "for", self._words.loop(item), item.span)
        if item.body:
            self._around.append((node, after))
            node.links.append(Link(self._body(box, item.body, node), "each"))
            self._around.pop()
        node.links.append(Link(after, "then" if item.body else ""))
        return node

    # ---- waits

    def _end(self, block: Block) -> Target:
        return ToNothing() if block.name in self._beside else ToEnd(block.step)

    def _waiting(self, block: Block, wait: Wait) -> GraphDraft:
        box, item = block.step, wait.item
        node = GraphDraft(box, item.what, self._words.wait(item), item.span, waits=item.what not in PASSING)
        after: Target = ToBlock(wait.then) if wait.then is not None else self._end(block)
        node.links += wait_links(self._words, block.replayed, wait, after)
        return node

    # ---- from targets to nodes

    def _resolved(self, target: Target) -> GraphDraft | None:
        """The node that a target is; None where nothing follows."""
        passed: set[str] = set()
        while isinstance(target, ToBlock):
            # Blocks that only lead to each other are refused (E503); do not wait here if one slips through.
            if target.name in passed:
                target = ToEnd(None)
                break
            passed.add(target.name)
            target = self._beginnings[target.name]
        if isinstance(target, ToEnd):
            box = target.box
            base = self._program.sources.files[0].base
            span = self._spans[box] if box is not None else Span(base, base)
            return self._ends.setdefault(box, GraphDraft(box, END, ENDS, span))
        return target if isinstance(target, GraphDraft) else None

    def _reached(self, start: GraphDraft) -> list[GraphDraft]:
        found = {id(start): start}
        todo = [start]
        while todo:
            draft = todo.pop()
            resolved = [(link, self._resolved(link.target)) for link in draft.links]
            draft.links = [link for link, node in resolved if node is not None]
            for link, node in resolved:
                if node is None:
                    continue
                link.node = node
                if id(node) not in found:
                    found[id(node)] = node
                    todo.append(node)
        return list(found.values())

    # ---- as data

    def _graph(self, drafts: list[GraphDraft]) -> Graph:
        boxes: dict[str | None, list[GraphDraft]] = {box: [] for box in self._order()}
        for draft in drafts:
            boxes[draft.box].append(draft)
        for box, inside in boxes.items():
            inside.sort(key=lambda draft: (draft.kind == END, draft.span.start))
            numbers = count(1)
            for draft in inside:
                draft.id = (
                    draft.kind if box is None else f"{self._name(box)}.{END if draft.kind == END else next(numbers)}"
                )
        ordered = [draft for inside in boxes.values() for draft in inside]
        return Graph(
            name=self._flow.name,
            boxes=tuple(self._box(box) for box, inside in boxes.items() if box is not None and inside),
            nodes=tuple(map(self._node, ordered)),
            edges=tuple(
                Edge(draft.id, link.node.id, link.label, link.webhook, link.says)
                for draft in ordered
                for link in draft.links
            ),
        )

    def _order(self) -> Iterable[str | None]:
        """What stands in no box, the step that the call begins with, the other steps, the handlers."""
        entry = self._program.entry
        return (
            None,
            *((entry,) if entry else ()),
            *(name for name, step in self._program.steps.items() if name != entry and step.dialog is None),
            *self._dialogs,
            *self._titles,
        )

    def _name(self, box: str) -> str:
        """`main`, `on machine`: no step has a name with a space."""
        return self._titles[box].partition(",")[0] if box in self._titles else box

    def _box(self, box: str) -> Box:
        file, line = self._place(self._spans[box])
        first = self._resolved(ToBlock(box))
        assert first is not None, "a box has nodes"
        title = f"{called(box)} in {box.rpartition('/')[0]}" if is_in_dialog(box) else box
        return Box(self._name(box), self._titles.get(box, title), box in self._titles, first.id, file, line)

    def _node(self, draft: GraphDraft) -> Node:
        file, line = self._place(draft.span)
        box = self._name(draft.box) if draft.box is not None else None
        return Node(draft.id, box, draft.kind, draft.text, draft.waits, file, line, draft.span)

    def _place(self, span: Span) -> tuple[str, int]:
        file = self._program.sources.file_of(span)
        return file.name, file.line_column(span.start)[0]
