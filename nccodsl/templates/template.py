"""Compiled templates and expressions, and the two functions that make them.

This is the room's front: it imports no Jinja until a text has something to compile.
"""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.base.record import Record
from nccodsl.templates.scope import NameUse, Scope, TemplateProblem

Place = tuple[int, int]


class Expression(Record):
    """What stands between `{{` and `}}`."""

    source: str
    problems: tuple[TemplateProblem, ...]
    names: tuple[NameUse, ...]
    evaluate: Callable[[Scope], object]
    """The value, of its own type. Raises `RenderFailure`."""
    start: int = 0
    end: int = 0
    """Where it stands in the text of its template."""

    @property
    def constant(self) -> bool:
        """Is the value the same whatever the scope?"""
        return not self.names and not self.problems


class Template(Record):
    """A text with holes, and perhaps statements."""

    text: str
    markup: bool
    problems: tuple[TemplateProblem, ...]
    names: tuple[NameUse, ...]
    pieces: tuple[str | Expression, ...] | None
    """Literal text and expressions in turn; None where the template has statements."""
    render: Callable[[Scope], str]
    """The text with its holes filled. Raises `RenderFailure`."""
    uses_markup_filter: bool = False


def is_template(text: str) -> bool:
    """Does the text hold anything that Jinja would act on?"""
    return "{{" in text or "{%" in text or "{#" in text


def compile_text(text: str, *, markup: bool = False, language: str | None = None) -> Template:
    """Compile a text. Never raises: what is wrong with it is in `problems`."""
    if not is_template(text):
        literal = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        return Template(text, markup, (), (), (literal,) if literal else (), lambda scope: literal)
    from nccodsl.templates.compile_template import compile_template

    return compile_template(text, markup, language)


def compile_expression(source: str, *, language: str | None = None) -> Expression:
    """Compile what stands between `{{` and `}}`. Never raises: what is wrong with it is in `problems`."""
    from nccodsl.templates.compile_template import compile_source

    return compile_source(source, language)
