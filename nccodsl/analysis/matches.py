"""Branches of an `input` that no answer can take (E502), and those that mean `otherwise`."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.program import ActionItem
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, Edit, Message, messages
from nccodsl.syntax import ast
from nccodsl.templates import is_template
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.forms import are_keys

_KEYS_ALONE = ["dtmf"]
_REST = {"default", "else", "other", "others", "error", "invalid", "unknown", "any", "nomatch"}
"""What the branch for everything else is called in other languages and tools."""
Branch = ast.On | ast.Retry | ast.Otherwise | ast.Whisper


def meant_branches(node: ast.Branches, what: str, known: Sequence[str], collector: Collector) -> list[Branch]:
    """The branches; one that means `otherwise` is reported, and stands last as that. `known`: words that may match."""
    explicit = any(isinstance(item, ast.Otherwise) for item in node.items)
    items: list[Branch] = []
    meant: list[Branch] = []
    for item in node.items:
        word = item.matches[0] if isinstance(item, ast.On) and len(item.matches) == 1 else None
        if not isinstance(item, ast.On) or not isinstance(word, ast.Word) or word.text not in _REST.difference(known):
            items.append(item)
            continue
        alone = item is node.items[-1] and not explicit and not meant
        edit = Edit(Span(item.span.start, word.span.end), "otherwise") if alone else None
        collector.report(messages.habits.means_otherwise(word.text, what, edit), word.span)
        meant.append(ast.Otherwise(span=item.span, target=item.target))
    return items if explicit else [*items, *meant[:1]]


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
        return messages.flow.word_for_keys(text)
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
