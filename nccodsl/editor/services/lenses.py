"""What stands above steps and tests: how a test went, how often a step is named, and what can be done with both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from textwrap import shorten
from typing import Literal, NamedTuple

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.index import index_of
from nccodsl.editor.services.symbols import OutlineItem, every_symbol, listed_tests, symbols

RUN_TEST = "nccodsl.runTest"
DEBUG_TEST = "nccodsl.debugTest"
OPEN_PHONE = "nccodsl.openPhone"
SHOW_GRAPH = "nccodsl.showGraph"
SHOW_REFERENCES = "editor.action.showReferences"
REFERENCES = "nccodsl.references"
RUNNABLE = frozenset((RUN_TEST, REFERENCES))
"""What needs nothing from the client."""
_IN_SECONDS = 0.01
_FAILED = 60
"""Characters of a failure that are shown."""


class LensResult(NamedTuple):
    """How a test went the last time: its failure in a line, empty where it passed."""

    seconds: float
    failure: str


class Lens(Record):
    """A command that is shown above a name.

    `kind`: whether the declaration is a step (or a dialog) or a test, and `name` what it is called. `uses`: where it is
    named, if the command shows that. `is_result`: the title says how the test went.
    """

    title: str
    command: str
    kind: Literal["step", "test"]
    name: str
    place: FilePlace
    uses: tuple[FilePlace, ...] = ()
    is_result: bool = False


def lenses(
    document: Document,
    commands: Collection[str] = RUNNABLE,
    results: Mapping[str, LensResult] | None = None,
    within: tuple[int, int] | None = None,
) -> tuple[Lens, ...]:
    """The lenses of a document with these commands, in the order of their places. `results`: by titles of tests.

    `within`: only those of declarations that touch this range.
    """
    start, end = within or (0, len(document.text))
    found: list[Lens] = []
    steps = (item for item in every_symbol(symbols(document)) if item.kind in ("step", "dialog"))
    for item in (*steps, *listed_tests(document)):
        if item.start > end or item.end < start:
            continue
        if item.kind == "test":
            found += _of_test(document, item, (results or {}).get(item.name))
        else:
            found += _of_step(document, item, commands)
    return tuple(sorted((one for one in found if one.command in commands), key=lambda one: one.place.start))


def _of_test(document: Document, item: OutlineItem, result: LensResult | None) -> Iterator[Lens]:
    if result is not None:
        yield _lens(document, item, shown_result(result), RUN_TEST, is_result=True)
    yield _lens(document, item, "Run", RUN_TEST)
    yield _lens(document, item, "Debug", DEBUG_TEST)
    yield _lens(document, item, "Open in phone", OPEN_PHONE)


def _of_step(document: Document, item: OutlineItem, commands: Collection[str]) -> Iterator[Lens]:
    index = index_of(document)
    use = index.at(item.name_start)
    if use is None or use.symbol is None:
        return
    uses = tuple(one.place for one in index.uses_of(use.symbol) if not one.is_definition)
    shows = SHOW_REFERENCES if SHOW_REFERENCES in commands else REFERENCES
    yield _lens(document, item, counted(len(uses), "reference"), shows, uses)
    if item.kind == "step":
        yield _lens(document, item, "Call from here", OPEN_PHONE)
        yield _lens(document, item, "Graph", SHOW_GRAPH)


def _lens(
    document: Document,
    item: OutlineItem,
    title: str,
    command: str,
    uses: tuple[FilePlace, ...] = (),
    *,
    is_result: bool = False,
) -> Lens:
    place = FilePlace(document.name, item.name_start, item.name_end)
    kind: Literal["step", "test"] = "test" if item.kind == "test" else "step"
    return Lens(title, command, kind, item.name, place, uses, is_result)


def shown_result(result: LensResult) -> str:
    """`✓ 0.02 s`, or `✗ expected to hear “One”, but heard “Other.”`."""
    if not result.failure:
        return f"✓ {shown_seconds(result.seconds)}"
    return f"✗ {shorten(result.failure, _FAILED, placeholder='…')}"


def shown_seconds(seconds: float) -> str:
    """How long a test took: `0.02 s`, `2 ms`."""
    return f"{seconds:.2f} s" if seconds >= _IN_SECONDS else f"{seconds * 1000:.0f} ms"
