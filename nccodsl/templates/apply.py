"""How filters and tests are applied: looked up when the template is compiled, charged and guarded when it runs.

Owns the filters that see no value (`default`) and those that take another filter or test (`map`, `select`). The
filters themselves are in `filters` and `speech`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from jinja2 import nodes
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.tests import TESTS as JINJA_TESTS

from nccodsl.templates import limits
from nccodsl.templates.access import forbid_private, suggestion
from nccodsl.templates.filters import FILTERS, FREE, Function, attribute_of, items_of
from nccodsl.templates.operators import kind
from nccodsl.templates.predicates import TESTS
from nccodsl.templates.scope import MISSING, Missing, Refusal, Scope
from nccodsl.templates.speech import MARKUP_FILTERS, MARKUP_HELP, SPEECH_FILTERS, check_reading

if TYPE_CHECKING:
    from nccodsl.templates.compiler import Closure, Compiler

_ALL: dict[str, Function] = {**FILTERS, **SPEECH_FILTERS}
_PICKING = ("select", "reject", "selectattr", "rejectattr")
_FILTER_NAMES = sorted((*_ALL, "default", "d", "map", *_PICKING))
_TEST_NAMES = sorted((*TESTS, "defined", "undefined"))
_UNSAFE = frozenset({"attr", "safe", "format", "pprint", "xmlattr", "random"})
_EMPTY = frozenset({"first", "last", "min", "max"})


def _named(node: nodes.Filter | nodes.Test) -> dict[str, nodes.Expr]:
    """The arguments given by name."""
    # Jinja's annotation says pairs; its parser makes keywords.
    return {str(keyword.key): keyword.value for keyword in cast(list[nodes.Keyword], node.kwargs)}


Arguments = Callable[[Scope], tuple[list[Any], dict[str, Any]]]
Place = tuple[int, int]


def apply_filter(compiler: Compiler, node: nodes.Filter, lenient: bool) -> Closure:
    name = node.name
    place = compiler.own(node)
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return compiler.refuse("E604", place, "`*` and `**` are not allowed in a filter")
    if node.node is None:
        return compiler.refuse("E604", place, "a filter block is not allowed")
    if name in ("default", "d"):
        return _default(compiler, node, lenient, place)
    if name == "map":
        return _map(compiler, node, place)
    if name in _PICKING:
        return _pick(compiler, node, place)
    if name not in _ALL:
        # What stands before it is compiled for its own problems and names.
        compiler.expression(node.node)
        return _unknown_filter(compiler, name, place)
    return _ordinary(compiler, node, lenient, place)


def _unknown_filter(compiler: Compiler, name: str, place: Place) -> Closure:
    if name in _UNSAFE:
        return compiler.refuse("E604", place, f"the filter `{name}` is not allowed in templates here")
    if name in JINJA_FILTERS:
        help = "it is a filter of Jinja that templates here do not have"
    else:
        help = suggestion(name, _FILTER_NAMES) or f"known: {', '.join(_FILTER_NAMES)}"
    return compiler.refuse("E603", place, f"there is no filter `{name}`", help)


@lru_cache(maxsize=256)
def _signature(function: Function) -> inspect.Signature:
    return inspect.signature(function)


def _arguments(
    compiler: Compiler,
    node: nodes.Filter | nodes.Test,
    items: list[nodes.Expr],
    function: Function,
    place: Place,
) -> Arguments:
    """The arguments of a call of `function`, whose first two are given by us, checked against its signature."""
    arguments = compiler.expressions(items)
    named = [(name, compiler.expression(value)) for name, value in _named(node).items()]
    try:
        _signature(function).bind(None, None, *arguments, **dict(named))
    except TypeError as error:
        what = "filter" if isinstance(node, nodes.Filter) else "test"
        compiler.note("E603", place, f"the {what} `{node.name}` cannot be used so: {error}")
    if not arguments and not named:
        return lambda scope: ([], {})
    return lambda scope: ([item(scope) for item in arguments], {key: value(scope) for key, value in named})


def _prepared(compiler: Compiler, node: nodes.Filter, name: str, items: list[nodes.Expr]) -> Function:
    """A filter with its arguments, as `(scope, value) -> value`; its own problems are noted."""
    place = compiler.own(node)
    function = _ALL[name]
    arguments = _arguments(compiler, node, items, function, place)
    manner = compiler.manner
    if name in MARKUP_FILTERS:
        compiler.uses_markup_filter = True
        if not manner.markup:
            compiler.note("E604", place, f"the filter `{name}` makes SSML, and this text is none", MARKUP_HELP)
    if name == "say_as":
        _check_constant_reading(compiler, node, items)
    free = name in FREE

    def run(scope: Scope, value: Any) -> Any:
        if not free:
            limits.guard(scope, value)
        given, named = arguments(scope)
        if not given and not named:
            result = function(manner, value)
        else:
            for argument in given:
                limits.guard(scope, argument)
            result = function(manner, value, *given, **named)
        return limits.guard(scope, result)

    return run


def _check_constant_reading(compiler: Compiler, node: nodes.Filter, items: list[nodes.Expr]) -> None:
    given: dict[str, nodes.Expr] = dict(zip(("kind", "format"), items, strict=False))
    given.update(_named(node))
    reading, form = given.get("kind"), given.get("format")
    if isinstance(reading, nodes.Const) and (form is None or isinstance(form, nodes.Const)):
        try:
            check_reading(reading.value, form.value if isinstance(form, nodes.Const) else None)
        except Refusal as refusal:
            compiler.note(refusal.code, compiler.own(reading), refusal.message, refusal.help)


def _ordinary(compiler: Compiler, node: nodes.Filter, lenient: bool, place: Place) -> Closure:
    assert node.node is not None
    target = compiler.expression(node.node)
    function = _prepared(compiler, node, node.name, node.args)
    name = node.name
    if name not in _EMPTY:
        return compiler.guarded(place, lambda scope: function(scope, target(scope)))

    def run(scope: Scope) -> object:
        result = function(scope, target(scope))
        if result is MISSING and not lenient:
            raise Refusal("E602", f"`{name}` of nothing has no value", "write `| default(...)` after it")
        return result

    return compiler.guarded(place, run)


def _default(compiler: Compiler, node: nodes.Filter, lenient: bool, place: Place) -> Closure:
    assert node.node is not None
    given: dict[str, nodes.Expr] = dict(zip(("default_value", "boolean"), node.args, strict=False))
    known = {"default_value", "boolean"}
    if len(node.args) > 2 or not set(_named(node)) <= known:
        return compiler.refuse("E603", place, "`default` takes a value, and `true` for empty ones too")
    given.update(_named(node))
    target = compiler.expression(node.node, True)
    value = given.get("default_value")
    other = compiler.expression(value, lenient) if value is not None else (lambda scope: "")
    if "boolean" not in given:

        def choose(scope: Scope) -> object:
            found = target(scope)
            return other(scope) if found is MISSING else found

        return choose
    empty_too = compiler.expression(given["boolean"])

    def choose_empty(scope: Scope) -> object:
        found = target(scope)
        if found is MISSING or (not found and empty_too(scope)):
            return other(scope)
        return found

    return choose_empty


def _constant_name(node: nodes.Filter, index: int = 0) -> str | None:
    if len(node.args) > index:
        argument = node.args[index]
        if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
            return argument.value
    return None


def _constant_path(compiler: Compiler, node: nodes.Expr | None) -> Closure | None:
    """The path of `attribute=`: checked now where it is written out."""
    if node is None:
        return None
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        for part in node.value.split("."):
            try:
                forbid_private(part)
            except Refusal as refusal:
                compiler.note(refusal.code, compiler.own(node), refusal.message)
    return compiler.expression(node)


def _map(compiler: Compiler, node: nodes.Filter, place: Place) -> Closure:
    assert node.node is not None
    target = compiler.expression(node.node)
    if node.args:
        name = _constant_name(node)
        if name is None or name in ("map", "default", "d", *_PICKING):
            return compiler.refuse("E604", place, "`map` wants the name of a simple filter, written out")
        if name not in _ALL:
            return _unknown_filter(compiler, name, compiler.own(node.args[0]))
        function = _prepared(compiler, node, name, node.args[1:])
    else:
        named = _named(node)
        path = _constant_path(compiler, named.get("attribute"))
        if path is None or not set(named) <= {"attribute", "default"}:
            return compiler.refuse("E603", place, '`map` wants the name of a filter or `attribute="..."`')
        fallback = compiler.expression(named["default"]) if "default" in named else None
        read = path

        def function(scope: Scope, value: Any) -> Any:
            wanted = read(scope)
            found = attribute_of(value, wanted)
            if found is MISSING:
                if fallback is None:
                    raise Refusal("E602", f"an item has no `{wanted}`")
                return fallback(scope)
            return found

    def run(scope: Scope) -> object:
        parts = items_of(target(scope))
        limits.charge(scope, len(parts))
        found = [function(scope, part) for part in parts]
        if any(isinstance(part, Missing) for part in found):
            raise Refusal("E602", "an item of the list has no value for this filter")
        return limits.guard(scope, found)

    return compiler.guarded(place, run)


def _pick(compiler: Compiler, node: nodes.Filter, place: Place) -> Closure:
    """`select`, `reject`, and both by an attribute."""
    assert node.node is not None
    target = compiler.expression(node.node)
    by_attribute = node.name.endswith("attr")
    keep = node.name.startswith("select")
    path = _constant_path(compiler, node.args[0] if node.args else None) if by_attribute else None
    if by_attribute and path is None:
        return compiler.refuse("E603", place, f"`{node.name}` wants the name of a member")
    position = 1 if by_attribute else 0
    check: Function = lambda scope, value: value  # noqa: E731
    if len(node.args) > position:
        name = _constant_name(node, position)
        where = compiler.own(node.args[position])
        if name in ("defined", "undefined"):
            wanted = name == "defined"
            check = lambda scope, value: (value is not MISSING) == wanted  # noqa: E731
        elif name is None or name not in TESTS:
            help = suggestion(name or "", _TEST_NAMES) or f"known: {', '.join(_TEST_NAMES)}"
            return compiler.refuse("E603", where, f"`{node.name}` wants the name of a test, written out", help)
        else:
            check = _test_check(compiler, node, name, node.args[position + 1 :], place)

    def run(scope: Scope) -> object:
        parts = items_of(target(scope))
        limits.charge(scope, len(parts))
        wanted = path(scope) if path is not None else None
        return [
            part
            for part in parts
            if bool(check(scope, attribute_of(part, wanted) if path is not None else part)) == keep
        ]

    return compiler.guarded(place, run)


def _test_check(
    compiler: Compiler, node: nodes.Filter | nodes.Test, name: str, items: list[nodes.Expr], place: Place
) -> Function:
    function = TESTS[name]
    arguments = _arguments(compiler, node, items, function, place)

    def run(scope: Scope, value: Any) -> Any:
        if value is MISSING:
            raise Refusal("E602", f"the test `{name}` wants a value, and an item has none")
        limits.guard(scope, value)
        given, named = arguments(scope)
        try:
            return function(scope, value, *given, **named)
        except TypeError:
            raise Refusal("E606", f"the test `{name}` does not suit {kind(value)}") from None

    return run


def apply_test(compiler: Compiler, node: nodes.Test) -> Closure:
    name = node.name
    place = compiler.source.after(compiler.own(node)[0])
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return compiler.refuse("E604", place, "`*` and `**` are not allowed in a test")
    if name in ("defined", "undefined"):
        if node.args or node.kwargs:
            return compiler.refuse("E603", place, f"the test `{name}` takes nothing")
        target = compiler.expression(node.node, True)
        if name == "defined":
            return lambda scope: target(scope) is not MISSING
        return lambda scope: target(scope) is MISSING
    target = compiler.expression(node.node)
    if name not in TESTS:
        if name in JINJA_TESTS:
            help: str | None = "it is a test of Jinja that templates here do not have"
        else:
            help = suggestion(name, _TEST_NAMES) or f"known: {', '.join(_TEST_NAMES)}"
        return compiler.refuse("E603", place, f"there is no test `{name}`", help)
    check = _test_check(compiler, node, name, node.args, place)
    return compiler.guarded(compiler.span(node), lambda scope: check(scope, target(scope)))
