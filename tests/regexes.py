"""Every regular expression of the project: those in Python sources, and the terminals of the grammar."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from nccodsl.syntax.tables import parser
from tests.package_trees import MODULES, PACKAGE, nodes_of, shown, tree_of

_FLAGS_AT = {
    "compile": 1,
    "match": 2,
    "fullmatch": 2,
    "search": 2,
    "split": 3,
    "findall": 2,
    "finditer": 2,
    "sub": 4,
    "subn": 4,
}
_METHODS = frozenset(_FLAGS_AT) - {"compile"}


class Regex(NamedTuple):
    """A regular expression as the sources write it, and which methods of it are called where that can be seen."""

    pattern: ast.expr
    flags: ast.expr | None
    module: str
    methods: frozenset[str]

    def compile(self, names: Mapping[str, Any]) -> re.Pattern[str]:
        """The compiled expression; `names` are values for what is local to its function."""
        scope = {**vars(importlib.import_module(self.module)), **names}

        def value(node: ast.expr) -> Any:
            return eval(compile(ast.fix_missing_locations(ast.Expression(node)), self.module, "eval"), scope)

        return re.compile(value(self.pattern), value(self.flags) if self.flags is not None else 0)


@cache
def regexes() -> dict[str, Regex]:
    """By `module:NAME` where one has a name, else by `module:function`, and `#2` for its second."""
    found: dict[str, Regex] = {}
    methods: defaultdict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        if shown(path) == "base/lazy_re.py":
            continue
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        count: Counter[str] = Counter()
        for place, pattern, flags, called in _calls(tree_of(path)):
            count[place] += 1
            key = f"{module}:{place}" + (f"#{count[place]}" if count[place] > 1 else "")
            found[key] = Regex(pattern, flags, module, frozenset({called} & _METHODS))
        for node in nodes_of(path):
            if isinstance(node, ast.Attribute) and node.attr in _METHODS:
                name = ast.unparse(node.value).rpartition(".")[2]
                methods[f"{module}:{name}"].add(node.attr)
                methods[name].add(node.attr)
    for key, one in found.items():
        name = key.rpartition(":")[2]
        used = methods[key] if name.startswith("_") else methods[name]
        found[key] = one._replace(methods=one.methods or frozenset(used))
    return found | {f"grammar:{name}": regex for name, regex in _terminals()}


def _terminals() -> Iterator[tuple[str, Regex]]:
    for terminal in parser().terminals:
        yield terminal.name, Regex(ast.Constant(terminal.pattern.to_regexp()), None, "re", frozenset({"match"}))


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.expr, ast.expr | None, str]]:
    """Where a regular expression stands, its pattern, its flags, and what is done with it."""
    for place, node, parent in _places(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "re":
            raise AssertionError("write `import re`: this test looks for `re.…`")
        if isinstance(node, ast.Call):
            function = node.func
            if (
                isinstance(function, ast.Attribute)
                and function.attr in _FLAGS_AT
                and ast.unparse(function.value) in ("re", "lazy_re")
            ):
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                at = _FLAGS_AT[function.attr]
                flags = node.args[at] if len(node.args) > at else given.get("flags")
                called = function.attr
                if called == "compile" and isinstance(parent, ast.Attribute):
                    called = parent.attr
                yield place, node.args[0], flags, called
            for keyword in node.keywords:
                if keyword.arg == "pattern":
                    yield place, keyword.value, None, "search"
        if isinstance(node, ast.Dict):
            for name, value in zip(node.keys, node.values, strict=True):
                if isinstance(name, ast.Constant) and name.value == "pattern" and isinstance(value, ast.Constant):
                    yield place, value, None, "search"


def _places(node: ast.AST, place: str = "") -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """Each node with the name of what it stands in: functions and classes, or the name that is assigned."""
    for child in ast.iter_child_nodes(node):
        inner = place
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inner = f"{place}.{child.name}".lstrip(".")
        elif (
            isinstance(child, ast.Assign | ast.AnnAssign) and "." not in place and not isinstance(node, ast.FunctionDef)
        ):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            inner = f"{place}.{ast.unparse(targets[0])}".lstrip(".")
        yield inner, child, node
        yield from _places(child, inner)
