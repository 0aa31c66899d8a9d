"""Text to syntax tree, with recovery: one run reports every syntax error that stands on its own.

The tables come from `grammar/call.lark`: prebuilt inside a wheel, else built once and kept in the user's cache
folder. The parser never raises for a user's mistake.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import lark
from lark import Lark, Token
from lark.exceptions import UnexpectedInput

from nccodsl.diagnostics import Collector
from nccodsl.source import SourceFile, Span
from nccodsl.syntax import ast
from nccodsl.syntax.builder import Builder
from nccodsl.syntax.errors import explain
from nccodsl.syntax.recovery import resume
from nccodsl.syntax.scan import check_text

OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "propagate_positions": True,
    "maybe_placeholders": True,
}
MOST_SYNTAX_ERRORS = 50


def grammar_text() -> str:
    """The grammar: in a wheel beside the package's modules, in a checkout in the top folder."""
    inside = files("nccodsl") / "_grammar" / "call.lark"
    if inside.is_file():
        return inside.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "grammar" / "call.lark").read_text(encoding="utf-8")


def tables_name(grammar: str) -> str:
    """The file name of the tables of a grammar: they fit one grammar, one Lark and one Python."""
    version = f"{lark.__version__}-{sys.version_info.major}.{sys.version_info.minor}"
    digest = hashlib.sha256((version + grammar).encode()).hexdigest()
    return f"call-{digest[:16]}.tables"


@lru_cache(maxsize=1)
def _lark() -> Lark:
    grammar = grammar_text()
    name = tables_name(grammar)
    prebuilt = files("nccodsl") / "_grammar" / name
    if prebuilt.is_file():
        with prebuilt.open("rb") as stream:
            return Lark.load(stream)
    return _from_cache(grammar, name)


def _cache_folder() -> Path:
    """A folder that only this user writes to: Lark's tables are unpickled."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "nccodsl"


def _from_cache(grammar: str, name: str) -> Lark:
    try:
        path = _cache_folder() / name
        if path.is_file():
            with path.open("rb") as stream:
                return Lark.load(stream)
    except Exception:  # a damaged or unreadable cache costs a rebuild, never a failure
        logging.getLogger("nccodsl").debug("the parser tables cannot be read and are built anew", exc_info=True)
    built = Lark(grammar, **OPTIONS)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as stream:
            built.save(stream)
        fresh.replace(path)
    except (OSError, UnboundLocalError, RuntimeError):  # no home, a read-only home: only slower next time
        pass
    return built


def parse(file: SourceFile, collector: Collector) -> ast.Script:
    """The tree of a file. What cannot be understood is reported and left out; `Script.complete` says whether."""
    if not check_text(file, collector):
        return ast.Script(span=Span(file.base, file.base), items=(), complete=False)
    interactive = _lark().parse_interactive(file.text)
    state, thread = interactive.parser_state, interactive.lexer_thread
    errors = 0
    while True:
        last: Token | None = None
        try:
            for token in thread.lex(state):
                last = token
                state.feed_token(token)
            end = Token.new_borrow_pos("$END", "", last) if last is not None else Token("$END", "", 0, 1, 1)
            end.start_pos = end.end_pos = len(file.text)
            tree = state.feed_token(end, True)
            break
        except UnexpectedInput as error:
            errors += 1
            explain(error, state, file, collector)
            if errors >= MOST_SYNTAX_ERRORS or not resume(error, state, thread, file.text):
                tree = None
                break
    builder = Builder(file, collector)
    children = tree.children if tree is not None else _salvaged(state)
    return ast.Script(
        span=Span(file.base, file.base + len(file.text)),
        items=builder.items(children),
        comments=(),
        complete=errors == 0,
    )


def _salvaged(state: Any) -> list[Any]:
    """The items that were complete when the parser gave up."""
    found: list[Any] = []
    for value in state.value_stack:
        if isinstance(value, lark.Tree) and str(value.data).startswith("__start_star"):
            found.extend(value.children)
        elif isinstance(value, list):
            found.extend(value)
    return found
