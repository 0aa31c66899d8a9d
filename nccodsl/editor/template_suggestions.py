"""What can stand inside `{{ … }}`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from nccodsl.editor.declared_names import DeclaredName, declarations, members_of, values_in_reach
from nccodsl.editor.document import Document
from nccodsl.editor.names_given import names_there
from nccodsl.editor.suggestions import Suggestion
from nccodsl.editor.text_parts import word_bounds
from nccodsl.syntax import ast
from nccodsl.syntax.nodes import JINJA_STRING
from nccodsl.templates.filters import FILTERS
from nccodsl.templates.predicates import TESTS
from nccodsl.voice.speech_filters import SPEECH

_OPEN = "\0"
"""Stands for a string that is not closed."""
_SPECIAL = ("default", "map", "reject", "rejectattr", "select", "selectattr")
"""Filters that the compiler knows by itself."""
_SPECIAL_TESTS = ("defined", "undefined")


def template_suggestions(document: Document, before: str, offset: int) -> list[Suggestion]:
    """What fits behind `before`, the part of an expression from its `{{` on, up to an offset.

    Of the names that the call gives values, those that have one there.
    """
    before = JINJA_STRING.sub(_emptied, before)
    if before.endswith(_OPEN):
        return []
    start, _ = word_bounds(before, len(before))
    words = before[:start].split()
    if before[:start].rstrip().endswith("|"):
        return [filter_suggestion(name) for name in filter_names()]
    if words[-1:] == ["is"] or words[-2:] == ["is", "not"]:
        tests = sorted({*_SPECIAL_TESTS, *(name for name in TESTS if name.isidentifier())})
        return [Suggestion(word, "function", rank=0) for word in tests]
    if before[:start].endswith("."):
        owner = before[slice(*word_bounds(before, start - 1))]
        return [Suggestion(name, "name", rank=0) for name in members_of(document, owner.rstrip("."))]
    if before[:start].endswith(("'", ")", "]")) or before[start : start + 1].isdigit():
        return []
    return [
        Suggestion(one.name, "name", one.kind, one.text, rank=int(one.kind == "call"))
        for one in _reach(document, offset)
    ]


def _reach(document: Document, offset: int) -> Iterator[DeclaredName]:
    """The names that have a value at an offset."""
    there = names_there(document, offset)
    dialog = declarations(document, ast.Dialog).get(there.dialog) if there is not None else None
    own = [member.key.text for member in dialog.params] if dialog is not None else []
    for name in own:
        yield DeclaredName(name, "param", f"**`{name}`**\n\nA param of the dialog.")
    for one in values_in_reach(document).values():
        if one.name not in own and (one.kind != "as" or there is None or there.has(one.name)):
            yield one


def _emptied(found: re.Match[str]) -> str:
    """A string without what stands in it."""
    text = found[0]
    return "''" if len(text) > 1 and text.endswith(text[0]) else _OPEN


def filter_names() -> list[str]:
    """Every filter of templates, those for speech first."""
    return [*sorted(SPEECH.filters), *sorted({*FILTERS, *_SPECIAL} - {*SPEECH.filters})]


def filter_suggestion(name: str) -> Suggestion:
    """A filter with its arguments."""
    return Suggestion(name, "function", signature_of(name), rank=0 if name in SPEECH.filters else 1)


def signature_of(name: str) -> str:
    """The arguments of a filter: `money(currency="USD")`. Empty for one that takes none."""
    function = SPEECH.filters.get(name) or FILTERS.get(name)
    if function is None:
        return ""
    given = list(inspect.signature(function).parameters.values())[2:]
    if not given:
        return ""
    shown = [one.name if one.default is one.empty else f"{one.name}={_shown(one.default)}" for one in given]
    return f"{name}({', '.join(shown)})"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).lower() if isinstance(value, bool) else "none" if value is None else str(value)
