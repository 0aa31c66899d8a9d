"""The syntax tree of a template: nodes as Jinja has them, with the same names, but none of Jinja's code.

`at` is the offset of the token that a node was made at; NOWHERE for those that only wrap others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from nccodsl.base.record import Record

NOWHERE = -1


class Node(Record):
    at: int

    def children(self) -> Iterator[Node]:
        """The nodes within this one, from left to right."""
        for name in self._fields:
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (one for one in value if isinstance(one, Node))

    def find_all(self, kind: type[N] | tuple[type[N], ...]) -> Iterator[N]:
        """All nodes of a kind within this one, at any depth."""
        for child in self.children():
            if isinstance(child, kind):
                yield child
            yield from child.find_all(kind)


N = TypeVar("N", bound=Node)


# ---- expressions


class Expr(Node):
    """What has a value."""


class Name(Expr):
    """`ctx`: `load`, or `store` where it is given a value."""

    name: str
    ctx: str = "load"


class Const(Expr):
    value: object


class TemplateData(Expr):
    """Text between the tags."""

    data: str


class Tuple(Expr):
    items: tuple[Expr, ...]
    ctx: str = "load"


class List(Expr):
    items: tuple[Expr, ...]


class Pair(Node):
    key: Expr
    value: Expr


class Dict(Expr):
    items: tuple[Pair, ...]


class Keyword(Node):
    """`name=value` among arguments."""

    key: str
    value: Expr


class CondExpr(Expr):
    """`expr1 if test else expr2`."""

    test: Expr
    expr1: Expr
    expr2: Expr | None


class Applied(Expr):
    """A filter or a test; `node` is None for the filter of a block."""

    node: Expr | None
    name: str
    args: tuple[Expr, ...]
    kwargs: tuple[Keyword, ...]
    dyn_args: Expr | None
    dyn_kwargs: Expr | None


class Filter(Applied):
    pass


class Test(Applied):
    node: Expr


class Call(Expr):
    node: Expr
    args: tuple[Expr, ...]
    kwargs: tuple[Keyword, ...]
    dyn_args: Expr | None
    dyn_kwargs: Expr | None


class Getitem(Expr):
    node: Expr
    arg: Expr
    ctx: str = "load"


class Getattr(Expr):
    node: Expr
    attr: str
    ctx: str = "load"


class Slice(Expr):
    start: Expr | None
    stop: Expr | None
    step: Expr | None


class Concat(Expr):
    nodes: tuple[Expr, ...]


class Operand(Node):
    """`> 3` of a comparison; `op` as Jinja calls it, such as `gt`."""

    op: str
    expr: Expr


class Compare(Expr):
    expr: Expr
    ops: tuple[Operand, ...]


class BinExpr(Expr):
    left: Expr
    right: Expr


class Mul(BinExpr):
    pass


class Div(BinExpr):
    pass


class FloorDiv(BinExpr):
    pass


class Add(BinExpr):
    pass


class Sub(BinExpr):
    pass


class Mod(BinExpr):
    pass


class Pow(BinExpr):
    pass


class And(BinExpr):
    pass


class Or(BinExpr):
    pass


class UnaryExpr(Expr):
    node: Expr


class Not(UnaryExpr):
    pass


class Neg(UnaryExpr):
    pass


class Pos(UnaryExpr):
    pass


# ---- statements


class Stmt(Node):
    """What has no value."""


class Output(Stmt):
    nodes: tuple[Expr, ...]


class For(Stmt):
    target: Node
    iter: Expr
    body: tuple[Node, ...]
    else_: tuple[Node, ...]
    test: Expr | None
    recursive: bool


class If(Stmt):
    test: Expr
    body: tuple[Node, ...]
    elif_: tuple[If, ...]
    else_: tuple[Node, ...]


class With(Stmt):
    targets: tuple[Node, ...]
    values: tuple[Expr, ...]
    body: tuple[Node, ...]


class Assign(Stmt):
    target: Node
    node: Expr


class AssignBlock(Stmt):
    target: Node
    filter: Filter | None
    body: tuple[Node, ...]


class Scope(Stmt):
    body: tuple[Node, ...]


class OverlayScope(Stmt):
    """The forms of a `trans` block; `context` is the number that chooses one."""

    context: Expr
    body: tuple[Node, ...]


class Other(Node):
    """What templates here do not have; `kind` is Jinja's name for it."""

    kind: str
    parts: tuple[Node, ...]


class Template(Node):
    body: tuple[Node, ...]


def kind_of(node: Node) -> str:
    """Jinja's name for the kind of a node."""
    return node.kind if isinstance(node, Other) else type(node).__name__
