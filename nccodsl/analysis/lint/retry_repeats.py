"""W048: a `retry` that makes a request again which changes something."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.item_walks import bodies
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Body, Item, LoopItem, Program, WaitItem
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Message


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    for step in program.steps.values():
        yield from step.body.of(_repeats)


def _repeats(step: Body) -> list[tuple[Message, Span]]:
    """Of the statements of a step, each retry that makes a request again."""
    found: list[tuple[Message, Span]] = []
    todo: list[tuple[str, Body]] = [("step", step)]
    while todo:
        what, body = todo.pop(0)
        first: WaitItem | None = None
        for item in _repeated(body):
            if isinstance(item, LoopItem) and item.waits:
                todo.append(("round", item.body))
            if not isinstance(item, WaitItem):
                continue
            if item.retry is not None and first is not None and first.request is not None:
                request = f"{first.what} {first.request.method}"
                found.append((_message(what, request, first.request.span), item.retry.span))
            if first is None and item.request is not None and item.request.method != "GET":
                first = item
    return found


def _repeated(body: Body) -> Iterator[Item]:
    """What a retry in a body repeats, in order; of a loop that waits, only itself, since its rounds have their own."""
    for item in body:
        yield item
        if not (isinstance(item, LoopItem) and item.waits):
            for inner in bodies(item):
                yield from _repeated(inner)


def _message(what: str, request: str, at: Span) -> Message:
    text = f"`retry` runs the whole {what} again, and so repeats this `{request}` with another key"
    help = "move the question into a step of its own, and go there with `-> ask`"
    return Message("W048", text, help, ((at, "made again for each retry"),))


_CODE = Code("W048", "retry-repeats-request", "a retry makes a request again that changes something")
RULE = Lint(_CODE, "risk", _find)
