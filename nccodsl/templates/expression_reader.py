"""Expressions of templates, read as Jinja reads them: what its operators join. `operand_reader` reads the operands."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.templates import tree
from nccodsl.templates.operand_reader import SIGN, OperandReader


class ExpressionReader(OperandReader):
    """Reads the expression of some tokens. All of it may raise Undecided."""

    def whole(self) -> tree.Expr:
        """The expression, which all of the tokens are: several with commas between are a tuple."""
        found = self._tuple(_END)
        self._take(_END)
        return found

    def _expression(self) -> tree.Expr:
        # Most expressions are one name or value: then there is no operator to look for, level by level.
        if self._behind() in _ENDS and self.token != "not" and self._kind() != SIGN:
            return self._primary()
        return self._condexpr()

    def _condexpr(self) -> tree.Expr:
        at, found = self._at(), self._or()
        while self._took("if"):
            test = self._or()
            other = self._condexpr() if self._took("else") else None
            found = tree.CondExpr(at, test, found, other)
            at = self._at()
        return found

    def _joined(self, kinds: dict[str, type[tree.BinExpr]], operand: Callable[[], tree.Expr]) -> tree.Expr:
        """Operands with operators of one level between them, from left to right."""
        at, left = self._at(), operand()
        while kind := kinds.get(self.token):
            self._next()
            right = operand()
            left = kind(at, left, right)
            at = self._at()
        return left

    def _or(self) -> tree.Expr:
        return self._joined(_OR, self._and)

    def _and(self) -> tree.Expr:
        return self._joined(_AND, self._not)

    def _not(self) -> tree.Expr:
        at = self._at()
        return tree.Not(at, self._not()) if self._took("not") else self._compare()

    def _compare(self) -> tree.Expr:
        at, left = self._at(), self._sum()
        operands: list[tree.Operand] = []
        while True:
            if (name := _COMPARISONS.get(self.token)) or self.token == "in":
                self._next()
            elif self.token == "not" and self._behind() == "in":
                self._next()
                self._next()
                name = "notin"
            else:
                break
            operands.append(tree.Operand(tree.NOWHERE, name or "in", self._sum()))
            at = self._at()
        return tree.Compare(at, left, tuple(operands)) if operands else left

    def _sum(self) -> tree.Expr:
        return self._joined(_SUM, self._concat)

    def _concat(self) -> tree.Expr:
        at, parts = self._at(), [self._product()]
        while self._took("~"):
            parts.append(self._product())
        return tree.Concat(at, tuple(parts)) if len(parts) > 1 else parts[0]

    def _product(self) -> tree.Expr:
        return self._joined(_PRODUCT, self._power)

    def _power(self) -> tree.Expr:
        return self._joined(_POWER, self._unary)


_END = "}}"
_ENDS = frozenset((_END, ")", "]", "}", ",", ":", "="))
"""What no operator begins with: behind it, an expression has ended."""
_COMPARISONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "lteq", ">": "gt", ">=": "gteq"}
_OR: dict[str, type[tree.BinExpr]] = {"or": tree.Or}
_AND: dict[str, type[tree.BinExpr]] = {"and": tree.And}
_SUM: dict[str, type[tree.BinExpr]] = {"+": tree.Add, "-": tree.Sub}
_PRODUCT: dict[str, type[tree.BinExpr]] = {"*": tree.Mul, "/": tree.Div, "//": tree.FloorDiv, "%": tree.Mod}
_POWER: dict[str, type[tree.BinExpr]] = {"**": tree.Pow}
