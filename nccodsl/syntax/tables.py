"""The parser's tables: prebuilt inside a wheel, else built once and kept in the user's cache folder."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import lark
from lark import Lark

OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "propagate_positions": True,
    "maybe_placeholders": True,
}

_PACKAGE = Path(__file__).parents[1]


def grammar_path() -> Path:
    """The grammar: in a wheel inside the package, in a checkout in the top folder."""
    inside = _PACKAGE / "_grammar" / "call.lark"
    return inside if inside.is_file() else _PACKAGE.parent / "grammar" / "call.lark"


def tables_name(grammar: str) -> str:
    """The file name of the tables of a grammar: they fit one grammar, one Lark and one Python."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"call-{crc32(grammar.encode()):08x}-lark{lark.__version__}-py{python}.tables"


@lru_cache(maxsize=1)
def parser() -> Lark:
    """The parser of the language; one for the process."""
    path = grammar_path()
    grammar = path.read_text(encoding="utf-8")
    name = tables_name(grammar)
    prebuilt = path.with_name(name)
    if prebuilt.is_file():
        with prebuilt.open("rb") as stream:
            return Lark.load(stream)
    return _cached(grammar, name)


def _cache_folder() -> Path | None:
    """A folder that only this user writes to (Lark's tables are unpickled), or None where there is none."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    with suppress(RuntimeError):
        return (Path(base) if base else Path.home() / ".cache") / "nccodsl"
    return None


def _cached(grammar: str, name: str) -> Lark:
    folder = _cache_folder()
    if folder is None:
        return Lark(grammar, **OPTIONS)
    path = folder / name
    # A missing, damaged or unreadable cache costs a rebuild, never a failure: hence any exception.
    with suppress(Exception), path.open("rb") as stream:
        return Lark.load(stream)
    built = Lark(grammar, **OPTIONS)
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as stream:
            built.save(stream)
        fresh.replace(path)
    return built
