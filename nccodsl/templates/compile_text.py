"""The front of the room: texts and expressions are compiled here, and no Jinja is imported before that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nccodsl.templates.dialect import PLAIN, Dialect, Manner
from nccodsl.templates.template import Expression, Template


def is_template(text: str) -> bool:
    """Does the text hold anything that Jinja would act on?"""
    return "{{" in text or "{%" in text or "{#" in text


_ITSELF: Mapping[str, str] = {}
"""Each name stands for itself."""


def compile_text(
    text: str,
    dialect: Dialect = PLAIN,
    *,
    markup: bool = False,
    language: str | None = None,
    plural: Callable[[int], int] | None = None,
    local: Mapping[str, str] = _ITSELF,
) -> Template:
    """Compile a text; `markup`: it is marked up in the form of the dialect; `plural`: as in `Manner`.

    `local`: what names are called in the scope, where that is not what the template calls them.

    Never raises for what stands in it: what is wrong with it is in `problems`.
    """
    assert dialect.markup is not None or not markup, "this dialect has no markup"
    if not is_template(text):
        literal = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        return Template(text, markup, (), (), (literal,) if literal else (), lambda scope: literal)
    from nccodsl.templates.compile_template import compile_template

    manner = Manner(dialect.markup if markup else None, language, plural)
    return compile_template(text, dialect, manner, local)


def compile_expression(
    source: str, dialect: Dialect = PLAIN, *, language: str | None = None, local: Mapping[str, str] = _ITSELF
) -> Expression:
    """Compile what stands between `{{` and `}}`. Never raises: what is wrong with it is in `problems`."""
    from nccodsl.templates.compile_template import compile_source

    return compile_source(source, dialect, language, local)
