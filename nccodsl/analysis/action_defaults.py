"""`defaults talk style=2`: the options that every action of a kind has where it does not say otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.analysis.draft_actions import Default
from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.draft_values import NOTHING, DraftValues
from nccodsl.analysis.judge_drafts import fix_of
from nccodsl.analysis.several_languages import SeveralLanguages
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.diagnostics.edits import without_second
from nccodsl.syntax import ast
from nccodsl.templates import is_template
from nccodsl.voice.catalogue import Option, catalogue
from nccodsl.voice.objects import judge_value
from nccodsl.voice.problems import holds_unknown


class Defaults:
    """The `defaults` lines of one script. `given`: what they say, by action and option; complete once it is read."""

    def __init__(
        self,
        collector: Collector,
        values: DraftValues,
        languages: SeveralLanguages,
        declarations: Iterable[ast.Declaration],
    ) -> None:
        self._collector = collector
        self._values = values
        self._languages = languages
        self._nodes = [node for node in declarations if isinstance(node, ast.Defaults)]
        self.given: dict[str, dict[str, Default]] = {}

    def read(self) -> None:
        for node in self._nodes:
            self._read(node)

    def _read(self, node: ast.Defaults) -> None:
        spec = catalogue().actions.get(node.action.text)
        if spec is None:
            unknown = messages.names.unknown_kind("action", node.action.text, catalogue().actions)
            self._collector.report(unknown, node.action.span)
            return
        endpoints = catalogue().endpoints["connect"].values() if spec.name == "connect" else ()
        options = [*spec.options, *(option for endpoint in endpoints for option in endpoint.options)]
        known_names = {option.name for option in options}
        given = self.given.setdefault(spec.name, {})
        for option in node.options:
            name = option.name.text
            if name not in known_names:
                self._values.unknown_option(option.name, f"`{spec.name}`", options)
            elif name in given:
                twice = messages.options.default_given_twice(name, spec.name, given[name].option.name.span)
                file = self._collector.sources.file_of(option.span)
                self._collector.report(without_second(twice, file, option.span), option.name.span)
            elif not self._languages.refuses_default(spec.name, option):
                given[name] = Default(option, option.span)
                self._judge(option, next(known for known in options if known.name == name))

    def _judge(self, node: ast.Option, option: Option) -> None:
        """A constant default is judged where it stands, whether or not an action takes it."""
        if isinstance(node.value, ast.Template) or (isinstance(node.value, ast.Text) and is_template(node.value.text)):
            return
        value = self._values.option(node.value, option, option.path, Places(node.value.span))
        if value is not NOTHING and not holds_unknown(value):
            for problem in judge_value(option, value, (), True):
                fix = fix_of(problem, node.value.span)
                self._collector.report(Message(problem.code, problem.message, problem.help, fix=fix), node.value.span)
