"""Which expressions of a template `urlencode` has encoded, as far as the template shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from jinja2 import nodes


def is_encoded(node: nodes.Node | None, names: Collection[str] = ()) -> bool:
    """Whether every part of a value is constant or comes from `urlencode`; `names` are those of encoded values."""
    match node:
        case None | nodes.Const() | nodes.TemplateData():
            return True
        case nodes.Name():
            return node.name in names
        case nodes.Filter():
            # Another filter after it, such as `replace`, does not bring a value of its own.
            whole = is_encoded(node.node, names) and all(is_encoded(one, names) for one in node.args)
            return node.name == "urlencode" or (whole and not node.kwargs)
        case nodes.CondExpr():
            return is_encoded(node.expr1, names) and is_encoded(node.expr2, names)
        case nodes.Concat():
            return all(is_encoded(one, names) for one in node.nodes)
        case nodes.Add() | nodes.Or():
            return is_encoded(node.left, names) and is_encoded(node.right, names)
    return False


def encoded_names(tree: nodes.Template) -> frozenset[str]:
    """The names that the template sets once, and to an encoded value."""
    stored = Counter(node.name for node in tree.find_all(nodes.Name) if node.ctx != "load")
    return frozenset(
        node.target.name
        for node in tree.find_all(nodes.Assign)
        if isinstance(node.target, nodes.Name) and stored[node.target.name] == 1 and is_encoded(node.node)
    )
