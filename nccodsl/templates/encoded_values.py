"""Which expressions of a template `urlencode` has encoded, as far as the template shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from nccodsl.templates import tree


def is_encoded(node: tree.Node | None, names: Collection[str] = ()) -> bool:
    """Whether every part of a value is constant or comes from `urlencode`; `names` are those of encoded values."""
    match node:
        case None | tree.Const() | tree.TemplateData():
            return True
        case tree.Name():
            return node.name in names
        case tree.Filter():
            # Another filter after it, such as `replace`, does not bring a value of its own.
            whole = is_encoded(node.node, names) and all(is_encoded(one, names) for one in node.args)
            return node.name == "urlencode" or (whole and not node.kwargs)
        case tree.CondExpr():
            return is_encoded(node.expr1, names) and is_encoded(node.expr2, names)
        case tree.Concat():
            return all(is_encoded(one, names) for one in node.nodes)
        case tree.Add() | tree.Or():
            return is_encoded(node.left, names) and is_encoded(node.right, names)
    return False


def encoded_names(template: tree.Template) -> frozenset[str]:
    """The names that the template sets once, and to an encoded value."""
    stored = Counter(node.name for node in template.find_all(tree.Name) if node.ctx != "load")
    return frozenset(
        node.target.name
        for node in template.find_all(tree.Assign)
        if isinstance(node.target, tree.Name) and stored[node.target.name] == 1 and is_encoded(node.node)
    )
