"""Branches of an `input` that no answer can take (E502)."""

from __future__ import annotations

from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.program import ActionItem
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, Edit, Message, messages
from nccodsl.syntax import ast
from nccodsl.templates import is_template
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.forms import are_keys

_KEYS_ALONE = ["dtmf"]


def check_matches(branches: ast.Branches, action: ActionItem, collector: Collector) -> None:
    """Report what an input for keys alone cannot yield: words, and more keys than it takes."""
    if action.draft.get("type") != _KEYS_ALONE:
        return
    most = _most_keys(action)
    for item in branches.items:
        for match in item.matches if isinstance(item, ast.On) else ():
            wrong = _wrong(match, most, action) if isinstance(match, ast.Text | ast.Number) else None
            if wrong is not None:
                collector.report(wrong, match.span)


def _wrong(match: ast.Text | ast.Number, most: int | None, action: ActionItem) -> Message | None:
    text = match.text
    if is_template(text) or not text.strip():
        return None
    if any(char.isalpha() or char.isspace() for char in text):
        kind = action.places.names.get(("type", 0))
        return messages.flow.word_for_keys(text, kind and Edit(Span(kind.end, kind.end), " speech"))
    if are_keys(text) and most is not None and len(text) > most:
        return messages.flow.more_keys_than_taken(text, most, _more_keys(action.places, len(text)))
    return None


def _more_keys(places: Places, count: int) -> Edit | None:
    """Lets an input take so many keys."""
    given = places.values.get(("dtmf", "maxDigits"))
    if given is not None:
        return Edit(given, str(count))
    return Edit(Span(places.end, places.end), f" max_digits={count}") if places.end is not None else None


def _most_keys(action: ActionItem) -> int | None:
    """How many keys the input takes; None where only a rendering knows."""
    settings = action.draft.get("dtmf", {})
    default = next(one.default for one in catalogue().actions["input"].options if one.name == "max_digits")
    most = settings.get("maxDigits", default) if isinstance(settings, dict) else None
    return most if isinstance(most, int) else None
