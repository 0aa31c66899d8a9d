"""W047: what runs only if the platform continues a call after the connected phone has hung up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nccodsl.analysis.flow_rules import ends
from nccodsl.analysis.item_walks import bodies, found_in, items_in, walk
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import ActionItem, Body, Case, Item, JumpItem, Program, WaitItem
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Message
from nccodsl.voice.catalogue import catalogue


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    """The first place of a script: its author decides once for all of them."""
    for items in found_in(_after_conversations, program.steps, program.handlers):
        if (span := _acts(items, program)) is not None:
            yield _message(), span
            return


def _after_conversations(body: Body) -> list[tuple[Item, ...]]:
    """Of each `connect` with branches that dials a person, what only a conversation leads to: jumps and actions.

    A WebSocket is not meant: a call goes on when its server has closed it (websockets guide).
    """
    found: list[tuple[Item, ...]] = []
    for inner in (body, *(inner for item in body.of(items_in) for inner in bodies(item))):
        for number, item in enumerate(inner, 1):
            if isinstance(item, WaitItem) and item.what == "connect" and _kind(item) != "websocket":
                found += map(_acting, _only_after(item, inner[number:]))
    return found


def _kind(connect: WaitItem) -> object:
    endpoints = connect.action.draft.get("endpoint") if connect.action is not None else None
    first = endpoints[0] if isinstance(endpoints, list) and endpoints else None
    return first.get("type") if isinstance(first, dict) else None


def _only_after(connect: WaitItem, behind: Sequence[Item]) -> Iterator[Iterable[Item]]:
    """The statements that only a conversation leads to; what a failed call leads to as well is not meant."""
    others = [_case(connect, outcome) for outcome in catalogue().outcomes if outcome != "completed"]
    completed = _case(connect, "completed")
    if completed is not None and not any(completed is other for other in others):
        yield completed.body
        if ends(completed.body):
            return
    if all(other is not None and ends(other.body) for other in others):
        yield behind


def _case(connect: WaitItem, outcome: str) -> Case | None:
    """The branch that an outcome takes."""
    return next((case for case in connect.cases if f":{outcome}" in case.matches), connect.otherwise)


def _acting(items: Iterable[Item]) -> tuple[Item, ...]:
    """Those of some statements that are heard, do something or go elsewhere: neither `hangup` nor `set`."""
    return tuple(item for item in walk(items) if isinstance(item, ActionItem | WaitItem | JumpItem))


def _acts(items: Iterable[Item], program: Program) -> Span | None:
    """The first of such statements that is no jump to a step of only `hangup` and `set`."""
    for item in items:
        step = program.steps.get(item.step) if isinstance(item, JumpItem) else None
        if not isinstance(item, JumpItem) or (step is not None and step.body.of(_acting)):
            return item.span
    return None


def _message() -> Message:
    help = "put both legs into a named conversation (see `nccodsl explain W047`), or add `# nccodsl: ignore W047`"
    return Message("W047", "this runs only if the call continues after the connected phone has hung up", help)


RULE = Lint(Code("W047", "behind-connect", "a statement may not run after a `connect`"), "risk", _find)
