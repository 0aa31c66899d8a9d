"""From Jinja's tree to ours."""

from __future__ import annotations

from jinja2 import nodes

from nccodsl.templates import tree

_KINDS = {
    name: kind
    for name, kind in vars(tree).items()
    if isinstance(kind, type) and issubclass(kind, tree.Node) and hasattr(nodes, name)
}


def template_of(node: nodes.Template) -> tree.Template:
    """Our tree for one of Jinja's."""
    return tree.Template(0, tuple(map(converted, node.body)))


def converted(node: nodes.Node) -> tree.Node:
    """Our node for one of Jinja's, with all within it."""
    kind = _KINDS.get(type(node).__name__)
    if kind is None:
        return tree.Other(_place(node), type(node).__name__, tuple(map(converted, node.iter_child_nodes())))
    return kind(_place(node), *(_part(getattr(node, name)) for name in kind._fields[1:]))


def _place(node: nodes.Node) -> int:
    # Jinja gives no line to a few nodes that only wrap others.
    return tree.NOWHERE if node.lineno is None else node.lineno


def _part(value: object) -> object:
    if isinstance(value, nodes.Node):
        return converted(value)
    return tuple(map(_part, value)) if isinstance(value, list | tuple) else value
