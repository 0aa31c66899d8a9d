"""The plan of the house holds: imports go one way, the core touches nothing outside, the grammar has no conflicts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "nccodsl"
DESIGN = ROOT.parent / "shared" / "design" / "language.md"

BASE = {"record", "source", "diagnostics", "strictjson"}
# Each room and the rooms whose modules it may import besides its own.
LAYERS: dict[str, set[str]] = {
    "record": set(),
    "source": set(),
    "strictjson": set(),
    "diagnostics": {"__init__", "record", "source"},
    "errors": BASE,
    "garbage": set(),
    "listening": set(),
    "connections": set(),
    "durations": set(),
    "phone": set(),
    "jsondoc": BASE,
    "ssml": BASE,
    "templates": {*BASE, "phone", "ssml"},
    "syntax": {*BASE, "errors"},
    "voice": {*BASE, "ssml"},
    "analysis": {*BASE, "durations", "errors", "phone", "ssml", "syntax", "templates", "voice"},
    "emulator": {*BASE, "connections", "durations", "errors", "listening", "voice"},
    "client": {*BASE, "errors", "phone", "voice"},
    "decompiler": {*BASE, "phone", "syntax", "voice"},
    "lowering": {*BASE, "errors", "analysis", "templates", "voice"},
    "files": {"errors"},
    "validation": {*BASE, "errors", "jsondoc", "voice"},
    "decompiling": {
        *BASE,
        "errors",
        "jsondoc",
        "validation",
        "analysis",
        "decompiler",
        "lowering",
        "voice",
    },
    "api": {*BASE, "errors", "files", "garbage", "analysis", "decompiling", "lowering", "syntax", "validation"},
    "rows": {*BASE, "errors", "jsondoc", "lowering", "analysis", "voice"},
    "describe": {*BASE, "errors", "analysis", "lowering", "templates", "voice"},
    "graph": {*BASE, "analysis", "describe", "lowering"},
    "runtime": {*BASE, "connections", "errors", "garbage", "listening", "analysis", "lowering", "templates", "voice"},
    "rehearsal": {*BASE, "durations", "errors", "phone", "analysis", "emulator", "lowering", "runtime", "templates"},
    "__init__": {*BASE, "api", "errors", "lowering"},
    "cli": {"*"},
    "__main__": {"cli"},
}
# Methods of `Flow` that serve it: whoever calls them builds upon what it is built of.
LAZY = {"lowering/flow.py": {"runtime"}}
PURE = (
    "syntax",
    "voice",
    "templates",
    "analysis",
    "decompiler",
    "lowering",
    "diagnostics",
    "describe",
    "graph",
    "emulator",
)
MOVING = {
    f"runtime/{name}.py"
    for name in (
        *("advancing", "errors", "handling", "manifest", "matching", "naming", "operations", "placing", "runnable"),
        *("history", "path", "redaction"),
        *("keeping", "refusing", "state", "strictjson", "tokens", "tracing", "versions", "walking", "webhooks"),
    )
}
"""What of the runtime is pure: all but stores, signatures and what talks HTTP."""
TOUCHING = {"open", "print", "input", "exec", "eval", "__import__"}
READING = {"read_text", "read_bytes", "write_text", "write_bytes"}
OUTSIDE = {"os", "click", "httpx", "subprocess", "socket", "sys", "tempfile", "rich"}
# The parser keeps its tables in a cache folder; two modules are tools that are run by hand.
ALLOWED = {"syntax/tables.py", "voice/derive.py", "voice/reference.py", "diagnostics/index.py"}
PYDANTIC = {
    "voice/actions.py",
    "voice/endpoints.py",
    "voice/call.py",
    "voice/marks.py",
    "voice/derive.py",
    "voice/settings.py",
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def is_pure(path: Path) -> bool:
    """The emulator is pure but for its HTTP front, and of the runtime what moves a flow."""
    return shown(path) in MOVING or (room(path) in PURE and not shown(path).startswith("emulator/http/"))


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that a module names in its imports, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute, so that they can be read and checked"
            if node.module == "nccodsl":
                yield from (_named(alias.name) for alias in node.names)
            else:
                yield node.module or ""


def _named(name: str) -> str:
    """What `from nccodsl import name` means: a module, or something that the package itself shows."""
    return f"nccodsl.{name}" if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file() else "nccodsl"


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_imports_go_one_way(path: Path) -> None:
    allowed = LAYERS[room(path)]
    wanted = {
        name.split(".")[1] if "." in name else "__init__"
        for name in imports(ast.parse(path.read_text(encoding="utf-8")))
        if name == "nccodsl" or name.startswith("nccodsl.")
    }
    beyond = wanted - {room(path)} - allowed - LAZY.get(shown(path), set())
    assert "*" in allowed or not beyond, f"{shown(path)} imports {beyond}"


@pytest.mark.parametrize("path", [p for p in MODULES if is_pure(p)], ids=shown)
def test_the_core_touches_nothing_outside(path: Path) -> None:
    if shown(path) in ALLOWED:
        pytest.skip("reads or writes files by design")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not {name.split(".")[0] for name in imports(tree)} & OUTSIDE
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls & TOUCHING
    assert not {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & READING


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_pydantic_stays_with_the_models(path: Path) -> None:
    names = {name.split(".")[0] for name in imports(ast.parse(path.read_text(encoding="utf-8")))}
    assert "pydantic" not in names or shown(path) in PYDANTIC


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_no_module_grows_past_what_one_can_hold_in_mind(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_grammar_has_no_conflicts() -> None:
    pytest.importorskip("interegular", reason="Lark's strict mode needs interegular, which is in the `test` extra")
    from lark import Lark

    from nccodsl.syntax.tables import OPTIONS, grammar_path

    Lark(Path(grammar_path()).read_text(encoding="utf-8"), strict=True, **OPTIONS)


def test_the_examples_of_the_design_parse() -> None:
    if not DESIGN.exists():
        pytest.skip("the design of the language is not beside this checkout")
    from nccodsl.diagnostics import Collector
    from nccodsl.source import Sources
    from nccodsl.syntax.parser import parse

    blocks = re.findall(r"```\n(.*?)```", DESIGN.read_text(encoding="utf-8"), re.S)
    assert blocks
    for block in blocks:
        sources = Sources()
        collector = Collector(sources)
        script = parse(sources.add("design.call", block), collector)
        assert collector.sorted() == []
        assert script.complete
