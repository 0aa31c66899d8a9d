"""Whole documents as scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nccodsl.decompiler.defaults import lifted
from nccodsl.decompiler.literals import NOWHERE
from nccodsl.decompiler.writer import Writer
from nccodsl.syntax import ast
from nccodsl.syntax.formatter import format_script


def written(document: Any, api: str | None = None, params: Iterable[ast.Param] = ()) -> str:
    """The script that compiles to an NCCO or a call body. What is wrong with the document is kept with `raw`."""
    writer = Writer(api)
    call: tuple[ast.Call, ...] = ()
    actions: Any = document
    if isinstance(document, dict):
        call = (writer.call(document),)
        actions = document.get("ncco")
    statements = writer.ncco(actions) if isinstance(actions, list) else ()
    defaults, rest = lifted(statements)
    return format_script(ast.Script(span=NOWHERE, items=(*params, *defaults, *call, *rest)))
