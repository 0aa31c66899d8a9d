"""From the syntax tree of an expression to a Python closure `(scope) -> value`.

Owns names, members, operators and calls; filters are in `apply`, tests in `apply_predicate`, statements in
`statements`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nccodsl.diagnostics import messages
from nccodsl.templates import access, limits, tree
from nccodsl.templates.compiler import Closure, Compiler
from nccodsl.templates.filters import FILTERS
from nccodsl.templates.operators import COMPARISONS, OPERATIONS, concat, kind
from nccodsl.templates.scope import MISSING, NameUse, Refusal, RenderFailure, Scope


class ExpressionCompiler(Compiler):
    """Compiles expressions; each method's name is that of the node it is for."""

    # names and constants

    def on_name(
        self, node: tree.Name, lenient: bool, attributes: tuple[str, ...] = (), optional_member: bool = False
    ) -> Closure:
        name = node.name
        place = self.own(node)
        if name.startswith("_"):
            return self.refuse(messages.templates.private(name, "used"), place)
        key = name if name in self.bound else self.local.get(name, name)
        if name not in self.bound and place[0] not in self.skipped:
            self.names.append(NameUse(key, *place, lenient, attributes, optional_member))
        if lenient:
            return lambda scope: scope.get(key, MISSING)

        def look_up(scope: Scope) -> object:
            try:
                return scope[key]
            except KeyError:
                pass
            raise undefined(name, place, scope)

        return look_up

    def on_const(self, node: tree.Const, lenient: bool) -> Closure:
        value = node.value
        if type(value) is int:
            try:
                limits.check_integer(value)
            except Refusal as refusal:
                return self.refuse(refusal.said, self.own(node))
        return lambda scope: value

    def on_tuple(self, node: tree.Tuple, lenient: bool) -> Closure:
        items = self.expressions(node.items)
        return self.guarded(self.span(node), lambda scope: limits.guard(scope, tuple([item(scope) for item in items])))

    def on_list(self, node: tree.List, lenient: bool) -> Closure:
        items = self.expressions(node.items)
        return self.guarded(self.span(node), lambda scope: limits.guard(scope, [item(scope) for item in items]))

    def on_dict(self, node: tree.Dict, lenient: bool) -> Closure:
        pairs = [(self.expression(pair.key), self.expression(pair.value)) for pair in node.items]

        def build(scope: Scope) -> object:
            return limits.guard(scope, {key(scope): value(scope) for key, value in pairs})

        return self.guarded(self.span(node), build)

    # members

    def on_getattr(self, node: tree.Getattr, lenient: bool, attributes: tuple[str, ...] = ()) -> Closure:
        name = node.attr
        place = self.source.after(node.at)
        if name.startswith("_"):
            return self.refuse(messages.templates.private(name, "read", attribute=True), place)
        target = self.target(node.node, (name, *attributes), lenient)
        what = self.words(node.node)

        def read(scope: Scope) -> object:
            value = target(scope)
            found = value.get(name, MISSING) if type(value) is dict else access.member(value, name)
            if found is MISSING and not lenient:
                raise access.missing_member(value, name, what)
            return found

        return self.guarded(place, read)

    def on_getitem(self, node: tree.Getitem, lenient: bool, attributes: tuple[str, ...] = ()) -> Closure:
        place = self.span(node)
        if isinstance(node.arg, tree.Slice):
            return self._slice(node.node, node.arg, place)
        constant = node.arg.value if isinstance(node.arg, tree.Const) else None
        if isinstance(constant, str):
            target = self.target(node.node, (constant, *attributes), lenient)
        else:
            target = self.expression(node.node)
        key = self.expression(node.arg)
        what = self.words(node.node)

        def read(scope: Scope) -> object:
            value, wanted = target(scope), key(scope)
            found = access.item(value, wanted)
            if found is MISSING and not lenient:
                raise access.missing_member(value, wanted, what)
            return found

        return self.guarded(place, read)

    def _slice(self, node: tree.Expr, part: tree.Slice, place: tuple[int, int]) -> Closure:
        target = self.expression(node)
        start, stop, step = (
            self.expression(bound) if bound is not None else (lambda scope: None)
            for bound in (part.start, part.stop, part.step)
        )

        def cut(scope: Scope) -> object:
            return limits.guard(scope, access.cut(target(scope), start(scope), stop(scope), step(scope)))

        return self.guarded(place, cut)

    def target(self, node: tree.Expr, attributes: tuple[str, ...], lenient: bool) -> Closure:
        """What a member is read of; the chain of members is noted with the name at its beginning."""
        if isinstance(node, tree.Name):
            return self.on_name(node, False, attributes, lenient)
        if isinstance(node, tree.Getattr):
            return self.on_getattr(node, False, attributes)
        if isinstance(node, tree.Getitem):
            return self.on_getitem(node, False, attributes)
        return self.expression(node)

    def words(self, node: tree.Expr) -> str:
        if isinstance(node, tree.Name):
            return f"`{node.name}`"
        if isinstance(node, tree.Getattr):
            return f"`{node.attr}`"
        return "the value"

    # calls

    def on_call(self, node: tree.Call, lenient: bool) -> Closure:
        callee = node.node
        place = self.span(callee)
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return self.refuse(messages.templates.stars_not_allowed("a call"), self.own(node))
        if isinstance(callee, tree.Name):
            return self._call_function(node, callee.name, place)
        if not isinstance(callee, tree.Getattr):
            return self.refuse(messages.templates.cannot_be_called(), place)
        name = callee.attr
        place = self.source.after(callee.at)
        if name.startswith("_"):
            return self.refuse(messages.templates.private(name, "called"), place)
        unknown = access.no_such_method(name)
        if unknown is not None:
            return self.refuse(unknown, place)
        target = self.expression(callee.node)
        arguments = self.expressions(node.args)
        named = [(keyword.key, self.expression(keyword.value)) for keyword in node.kwargs]

        def call(scope: Scope) -> object:
            value = target(scope)
            function = access.method(value, name)
            limits.guard(scope, value)
            given = {key: argument(scope) for key, argument in named}
            return limits.guard(scope, function(value, *[argument(scope) for argument in arguments], **given))

        return self.guarded(place, call)

    def _call_function(self, node: tree.Call, name: str, place: tuple[int, int]) -> Closure:
        if name.startswith("_"):
            return self.refuse(messages.templates.private(name, "called"), place)
        if name != "range":
            return self.refuse(
                messages.templates.no_function(name, ("range",), (*FILTERS, *self.dialect.filters)), place
            )
        if node.kwargs:
            return self.refuse(messages.templates.range_takes_no_names(), place)
        arguments = self.expressions(node.args)

        def call(scope: Scope) -> object:
            return limits.guard(scope, access.range_of(*[argument(scope) for argument in arguments]))

        return self.guarded((place[0], self.source.closing(place[1])), call)

    # operators

    def on_condexpr(self, node: tree.CondExpr, lenient: bool) -> Closure:
        test = self.expression(node.test)
        first = self.expression(node.expr1, lenient)
        if node.expr2 is not None:
            other = self.expression(node.expr2, lenient)
            return lambda scope: first(scope) if test(scope) else other(scope)
        place = self.span(node)

        def choose(scope: Scope) -> object:
            if test(scope):
                return first(scope)
            if lenient:
                return MISSING
            raise RenderFailure(messages.templates.if_without_else(), *place)

        return choose

    def on_and(self, node: tree.And, lenient: bool) -> Closure:
        left, right = self.expression(node.left), self.expression(node.right, lenient)
        return lambda scope: left(scope) and right(scope)

    def on_or(self, node: tree.Or, lenient: bool) -> Closure:
        left, right = self.expression(node.left), self.expression(node.right, lenient)
        return lambda scope: left(scope) or right(scope)

    def on_not(self, node: tree.Not, lenient: bool) -> Closure:
        operand = self.expression(node.node)
        return lambda scope: not operand(scope)

    def on_neg(self, node: tree.Neg, lenient: bool) -> Closure:
        return self._signed(node, lambda value: -value)

    def on_pos(self, node: tree.Pos, lenient: bool) -> Closure:
        return self._signed(node, lambda value: +value)

    def _signed(self, node: tree.UnaryExpr, sign: Callable[[Any], Any]) -> Closure:
        operand = self.expression(node.node)

        def run(scope: Scope) -> object:
            value = operand(scope)
            try:
                return sign(value)
            except TypeError:
                raise Refusal(messages.template_values.sign_wants_number(kind(value))) from None

        return self.guarded(self.span(node), run)

    def _binary(self, node: tree.BinExpr, lenient: bool) -> Closure:
        left, right = self.expression(node.left), self.expression(node.right)
        operation = OPERATIONS[type(node).__name__]
        return self.guarded(self.span(node), lambda scope: operation(scope, left(scope), right(scope)))

    on_add = on_sub = on_mul = on_div = on_floordiv = on_mod = on_pow = _binary

    def on_concat(self, node: tree.Concat, lenient: bool) -> Closure:
        parts = self.expressions(node.nodes)
        markup = self.manner.markup is not None
        return self.guarded(
            self.span(node), lambda scope: concat(scope, [part(scope) for part in parts], markup=markup)
        )

    def on_compare(self, node: tree.Compare, lenient: bool) -> Closure:
        left = self.expression(node.expr)
        links = [(COMPARISONS[operand.op], self.expression(operand.expr)) for operand in node.ops]
        if len(links) == 1:
            operation, right = links[0]
            return self.guarded(self.span(node), lambda scope: operation(scope, left(scope), right(scope)))

        def chain(scope: Scope) -> object:
            value = left(scope)
            result: object = True
            for compare, operand in links:
                following = operand(scope)
                result = compare(scope, value, following)
                if not result:
                    break
                value = following
            return result

        return self.guarded(self.span(node), chain)

    # filters and tests

    def on_filter(self, node: tree.Filter, lenient: bool) -> Closure:
        from nccodsl.templates.apply import apply_filter

        return apply_filter(self, node, lenient)

    def on_test(self, node: tree.Test, lenient: bool) -> Closure:
        from nccodsl.templates.apply_predicate import apply_test

        return apply_test(self, node)


def undefined(name: str, place: tuple[int, int], scope: Scope) -> RenderFailure:
    return RenderFailure(messages.templates.no_value(name, [known for known in scope if " " not in known]), *place)
