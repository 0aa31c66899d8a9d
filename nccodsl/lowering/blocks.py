"""Blocks and transitions: the form of a flow that JSON, the runtime, the graph and the emulator all read.

A block is a run of actions that need no answer, ended by one transition. A step becomes one block, or more
where the call must wait in it: the statements behind a waiting `input` are a block of their own (`main.1`), and so is
what stands in each branch. What a handler of the call does is a block too (`on.machine`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from nccodsl.analysis.program import (
    ActionItem,
    AskItem,
    AssignItem,
    BreakItem,
    Case,
    ChoiceItem,
    ForgetItem,
    Hole,
    LoopItem,
    NextItem,
    RetryRule,
    WaitItem,
)
from nccodsl.base.record import Record
from nccodsl.base.source import Span

Part = ActionItem | ChoiceItem | LoopItem | NextItem | BreakItem | AssignItem | ForgetItem


class End(Record):
    """The call ends after the actions. `meant`: the script says `hangup`."""

    meant: bool = False


class Goto(Record):
    """The block `target` follows at once."""

    target: str


class Again(Goto):
    """Another round of a loop, which ends with its list."""


class Enter(Goto):
    """The block that a dialog begins with. `cases` are the blocks at its outcomes, `otherwise` that at all others.

    `otherwise` is None where the call ends.
    """

    item: AskItem
    cases: tuple[tuple[tuple[str, ...], str], ...]
    otherwise: str | None


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

    Each place that asks a dialog has blocks of its own for it, whose names begin with the step that asks:
    `main/yes_no.2`, or `main/yes_no~2.2` for the second place; another step of the dialog is `main/yes_no:repeat`.
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


def shared_name(block: str) -> str:
    """The name of a block without the place that asks its dialog: alike in all places."""
    return re.sub(r"~[0-9]+", "", block.rpartition("/")[2])


def is_in_dialog(block: str) -> bool:
    """Whether a block belongs to a place that asks a dialog."""
    return "/" in block


def is_within(block: str, place: str) -> bool:
    """Whether a block belongs to a place that asks a dialog, given by the block that the dialog begins with there."""
    return block == place or block.startswith((f"{place}.", f"{place}:", f"{place}/"))


def dialog_of(block: str) -> str:
    """The dialog that a block belongs to; empty outside of dialogs."""
    return re.split(r"[.:]", shared_name(block))[0] if is_in_dialog(block) else ""


def step_in_words(step: str) -> str:
    """What people read of the step of a block: `main`, `dialog yes_no`, `repeat of yes_no`; alike in all places."""
    if not is_in_dialog(step):
        return step
    dialog, _, own = shared_name(step).partition(":")
    return f"{own} of {dialog}" if own else f"dialog {dialog}"


def step_of_script(block: str) -> str:
    """The step of the script, or the handler, in which a block is played."""
    return block.partition("/")[0]


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
                stack.extend(
                    (target, True) for target in (() if isinstance(transition, Again) else followers(transition))
                )
    return None
