"""The stack of a place in a call: its branch and its step, and the places that asked the dialogs around it."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span
from nccodsl.lowering.blocks import Block, Enter, step_in_words
from nccodsl.lowering.compiled import Compiled

_BRANCHES = ("on ", "otherwise", "retry ")


class BlockFrame(Record):
    """A line, and what people call the place."""

    name: str
    file: SourceFile
    line: int
    column: int


def frames_at(flow: Compiled, block: str, at: Span) -> list[BlockFrame]:
    """The frames of a place in a block, the innermost first."""
    found: list[BlockFrame] = []
    while True:
        for name, span in _of_block(flow, block, at):
            found.append(_frame(flow, name, span))
        outer = _asked_at(flow, block)
        if outer is None:
            return found
        at, block = outer


def _of_block(flow: Compiled, name: str, at: Span) -> Iterator[tuple[str, Span]]:
    """The branch, where there is one, and the step."""
    block = flow.blocks.get(name)
    if block is None:
        yield step_in_words(name), at
        return
    branch = _branch(flow, block)
    if branch is not None:
        yield branch, at
    yield _in_words(block.step), block.span if branch is not None else at


def _in_words(step: str) -> str:
    if step.startswith("on."):
        return f"on {step[3:]}"
    shown = step_in_words(step)
    return shown if shown != step else f"step {step}"


def _branch(flow: Compiled, block: Block) -> str | None:
    """`on "1"`, where the block begins with a branch."""
    if block.name == block.step:
        return None
    file = flow.program.sources.file_of(block.span)
    text = file.line(file.line_column(block.span.start)[0]).strip()
    if not text.startswith(_BRANCHES):
        return None
    return text.partition("{")[0].partition("->")[0].strip()


def _asked_at(flow: Compiled, block: str) -> tuple[Span, str] | None:
    """Where the dialog that a block belongs to is asked, and the block that does."""
    outside, slash, own = block.rpartition("/")
    if not slash:
        return None
    place = f"{outside}/{own.partition('.')[0].partition(':')[0]}"
    for other in flow.blocks.values():
        if isinstance(other.transition, Enter) and other.transition.target == place:
            return other.transition.item.span, other.name
    return None


def _frame(flow: Compiled, name: str, span: Span) -> BlockFrame:
    file = flow.program.sources.file_of(span)
    line, column = file.line_column(span.start)
    return BlockFrame(name, file, line, column)
