"""Where a script says which language it speaks: `set language`, the param, and the values of tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nccodsl.analysis.draft_values import DraftValues
from nccodsl.analysis.items import LanguageItem, holes_in
from nccodsl.analysis.program import LetValue, Parameter
from nccodsl.analysis.script_languages import find_language
from nccodsl.analysis.templates import Templates
from nccodsl.analysis.tongues import Tongues
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax import ast
from nccodsl.templates import is_template
from nccodsl.templates.dialect import LANGUAGE


class LanguageChanges:
    """Analyses what changes the language of one script."""

    def __init__(
        self,
        collector: Collector,
        templates: Templates,
        values: DraftValues,
        tongues: Tongues,
        lets: Iterable[LetValue],
    ) -> None:
        self._collector = collector
        self._names = templates.names
        self._templates = templates
        self._values = values
        self._codes = tongues.codes
        self._lets = tuple(made_of_language(lets))

    def item(self, node: ast.Set) -> LanguageItem:
        """`set language = "es-ES"`."""
        match node.value:
            case ast.Word() | ast.Text() if not is_template(node.value.text):
                value: object = self.constant(node.value.text, node.value.span)
            case ast.Text():
                value = self._templates.text(node.value)
            case ast.Template():
                value = self._templates.expression(node.value)
            case _:
                written = self._collector.sources.file_of(node.value.span).slice(node.value.span)
                value = self.constant(written, node.value.span)
        return LanguageItem(LANGUAGE, value, node.span, codes=self._codes, lets=self._lets)

    def constant(self, given: str, span: Span) -> str:
        """A language that is written out; one that is not listed is reported."""
        code = find_language(self._codes, given)
        if code is None:
            self._collector.report(messages.translations.not_listed(given, self._codes), span)
        return code or given

    def check_param(self, parameters: Mapping[str, Parameter]) -> None:
        """A param `language` is a text, and its default one of the languages."""
        parameter = parameters.get(LANGUAGE)
        if parameter is None:
            return
        self._names.used.add(LANGUAGE)
        if parameter.type not in ("text", "any"):
            self._collector.report(messages.translations.language_param_type(parameter.type), parameter.span)
        elif isinstance(parameter.default, str):
            self.constant(parameter.default, parameter.span)


def made_of_language(lets: Iterable[LetValue]) -> Iterable[tuple[str, object]]:
    """The lets whose values depend on the language, in their order."""
    names = {LANGUAGE}
    for let in lets:
        if any(use.name in names for hole in holes_in(let.value) for use in hole.code.names):
            names.add(let.name)
            yield let.name, let.value
