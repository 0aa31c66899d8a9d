"""What a graph asks of handlers and actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nccodsl.analysis.program import Case, Hole
from nccodsl.lowering.blocks import handlers


def grouped(cases: Iterable[Case]) -> Iterator[tuple[list[str], Case]]:
    """Each handler of the call once, with the events that it answers."""
    found: dict[int, tuple[list[str], Case]] = {}
    for event, case in handlers(cases).items():
        found.setdefault(id(case), ([], case))[0].append(event)
    yield from found.values()


def ends_soon(loop: object) -> bool:
    """Whether a talk or a stream is known to end by itself."""
    return not isinstance(loop, Hole) and loop != 0
