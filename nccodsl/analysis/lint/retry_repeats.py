"""W048: a `retry` that makes a request again which changes something."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.item_walks import walk
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Program, WaitItem
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Message


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    for step in program.steps.values():
        first: WaitItem | None = None
        for item in walk(step.body):
            if not isinstance(item, WaitItem):
                continue
            if item.retry is not None and first is not None and first.request is not None:
                yield _message(f"{first.what} {first.request.method}", first.request.span), item.retry.span
            if first is None and item.request is not None and item.request.method != "GET":
                first = item


def _message(request: str, at: Span) -> Message:
    text = f"`retry` runs the whole step again, and so repeats this `{request}` with another key"
    help = "move the question into a step of its own, and go there with `-> ask`"
    return Message("W048", text, help, ((at, "made again for each retry"),))


_CODE = Code("W048", "retry-repeats-request", "a retry makes a request again that changes something")
RULE = Lint(_CODE, "risk", _find)
