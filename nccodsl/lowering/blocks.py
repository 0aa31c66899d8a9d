"""Blocks and transitions: the form of a flow that JSON, the runtime, the graph and the emulator all read.

A block is a run of actions that need nobody's answer, ended by one transition. A step becomes one block, or more
where the call must wait in it: the statements behind a waiting `input` are a block of their own (`main+1`).
"""

from __future__ import annotations

from nccodsl.analysis.program import (
    ActionItem,
    AssignItem,
    Body,
    ChoiceItem,
    HangupItem,
    Hole,
    JumpItem,
    LoopItem,
    Program,
    RetryRule,
    WaitItem,
    walk,
)
from nccodsl.record import Record

Part = ActionItem | ChoiceItem | LoopItem | AssignItem


class End(Record):
    """Nothing follows: the platform hangs up when the actions are done."""


class Goto(Record):
    """The block `target` follows at once."""

    target: str


class Fork(Record):
    """Chosen while rendering: the target of the first true test, else `otherwise`."""

    arms: tuple[tuple[Hole, str], ...]
    otherwise: str


class Wait(Record):
    """The call waits for an answer and goes on at the target that it matches, else at `then` (None: it ends)."""

    item: WaitItem
    cases: tuple[tuple[tuple[object, ...], str], ...]
    retry: RetryRule | None
    after_retries: str | None
    otherwise: str | None
    then: str | None


Transition = End | Goto | Fork | Wait


class Block(Record):
    """`parts` in order, then `transition`."""

    name: str
    parts: tuple[Part, ...]
    transition: Transition


class _Lowering:
    def __init__(self) -> None:
        self.blocks: dict[str, Block] = {}
        self.counts: dict[str, int] = {}
        self.todo: list[tuple[str, str, Body, int, str | None]] = []

    def later(self, step: str, body: Body, start: int, then: str | None) -> str:
        """A block of its own for the rest of `body`; what falls through its end goes on at `then`."""
        self.counts[step] = self.counts.get(step, 0) + 1
        name = f"{step}+{self.counts[step]}"
        self.todo.append((name, step, body, start, then))
        return name

    def rest(self, step: str, body: Body, start: int, then: str | None) -> str | None:
        """The block of what follows a cut; None where nothing does and the call ends."""
        return self.later(step, body, start, then) if start < len(body) else then

    def lower(self, name: str, step: str, body: Body, start: int, then: str | None) -> Block:
        parts: list[Part] = []
        for index in range(start, len(body)):
            item = body[index]
            match item:
                case JumpItem():
                    return Block(name, tuple(parts), Goto(item.step))
                case HangupItem():
                    return Block(name, tuple(parts), End())
                case WaitItem():
                    return Block(name, tuple(parts), self.wait(item, step, self.rest(step, body, index + 1, then)))
                case ChoiceItem() if _leaves_or_waits(item):
                    after = self.rest(step, body, index + 1, then)
                    arms = tuple((test, self.later(step, arm, 0, after)) for test, arm in item.arms)
                    return Block(name, tuple(parts), Fork(arms, self.later(step, item.otherwise, 0, after)))
                case ActionItem() | ChoiceItem() | LoopItem() | AssignItem():
                    parts.append(item)
        return Block(name, tuple(parts), Goto(then) if then is not None else End())

    def wait(self, item: WaitItem, step: str, then: str | None) -> Wait:
        retry = item.retry
        return Wait(
            item=item,
            cases=tuple((case.matches, self.later(step, case.body, 0, then)) for case in item.cases),
            retry=retry,
            after_retries=self.later(step, retry.body, 0, then) if retry and retry.body is not None else None,
            otherwise=self.later(step, item.otherwise, 0, then) if item.otherwise is not None else None,
            then=then,
        )


def _leaves_or_waits(item: ChoiceItem) -> bool:
    return any(isinstance(inner, (JumpItem, HangupItem, WaitItem)) for inner in walk((item,)))


def lower(program: Program) -> dict[str, Block]:
    """The blocks of a program by name; a step's first block has the step's name."""
    lowering = _Lowering()
    for step in program.steps.values():
        lowering.todo.append((step.name, step.name, step.body, 0, None))
    while lowering.todo:
        name, step_name, body, start, then = lowering.todo.pop()
        lowering.blocks[name] = lowering.lower(name, step_name, body, start, then)
    return lowering.blocks


def followers(transition: Transition) -> tuple[str, ...]:
    """The blocks that a transition reaches without waiting for anybody."""
    match transition:
        case Goto(target):
            return (target,)
        case Fork(arms, otherwise):
            return (*(target for _, target in arms), otherwise)
        case _:
            return ()


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
