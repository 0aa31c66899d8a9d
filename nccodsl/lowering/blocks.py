"""Blocks and transitions: the form of a flow that JSON, the runtime, the graph and the emulator all read.

A block is a run of actions that need no answer, ended by one transition. A step becomes one block, or more
where the call must wait in it: the statements behind a waiting `input` are a block of their own (`main.1`), and so is
what stands in each branch. What a handler of the call does is a block too (`on.machine`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nccodsl.analysis.item_walks import bodies
from nccodsl.analysis.program import (
    ActionItem,
    AssignItem,
    Body,
    BreakItem,
    Case,
    ChoiceItem,
    ForgetItem,
    HangupItem,
    Hole,
    Item,
    JumpItem,
    LoopItem,
    NextItem,
    Program,
    RetryRule,
    WaitItem,
)
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.lowering import loop_parts
from nccodsl.lowering.homes import Home, Round

Part = ActionItem | ChoiceItem | LoopItem | NextItem | BreakItem | AssignItem | ForgetItem


class End(Record):
    """The call ends after the actions. `meant`: the script says `hangup`."""

    meant: bool = False


class Goto(Record):
    """The block `target` follows at once. `again`: it begins another round of a loop, which ends with its list."""

    target: str
    again: bool = False


class Fork(Record):
    """Chosen while rendering: the target of the first true condition, otherwise `otherwise`.

    Where it begins a round of `loop` or leaves it, its one arm is the round.
    """

    arms: tuple[tuple[Hole, str], ...]
    otherwise: str
    loop: LoopItem | None = None


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


PASSING = ("opt_out", "record", "send")
"""What ends a block without waiting for an answer."""
Transition = End | Goto | Fork | Wait


class Block(Record):
    """`parts` in order, then `transition`.

    `step` is the name of the first block of its step or handler. `round` is the first block of a round, where it
    stands in a loop that waits. `span` is its place in the script: its first statement, or its branch.
    """

    name: str
    step: str
    span: Span
    parts: tuple[Part, ...]
    transition: Transition
    round: str = ""

    @property
    def replayed(self) -> str:
        """The block at which a retry begins anew: the round, or the step."""
        return self.round or self.step


class _Lowering:
    def __init__(self) -> None:
        self.blocks: dict[str, Block] = {}
        self.counts: dict[str, int] = {}
        self.todo: list[tuple[str, Home, Body, int, str | None, Span]] = []

    def name(self, home: Home) -> str:
        """The name of a further block."""
        self.counts[home.step] = self.counts.get(home.step, 0) + 1
        return f"{home.step}.{self.counts[home.step]}"

    def later(self, home: Home, body: Body, start: int, then: str | None, span: Span) -> str:
        """A block of its own for the rest of `body`; what falls through its end goes on at `then`."""
        name = self.name(home)
        self.todo.append((name, home, body, start, then, span))
        return name

    def rest(self, home: Home, body: Body, start: int, then: str | None) -> str | None:
        """The block of what follows a cut; None where nothing does and the call ends."""
        return self.later(home, body, start, then, body[start].span) if start < len(body) else then

    def lower(self, name: str, home: Home, body: Body, start: int, then: str | None, span: Span) -> Block:
        parts: list[Part] = []

        def block(transition: Transition) -> Block:
            return Block(name, home.step, span, tuple(parts), transition, home.round)

        for index in range(start, len(body)):
            item = body[index]
            match item:
                case JumpItem():
                    parts += home.closings
                    return block(Goto(item.step))
                case HangupItem():
                    return block(End(meant=True))
                case NextItem(waits=True):
                    return block(Goto(home.rounds[-1].next))
                case BreakItem(waits=True):
                    return block(Goto(home.rounds[-1].left))
                case WaitItem():
                    return block(self.wait(item, home, self.rest(home, body, index + 1, then)))
                case ChoiceItem() if _leaves_or_waits(item):
                    return block(self.fork(item, home, self.rest(home, body, index + 1, then)))
                case LoopItem(waits=True):
                    parts += loop_parts.opening(item)
                    return block(Goto(self.loop(item, home, self.rest(home, body, index + 1, then))))
                case _:
                    parts.append(item)
        return block(Goto(then) if then is not None else End())

    def fork(self, item: ChoiceItem, home: Home, after: str | None) -> Fork:
        arms = tuple((test, self.later(home, arm, 0, after, test.span)) for test, arm in item.arms)
        place = item.otherwise[0].span if item.otherwise else item.span
        return Fork(arms, self.later(home, item.otherwise, 0, after, place))

    def loop(self, item: LoopItem, home: Home, after: str | None) -> str:
        """The blocks of a loop that waits; the name of that which begins a round or leaves the loop."""
        head, again, left = (self.name(home) for _ in range(3))
        first = self.name(home)
        inside = Home(home.step, (*home.rounds, Round(item, first, again, left)))
        # The value of the round is given first, so that a retry finds it again.
        self.todo.append((first, inside, (loop_parts.beginning(item), *item.body), 0, again, item.span))
        test = loop_parts.another(item)
        for name, parts, transition, round in (
            (head, (), Fork(((test, first),), left, item), home.round),
            (again, (loop_parts.counting(item),), Goto(head, again=True), inside.round),
            (left, (loop_parts.closing(item),), Goto(after) if after is not None else End(), home.round),
        ):
            self.blocks[name] = Block(name, home.step, test.span, parts, transition, round)
        return head

    def wait(self, item: WaitItem, home: Home, then: str | None) -> Wait:
        retry = item.retry
        # Handlers of a recording run beside the call, which does not continue behind them.
        behind = None if item.what == "record" else then
        return Wait(
            item=item,
            cases=tuple((case.matches, self.later(home, case.body, 0, behind, case.span)) for case in item.cases),
            retry=retry,
            after_retries=(
                self.later(home, retry.body, 0, then, retry.span) if retry and retry.body is not None else None
            ),
            otherwise=(
                self.later(home, item.otherwise.body, 0, then, item.otherwise.span)
                if item.otherwise is not None
                else None
            ),
            then=then,
            whisper=self.later(home, item.whisper, 0, None, item.span) if item.whisper is not None else None,
        )


def _leaves_or_waits(item: Item) -> bool:
    """Whether something in it makes it more than a part of an NCCO. A loop that does not wait keeps its own."""
    match item:
        case JumpItem() | HangupItem() | WaitItem():
            return True
        case NextItem(waits) | BreakItem(waits) | LoopItem(waits=waits):
            return waits
        case _:
            return any(_leaves_or_waits(inner) for body in bodies(item) for inner in body)


def lower(program: Program) -> dict[str, Block]:
    """The blocks of a program by name; a step's first block has the step's name."""
    lowering = _Lowering()
    for event, handler in handlers(program.handlers).items():
        name = handler_block(event)
        lowering.todo.append((name, Home(name), handler.body, 0, None, handler.span))
    for step in program.steps.values():
        lowering.todo.append((step.name, Home(step.name), step.body, 0, None, step.span))
    while lowering.todo:
        name, home, body, start, then, span = lowering.todo.pop()
        lowering.blocks[name] = lowering.lower(name, home, body, start, then, span)
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
    """The name of a block that can be reached from itself without waiting, or None. The list of a loop ends it."""
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
                transition = blocks[name].transition
                further = isinstance(transition, Goto) and transition.again
                stack.extend((target, True) for target in (() if further else followers(transition)))
    return None
