"""The modules of the package, and the trees of their sources: each is parsed once for all tests that look at sources."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "nccodsl"
MODULES = sorted(PACKAGE.rglob("*.py"))


def shown(path: Path) -> str:
    """`emulator/core/legs.py`."""
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a module, outer ones first."""
    return tuple(ast.walk(tree_of(path)))
