"""W025: a phone number that no numbering plan knows."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.item_walks import actions_in, found_in
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import ActionItem, Body, CallItem, Program
from nccodsl.base.phone import in_numbering_plan, is_phone
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Message


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    """In what dials: each action that joins others to the call, and the call itself."""
    found = found_in(_dialed, program.steps, program.handlers)
    for number, span in (*found, *(_unknown(program.call) if program.call is not None else ())):
        yield _message(number), span


def _dialed(body: Body) -> list[tuple[str, Span]]:
    return [number for action in actions_in(body) if action.kind == "connect" for number in _unknown(action)]


def _unknown(part: ActionItem | CallItem) -> Iterator[tuple[str, Span]]:
    """The numbers that no plan knows, and where they are."""
    for place in ("endpoint", "to"):
        endpoints = part.draft.get(place)
        for index, endpoint in enumerate(endpoints if isinstance(endpoints, list) else ()):
            number = endpoint.get("number") if isinstance(endpoint, dict) else None
            if isinstance(number, str) and is_phone(number) and not in_numbering_plan(number):
                yield number, part.places.find((place, index, "number"), at_name=False)


def _message(number: str) -> Message:
    help = "correct the country code or the digits; if the number is right, add `# nccodsl: ignore W025`"
    return Message("W025", f"`{number}` is not in use: no numbering plan contains it", help)


# Telephone numbers are looked up in tables that take longer to import than a script to compile.
RULE = Lint(Code("W025", "number-not-in-use", "a phone number is in no numbering plan"), "risk", _find, slow=True)
