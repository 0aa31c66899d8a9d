"""Values from outside become the scope that templates read: converted, completed by defaults and lets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from nccodsl.analysis.program import Parameter, Program
from nccodsl.diagnostics import Diagnostic, did_you_mean
from nccodsl.diagnostics.collector import MOST
from nccodsl.errors import RenderError
from nccodsl.lowering.holes import Evaluate, first_hole, tree
from nccodsl.templates import Scope


class Binder:
    """Prepares scopes for one script."""

    def __init__(self, program: Program) -> None:
        self._sources = program.sources
        self._parameters = program.parameters
        self._open = program.open_names
        self._steps: list[tuple[str, Parameter, Evaluate | None]] = [
            (name, parameter, None if parameter.required else tree(parameter.default))
            for name, parameter in program.parameters.items()
        ]
        self._converters = [(name, parameter.convert) for name, parameter in program.parameters.items()]
        self._lets = [(let.name, tree(let.value)) for let in program.lets]

    def bind(self, values: Mapping[str, object]) -> Scope:
        """The scope for one rendering. Raises RenderError with every value that does not fit, or Failed."""
        return self.complete(self.convert(values))

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
        return scope

    def complete(self, scope: Scope) -> Scope:
        """The same scope with the lets. Raises Failed."""
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
                    wrong.append(self._finding("E211", parameter, f"`{name}` has no value", _wanted(parameter)))
                    continue
                # A default that is itself a template is converted like a value from outside.
                value = default(scope)
                if value is None or first_hole(parameter.default) is None:
                    scope[name] = value
                    continue
            try:
                scope[name] = parameter.convert(value)
            except ValueError as reason:
                given = "the value given (private)" if parameter.private else _shown(value)
                why = "" if parameter.private else f": {reason}"
                message = f"`{name}` is a {parameter.type}, and {given} is none{why}"
                wrong.append(self._finding("E315", parameter, message, parameter.doc))
        if wrong:
            raise RenderError(wrong)
        return scope

    def takes(self, name: str) -> bool:
        """Whether a value may be given by that name."""
        return self._open or name in self._parameters

    def unknown(self, names: Iterable[str]) -> list[Diagnostic]:
        """E212 for each name that the script does not declare; beyond so many, the rest is noise."""
        wrong = (name for name in names if not self.takes(name))
        return [
            Diagnostic.of(
                "E212",
                f"the script has no param `{name}`",
                help=did_you_mean(name, self._parameters) or "it has: " + (", ".join(self._parameters) or "none"),
            )
            for name in islice(wrong, MOST)
        ]

    def _finding(self, code: str, parameter: Parameter, message: str, help: str | None) -> Diagnostic:
        file = self._sources.file_of(parameter.span)
        return Diagnostic.of(code, message, file=file, span=parameter.span, help=help)


def _wanted(parameter: Parameter) -> str:
    doc = f" ({parameter.doc})" if parameter.doc else ""
    return f"give it: --var {parameter.name}=…, a {parameter.type}{doc}"


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, (str, int, float)) else repr(value)
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"
