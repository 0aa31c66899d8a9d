"""Values that differ from language to language: texts with their translations, and the options of voices."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nccodsl.analysis.items import ActionItem, Hole, holes_in
from nccodsl.base.source import Span
from nccodsl.templates import Expression, NameUse, RenderFailure, Scope, Template
from nccodsl.templates.dialect import LANGUAGE
from nccodsl.voice.problems import Draft, Unknown

Ways = Mapping[str, object]
"""By language: a constant, or a hole; None where there is no such value."""
_USE = (NameUse(LANGUAGE, 0, 0, optional=True),)


class Translated(Template):
    """A text of a script as a template that renders to its translation. `draft` is the text itself."""

    ways: Mapping[str, object] = {}
    draft: object = None


class ByLanguage(Expression):
    """A value of its own for each language."""

    ways: Mapping[str, object] = {}
    draft: object = None


def translated(text: str, source: object, ways: Ways, span: Span, *, markup: bool) -> Hole:
    """A text with its translations; `source` is its draft in the script's own language."""
    own = source.code if isinstance(source, Hole) else None
    pieces = own.pieces if isinstance(own, Template) else (text,)
    names = (*_USE, *(own.names if own is not None else ()))
    choose = _chosen(ways, source)
    problems = own.problems if own is not None else ()
    code = Translated(text, markup, problems, names, pieces, lambda scope: str(choose(scope)), ways=ways, draft=source)
    return Hole(code, span)


def by_language(ways: Ways, span: Span) -> Hole:
    """A value that is another one in each language."""
    source = next(iter(ways.values()))
    used = tuple(use for way in ways.values() if isinstance(way, Hole) for use in way.code.names)
    code = ByLanguage(LANGUAGE, (), (*_USE, *used), _chosen(ways, source), ways=ways, draft=source)
    return Hole(code, span)


def _chosen(ways: Ways, source: object) -> Callable[[Scope], object]:
    def choose(scope: Scope) -> object:
        way = ways.get(str(scope.get(LANGUAGE)), source)
        return way.compute(scope) if isinstance(way, Hole) else way

    return choose


def placed_in(template: Template, length: int) -> Template:
    """A translation as a template whose failures are those of the whole text, which is so long."""
    inner = template.render

    def render(scope: Scope) -> str:
        try:
            return inner(scope)
        except RenderFailure as failure:
            raise RenderFailure(failure.said, 0, length) from None

    return Template(template.text, template.markup, (), template.names, None, render)


def source_of(value: object) -> object:
    """What a value is in the script's own language."""
    code = value.code if isinstance(value, Hole) else None
    return code.draft if isinstance(code, Translated | ByLanguage) else value


def in_language(value: object, language: str | None) -> object:
    """A draft as it is in a language (None: the script's own): members that it does not have there are left out."""
    if isinstance(value, Hole):
        code = value.code
        if not isinstance(code, Translated | ByLanguage):
            return value
        return code.draft if language is None else code.ways.get(language, code.draft)
    if isinstance(value, dict):
        members = {key: in_language(one, language) for key, one in value.items()}
        kept = {key: one for key, one in members.items() if one is not None or value[key] is None}
        return Draft.of(kept, getattr(value, "raw_keys", ())) if isinstance(value, Draft) else kept
    return [in_language(item, language) for item in value] if isinstance(value, list) else value


def spoken_in(item: ActionItem, language: str | None) -> ActionItem:
    """An action as it is in a language (None: the script's own)."""
    draft = in_language(item.draft, language)
    assert isinstance(draft, dict)
    return ActionItem(item.kind, draft, item.places, item.span)


def languages_in(value: object) -> frozenset[str]:
    """The languages in which a draft differs from others; none where it is the same in all."""
    found: set[str] = set()
    for hole in holes_in(value):
        if isinstance(hole.code, Translated | ByLanguage):
            found |= hole.code.ways.keys()
    return frozenset(found)


def judged(draft: dict[str, object]) -> dict[str, object]:
    """An action as it is judged: with the texts of the script. The voices of its languages are judged by themselves."""
    if not languages_in(draft):
        return draft
    members = in_language(draft, None)
    assert isinstance(members, dict)
    for name, value in draft.items():
        if isinstance(value, Hole) and isinstance(value.code, ByLanguage):
            members[name] = Unknown()
    return members


def described(draft: Mapping[str, object]) -> dict[str, object]:
    """An action as it is described: with the texts of the script, and without what each language has of its own."""
    members: dict[str, object] = {}
    for name, value in draft.items():
        if isinstance(value, Hole) and isinstance(value.code, ByLanguage):
            continue
        members[name] = described(value) if isinstance(value, dict) else in_language(value, None)
    return members
