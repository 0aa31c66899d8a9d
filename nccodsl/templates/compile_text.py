"""The front of the room: texts and expressions are compiled here, and no Jinja is imported before that."""

from __future__ import annotations

from nccodsl.templates.template import Expression, Template


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
