"""Blocks of two versions that do the same, and everything behind them: then nothing that follows can differ.

Two blocks are taken as equal until they, or a pair that follows them, turn out to differ (the greatest bisimulation).
So rings are equal too, and each pair is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nccodsl.analysis.built_in_names import STEP
from nccodsl.diff.block_forms import BlockForms, ordered_cases
from nccodsl.diff.side import Side
from nccodsl.lowering.blocks import Block, Wait, followers, handler_block
from nccodsl.runtime.redaction import holes_of_program
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import RETRY

_Pair = tuple[str, str]
_SAME = ("key", "call", "caller", "callee", "now", "fetched", "voice", "names", "values")
"""What two states must have alike, besides where they are."""


class EqualBlocks:
    """Knows which blocks of `old` and `new` are equal."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new
        self.forms = BlockForms(old.flow, old.script), BlockForms(new.flow, new.script)
        self._known: dict[_Pair, bool] = {}
        self._says_step = any(_says_step(side) for side in (old, new))
        self.renamed = _renamed((old, new), self.forms)
        """The steps of the old version, with those of the new one that may be the same."""
        self._handlers = old.script.handlers == new.script.handlers and all(
            self.equal(handler_block(name), handler_block(name)) for name in old.script.handlers
        )
        self._ends = old.script.ends == new.script.ends and (not old.script.ends or self.equal("on.ended", "on.ended"))

    def everything(self) -> bool:
        """Whether no call can differ, whatever values it gets and whatever is answered."""
        old, new = self.forms
        alike = old.params() == new.params() and old.call() == new.call() and self._ends and self._handlers
        return alike and self.equal(self._old.script.entry or "", self._new.script.entry or "")

    def states(self, old: State, new: State) -> bool:
        """Whether nothing that follows two states can differ."""
        if (
            not self._ends
            or (not self._handlers and not (old.moves and new.moves))
            or bool(old.moves) != bool(new.moves)
        ):
            return False
        places = self._old.liveness.place(old), self._new.liveness.place(new)
        if not self.equal(*places) or any(getattr(old, name) != getattr(new, name) for name in _SAME):
            return False
        start = old.start
        if start.startswith(RETRY):
            start = f"{RETRY}{self.moved(start.removeprefix(RETRY))}"
        visits = {self.moved(step): count for step, count in old.visits.items()}
        retries = {self.moved(wait): times for wait, times in old.retries.items()}
        counted = start == new.start and visits == dict(new.visits) and retries == dict(new.retries)
        # Retries are counted by the names of waits, which have to mean the same.
        steps = {self._old.flow.blocks[wait].step for wait in old.retries}
        waits = (name for name, block in self._old.flow.blocks.items() if block.step in steps)
        return counted and all(self.equal(name, self.moved(name)) for name in waits)

    def equal(self, old: str, new: str) -> bool:
        """Whether two blocks, and all that may follow them, do the same."""
        start = (old, new)
        if start in self._known:
            return self._known[start]
        before: dict[_Pair, list[_Pair]] = {start: []}
        todo, different = [start], list[_Pair]()
        while todo:
            pair = todo.pop()
            following = self._following(pair)
            if following is None:
                different.append(pair)
                continue
            for one in following:
                if self._known.get(one) is False:
                    different.append(pair)
                elif one not in self._known:
                    if one not in before:
                        before[one] = []
                        todo.append(one)
                    before[one].append(pair)
        unequal = set[_Pair]()
        while different:
            pair = different.pop()
            if pair not in unequal:
                unequal.add(pair)
                different += before[pair]
        self._known.update((pair, pair not in unequal) for pair in before)
        return self._known[start]

    def _following(self, pair: _Pair) -> list[_Pair] | None:
        """The pairs that follow two blocks; None where they differ themselves."""
        old, new = self._old.flow.blocks.get(pair[0]), self._new.flow.blocks.get(pair[1])
        if old is None or new is None:
            return [] if old is new and pair[0] == pair[1] == "" else None
        if self.forms[0].block(old) != self.forms[1].block(new) or self.moved(old.step) != new.step:
            return None
        if self._says_step and old.step != new.step:
            return None
        ones, others = list(targets_of(old)), list(targets_of(new))
        return None if len(ones) != len(others) else list(zip(ones, others, strict=True))

    def moved(self, block: str) -> str:
        """What a block or step of the old version is called in the new one."""
        step = re.split(r"[./]", block, maxsplit=1)[0]
        return self.renamed.get(step, step) + block[len(step) :]


def targets_of(block: Block) -> Iterator[str]:
    """The blocks that may follow, in the order of the text."""
    match block.transition:
        case Wait(_, _, retry, after, otherwise, then, whisper) as wait:
            yield from (target for _, target in ordered_cases(wait))
            if retry is not None:
                yield block.replayed
            yield from (target for target in (after, otherwise, then, whisper) if target is not None)
        case transition:
            yield from followers(transition)


def _renamed(sides: tuple[Side, Side], forms: tuple[BlockForms, BlockForms]) -> dict[str, str]:
    """The steps that are gone, with new ones that begin alike; the rest in the order of the text, if as many."""
    names = [[name for name, step in side.flow.program.steps.items() if step.dialog is None] for side in sides]
    gone = [name for name in names[0] if name not in names[1]]
    added = [name for name in names[1] if name not in names[0]]
    found: dict[str, str] = {}
    begins = {name: forms[1].block(sides[1].flow.blocks[name]) for name in added}
    for name in gone:
        form = forms[0].block(sides[0].flow.blocks[name])
        same = next((one for one in added if one not in found.values() and begins[one] == form), None)
        if same is not None:
            found[name] = same
    rest = [name for name in gone if name not in found], [name for name in added if name not in found.values()]
    return {**found, **dict(zip(*rest, strict=True))} if len(rest[0]) == len(rest[1]) else found


def _says_step(side: Side) -> bool:
    """Whether the end of a call says in which step it was."""
    return any(use.name == STEP for hole in holes_of_program(side.flow.program) for use in hole.code.names)
