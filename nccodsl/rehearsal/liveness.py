"""Which values what follows may still read: two states that differ in nothing else go on in the same way.

The usual analysis of live variables, over the blocks of a flow: backwards, until nothing changes. It may call
a name live that no path reads; it never calls one dead that a path may read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from nccodsl.analysis.item_walks import holes_of, own_holes
from nccodsl.analysis.order import reverse_postorder
from nccodsl.analysis.program import AssignItem, ForgetItem, Hole, holes_in
from nccodsl.lowering.blocks import Block, Fork, Goto, Wait, handler_block
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import AT_WAIT, RETRY

Live = int
"""A bit for each name, and for the visits of each step."""


class Liveness:
    """The names that are live where each block of a flow begins, and at the wait that ends it."""

    def __init__(self, flow: Compiled, script: Runnable) -> None:
        self._blocks = flow.blocks
        self._bits: dict[str, Live] = {}
        self._counts = "visits" not in script.hidden
        self._clock = frozenset(name for name, _ in flow.program.clock)
        # The lets are computed anew for each NCCO, whatever it reads of them.
        self._always = self._of(
            use for let in flow.program.lets for hole in holes_in(let.value) for use in _names(hole)
        )
        self._said: dict[str, Live] = {}
        """What the retries of a step say before it begins anew."""
        for block in self._blocks.values():
            if isinstance(block.transition, Wait) and (retry := block.transition.retry) is not None:
                drafts = [said.draft for said in retry.says]
                read = self._read(block, (use for hole in holes_in(drafts) for use in _names(hole)))
                self._said[block.replayed] = self._said.get(block.replayed, 0) | read
        self._uses = {name: self._block_uses(block) for name, block in self._blocks.items()}
        self._begins, self._waits = self._solved()
        if script.ends:
            # The call may be over at any time.
            self._always |= self._begins.get(handler_block("ended"), 0)
        self._handled = self._of(())
        for event in script.handlers:
            self._handled |= self._begins.get(handler_block(event), 0)

    def reduced(self, state: State) -> State:
        """The same state without what nothing reads that may follow it."""
        block = self._blocks.get(self.place(state))
        if block is None:
            return state
        live = self._always | (self._waits if state.start == AT_WAIT else self._begins)[block.name]
        if not state.moves:
            live |= self._handled  # a handler of the call may still be taken
        again = state.start.startswith(RETRY) or state.start == AT_WAIT or block.name != block.step
        return state.changed(
            now=state.now if any(live & self._bit(name) for name in self._clock) else 0.0,
            names={name: value for name, value in state.names.items() if live & self._bit(name)},
            values={name: value for name, value in state.values.items() if live & self._bit(name)},
            visits={step: count for step, count in state.visits.items() if live & self._bit(_visits(step))},
            # Entering a step anew resets how often it may ask.
            retries={
                wait: times for wait, times in state.retries.items() if again and self._blocks[wait].step == block.step
            },
        )

    def place(self, state: State) -> str:
        """Where a state goes on: a block that only leads to another is that other."""
        name, passed = state.block, set[str]()
        while not state.start and name in self._blocks and name not in passed:
            passed.add(name)
            block = self._blocks[name]
            # The first block of a step counts its visits.
            if block.parts or block.name == block.replayed or not isinstance(block.transition, Goto):
                break
            name = block.transition.target
        return name

    def key(self, state: State) -> tuple[object, ...]:
        """What tells reduced states apart: not how many answers have led there."""
        names = json.dumps(dict(state.names), sort_keys=True, default=str)
        values = json.dumps(dict(state.values), sort_keys=True, default=str)
        fetched = json.dumps([state.fetched, dict(state.voice)], sort_keys=True, default=str)
        counts = (tuple(sorted(state.visits.items())), tuple(sorted(state.retries.items())))
        # Until the first answer, a handler of the call may still be taken.
        return (self.place(state), state.start, state.now, *counts, names, values, fetched, not state.moves)

    # ---- bits

    def _bit(self, name: str) -> Live:
        return self._bits.setdefault(name, 1 << len(self._bits))

    def _of(self, names: Iterable[str]) -> Live:
        live = 0
        for name in names:
            live |= self._bit(name)
        return live

    # ---- one block

    def _block_uses(self, block: Block) -> tuple[Live, Live, Live]:
        """What a block reads of what was there before; what it surely gives a value; what its transition reads."""
        reads, gives = self._said.get(block.name, 0), 0
        for part in block.parts:
            reads |= self._read(block, (use for hole in holes_of(part) for use in _names(hole))) & ~gives
            if isinstance(part, AssignItem):
                gives |= self._bit(part.name)
            elif isinstance(part, ForgetItem):
                gives |= self._of(part.names)
        match block.transition:
            case Fork(arms):
                asks = self._read(block, (use for test, _ in arms for use in _names(test)))
            case Wait(item):
                asks = self._read(block, (use for hole in own_holes(item) for use in _names(hole)))
            case _:
                asks = 0
        return reads, gives, asks

    def _read(self, block: Block, names: Iterable[str]) -> Live:
        counted = _visits(block.step)
        return self._of(counted if name == "visits" and self._counts else name for name in names)

    # ---- all blocks

    def _solved(self) -> tuple[dict[str, Live], dict[str, Live]]:
        """What is live where each block begins, and at its wait."""
        following = {name: tuple(self._followers(block)) for name, block in self._blocks.items()}
        edges = {name: [target for target, _ in targets] for name, targets in following.items()}
        order = reverse_postorder(edges, edges)[::-1]
        begins = dict.fromkeys(self._blocks, 0)
        waits = dict.fromkeys(self._blocks, 0)
        changed = True
        while changed:
            changed = False
            for name in order:
                reads, gives, asks = self._uses[name]
                for target, given in following[name]:
                    asks |= begins[target] & ~given
                waits[name] = asks
                live = reads | asks & ~gives
                changed = changed or live != begins[name]
                begins[name] = live
        return begins, waits

    def _followers(self, block: Block) -> Iterator[tuple[str, Live]]:
        """The blocks that may follow, each with what it finds given by the transition."""
        match block.transition:
            case Goto(target):
                yield target, 0
            case Fork(arms, otherwise):
                yield from ((target, 0) for _, target in arms)
                yield otherwise, 0
            case Wait(item, cases, retry, after_retries, otherwise, then) as wait:
                bound = self._bit(item.binding) if item.binding is not None else 0
                if item.what == "record":
                    # Its handlers run beside the call, and only they know the recording.
                    yield from ((target, bound) for _, target in cases)
                    bound, cases = 0, ()
                if wait.whisper is not None:
                    yield wait.whisper, 0
                # A fetch that fails gives nothing, and only then it takes a branch.
                answered = bound if item.what == "input" else 0
                yield from ((target, answered) for _, target in cases)
                if retry is not None:
                    yield block.replayed, answered
                yield from ((target, answered) for target in (after_retries, otherwise) if target is not None)
                if then is not None:
                    yield then, bound


def _names(hole: Hole) -> Iterator[str]:
    return (use.name for use in hole.code.names)


def _visits(step: str) -> str:
    """What stands for the visits of a step among the names: no name has a space."""
    return f"visits {step}"
