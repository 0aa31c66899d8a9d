"""Templates: the Jinja expressions inside scripts, compiled once to closures and rendered within hard limits.

Owns what a template may do and how its values become text. Knows neither the language nor the Voice API: filters of its
own, and markup, come with the `Dialect` of the one who compiles.
Importing this does not import Jinja; compiling a text with holes does.
"""

from nccodsl.templates.address_text import in_address
from nccodsl.templates.compile_text import compile_expression, compile_text, is_template
from nccodsl.templates.dialect import PLAIN, Dialect, MarkupForm
from nccodsl.templates.scope import NameUse, RenderFailure, Scope, TemplateProblem
from nccodsl.templates.template import Expression, Template

__all__ = [
    "PLAIN",
    "Dialect",
    "Expression",
    "MarkupForm",
    "NameUse",
    "RenderFailure",
    "Scope",
    "Template",
    "TemplateProblem",
    "compile_expression",
    "compile_text",
    "in_address",
    "is_template",
]
