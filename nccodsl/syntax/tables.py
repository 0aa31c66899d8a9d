"""The parser's tables: prebuilt inside a wheel, else built once and kept in the user's cache folder."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from typing import Any
from zlib import crc32

import lark
from lark import Lark

from nccodsl.base.cache_folder import cache_folder

OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "propagate_positions": True,
    "maybe_placeholders": True,
}

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def grammar_path() -> str:
    """The grammar: in a wheel inside the package, in a checkout in the top folder."""
    inside = os.path.join(_PACKAGE, "_grammar", "call.lark")
    return inside if os.path.isfile(inside) else os.path.join(os.path.dirname(_PACKAGE), "grammar", "call.lark")


def tables_name(grammar: str, python: tuple[int, int] = sys.version_info[:2]) -> str:
    """The file name of the tables of a grammar: they fit one grammar, one Lark and one Python."""
    return f"call-{crc32(grammar.encode()):08x}-lark{lark.__version__}-py{python[0]}.{python[1]}.tables"


@lru_cache(maxsize=1)
def grammar_text() -> str:
    """The grammar as it is written."""
    with open(grammar_path(), encoding="utf-8") as text:
        return text.read()


@lru_cache(maxsize=1)
def parser() -> Lark:
    """The parser of the language; one for the process."""
    grammar = grammar_text()
    name = tables_name(grammar)
    prebuilt = os.path.join(os.path.dirname(grammar_path()), name)
    if os.path.isfile(prebuilt):
        with open(prebuilt, "rb") as stream:
            return Lark.load(stream)
    return _cached(grammar, name)


def saved_tables() -> bytes:
    """The tables as a file: that of the wheel or of the cache folder, or a new one. Lark never makes the same twice."""
    name, parse = tables_name(grammar_text()), parser()
    for folder in (os.path.dirname(grammar_path()), cache_folder()):
        if folder is not None and os.path.isfile(path := os.path.join(folder, name)):
            with open(path, "rb") as stream:
                return stream.read()
    made = BytesIO()
    parse.save(made)
    return made.getvalue()


def _cached(grammar: str, name: str) -> Lark:
    folder = cache_folder()
    if folder is None:
        return Lark(grammar, **OPTIONS)
    path = os.path.join(folder, name)
    # A missing, damaged or unreadable cache costs a rebuild, never a failure: hence any exception.
    with suppress(Exception), open(path, "rb") as stream:
        return Lark.load(stream)
    built = Lark(grammar, **OPTIONS)
    with suppress(OSError):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        fresh = f"{path}.{os.getpid()}"
        with open(fresh, "wb") as stream:
            built.save(stream)
        os.replace(fresh, path)
    return built
