"""The plan of the code base holds: imports go one way, the core touches nothing outside, names mean one thing."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.package_trees import MODULES, PACKAGE, nodes_of, shown, tree_of
from tests.rooms import PURE, ROOMS

ROOT = Path(__file__).parents[2]

TOUCHING = {"open", "print", "input", "exec", "eval", "__import__"}
READING = {"read_text", "read_bytes", "write_text", "write_bytes"}
OUTSIDE = {"os", "subprocess", "socket", "sys", "tempfile", "rich", "threading", "asyncio", "time"}
HEAVY = {"pydantic", "click", "httpx", "cryptography", "starlette", "uvicorn", "jwt", "prometheus_client"}
"""What a browser does not have, or what takes long to import: the rooms of the core do without."""
TOOLS = {
    "base/cache_folder.py": "asks the environment for the folder",
    "base/package_data.py": "reads the package itself",
    "campaign/policy/place_tables.py": "run by hand: writes campaign/policy/us_places.json",
    "base/phone_table.py": "run by hand: writes base/phone_plans.py and base/phone_numbers_in_use.py",
    "syntax/tables.py": "keeps the parser's tables in the user's cache folder",
    "voice/reference.py": "run by hand: writes docs/options.md",
}
"""Modules of pure rooms that may touch files, and why."""
HOMES = {
    "platformdirs": "io/folders.py",
    "pygments": "highlight/pygments.py",
    "sqlite3": "io/sqlite.py",
    "uvicorn": "io/uvicorn_host.py io/uvicorn_protocols.py",
}
"""What only one module, or one and its helper, may import, so that all others have one manner of it."""
TERMS_IN_ING = {"binding", "lowering"}
TOP = """
.ci .gitignore .pre-commit-hooks.yaml CHANGELOG.md README.md action.yml deploy docs editors examples grammar
hatch_build.py mkdocs.yml nccodsl pyproject.toml tests web
"""
"""What the top level holds, and nothing else."""
"""Module names that end in -ing and are the field's own terms."""
MIRRORS = {
    "syntax.ast": "nodes are named as the rules of the grammar",
    "syntax.nodes": "nodes are named as the rules of the grammar",
    "templates.tree": "nodes are named as those of Jinja",
    **dict.fromkeys(
        (
            *("models.action", "models.actions", "models.leg_actions", "models.sound_actions", "models.shared_options"),
            *("models.endpoints", "models.call_body", "models.webhooks", "models.events", "models.status_events"),
        ),
        "actions, endpoints, bodies and webhooks are named as the API's own objects",
    ),
}
"""Modules whose class names come from outside, so that they may meet names of other rooms."""
NAMESAKES = ("cli.commands.", "emulator.actions.", "diagnostics.messages.")
CYCLES: dict[frozenset[str], str] = {}
"""Import cycles that may stay, each with its reason."""
LONGEST_FUNCTION = 40
LONGEST_FILE = 300


def dotted(path: Path) -> str:
    """`emulator.core.legs`; the package itself is `__init__`."""
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name.removesuffix(".__init__") if name != "__init__" else name


NAMES = {dotted(path): path for path in MODULES}
COMMANDS = [path for path in MODULES if dotted(path).startswith("cli.commands.")]
HELPERS = {f"cli.{path.stem if path.stem != '__init__' else path.parent.stem}" for path in COMMANDS}
"""What commands call: the module that is called as the command, or as its group."""


def room(module: str) -> str:
    """The room of a module: the longest entry of the table that it lies in."""
    parts = module.split(".")
    return next(name for n in range(len(parts), 0, -1) if (name := ".".join(parts[:n])) in ROOMS)


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The modules that a module names in its imports, also inside functions and for type checkers."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute, so that they can be read and checked"
            module = node.module or ""
            for alias in node.names:
                inside = f"{module}.{alias.name}".removeprefix("nccodsl.")
                yield f"nccodsl.{inside}" if module.startswith("nccodsl") and inside in NAMES else module


def own(path: Path) -> set[str]:
    """The modules of this package that a module imports."""
    found = {name for name in imports(path) if name == "nccodsl" or name.startswith("nccodsl.")}
    return {name.removeprefix("nccodsl.") if name != "nccodsl" else "__init__" for name in found} - {dotted(path)}


def test_every_module_has_a_room() -> None:
    assert [name for name in NAMES if not any(name == r or name.startswith(r + ".") for r in ROOMS)] == []


def test_the_table_goes_one_way() -> None:
    order = list(ROOMS)
    for name, below in ROOMS.items():
        assert all(one == "*" or order.index(one) < order.index(name) for one in below), name


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="what is kept is known to git alone")
def test_the_top_level_holds_what_the_table_says() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {name.partition("/")[0] for name in kept.splitlines()} == set(TOP.split())


def test_imports_go_one_way() -> None:
    assert [
        f"{shown(path)} ({here}) imports {name}"
        for path in MODULES
        if "*" not in ROOMS[here := room(dotted(path))]
        for name in own(path)
        if room(name) not in (here, *ROOMS[here])
    ] == []


def test_the_table_allows_nothing_that_nobody_imports() -> None:
    used: dict[str, set[str]] = {name: set() for name in ROOMS}
    for name, path in NAMES.items():
        used[room(name)] |= {room(other) for other in own(path)}
    vain = {name: sorted(set(below) - used[name] - {"*"}) for name, below in ROOMS.items()}
    assert {name: rooms for name, rooms in vain.items() if rooms} == {}


def test_no_module_imports_itself_in_a_circle() -> None:
    circles = [circle for circle in _circles({name: own(path) for name, path in NAMES.items()}) if circle not in CYCLES]
    assert [sorted(circle) for circle in circles] == []


def _circles(graph: dict[str, set[str]]) -> list[frozenset[str]]:
    """The strongly connected parts of more than one module (Tarjan)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[frozenset[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in graph.get(name, ()):
            if other not in order:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], order[other])
        if low[name] == order[name]:
            part = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(part) > 1:
                found.append(frozenset(part))

    for name in graph:
        if name not in order:
            visit(name)
    return found


def test_the_core_touches_nothing_outside() -> None:
    core = [path for path in MODULES if room(dotted(path)) in PURE and shown(path) not in TOOLS]
    assert {shown(path): found for path in core if (found := _touched(path))} == {}


def _touched(path: Path) -> set[str]:
    """What a module has to do with files, processes, networks and clocks, and its large libraries."""
    nodes = nodes_of(path)
    calls = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    imported = {name.split(".")[0] for name in imports(path)}
    return imported & (OUTSIDE | HEAVY) | calls & TOUCHING | attributes & READING


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    users = [shown(path) for path in MODULES if library in {name.split(".")[0] for name in imports(path)}]
    assert users == HOMES[library].split()


def test_pydantic_stays_with_the_models() -> None:
    users = [path for path in MODULES if "pydantic" in {name.split(".")[0] for name in imports(path)}]
    assert {room(dotted(path)) for path in users} == {"models"}


def test_the_protocol_stays_with_the_language_server() -> None:
    tools = {"pygls", "lsprotocol", "cattrs", "attrs"}
    users = [path for path in MODULES if tools & {name.split(".")[0] for name in imports(path)}]
    assert {room(dotted(path)) for path in users} == {"lsp"}


def test_nothing_builds_upon_the_models() -> None:
    users = {room(name) for name, path in NAMES.items() if any(room(other) == "models" for other in own(path))}
    assert users <= {"models", "__init__"}


def test_modules_are_nouns_or_verbs() -> None:
    assert [name for name in NAMES if name.endswith("ing") and name.rpartition(".")[2] not in TERMS_IN_ING] == []


def test_no_two_modules_have_one_name() -> None:
    homes = defaultdict(list)
    for name, path in NAMES.items():
        # The helper of a command is called as the command is, the process of an action as the action, and a family of
        # messages as what they are about.
        if path.stem != "__init__" and not name.startswith(NAMESAKES) and name not in HELPERS:
            homes[path.stem].append(name)
    assert {stem: names for stem, names in homes.items() if len(names) > 1} == {}


@pytest.mark.parametrize("path", COMMANDS, ids=shown)
def test_commands_are_thin(path: Path) -> None:
    """A command takes its record from its helper, and hands it to one function there."""
    group = path.stem if path.parent.stem == "commands" else path.parent.stem
    functions = [node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)]
    assert functions
    for function in functions:
        assert ast.get_docstring(function), function.name
        assert not ast.unparse(function.args), f"{function.name} asks `parsed` for its options"
        calls = "\n".join(map(ast.unparse, function.body[1:]))
        is_group = any(".group(" in ast.unparse(one) for one in function.decorator_list)
        thin = rf"from nccodsl\.cli\.{group} import (?P<a>\w+), (?P<b>\w+)\nreturn (?P=b)\(parsed\((?P=a)\)\)"
        assert calls == "" if is_group else re.fullmatch(thin, calls), f"{function.name}: {calls}"


ANY = {
    "cli/main.py:make_context": "it overrides a method of click, whose arguments are of any type",
    "cli/click_options.py:__init__": "it hands on the arguments of click",
    "cli/click_options.py:option": "it hands on the arguments of click",
    "analysis/step_memory.py:watch": "it copies parts of lists of any kind",
}
"""Functions of these places with `Any` in their annotations, and why."""
TYPED = (
    *("analysis", "cli", "errors", "server.stores"),
    *("client.api_request", "client.journal", "runtime.handle", "runtime.operations"),
)
"""Rooms and modules in which each value has a type that has a name."""


def test_values_have_types_that_have_names() -> None:
    typed = [path for name, path in NAMES.items() if f"{name}.".startswith(tuple(f"{t}." for t in TYPED))]
    loose: list[str] = []
    used: set[str] = set()
    for path in typed:
        nodes = nodes_of(path)
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        allowed = [function for function in functions if f"{shown(path)}:{function.name}" in ANY]
        used |= {f"{shown(path)}:{function.name}" for function in allowed}
        inside = {id(node) for function in allowed for node in ast.walk(function.args)}
        found = [node for node in nodes if getattr(node, "id", getattr(node, "attr", "")) == "Any"]
        loose += [f"{shown(path)}:{node.lineno}" for node in found if id(node) not in inside]
    assert loose == []
    assert used == ANY.keys()


def test_no_two_classes_have_one_name() -> None:
    homes = defaultdict(list)
    for name, path in NAMES.items():
        if name not in MIRRORS:
            for node in tree_of(path).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    homes[node.name].append(name)
    assert {stem: names for stem, names in homes.items() if len(names) > 1} == {}


def test_files_and_functions_fit_into_ones_head() -> None:
    assert {
        name: lines
        for path in MODULES
        for name, lines in _lengths(path)
        if lines > (LONGEST_FUNCTION if ":" in name else LONGEST_FILE)
    } == {}


def _lengths(path: Path) -> Iterator[tuple[str, int]]:
    """The lines of a file, and of each function in it (`file:function`)."""
    yield shown(path), len(path.read_text(encoding="utf-8").splitlines())
    for node in nodes_of(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield f"{shown(path)}:{node.name}", node.end_lineno - node.lineno + 1


def test_the_grammar_has_no_conflicts() -> None:
    pytest.importorskip("interegular", reason="Lark's strict mode needs interegular, which is in the `test` extra")
    from lark import Lark

    from nccodsl.syntax.tables import OPTIONS, grammar_path

    Lark(Path(grammar_path()).read_text(encoding="utf-8"), strict=True, **OPTIONS)
