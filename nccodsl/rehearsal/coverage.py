"""What the tests of a script have taken of it: steps, branches and handlers, and the arms of its `if`s."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nccodsl.analysis.program import Body, ChoiceItem, Hole, LoopItem
from nccodsl.analysis.when_tests import WhenTest
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.emulator.core.legs import Leg
from nccodsl.lowering.blocks import (
    Block,
    Enter,
    Fork,
    Wait,
    handler_block,
    handlers,
    is_in_dialog,
    shared_name,
    step_in_words,
)
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.stage import Move, Stage
from nccodsl.rehearsal.tested_dialog import asking
from nccodsl.runtime.runnable import DISCONNECTED, Runnable
from nccodsl.runtime.voices import targets_of
from nccodsl.runtime.walk import Walk
from nccodsl.std import is_library


class Point(Record):
    """Something that a call can take. `kind` is step, branch, handler or choice; `key` is what is noted of it."""

    kind: str
    label: str
    step: str
    span: Span
    key: object


class Coverage:
    """The points of one script, and those that were taken."""

    def __init__(self, flow: Compiled) -> None:
        self._flow = flow
        asked = {case.asked.dialog: case.asked for case in flow.program.tests if case.asked is not None}
        self.points = tuple(_points((flow, *(asking(flow, one) for one in asked.values()))))
        self._taken: set[object] = set()

    def add(self, script: Runnable, stage: Stage) -> None:
        """Count a call that is over; of the test of a dialog, the dialogs alone."""
        self._taken |= self.keys_of(script, stage)

    def keys_of(self, script: Runnable, stage: Stage) -> set[object]:
        """The keys of what a call has taken."""
        found: set[object] = set()
        if stage.flow is not self._flow:
            script = stage.script
        legs = list(stage.network.legs.values())
        ends = [*(move.legs for move in stage.moves[1:]), len(legs)]
        found.update(shared_name(str(name)) for name in stage.beside)
        # Where the platform completes the call with the connected leg, what stands behind is not played.
        notes = stage.leg.timeline.of("note")
        last = {note.data["uuid"] for note in notes if note.data.get("event") == "after-connect"}
        # Where `on disconnected` was taken, it is not played either.
        told = [move.webhook.payload for move in stage.moves]
        last |= {payload["uuid"] for payload in told if payload.get("status") == DISCONNECTED}
        for move, end in zip(stage.moves, ends, strict=True):
            dialled = [leg for leg in legs[move.legs : end] if leg.parent is stage.leg and leg is not stage.leg]
            done = {"", *_completed(script, move, [leg for leg in dialled if leg.uuid not in last])}
            walk = Walk(script, move.state).run(trace=True)
            taken = (block for behind, block in walk.trail if behind in done)
            found.update(shared_name(block) for block in taken if stage.flow is self._flow or is_in_dialog(block))
            found.update((span.start, span.end) for behind, span in walk.arms if behind in done)
            found.update(_fitted(script, move))
        return found

    def taken(self, point: Point) -> bool:
        return point.key in self._taken

    @property
    def missing(self) -> tuple[Point, ...]:
        """What no call has taken, in the order of the script."""
        return tuple(point for point in self.points if not self.taken(point))

    @property
    def share(self) -> float:
        """0 to 1; 1 where there is nothing to take."""
        return 1.0 - len(self.missing) / len(self.points) if self.points else 1.0


def _fitted(script: Runnable, move: Move) -> Iterator[str]:
    """What is noted where an answer that fits its type led to an NCCO: it goes on behind the statement."""
    before = script.blocks.get(move.state.last)
    ask = before.ask if before is not None else None
    if ask is not None and ask.choose.type is not None and (move.state.block, move.state.start) == (ask.then or "", ""):
        yield f"{shared_name(ask.name)}.fits"


def _completed(script: Runnable, move: Move, dialled: list[Leg]) -> Iterator[str]:
    """The connects of an NCCO that came to their end: what stands behind them was played."""
    connects = [wait for wait in move.waits if (ask := script.blocks[wait].ask) is not None and ask.what == "connect"]
    for wait, leg in zip(connects, dialled, strict=False):
        if leg.outcome != "completed":
            return
        yield wait


def _points(flows: Sequence[Compiled]) -> Iterator[Point]:
    """In the order of the script; what only an included file has and no test reaches is not counted.

    What a dialog has is counted once, however often it is asked. `flows`: the script, and its dialogs that are tested.
    """
    points: dict[object, Point] = {}
    for number, flow in enumerate(flows):
        for name in reached(flow):
            block = flow.blocks[name]
            if not number or is_in_dialog(name):
                for point in (*_steps(block), *_branches(flow, block)):
                    if not is_library(flow.program.sources.file_of(point.span).name):
                        points.setdefault(point.key, point)
    return iter(sorted(points.values(), key=lambda point: (point.span.start, point.kind != "step")))


def reached(flow: Compiled) -> list[str]:
    """The blocks that some call can come to, as the script says."""
    events = handlers(flow.program.handlers)
    todo = [*([] if "answered" in events else [flow.program.entry or ""]), *map(handler_block, events)]
    found: dict[str, None] = {}
    while todo:
        name = todo.pop()
        if name in found or name not in flow.blocks:
            continue
        found[name] = None
        block = flow.blocks[name]
        todo += targets_of(block)
        if isinstance(block.transition, Wait) and block.transition.whisper is not None:
            todo.append(block.transition.whisper)
    return list(found)


def _steps(block: Block) -> Iterator[Point]:
    if block.name == block.step:
        kind, label, name = "step", step_in_words(block.name), shared_name(block.name)
        if name.startswith("on."):
            kind, label = "handler", f"on {name[3:]}"
        elif not label.startswith("dialog "):
            label = f"step {label}"
        yield Point(kind, label, block.step, block.span, name)


def _branches(flow: Compiled, block: Block) -> Iterator[Point]:
    def point(kind: str, target: str, span: Span | None = None, key: object = None) -> Point:
        at = span or flow.blocks[target].span
        return Point(kind, _words(flow, at), block.step, at, shared_name(target) if key is None else key)

    for body in (block.parts,):
        yield from _choices(flow, block, body)
    match block.transition:
        case Wait(item, cases, retry, after, rest, whisper=whisper):
            if item.answer is not None:
                at = item.span
                head = _words(flow, at).partition(" {")[0]
                label = f"{head} (an answer that fits)"
                yield Point("branch", label, block.step, at, f"{shared_name(block.name)}.fits")
            for target in (*(target for _, target in cases), *([whisper] if whisper is not None else [])):
                yield point("branch", target)
            if retry is not None:
                yield point("branch", block.name, retry.span, f"{shared_name(block.name)}.retry")
            if after is not None:
                at = flow.blocks[after].span
                yield Point("branch", f"{_words(flow, at)} (after the last retry)", block.step, at, shared_name(after))
            if rest is not None:
                yield point("branch", rest)
        case Fork(arms, otherwise, None):
            for test, target in arms:
                yield point("choice", target, test.span)
            if flow.blocks[otherwise].span.start > arms[0][0].span.start:
                at = flow.blocks[otherwise].span
                rest_of = _rest(arms[0][0])
                yield Point("choice", f"{rest_of}: {_words(flow, at)}", block.step, at, shared_name(otherwise))
        case Enter(item=item, cases=cases, otherwise=rest):
            for _, target in cases:
                yield point("branch", target)
            if rest is not None and item.otherwise is not None:
                yield point("branch", rest)


def _choices(flow: Compiled, block: Block, body: Body | tuple[object, ...]) -> Iterator[Point]:
    """The arms of the `if`s that only write actions."""
    for item in body:
        if isinstance(item, ChoiceItem):
            for test, inner in item.arms:
                at = test.span
                label = _words(flow, at) if isinstance(test, WhenTest) else f"if {_words(flow, at)}"
                yield Point("choice", label, block.step, at, (at.start, at.end))
                yield from _choices(flow, block, inner)
            if item.otherwise:
                at = item.otherwise[0].span
                key = (item.span.start, item.span.end)
                label = f"{_rest(item.arms[0][0])}: {_words(flow, at)}"
                yield Point("choice", label, block.step, at, key)
                yield from _choices(flow, block, item.otherwise)
        elif isinstance(item, LoopItem):
            yield from _choices(flow, block, item.body)


def _rest(test: Hole) -> str:
    """What the script calls all that no arm takes."""
    return "otherwise" if isinstance(test, WhenTest) else "else"


def _words(flow: Compiled, span: Span) -> str:
    """What the script says there, on one line."""
    text = " ".join(flow.program.sources.file_of(span).slice(span).split())
    text = text.partition(" { ")[0] if text.startswith(("on ", "otherwise", "retry")) else text
    return text if len(text) <= 60 else f"{text[:59]}…"
