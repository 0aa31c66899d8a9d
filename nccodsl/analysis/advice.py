"""Advice that `check` gives and compiling does not wait for: telephone numbers that no numbering plan knows."""

from __future__ import annotations

from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.program import Program, action_of, every_item
from nccodsl.base.phone import in_numbering_plan
from nccodsl.diagnostics import Collector, messages
from nccodsl.voice.forms import is_phone


def advise(program: Program, collector: Collector) -> None:
    """Report W025 for each constant number that cannot be dialled."""
    drafts: list[tuple[dict[str, object], Places]] = []
    for item in every_item(program.steps, program.call):
        action = action_of(item)
        if action is not None and action.kind == "connect":
            drafts.append((action.draft, action.places))
    if program.call is not None:
        drafts.append((program.call.draft, program.call.places))
    for draft, places in drafts:
        for place in ("endpoint", "to"):
            endpoints = draft.get(place)
            for index, endpoint in enumerate(endpoints if isinstance(endpoints, list) else ()):
                number = endpoint.get("number") if isinstance(endpoint, dict) else None
                if isinstance(number, str) and is_phone(number) and not in_numbering_plan(number):
                    at = places.find((place, index, "number"), at_name=False)
                    collector.report(messages.warnings.number_not_in_use(number), at)
