"""Expressions of templates, read as Jinja reads them: what its operators join. `operand_reader` reads the operands."""

from __future__ import annotations

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

    def _or(self) -> tree.Expr:
        at, left = self._at(), self._and()
        while self._took("or"):
            right = self._and()
            left = tree.Or(at, left, right)
            at = self._at()
        return left

    def _and(self) -> tree.Expr:
        at, left = self._at(), self._not()
        while self._took("and"):
            right = self._not()
            left = tree.And(at, left, right)
            at = self._at()
        return left

    def _not(self) -> tree.Expr:
        at = self._at()
        return tree.Not(at, self._not()) if self._took("not") else self._compare()

    def _compare(self) -> tree.Expr:
        at, left = self._at(), self._arithmetic(0)
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
            operands.append(tree.Operand(tree.NOWHERE, name or "in", self._arithmetic(0)))
            at = self._at()
        return tree.Compare(at, left, tuple(operands)) if operands else left

    def _arithmetic(self, level: int) -> tree.Expr:
        """Sums of joined texts of products of powers."""
        if level == len(_ARITHMETIC):
            return self._unary()
        kinds = _ARITHMETIC[level]
        if kinds is None:
            return self._concat(level)
        at, left = self._at(), self._arithmetic(level + 1)
        while kind := kinds.get(self.token):
            self._next()
            right = self._arithmetic(level + 1)
            left = kind(at, left, right)
            at = self._at()
        return left

    def _concat(self, level: int) -> tree.Expr:
        at = self._at()
        parts = [self._arithmetic(level + 1)]
        while self._took("~"):
            parts.append(self._arithmetic(level + 1))
        return tree.Concat(at, tuple(parts)) if len(parts) > 1 else parts[0]


_END = "}}"
_ENDS = frozenset((_END, ")", "]", "}", ",", ":", "="))
"""What no operator begins with: behind it, an expression has ended."""
_COMPARISONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "lteq", ">": "gt", ">=": "gteq"}
_ARITHMETIC: tuple[dict[str, type[tree.BinExpr]] | None, ...] = (
    {"+": tree.Add, "-": tree.Sub},
    None,
    {"*": tree.Mul, "/": tree.Div, "//": tree.FloorDiv, "%": tree.Mod},
    {"**": tree.Pow},
)
"""The operators of each level, the weakest first; `~` joins at the one without."""
