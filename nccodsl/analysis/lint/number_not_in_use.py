"""W025: a phone number that no numbering plan knows."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.item_walks import action_of, every_item
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Program
from nccodsl.base.phone import in_numbering_plan, is_phone
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Message


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    for draft, places in _drafts(program):
        for place in ("endpoint", "to"):
            endpoints = draft.get(place)
            for index, endpoint in enumerate(endpoints if isinstance(endpoints, list) else ()):
                number = endpoint.get("number") if isinstance(endpoint, dict) else None
                if isinstance(number, str) and is_phone(number) and not in_numbering_plan(number):
                    yield _message(number), places.find((place, index, "number"), at_name=False)


def _drafts(program: Program) -> Iterator[tuple[dict[str, object], Places]]:
    """What dials: each action that joins others to the call, and the call itself."""
    for item in every_item(program.steps, program.handlers):
        action = action_of(item)
        if action is not None and action.kind == "connect":
            yield action.draft, action.places
    if program.call is not None:
        yield program.call.draft, program.call.places


def _message(number: str) -> Message:
    help = "correct the country code or the digits; if the number is right, add `# nccodsl: ignore W025`"
    return Message("W025", f"`{number}` is not in use: no numbering plan contains it", help)


# Telephone numbers are looked up in tables that take longer to import than a script to compile.
RULE = Lint(Code("W025", "number-not-in-use", "a phone number is in no numbering plan"), "risk", _find, slow=True)
