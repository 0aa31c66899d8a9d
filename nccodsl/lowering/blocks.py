"""Blocks and transitions: the form of a flow that JSON, the runtime, the graph and the emulator all read.

A block is a run of actions that need no answer, ended by one transition. A step becomes one block, or more
where the call must wait in it: the statements behind a waiting `input` are a block of their own (`main.1`), and so is
what stands in each branch. What a handler of the call does is a block too (`on.machine`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nccodsl.analysis.item_walks import walk
from nccodsl.analysis.program import (
    ActionItem,
    AssignItem,
    Body,
    Case,
    ChoiceItem,
    HangupItem,
    Hole,
    JumpItem,
    LoopItem,
    Program,
    RetryRule,
    WaitItem,
)
from nccodsl.base.record import Record
from nccodsl.base.source import Span

Part = ActionItem | ChoiceItem | LoopItem | AssignItem


class End(Record):
    """The call ends after the actions. `meant`: the script says `hangup`."""

    meant: bool = False


class Goto(Record):
    """The block `target` follows at once."""

    target: str


class Fork(Record):
    """Chosen while rendering: the target of the first true condition, otherwise `otherwise`."""

    arms: tuple[tuple[Hole, str], ...]
    otherwise: str


class Wait(Record):
    """The call waits for an answer, and continues at the target that it matches, otherwise at `then` (None: it ends).

    A wait has the name of the block that it ends. `after_retries` is the target when all retries are used. Behind a
    `send` and a `record`, `then` follows at once. `whisper` is the block that the callee of a `connect` hears.
    """

    item: WaitItem
    cases: tuple[tuple[tuple[object, ...], str], ...]
    retry: RetryRule | None
    after_retries: str | None
    otherwise: str | None
    then: str | None
    whisper: str | None = None


PASSING = ("record", "send")
"""What ends a block without waiting for an answer."""
Transition = End | Goto | Fork | Wait


class Block(Record):
    """`parts` in order, then `transition`.

    `step` is the name of the first block of its step or handler. `span` is its place in the script: its first
    statement, or its branch.
    """

    name: str
    step: str
    span: Span
    parts: tuple[Part, ...]
    transition: Transition


class _Lowering:
    def __init__(self) -> None:
        self.blocks: dict[str, Block] = {}
        self.counts: dict[str, int] = {}
        self.todo: list[tuple[str, str, Body, int, str | None, Span]] = []

    def later(self, step: str, body: Body, start: int, then: str | None, span: Span) -> str:
        """A block of its own for the rest of `body`; what falls through its end goes on at `then`."""
        self.counts[step] = self.counts.get(step, 0) + 1
        name = f"{step}.{self.counts[step]}"
        self.todo.append((name, step, body, start, then, span))
        return name

    def rest(self, step: str, body: Body, start: int, then: str | None) -> str | None:
        """The block of what follows a cut; None where nothing does and the call ends."""
        return self.later(step, body, start, then, body[start].span) if start < len(body) else then

    def lower(self, name: str, step: str, body: Body, start: int, then: str | None, span: Span) -> Block:
        parts: list[Part] = []

        def block(transition: Transition) -> Block:
            return Block(name, step, span, tuple(parts), transition)

        for index in range(start, len(body)):
            item = body[index]
            match item:
                case JumpItem():
                    return block(Goto(item.step))
                case HangupItem():
                    return block(End(meant=True))
                case WaitItem():
                    return block(self.wait(item, step, self.rest(step, body, index + 1, then)))
                case ChoiceItem() if _leaves_or_waits(item):
                    after = self.rest(step, body, index + 1, then)
                    arms = tuple((test, self.later(step, arm, 0, after, test.span)) for test, arm in item.arms)
                    otherwise = item.otherwise
                    place = otherwise[0].span if otherwise else item.span
                    return block(Fork(arms, self.later(step, otherwise, 0, after, place)))
                case ActionItem() | ChoiceItem() | LoopItem() | AssignItem():
                    parts.append(item)
        return block(Goto(then) if then is not None else End())

    def wait(self, item: WaitItem, step: str, then: str | None) -> Wait:
        retry = item.retry
        # Handlers of a recording run beside the call, which does not continue behind them.
        behind = None if item.what == "record" else then
        return Wait(
            item=item,
            cases=tuple((case.matches, self.later(step, case.body, 0, behind, case.span)) for case in item.cases),
            retry=retry,
            after_retries=(
                self.later(step, retry.body, 0, then, retry.span) if retry and retry.body is not None else None
            ),
            otherwise=(
                self.later(step, item.otherwise.body, 0, then, item.otherwise.span)
                if item.otherwise is not None
                else None
            ),
            then=then,
            whisper=self.later(step, item.whisper, 0, None, item.span) if item.whisper is not None else None,
        )


def _leaves_or_waits(item: ChoiceItem) -> bool:
    return any(isinstance(inner, (JumpItem, HangupItem, WaitItem)) for inner in walk((item,)))


def lower(program: Program) -> dict[str, Block]:
    """The blocks of a program by name; a step's first block has the step's name."""
    lowering = _Lowering()
    for event, handler in handlers(program.handlers).items():
        name = handler_block(event)
        lowering.todo.append((name, name, handler.body, 0, None, handler.span))
    for step in program.steps.values():
        lowering.todo.append((step.name, step.name, step.body, 0, None, step.span))
    while lowering.todo:
        name, step_name, body, start, then, span = lowering.todo.pop()
        lowering.blocks[name] = lowering.lower(name, step_name, body, start, then, span)
    return lowering.blocks


def handlers(cases: Iterable[Case]) -> dict[str, Case]:
    """The handlers by the event that each is for: `machine`, `human`, `beep`, `answered`, `ended`."""
    found: dict[str, Case] = {}
    for handler in cases:
        for match in handler.matches:
            found.setdefault(str(match).removeprefix(":"), handler)
    return found


def handler_block(event: str) -> str:
    """The name of the block that a handler of the call is."""
    return f"on.{event}"


def followers(transition: Transition) -> tuple[str, ...]:
    """The blocks that a transition reaches without waiting for anybody."""
    match transition:
        case Goto(target):
            return (target,)
        case Fork(arms, otherwise):
            return (*(target for _, target in arms), otherwise)
        case Wait(item, then=then) if item.what in PASSING and then is not None:
            return (then,)
        case _:
            return ()


def blocks_beside(blocks: Mapping[str, Block]) -> frozenset[str]:
    """The blocks that run beside the call: its end, what is done with a recording, and what a callee hears first."""
    todo = [name for name in (handler_block("ended"),) if name in blocks]
    for block in blocks.values():
        wait = block.transition
        if isinstance(wait, Wait):
            todo += [wait.whisper] if wait.whisper is not None else []
            todo += [target for _, target in wait.cases] if wait.item.what == "record" else []
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += followers(blocks[name].transition)
    return frozenset(found)


def ring(blocks: dict[str, Block]) -> str | None:
    """The name of a block that can be reached from itself without waiting, or None."""
    done: set[str] = set()
    for start in blocks:
        on_path: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, True)]
        while stack:
            name, entering = stack.pop()
            if not entering:
                on_path.discard(name)
                done.add(name)
            elif name in on_path:
                return name
            elif name not in done and name in blocks:
                on_path.add(name)
                stack.append((name, False))
                stack.extend((target, True) for target in followers(blocks[name].transition))
    return None
