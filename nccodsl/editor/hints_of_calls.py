"""The hints of an editor that calls are walked for: when a step is reached, and in how many ways."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.base.plural import counted
from nccodsl.editor.document import Document
from nccodsl.editor.explored_calls import explored_calls
from nccodsl.editor.explored_stops import Arrivals, ExploredCalls
from nccodsl.editor.hints import Hint
from nccodsl.lowering.blocks import step_in_words
from nccodsl.syntax import ast

_MOST_WAYS = 8


def reached_hints(document: Document, start: int, end: int) -> Iterator[Hint]:
    """When steps and dialogs are reached."""
    heads = [(name, at) for name, at in _heads(document) if start <= at <= end]
    calls = explored_calls(document) if heads else None
    for name, at in heads:
        arrivals = calls.steps.get(name) if calls is not None else None
        if calls is not None and arrivals is not None:
            yield Hint(at, reached_in_words(calls, arrivals), ways_in_words(calls, arrivals))


def _heads(document: Document) -> Iterator[tuple[str, int]]:
    """The steps and dialogs of the text by the names of their blocks, with the ends of their names."""
    for item in document.tree.items:
        if isinstance(item, ast.Step):
            yield item.name.text, document.place_of(item.name.span).end
        elif isinstance(item, ast.Dialog):
            yield item.name.text, document.place_of(item.name.span).end
            for inner in item.items:
                if isinstance(inner, ast.Step):
                    yield f"{item.name.text}:{inner.name.text}", document.place_of(inner.name.span).end


def reached_in_words(calls: ExploredCalls, arrivals: Arrivals) -> str:
    """`reached after 12-45 s, 3 ways`."""
    low, high = (f"{seconds:.0f}" for seconds in arrivals.between)
    seconds = f"{'~ ' if arrivals.guessed else ''}{low if low == high else f'{low}-{high}'} s"
    ways = counted(len(arrivals.ways), "way")
    return f"reached after {seconds}, {ways}{'' if calls.complete else ' or more'}"


def ways_in_words(calls: ExploredCalls, arrivals: Arrivals) -> str:
    """The ways to a step, the quickest first, as a list in Markdown."""
    ways = sorted(arrivals.ways.items(), key=lambda way: way[1])
    lines = [f"- after {seconds:.0f} s {_from(*way)}" for way, seconds in ways[:_MOST_WAYS]]
    if len(ways) > _MOST_WAYS:
        lines.append(f"- and {len(ways) - _MOST_WAYS} more")
    counts = "" if calls.complete else f"\n\nOnly the quickest {calls.states} states were looked at."
    return "\n".join(lines) + counts


def _from(step: str, happened: str) -> str:
    where = f"from `{step_in_words(step)}`" if step else "at the beginning"
    return f"{where}: {happened}" if happened else where
