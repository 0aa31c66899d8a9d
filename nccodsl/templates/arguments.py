"""The arguments of filters and tests: compiled, and checked against what the function takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from nccodsl.diagnostics import messages
from nccodsl.templates import tree
from nccodsl.templates.dialect import Function
from nccodsl.templates.scope import Scope

if TYPE_CHECKING:
    from nccodsl.templates.compiler import Compiler

Arguments = Callable[[Scope], tuple[list[Any], dict[str, Any]]]
Place = tuple[int, int]


def named_of(node: tree.Filter | tree.Test) -> dict[str, tree.Expr]:
    """The arguments given by name."""
    # Jinja's annotation says pairs; its parser makes keywords.
    return {str(keyword.key): keyword.value for keyword in cast(list[tree.Keyword], node.kwargs)}


@lru_cache(maxsize=256)
def _signature(function: Function) -> inspect.Signature:
    return inspect.signature(function)


def parameters(function: Function) -> list[str]:
    """The names of what a template may give: all but the first two, which are given by us."""
    return list(_signature(function).parameters)[2:]


def arguments_of(
    compiler: Compiler,
    node: tree.Filter | tree.Test,
    items: Sequence[tree.Expr],
    function: Function,
    place: Place,
) -> Arguments:
    """The arguments of a call of `function`, whose first two are given by us, checked against its signature."""
    arguments = compiler.expressions(items)
    named = [(name, compiler.expression(value)) for name, value in named_of(node).items()]
    try:
        _signature(function).bind(None, None, *arguments, **dict(named))
    except TypeError as error:
        what = "filter" if isinstance(node, tree.Filter) else "test"
        compiler.note(messages.templates.used_wrongly(what, node.name, str(error)), place)
    if not arguments and not named:
        return lambda scope: ([], {})
    return lambda scope: ([item(scope) for item in arguments], {key: value(scope) for key, value in named})
