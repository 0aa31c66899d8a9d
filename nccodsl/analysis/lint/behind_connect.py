"""W047: what runs only if the platform continues a call after the connected phone has hung up."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.flow_rules import ends
from nccodsl.analysis.item_walks import bodies, every_body, walk
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import ActionItem, Body, Case, JumpItem, Program, WaitItem
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Message
from nccodsl.voice.catalogue import catalogue


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    """The first place of a script: its author decides once for all of them."""
    for connect, behind in _connects(program):
        if (span := _after_a_conversation(connect, behind, program)) is not None:
            yield _message(), span
            return


def _connects(program: Program) -> Iterator[tuple[WaitItem, Body]]:
    """Each `connect` with branches that dials a person, and what stands behind it.

    A WebSocket is not meant: a call goes on when its server has closed it (websockets guide).
    """
    for body in every_body(program.steps, program.handlers):
        for inner in (body, *(inner for item in walk(body) for inner in bodies(item))):
            for number, item in enumerate(inner, 1):
                if isinstance(item, WaitItem) and item.what == "connect" and _kind(item) != "websocket":
                    yield item, inner[number:]


def _kind(connect: WaitItem) -> object:
    endpoints = connect.action.draft.get("endpoint") if connect.action is not None else None
    first = endpoints[0] if isinstance(endpoints, list) and endpoints else None
    return first.get("type") if isinstance(first, dict) else None


def _after_a_conversation(connect: WaitItem, behind: Body, program: Program) -> Span | None:
    """The first statement that only a conversation leads to; what a failed call leads to as well is not meant."""
    others = [_case(connect, outcome) for outcome in catalogue().outcomes if outcome != "completed"]
    completed = _case(connect, "completed")
    if completed is not None and not any(completed is other for other in others):
        if (span := _acts(completed.body, program)) is not None:
            return span
        if ends(completed.body):
            return None
    all_leave = all(other is not None and ends(other.body) for other in others)
    return _acts(behind, program) if all_leave else None


def _case(connect: WaitItem, outcome: str) -> Case | None:
    """The branch that an outcome takes."""
    return next((case for case in connect.cases if f":{outcome}" in case.matches), connect.otherwise)


def _acts(body: Body, program: Program) -> Span | None:
    """The first statement that is heard or does something: neither `hangup` nor `set`, nor a step of only these."""
    for item in walk(body):
        if isinstance(item, JumpItem):
            step = program.steps.get(item.step)
            if step is not None and any(isinstance(one, ActionItem | WaitItem | JumpItem) for one in walk(step.body)):
                return item.span
        elif isinstance(item, ActionItem | WaitItem):
            return item.span
    return None


def _message() -> Message:
    help = "put both legs into a named conversation (see `nccodsl explain W047`), or add `# nccodsl: ignore W047`"
    return Message("W047", "this runs only if the call continues after the connected phone has hung up", help)


RULE = Lint(Code("W047", "behind-connect", "a statement may not run after a `connect`"), "risk", _find)
