"""The modules of the package, and the trees of their sources: parsed once for all tests that look at sources."""

from __future__ import annotations

import ast
import gc
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "nccodsl"
MODULES = sorted(PACKAGE.rglob("*.py"))


def shown(path: Path) -> str:
    """`emulator/core/legs.py`."""
    return path.relative_to(PACKAGE).as_posix()


def tree_of(path: Path) -> ast.Module:
    tree = nodes_of(path)[0]
    assert isinstance(tree, ast.Module)
    return tree


def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a module, outer ones first."""
    return _all_nodes()[path]


@cache
def _all_nodes() -> dict[Path, tuple[ast.AST, ...]]:
    """Python's collector leaves them out: they are hundreds of thousands of objects, and stay."""
    gc.collect()
    gc.disable()
    found = {path: tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8")))) for path in MODULES}
    gc.freeze()
    gc.enable()
    return found
