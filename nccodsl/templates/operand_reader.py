"""Operands of a template's expressions: names, values, what is called or read of them, filters and tests.

The rules, and the token that each node is made at, are those of Jinja's parser, whose methods have the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from nccodsl.templates import tree

NAME, STRING, NUMBER, SIGN = range(4)


T = TypeVar("T")


class Undecided(Exception):
    """The text is wrong, or this way does not know it: Jinja decides."""


class Tokens:
    """The tokens of one expression: what they are, their texts, and where they begin. The last one is `}}`."""

    def __init__(self) -> None:
        self.kinds: list[int] = []
        self.texts: list[str] = []
        self.places: list[int] = []


class OperandReader:
    """Reads the operands of an expression. All of it may raise Undecided."""

    def __init__(self, tokens: Tokens) -> None:
        self._kinds, self._texts, self._places = tokens.kinds, tokens.texts, tokens.places
        self._index = 0
        self.token = self._texts[0]

    # ---- tokens

    def _next(self) -> None:
        self._index += 1
        self.token = self._texts[self._index] if self._index < len(self._texts) else ""

    def _take(self, text: str) -> None:
        if self.token != text:
            raise Undecided
        self._next()

    def _took(self, text: str) -> bool:
        if self.token != text:
            return False
        self._next()
        return True

    def _at(self) -> int:
        return self._places[min(self._index, len(self._places) - 1)]

    def _kind(self) -> int:
        return self._kinds[self._index] if self._index < len(self._kinds) else SIGN

    def _name(self) -> str:
        name = self.token
        if self._kind() != NAME:
            raise Undecided
        self._next()
        return name

    def _behind(self) -> str:
        """The token behind this one."""
        return self._texts[self._index + 1] if self._index + 1 < len(self._texts) else ""

    def _expression(self) -> tree.Expr:
        """An operand or several, with operators."""
        raise NotImplementedError

    def _unary(self, with_filter: bool = True) -> tree.Expr:
        at = self._at()
        if self._took("-"):
            found: tree.Expr = tree.Neg(at, self._unary(False))
        elif self._took("+"):
            found = tree.Pos(at, self._unary(False))
        else:
            found = self._primary()
        found = self._postfix(found)
        return self._filtered(found) if with_filter else found

    # ---- operands

    def _primary(self) -> tree.Expr:
        at, token, kind = self._at(), self.token, self._kind()
        if kind == SIGN:
            return self._bracketed(at)
        self._next()
        if kind == NAME:
            return tree.Const(at, _LITERALS[token]) if token in _LITERALS else tree.Name(at, token)
        if kind == NUMBER:
            return tree.Const(at, float(token) if "." in token else int(token))
        parts = [token[1:-1]]
        while self._kind() == STRING:
            parts.append(self.token[1:-1])
            self._next()
        return tree.Const(at, "".join(parts))

    def _bracketed(self, at: int) -> tree.Expr:
        if self._took("("):
            found = tree.Tuple(self._at(), ()) if self.token == ")" else self._tuple(")")
            self._take(")")
            return found
        if self._took("["):
            return tree.List(at, self._listed("]", self._expression))
        self._take("{")
        return tree.Dict(at, self._listed("}", self._pair))

    def _pair(self) -> tree.Pair:
        key = self._expression()
        self._take(":")
        return tree.Pair(key.at, key, self._expression())

    def _listed(self, closing: str, read: Callable[[], T]) -> tuple[T, ...]:
        """What stands in front of a closing bracket, with commas between, and perhaps one behind the last."""
        found: list[T] = []
        while self.token != closing:
            found.append(read())
            if self.token != closing:
                self._take(",")
        self._take(closing)
        return tuple(found)

    def _tuple(self, closing: str) -> tree.Expr:
        """One expression, or several with commas between, in front of what closes them."""
        items = [self._expression()]
        if self.token != ",":
            return items[0]
        while self.token == ",":
            at = self._at()
            self._next()
            if self.token == closing:
                break
            items.append(self._expression())
        return tree.Tuple(at, tuple(items))

    # ---- what stands behind an operand

    def _postfix(self, found: tree.Expr) -> tree.Expr:
        while True:
            if self.token in (".", "["):
                found = self._subscript(found)
            elif self.token == "(":
                found = self._call(found)
            else:
                return found

    def _filtered(self, found: tree.Expr) -> tree.Expr:
        while True:
            if self._took("|"):
                at, name = self._at(), self._dotted()
                found = tree.Filter(at, found, name, *(self._arguments() if self.token == "(" else _NO_ARGUMENTS))
            elif self.token == "is":
                found = self._test(found)
            elif self.token == "(":
                found = self._call(found)
            else:
                return found

    def _dotted(self) -> str:
        name = self._name()
        while self._took("."):
            name += "." + self._name()
        return name

    def _subscript(self, found: tree.Expr) -> tree.Expr:
        at = self._at()
        if self._took("."):
            inside, kind, token = self._at(), self._kind(), self.token
            self._next()
            if kind == NAME:
                return tree.Getattr(at, found, token)
            if kind != NUMBER or "." in token:
                raise Undecided
            return tree.Getitem(at, found, tree.Const(inside, int(token)))
        self._take("[")
        parts: list[tree.Expr] = []
        while self.token != "]":
            if parts:
                self._take(",")
            parts.append(self._subscribed())
        self._take("]")
        return tree.Getitem(at, found, parts[0] if len(parts) == 1 else tree.Tuple(at, tuple(parts)))

    def _subscribed(self) -> tree.Expr:
        at = self._at()
        start = None if self.token == ":" else self._expression()
        if not self._took(":"):
            assert start is not None
            return start
        stop = None if self.token in (":", "]", ",") else self._expression()
        step = self._expression() if self._took(":") and self.token not in ("]", ",") else None
        return tree.Slice(at, start, stop, step)

    def _call(self, found: tree.Expr) -> tree.Expr:
        at = self._at()
        return tree.Call(at, found, *self._arguments())

    def _arguments(self) -> Arguments:
        """What stands in the parentheses of a call, of a filter or of a test: those with names stand last."""
        self._take("(")
        given: list[tree.Expr] = []
        named: list[tree.Keyword] = []
        for argument in self._listed(")", self._argument):
            if isinstance(argument, tree.Keyword):
                named.append(argument)
            elif named:
                raise Undecided
            else:
                given.append(argument)
        return tuple(given), tuple(named), None, None

    def _argument(self) -> tree.Expr | tree.Keyword:
        if self._kind() != NAME or self._behind() != "=":
            return self._expression()
        name = self._name()
        self._next()
        value = self._expression()
        return tree.Keyword(value.at, name, value)

    def _test(self, found: tree.Expr) -> tree.Expr:
        at = self._at()
        self._next()
        negated, name = self._took("not"), self._dotted()
        arguments = _NO_ARGUMENTS
        if self.token == "(":
            arguments = self._arguments()
        elif (self._kind() != SIGN or self.token in ("[", "{")) and self.token not in ("else", "or", "and"):
            if self.token == "is":
                raise Undecided
            arguments = ((self._postfix(self._primary()),), (), None, None)
        test = tree.Test(at, found, name, *arguments)
        return tree.Not(at, test) if negated else test


Arguments = tuple[tuple[tree.Expr, ...], tuple[tree.Keyword, ...], None, None]
_NO_ARGUMENTS: Arguments = ((), (), None, None)
_LITERALS = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None}
