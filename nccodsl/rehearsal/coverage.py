"""What the tests of a script have taken of it: steps, branches and handlers, and the arms of its `if`s."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.program import Body, ChoiceItem, Hole, LoopItem
from nccodsl.analysis.when_tests import WhenTest
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.emulator.core.legs import Leg
from nccodsl.lowering.blocks import Block, Fork, Wait
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.stage import Move, Stage
from nccodsl.runtime.runnable import DISCONNECTED, Runnable
from nccodsl.runtime.walk import Walk


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
        self.points = tuple(_points(flow))
        self._taken: set[object] = set()

    def add(self, script: Runnable, stage: Stage) -> None:
        """Count a call that is over."""
        legs = list(stage.network.legs.values())
        ends = [*(move.legs for move in stage.moves[1:]), len(legs)]
        self._taken.update(stage.beside)
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
            self._taken.update(block for behind, block in walk.trail if behind in done)
            self._taken.update((span.start, span.end) for behind, span in walk.arms if behind in done)

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


def _completed(script: Runnable, move: Move, dialled: list[Leg]) -> Iterator[str]:
    """The connects of an NCCO that came to their end: what stands behind them was played."""
    connects = [wait for wait in move.waits if (ask := script.blocks[wait].ask) is not None and ask.what == "connect"]
    for wait, leg in zip(connects, dialled, strict=False):
        if leg.outcome != "completed":
            return
        yield wait


def _points(flow: Compiled) -> Iterator[Point]:
    """In the order of the script; what only an included file has and no test reaches is not counted."""
    points = [
        point
        for name in reached(flow)
        for point in (*_steps(flow, flow.blocks[name]), *_branches(flow, flow.blocks[name]))
    ]
    return iter(sorted(points, key=lambda point: (point.span.start, point.kind != "step")))


def reached(flow: Compiled) -> list[str]:
    """The blocks that some call can come to, as the script says."""
    script = Runnable(flow, "https://flow.test")
    todo = [script.entry or "", *(f"on.{event}" for event in script.handlers), *(["on.ended"] if script.ends else [])]
    found: dict[str, None] = {}
    while todo:
        name = todo.pop()
        if name in found or name not in flow.blocks:
            continue
        found[name] = None
        match flow.blocks[name].transition:
            case Fork(arms, otherwise):
                todo += [*(target for _, target in arms), otherwise]
            case Wait(cases=cases, after_retries=after, otherwise=rest, then=then, whisper=whisper):
                todo += [*(target for _, target in cases), *(one for one in (after, rest, then, whisper) if one)]
            case transition:
                todo += [getattr(transition, "target", "")]
    return list(found)


def _steps(flow: Compiled, block: Block) -> Iterator[Point]:
    if block.name == block.step:
        kind = "handler" if block.name.startswith("on.") else "step"
        label = f"on {block.name[3:]}" if kind == "handler" else f"step {block.name}"
        yield Point(kind, label, block.step, block.span, block.name)


def _branches(flow: Compiled, block: Block) -> Iterator[Point]:
    def point(kind: str, target: str, span: Span | None = None, key: object = None) -> Point:
        at = span or flow.blocks[target].span
        return Point(kind, _words(flow, at), block.step, at, key if key is not None else target)

    for body in (block.parts,):
        yield from _choices(flow, block, body)
    match block.transition:
        case Wait(cases=cases, retry=retry, after_retries=after, otherwise=rest, whisper=whisper):
            for target in (*(target for _, target in cases), *([whisper] if whisper is not None else [])):
                yield point("branch", target)
            if retry is not None:
                yield point("branch", block.name, retry.span, f"{block.name}.retry")
            if after is not None:
                at = flow.blocks[after].span
                yield Point("branch", f"{_words(flow, at)} (after the last retry)", block.step, at, after)
            if rest is not None:
                yield point("branch", rest)
        case Fork(arms, otherwise, None):
            for test, target in arms:
                yield point("choice", target, test.span)
            if flow.blocks[otherwise].span.start > arms[0][0].span.start:
                at = flow.blocks[otherwise].span
                yield Point("choice", f"{_rest(arms[0][0])}: {_words(flow, at)}", block.step, at, otherwise)


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
