"""Dividing the steps of a program into blocks; only this decides where a call waits."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.item_walks import bodies
from nccodsl.analysis.program import (
    AskItem,
    AssignItem,
    Body,
    BreakItem,
    Case,
    ChoiceItem,
    ForgetItem,
    HangupItem,
    Item,
    JumpItem,
    LoopItem,
    NextItem,
    OutcomeItem,
    Program,
    StepBody,
    WaitItem,
)
from nccodsl.base.source import Span
from nccodsl.lowering import loop_parts
from nccodsl.lowering.blocks import (
    Again,
    Block,
    End,
    Enter,
    Fork,
    Goto,
    Part,
    Transition,
    Wait,
    handler_block,
    handlers,
)
from nccodsl.lowering.homes import Home, Round, Use


class _Lowering:
    def __init__(self, program: Program) -> None:
        self.dialogs = program.dialogs
        self.steps: dict[str, list[StepBody]] = {}
        """Those of each dialog."""
        for step in program.steps.values():
            if step.dialog is not None:
                self.steps.setdefault(step.dialog, []).append(step)
        self.blocks: dict[str, Block] = {}
        self.counts: dict[str, int] = {}
        self.todo: list[tuple[str, Home, Body, int, str | None, Span]] = []

    def number(self, name: str) -> int:
        """1 for what is called so first, 2 for the next."""
        self.counts[name] = self.counts.get(name, 0) + 1
        return self.counts[name]

    def name(self, home: Home) -> str:
        """The name of a further block."""
        return f"{home.step}.{self.number(home.step)}"

    def begin(self, name: str, body: Body, span: Span, use: Use | None = None) -> None:
        """The first block of a step."""
        self.todo.append((name, Home(name, use=use), body, 0, None, span))

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
        for index in range(start, len(body)):
            item = body[index]
            if not _leaves_or_waits(item):
                assert isinstance(item, Part)
                parts.append(item)
                continue
            parts += self.before(item, home)
            transition = self.transition(item, home, body, index, then)
            return Block(name, home.step, span, tuple(parts), transition, home.round)
        return Block(name, home.step, span, tuple(parts), _follows(then), home.round)

    def before(self, item: Item, home: Home) -> Iterator[Part]:
        """What is done on the way to what ends a block."""
        use = home.use
        match item:
            case JumpItem() | OutcomeItem():
                bound = use.binding if use is not None and self.dialogs[use.dialog].returns else None
                if isinstance(item, OutcomeItem) and bound is not None:
                    yield AssignItem(bound, item.values, item.span, item.shape)
                yield from home.closings
            case AskItem():
                # Nothing is left of what the dialog was given elsewhere.
                yield ForgetItem(tuple(sorted(self.dialogs[item.dialog].local)), item.span)
                yield from item.args
                if item.binding is not None:
                    yield ForgetItem((item.binding,), item.span)
            case LoopItem():
                yield from loop_parts.opening(item)

    def transition(self, item: Item, home: Home, body: Body, index: int, then: str | None) -> Transition:
        """What ends a block."""
        use = home.use
        match item:
            case JumpItem():
                return Goto(item.step if use is None else use.step(item.step))
            case OutcomeItem() if use is not None:
                return _follows(use.ends[item.outcome])
            case HangupItem():
                return End(meant=True)
            case NextItem():
                return Goto(home.rounds[-1].next)
            case BreakItem():
                return Goto(home.rounds[-1].left)
        after = self.rest(home, body, index + 1, then)
        match item:
            case AskItem():
                return self.enter(item, home, after)
            case ChoiceItem():
                return self.fork(item, home, after)
            case LoopItem():
                return Goto(self.loop(item, home, after))
            case WaitItem():
                return self.wait(item, home, after)
        raise TypeError(f"{type(item).__name__} ends no block")

    def enter(self, item: AskItem, home: Home, then: str | None) -> Enter:
        """A place that asks a dialog, with the blocks of its own that the dialog has there."""
        place = f"{home.step}/{item.dialog}"
        # Counted apart from the blocks of the first use, so that blocks are numbered alike in all uses.
        count = self.number(f"{place}~")
        cases = tuple((_outcomes(case), self.later(home, case.body, 0, then, case.span)) for case in item.cases)
        other = item.otherwise
        otherwise = self.later(home, other.body, 0, then, other.span) if other is not None else then
        ends: dict[str, str | None] = dict.fromkeys(self.dialogs[item.dialog].outcomes, otherwise)
        ends |= {outcome: target for outcomes, target in cases for outcome in outcomes}
        use = Use(place if count == 1 else f"{place}~{count}", item.dialog, ends, item.binding)
        for inner in self.steps[item.dialog]:
            self.begin(use.step(inner.name), inner.body, inner.span, use)
        return Enter(use.name, item, cases, otherwise)

    def fork(self, item: ChoiceItem, home: Home, after: str | None) -> Fork:
        arms = tuple((test, self.later(home, arm, 0, after, test.span)) for test, arm in item.arms)
        place = item.otherwise[0].span if item.otherwise else item.span
        return Fork(arms, self.later(home, item.otherwise, 0, after, place))

    def loop(self, item: LoopItem, home: Home, after: str | None) -> str:
        """The blocks of a loop that waits; the name of that which begins a round or leaves the loop."""
        head, again, left = (self.name(home) for _ in range(3))
        first = self.name(home)
        inside = Home(home.step, (*home.rounds, Round(item, first, again, left)), home.use)
        # The value of the round is given first, so that a retry finds it again.
        self.todo.append((first, inside, Body((loop_parts.beginning(item), *item.body)), 0, again, item.span))
        test = loop_parts.another(item)
        for name, parts, transition, round in (
            (head, (), Fork(((test, first),), left, item), home.round),
            (again, (loop_parts.counting(item),), Again(head), inside.round),
            (left, (loop_parts.closing(item),), _follows(after), home.round),
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
        case JumpItem() | HangupItem() | WaitItem() | AskItem() | OutcomeItem():
            return True
        case NextItem(waits) | BreakItem(waits) | LoopItem(waits=waits):
            return waits
        case _:
            return any(_leaves_or_waits(inner) for body in bodies(item) for inner in body)


def _follows(block: str | None) -> Goto | End:
    """What leads to a block; None where the call ends."""
    return Goto(block) if block is not None else End()


def _outcomes(case: Case) -> tuple[str, ...]:
    return tuple(str(match).removeprefix(":") for match in case.matches)


def lower(program: Program) -> dict[str, Block]:
    """The blocks of a program by name; a step's first block has the step's name."""
    lowering = _Lowering(program)
    for event, handler in handlers(program.handlers).items():
        lowering.begin(handler_block(event), handler.body, handler.span)
    for step in program.steps.values():
        if step.dialog is None:
            lowering.begin(step.name, step.body, step.span)
    while lowering.todo:
        name, home, body, start, then, span = lowering.todo.pop()
        lowering.blocks[name] = lowering.lower(name, home, body, start, then, span)
    return lowering.blocks
