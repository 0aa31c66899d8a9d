"""Dividing the steps of a program into blocks; only this decides where a call waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nccodsl.analysis.dialogs import entry_of
from nccodsl.analysis.item_walks import walk
from nccodsl.analysis.program import (
    ActionItem,
    AskItem,
    AssignItem,
    Body,
    Case,
    ChoiceItem,
    ForgetItem,
    HangupItem,
    JumpItem,
    LoopItem,
    OutcomeItem,
    Program,
    StepBody,
    WaitItem,
)
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.lowering.blocks import Block, End, Enter, Fork, Goto, Part, Transition, Wait, handler_block, handlers


class _Use(Record):
    """One place that asks a dialog. `name` is that of the block it begins with.

    `ends`: where its outcomes go on, None where the call ends. `binding`: the name of what is returned.
    """

    name: str
    dialog: str
    ends: Mapping[str, str | None]
    binding: str | None

    def step(self, name: str) -> str:
        """What a step of the dialog is called in this place."""
        return self.name + name.removeprefix(entry_of(self.dialog))


class _Step(Record):
    """The step that a block belongs to; within a dialog, the place that asks it."""

    name: str
    use: _Use | None = None


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
        self.todo: list[tuple[str, _Step, Body, int, str | None, Span]] = []

    def later(self, step: _Step, body: Body, start: int, then: str | None, span: Span) -> str:
        """A block of its own for the rest of `body`; what falls through its end goes on at `then`."""
        name = f"{step.name}.{self.number(step.name)}"
        self.todo.append((name, step, body, start, then, span))
        return name

    def number(self, name: str) -> int:
        """1 for what is called so first, 2 for the next."""
        self.counts[name] = self.counts.get(name, 0) + 1
        return self.counts[name]

    def rest(self, step: _Step, body: Body, start: int, then: str | None) -> str | None:
        """The block of what follows a cut; None where nothing does and the call ends."""
        return self.later(step, body, start, then, body[start].span) if start < len(body) else then

    def begin(self, name: str, body: Body, span: Span, use: _Use | None = None) -> None:
        """The first block of a step."""
        self.todo.append((name, _Step(name, use), body, 0, None, span))

    def lower(self, name: str, step: _Step, body: Body, start: int, then: str | None, span: Span) -> Block:
        parts: list[Part] = []
        use = step.use

        def block(transition: Transition) -> Block:
            return Block(name, step.name, span, tuple(parts), transition)

        for index in range(start, len(body)):
            item = body[index]
            match item:
                case JumpItem():
                    return block(Goto(item.step if use is None else use.step(item.step)))
                case OutcomeItem() if use is not None:
                    if use.binding is not None and self.dialogs[use.dialog].returns:
                        parts.append(AssignItem(use.binding, item.values, item.span, item.shape))
                    target = use.ends[item.outcome]
                    return block(End() if target is None else Goto(target))
                case AskItem():
                    parts += self.asked(item)
                    return block(self.enter(item, step, self.rest(step, body, index + 1, then)))
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
                case ActionItem() | ChoiceItem() | LoopItem() | AssignItem() | ForgetItem():
                    parts.append(item)
        return block(Goto(then) if then is not None else End())

    def asked(self, item: AskItem) -> Iterator[Part]:
        """What a dialog is given; nothing is left of what it was given elsewhere."""
        yield ForgetItem(tuple(sorted(self.dialogs[item.dialog].local)), item.span)
        yield from item.args
        if item.binding is not None:
            yield ForgetItem((item.binding,), item.span)

    def enter(self, item: AskItem, step: _Step, then: str | None) -> Enter:
        """A place that asks a dialog, with the blocks of its own that the dialog has there."""
        place = f"{step.name}/{item.dialog}"
        # Counted apart from the blocks of the first use, so that blocks are numbered alike in all uses.
        count = self.number(f"{place}~")
        cases = tuple((_outcomes(case), self.later(step, case.body, 0, then, case.span)) for case in item.cases)
        other = item.otherwise
        otherwise = self.later(step, other.body, 0, then, other.span) if other is not None else then
        ends: dict[str, str | None] = dict.fromkeys(self.dialogs[item.dialog].outcomes, otherwise)
        ends |= {outcome: target for outcomes, target in cases for outcome in outcomes}
        use = _Use(place if count == 1 else f"{place}~{count}", item.dialog, ends, item.binding)
        for inner in self.steps[item.dialog]:
            self.begin(use.step(inner.name), inner.body, inner.span, use)
        return Enter(use.name, item, cases, otherwise)

    def wait(self, item: WaitItem, step: _Step, then: str | None) -> Wait:
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
    leaving = (JumpItem, HangupItem, WaitItem, AskItem, OutcomeItem)
    return any(isinstance(inner, leaving) for inner in walk((item,)))


def _outcomes(case: Case) -> tuple[str, ...]:
    return tuple(str(match).removeprefix(":") for match in case.matches)


def lower(program: Program) -> dict[str, Block]:
    """The blocks of a program by name; a step's first block has the step's name."""
    lowering = _Lowering(program)
    for event, handler in handlers(program.handlers).items():
        lowering.begin(handler_block(event), handler.body, handler.span)
    for own in program.steps.values():
        if own.dialog is None:
            lowering.begin(own.name, own.body, own.span)
    while lowering.todo:
        name, step, body, start, then, span = lowering.todo.pop()
        lowering.blocks[name] = lowering.lower(name, step, body, start, then, span)
    return lowering.blocks
