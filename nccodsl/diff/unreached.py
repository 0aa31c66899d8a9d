"""Statements that no compared call came to, and that the other version does not have: they may be what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nccodsl.analysis.program import ChoiceItem, LoopItem
from nccodsl.base.source import Span
from nccodsl.diff.block_forms import BlockForms
from nccodsl.diff.equal_blocks import EqualBlocks, targets_of
from nccodsl.diff.side import Side, Sides
from nccodsl.lowering.blocks import Block
from nccodsl.rehearsal.coverage import reached

_MOST_TOLD = 5


def unreached(sides: Sides, equal: EqualBlocks) -> list[str]:
    """Why not everything was compared: the lines that nothing led to, as far as the versions differ there."""
    told: list[str] = []
    said = [_said(side, equal.forms[number], equal, number) for number, side in enumerate(sides)]
    for number, side in enumerate(sides):
        other = {form for form, _, _ in said[1 - number]}
        spans = {span: None for form, span, came in said[number] if not came and form not in other}
        told += [f"no compared call comes to {_line(side, span)}" for span in spans]
    return told[:_MOST_TOLD] + ([f"{len(told) - _MOST_TOLD} more such lines"] if len(told) > _MOST_TOLD else [])


def _said(side: Side, forms: BlockForms, equal: EqualBlocks, number: int) -> list[tuple[object, Span, bool]]:
    """Every block and every arm of an `if`: its form, its place, and whether a compared call came to it."""
    found: list[tuple[object, Span, bool]] = []
    for name in reached(side.flow):
        block = side.flow.blocks[name]
        came = name in side.entered
        found.append((_form(side, forms, block, equal, number), block.span, came))
        found += _arms(block.parts, side, forms, came)
    return found


def _form(side: Side, forms: BlockForms, block: Block, equal: EqualBlocks, number: int) -> object:
    """What a block says, with the steps that it leads to, and what comes next in it."""
    blocks = side.flow.blocks
    nexts = (blocks[name] for name in targets_of(block))
    leads = (equal.moved(one.step) if not number else one.step for one in nexts if one.name == one.step)
    inner = (forms.block(blocks[name]) for name in targets_of(block) if blocks[name].name != blocks[name].step)
    return (forms.block(block), tuple(leads), tuple(inner))


def _arms(parts: Iterable[object], side: Side, forms: BlockForms, came: bool) -> Iterator[tuple[object, Span, bool]]:
    for part in parts:
        if isinstance(part, ChoiceItem):
            for test, body in part.arms:
                taken = came and test.span in side.arms
                yield (forms.of(test), forms.of(body)), test.span, taken
                yield from _arms(body, side, forms, taken)
            if part.otherwise:
                taken = came and part.span in side.arms
                yield ("else", forms.of(part.otherwise)), part.span, taken
                yield from _arms(part.otherwise, side, forms, taken)
        elif isinstance(part, LoopItem):
            yield from _arms(part.body, side, forms, came)


def _line(side: Side, span: Span) -> str:
    file = side.flow.program.sources.file_of(span)
    return f"{file.name}:{file.line_column(span.start)[0]}"
