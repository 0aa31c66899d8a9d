"""How tests (`is even`) are applied: looked up when the template is compiled, guarded when it runs.

Owns the tests that see no value (`defined`). The others are in `predicates`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nccodsl.diagnostics import messages
from nccodsl.templates import limits, tree
from nccodsl.templates.arguments import Place, arguments_of
from nccodsl.templates.dialect import Function
from nccodsl.templates.operators import kind
from nccodsl.templates.predicates import TESTS
from nccodsl.templates.scope import MISSING, Refusal, Scope

if TYPE_CHECKING:
    from nccodsl.templates.compiler import Closure, Compiler

TEST_NAMES = sorted((*TESTS, "defined", "undefined"))


def test_check(
    compiler: Compiler, node: tree.Filter | tree.Test, name: str, items: Sequence[tree.Expr], place: Place
) -> Function:
    function = TESTS[name]
    arguments = arguments_of(compiler, node, items, function, place)

    def run(scope: Scope, value: Any) -> Any:
        if value is MISSING:
            raise Refusal(messages.templates.item_without_value_to_test(name))
        limits.guard(scope, value)
        given, named = arguments(scope)
        try:
            return function(scope, value, *given, **named)
        except TypeError:
            raise Refusal(messages.template_values.test_does_not_suit(name, kind(value))) from None

    return run


def apply_test(compiler: Compiler, node: tree.Test) -> Closure:
    name = node.name
    place = compiler.source.after(compiler.own(node)[0])
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return compiler.refuse(messages.templates.stars_not_allowed("a test"), place)
    if name in ("defined", "undefined"):
        if node.args or node.kwargs:
            return compiler.refuse(messages.templates.test_takes_nothing(name), place)
        target = compiler.expression(node.node, True)
        if name == "defined":
            return lambda scope: target(scope) is not MISSING
        return lambda scope: target(scope) is MISSING
    target = compiler.expression(node.node)
    if name not in TESTS:
        from jinja2.tests import TESTS as JINJA_TESTS

        return compiler.refuse(messages.templates.no_test(name, TEST_NAMES, of_jinja=name in JINJA_TESTS), place)
    check = test_check(compiler, node, name, node.args, place)
    return compiler.guarded(compiler.span(node), lambda scope: check(scope, target(scope)))
