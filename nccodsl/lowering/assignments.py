"""What `set` does to the names of a call."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis.program import AssignItem, Hole, LanguageItem
from nccodsl.analysis.script_languages import find_language
from nccodsl.analysis.shapes import Misfit, fitted
from nccodsl.diagnostics import messages
from nccodsl.lowering.holes import Evaluate, Failed, first_hole, tree
from nccodsl.templates import Scope
from nccodsl.templates.dialect import LANGUAGE

Assign = Callable[[Scope], None]


def assigning(item: AssignItem) -> Assign:
    """The function that carries out a `set`. It raises Failed."""
    if isinstance(item, LanguageItem):
        return _speaking(item)
    name, value = item.name, _value(item)

    def assign(scope: Scope) -> None:
        scope[name] = value(scope)

    return assign


def _value(item: AssignItem) -> Evaluate:
    """The function that computes what a name is given. It raises Failed, also where the value does not fit its type."""
    value, shape = tree(item.value), item.shape
    if shape is None:
        return value
    hole = first_hole(item.value)

    def evaluate(scope: Scope) -> object:
        try:
            return fitted(shape, value(scope))
        except Misfit as misfit:
            assert hole is not None, "constants have been judged"
            name = misfit.path or item.name.rpartition(".")[2]
            raise Failed(hole, messages.dialogs.value_misfit(name, misfit.why)) from None

    return evaluate


def _speaking(item: LanguageItem) -> Assign:
    """Another language, and what is made of it. A value that is no language changes nothing, and is reported."""
    value, codes = tree(item.value), item.codes
    lets = [(name, tree(draft)) for name, draft in item.lets]

    def speak(scope: Scope) -> None:
        given = value(scope)
        code = find_language(codes, given)
        if code is None:
            assert isinstance(item.value, Hole), "constants are judged before"
            kept = str(scope.get(LANGUAGE, codes[0]))
            wrong = Failed(item.value, messages.translations.language_kept(str(given), kept))
            if scope.cuts is None:
                raise wrong
            scope.cuts.append(wrong)
            return
        scope[LANGUAGE] = code
        for name, evaluate in lets:
            scope[name] = evaluate(scope)

    return speak
