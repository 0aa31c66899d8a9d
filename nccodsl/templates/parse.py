"""From the text of a template to its tree."""

from __future__ import annotations

from nccodsl.templates import tree
from nccodsl.templates.places import Source
from nccodsl.templates.quick_parse import quick_parse
from nccodsl.templates.scope import TemplateProblem


def parse(text: str, source: Source) -> tuple[tree.Template | None, TemplateProblem | None]:
    """The tree of `text`, or what is wrong with it."""
    found = quick_parse(text, source)
    if found is not None:
        return found, None
    # Most templates are text and right expressions: Jinja is imported for the others.
    from nccodsl.templates.jinja_parse import parse_with_jinja

    return parse_with_jinja(text, source)
