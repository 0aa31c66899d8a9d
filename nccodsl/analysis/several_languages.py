"""What analysis does with the languages of a script, from their declaration to the checked program."""

from __future__ import annotations

from nccodsl.analysis.bodies import Statements
from nccodsl.analysis.draft_actions import Actions
from nccodsl.analysis.draft_values import DraftValues
from nccodsl.analysis.language_changes import LanguageChanges
from nccodsl.analysis.modules import Reader
from nccodsl.analysis.names import Names
from nccodsl.analysis.parameters import Parameters
from nccodsl.analysis.script_languages import ScriptLanguages
from nccodsl.analysis.script_tests import ScriptTest
from nccodsl.analysis.templates import Templates
from nccodsl.analysis.tongues import Tongues
from nccodsl.analysis.translations import Translations
from nccodsl.base.source import SourceFile
from nccodsl.diagnostics import Collector, Fix, messages
from nccodsl.diagnostics.edits import without
from nccodsl.syntax import ast
from nccodsl.templates.dialect import FOLLOWS, LANGUAGE

_OWN_LANGUAGE = {"talk": ("language", "voice_name"), "input": ("language",)}
"""The options that say in which language an action speaks or listens."""


class SeveralLanguages:
    """The languages of one script. Without `languages` and the pseudo-language, it does nothing."""

    def __init__(
        self, collector: Collector, names: Names, values: DraftValues, reader: Reader | None, *, pseudo: bool
    ) -> None:
        self._collector = collector
        self._reader = reader
        self._pseudo = pseudo
        self._values = values
        self._tongues = Tongues(collector, names, values)
        self._translations: Translations | None = None
        self._changes: LanguageChanges | None = None

    def begin(self, nodes: list[ast.Languages], main: SourceFile, templates: Templates, actions: Actions) -> None:
        """Read the declaration and the translations."""
        if not nodes and not self._pseudo:
            return
        self._tongues.declare(nodes)
        self._translations = Translations(self._collector, templates, self._tongues, self._reader, pseudo=self._pseudo)
        self._translations.begin(main)
        self._values.translations = self._translations
        if nodes:
            templates.follows = FOLLOWS
            actions.tongues = self._tongues

    def declared(self, parameters: Parameters, statements: Statements) -> None:
        """All params and lets are known."""
        if self._tongues.codes:
            changes = LanguageChanges(
                self._collector, statements.templates, self._values, self._tongues, parameters.lets
            )
            changes.check_param(parameters.parameters)
            self._changes = statements.changes = changes

    @property
    def names(self) -> tuple[str, ...]:
        """The names that always have a value."""
        return (LANGUAGE,) if self._tongues.codes else ()

    def refuses_default(self, action: str, option: ast.Option) -> bool:
        """Whether a default contradicts the languages; it is reported."""
        if not self._tongues.codes or option.name.text not in _OWN_LANGUAGE.get(action, ()):
            return False
        removal = without(self._collector.sources.file_of(option.span), option.span)
        fix = Fix("remove it: the first language of `languages` is the default", (removal,), is_help=True)
        self._collector.report(messages.translations.default_language(action, fix), option.name.span)
        return True

    def check_test(self, node: ast.Test, test: ScriptTest) -> None:
        """A test begins in one of the languages."""
        given = test.values.get(LANGUAGE)
        if self._changes is not None and isinstance(given, str):
            places = (
                one.value.span
                for verb in node.verbs
                if isinstance(verb, ast.With)
                for one in verb.values
                if one.name.text == LANGUAGE
            )
            self._changes.constant(given, next(places, node.title.span))

    def result(self) -> ScriptLanguages | None:
        """What the checked script knows of its languages."""
        return self._translations.result() if self._translations is not None else None
