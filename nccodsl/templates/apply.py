"""How filters and tests are applied: looked up when the template is compiled, charged and guarded when it runs.

Owns the filters that see no value (`default`) and those that take another filter or test (`map`, `select`). The
filters themselves are in `filters`, and in the dialect; tests are applied in `apply_predicate`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nccodsl.diagnostics import messages
from nccodsl.templates import limits, tree
from nccodsl.templates.access import forbid_private
from nccodsl.templates.apply_predicate import TEST_NAMES, test_check
from nccodsl.templates.arguments import Place, arguments_of, named_of, parameters
from nccodsl.templates.dialect import FOLLOWS, LANGUAGE, Function
from nccodsl.templates.filters import FILTERS, FREE, attribute_of, items_of
from nccodsl.templates.predicates import TESTS
from nccodsl.templates.scope import MISSING, Missing, NameUse, Refusal, Scope

if TYPE_CHECKING:
    from nccodsl.templates.compiler import Closure, Compiler

_PICKING = ("select", "reject", "selectattr", "rejectattr")
_UNSAFE = frozenset({"attr", "safe", "format", "pprint", "xmlattr", "random"})
_EMPTY = frozenset({"first", "last", "min", "max"})


_REST_OF_NAME = re.compile(r"-([a-z]{1,20})")


def apply_filter(compiler: Compiler, node: tree.Filter, lenient: bool) -> Closure:
    name = node.name
    place = compiler.own(node)
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return compiler.refuse(messages.templates.stars_not_allowed("a filter"), place)
    if node.node is None:
        return compiler.refuse(messages.templates.filter_block_not_allowed(), place)
    if name in ("default", "d"):
        return _default(compiler, node, lenient, place)
    if name == "map":
        return _map(compiler, node, place)
    if name in _PICKING:
        return _pick(compiler, node, place)
    if _function(compiler, name) is None:
        # What stands before it is compiled for its own problems and names.
        compiler.expression(node.node)
        return _unknown_filter(compiler, name, place)
    return _ordinary(compiler, node, lenient, place)


def _unknown_filter(compiler: Compiler, name: str, place: Place) -> Closure:
    if name in _UNSAFE:
        return compiler.refuse(messages.templates.filter_not_allowed(name), place)
    known = sorted((*FILTERS, *compiler.dialect.filters, "default", "d", "map", *_PICKING))
    start, end = place
    following = _REST_OF_NAME.match(compiler.source.text, end)
    if following and f"{name}_{following[1]}" in known:
        # What follows is a part of the name, and no name of its own.
        compiler.skipped.add(following.start(1))
        whole = messages.templates.no_filter(name + following[0], known, of_jinja=False)
        return compiler.refuse(whole, (start, following.end()))
    from jinja2.filters import FILTERS as JINJA_FILTERS

    return compiler.refuse(messages.templates.no_filter(name, known, of_jinja=name in JINJA_FILTERS), place)


def _function(compiler: Compiler, name: str) -> Function | None:
    return FILTERS.get(name) or compiler.dialect.filters.get(name)


def _prepared(compiler: Compiler, node: tree.Filter, name: str, items: Sequence[tree.Expr]) -> Function:
    """A filter with its arguments, as `(scope, value) -> value`; its own problems are noted."""
    place = compiler.own(node)
    function = FILTERS.get(name) or compiler.dialect.filters[name]
    arguments = arguments_of(compiler, node, items, function, place)
    manner = compiler.manner
    follows = manner.language == FOLLOWS and name in compiler.dialect.of_language
    form = compiler.dialect.markup
    if form is not None and name in form.filters:
        compiler.uses_markup_filter = True
        if manner.markup is None:
            compiler.note(messages.templates.filter_makes_markup(name, form.name, form.misplaced_help), place)
    _check_constants(compiler, node, name, dict(zip(parameters(function), items, strict=False)) | named_of(node))
    free = name in FREE
    implied = compiler.dialect.implied.get(name)
    if implied is not None:
        compiler.names.append(NameUse(implied, *place, optional=True))
    if follows:
        compiler.names.append(NameUse(LANGUAGE, *place, optional=True))

    def run(scope: Scope, value: Any) -> Any:
        own = manner.in_language_of(scope) if follows else manner
        if not free:
            limits.guard(scope, value)
        given, named = arguments(scope)
        if implied is not None and not given and implied not in named:
            named = {**named, implied: scope.get(implied)}
        if not given and not named:
            result = function(own, value)
        else:
            for argument in given:
                limits.guard(scope, argument)
            result = function(own, value, *given, **named)
        return limits.guard(scope, result)

    return run


def _check_constants(compiler: Compiler, node: tree.Filter, name: str, given: dict[str, tree.Expr]) -> None:
    """What the dialect says of arguments that are written out."""
    check = compiler.dialect.checks.get(name)
    values = {key: value.value for key, value in given.items() if isinstance(value, tree.Const)}
    if check is None or not values or len(values) < len(given):
        return
    try:
        check(**values)
    except TypeError:
        return  # what the filter does not take has been noted
    except Refusal as refusal:
        compiler.note(refusal.said, compiler.own(next(iter(given.values()))))


def _ordinary(compiler: Compiler, node: tree.Filter, lenient: bool, place: Place) -> Closure:
    assert node.node is not None
    target = compiler.expression(node.node)
    function = _prepared(compiler, node, node.name, node.args)
    name = node.name
    if name not in _EMPTY:
        return compiler.guarded(place, lambda scope: function(scope, target(scope)))

    def run(scope: Scope) -> object:
        result = function(scope, target(scope))
        if result is MISSING and not lenient:
            raise Refusal(messages.templates.filter_of_nothing(name))
        return result

    return compiler.guarded(place, run)


def _default(compiler: Compiler, node: tree.Filter, lenient: bool, place: Place) -> Closure:
    assert node.node is not None
    given: dict[str, tree.Expr] = dict(zip(("default_value", "boolean"), node.args, strict=False))
    known = {"default_value", "boolean"}
    if len(node.args) > 2 or not set(named_of(node)) <= known:
        return compiler.refuse(messages.templates.default_takes(), place)
    given.update(named_of(node))
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


def _constant_name(node: tree.Filter, index: int = 0) -> str | None:
    if len(node.args) > index:
        argument = node.args[index]
        if isinstance(argument, tree.Const) and isinstance(argument.value, str):
            return argument.value
    return None


def _constant_path(compiler: Compiler, node: tree.Expr | None) -> Closure | None:
    """The path of `attribute=`: checked now where it is written out."""
    if node is None:
        return None
    if isinstance(node, tree.Const) and isinstance(node.value, str):
        for part in node.value.split("."):
            try:
                forbid_private(part)
            except Refusal as refusal:
                compiler.note(refusal.said, compiler.own(node))
    return compiler.expression(node)


def _map(compiler: Compiler, node: tree.Filter, place: Place) -> Closure:
    assert node.node is not None
    target = compiler.expression(node.node)
    if node.args:
        name = _constant_name(node)
        if name is None or name in ("map", "default", "d", *_PICKING):
            return compiler.refuse(messages.templates.map_wants_filter(), place)
        if _function(compiler, name) is None:
            return _unknown_filter(compiler, name, compiler.own(node.args[0]))
        function = _prepared(compiler, node, name, node.args[1:])
    else:
        named = named_of(node)
        path = _constant_path(compiler, named.get("attribute"))
        if path is None or not set(named) <= {"attribute", "default"}:
            return compiler.refuse(messages.templates.map_takes(), place)
        fallback = compiler.expression(named["default"]) if "default" in named else None
        read = path

        def function(scope: Scope, value: Any) -> Any:
            wanted = read(scope)
            found = attribute_of(value, wanted)
            if found is MISSING:
                if fallback is None:
                    raise Refusal(messages.templates.item_without(wanted))
                return fallback(scope)
            return found

    def run(scope: Scope) -> object:
        parts = items_of(target(scope))
        limits.charge(scope, len(parts))
        found = [function(scope, part) for part in parts]
        if any(isinstance(part, Missing) for part in found):
            raise Refusal(messages.templates.item_without_value())
        return limits.guard(scope, found)

    return compiler.guarded(place, run)


def _pick(compiler: Compiler, node: tree.Filter, place: Place) -> Closure:
    """`select`, `reject`, and both by an attribute."""
    assert node.node is not None
    target = compiler.expression(node.node)
    by_attribute = node.name.endswith("attr")
    keep = node.name.startswith("select")
    path = _constant_path(compiler, node.args[0] if node.args else None) if by_attribute else None
    if by_attribute and path is None:
        return compiler.refuse(messages.templates.wants_member(node.name), place)
    position = 1 if by_attribute else 0
    check: Function = lambda scope, value: value  # noqa: E731
    if len(node.args) > position:
        name = _constant_name(node, position)
        where = compiler.own(node.args[position])
        if name in ("defined", "undefined"):
            wanted = name == "defined"
            check = lambda scope, value: (value is not MISSING) == wanted  # noqa: E731
        elif name is None or name not in TESTS:
            return compiler.refuse(messages.templates.wants_test(node.name, name, TEST_NAMES), where)
        else:
            check = test_check(compiler, node, name, node.args[position + 1 :], place)

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
