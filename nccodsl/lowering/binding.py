"""Values from outside become the scope that templates read: converted, completed by defaults and lets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice

from nccodsl.analysis.program import Parameter, Program
from nccodsl.analysis.script_languages import ScriptLanguages
from nccodsl.analysis.types import why_unfit
from nccodsl.diagnostics import Diagnostic, Message, messages
from nccodsl.diagnostics.collector import MOST
from nccodsl.errors import RenderError
from nccodsl.lowering.clock_values import ClockValues
from nccodsl.lowering.holes import Evaluate, first_hole, tree
from nccodsl.templates import Scope
from nccodsl.templates.dialect import LANGUAGE


class Binder:
    """Prepares scopes for one script."""

    def __init__(self, program: Program) -> None:
        self._sources = program.sources
        self._parameters = program.parameters
        self._open = program.open_names
        self._languages = program.languages if program.languages is not None and program.languages.codes else None
        self._steps: list[tuple[str, Parameter, Evaluate | None]] = [
            (name, parameter, None if parameter.required else tree(parameter.default))
            for name, parameter in program.parameters.items()
        ]
        self._converters = [(name, parameter.convert) for name, parameter in program.parameters.items()]
        self.clock = ClockValues(program)
        self._lets = [(let.name, tree(let.value)) for let in program.lets]

    @property
    def only_converts(self) -> bool:
        """Whether templates read nothing but the values: no `let`, no clock, no language."""
        return not (self._lets or self.clock.read or self._languages is not None)

    def bind(self, values: Mapping[str, object], moment: datetime) -> Scope:
        """The scope for one rendering at a moment. Raises RenderError with every value that does not fit, or Failed."""
        return self.complete(self.convert(values), moment)

    def convert(self, values: Mapping[str, object]) -> Scope:
        """The params, converted and completed by their defaults. Raises RenderError, or Failed."""
        if self._open and not self._converters:
            scope = Scope(values)
        else:
            scope = Scope()
            try:
                for name, convert in self._converters:
                    scope[name] = convert(values[name])
                complete = len(values) == len(scope)
            except (KeyError, ValueError):
                complete = False
            if not complete:
                scope = self._carefully(values)
        if self._languages is not None:
            scope[LANGUAGE] = self._language(self._languages, scope.get(LANGUAGE, values.get(LANGUAGE)))
        return scope

    def _language(self, languages: ScriptLanguages, given: object) -> str:
        """In which language a call begins. Raises RenderError."""
        code = languages.own if given is None else languages.find(given)
        if code is None:
            parameter = self._parameters.get(LANGUAGE)
            span = languages.span if parameter is None else parameter.span
            message = messages.translations.not_listed(str(given), languages.codes)
            raise RenderError([message.about(self._sources.file_of(span), span)])
        return code

    def complete(self, scope: Scope, moment: datetime) -> Scope:
        """The same scope with what the clock says at a moment, and the lets. Raises Failed."""
        if self.clock.read:
            self.clock.fill(scope, moment)
        for name, evaluate in self._lets:
            scope[name] = evaluate(scope)
        return scope

    def _carefully(self, values: Mapping[str, object]) -> Scope:
        """As `bind`, but with defaults, and gathering what is wrong."""
        scope = Scope()
        wrong: list[Diagnostic] = []
        if not values.keys() <= self._parameters.keys():
            wrong.extend(self.unknown(values))
        for name, parameter, default in self._steps:
            value = values.get(name)
            if value is None:
                if default is None:
                    missing = messages.names.value_missing(name, parameter.type, parameter.doc)
                    wrong.append(self._finding(missing, parameter))
                    continue
                # A default that is itself a template is converted like a value from outside.
                value = default(scope)
                if value is None or first_hole(parameter.default) is None:
                    scope[name] = value
                    continue
            try:
                scope[name] = parameter.convert(value)
            except ValueError as reason:
                wrong.append(self._finding(_unfit(parameter, value, reason), parameter))
        if wrong:
            raise RenderError(wrong)
        return scope

    def takes(self, name: str) -> bool:
        """Whether a value may be given by that name."""
        return self._open or name in self._parameters or (name == LANGUAGE and self._languages is not None)

    def unknown(self, names: Iterable[str]) -> list[Diagnostic]:
        """E212 for each name that the script does not declare; beyond so many, the rest is noise."""
        wrong = (name for name in names if not self.takes(name))
        return [messages.names.unknown_variable(name, self._parameters).about() for name in islice(wrong, MOST)]

    def _finding(self, message: Message, parameter: Parameter) -> Diagnostic:
        return message.about(self._sources.file_of(parameter.span), parameter.span)


def _unfit(parameter: Parameter, value: object, reason: ValueError) -> Message:
    name, kind, doc = parameter.name, parameter.type, parameter.doc
    if parameter.private:
        return messages.values.private_value_is_none(name, kind, doc)
    return messages.values.given_value_is_none(name, kind, _shown(value), why_unfit(reason), doc)


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, (str, int, float)) else repr(value)
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"
