"""Whole documents as scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nccodsl.decompiler.defaults import lifted
from nccodsl.decompiler.literals import NOWHERE
from nccodsl.decompiler.writer import Writer
from nccodsl.syntax import ast
from nccodsl.syntax.formatter import format_script
from nccodsl.voice.call_api import API_VERSIONS
from nccodsl.voice.judge import judge_call


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
    script = format_script(ast.Script(span=NOWHERE, items=(*params, *defaults, *call, *rest)))
    return f"{_FIRST_VERSION}\n{script}" if _is_first_version(document) else script


_FIRST_VERSION = "# Only POST /v1/calls accepts this call: compile it with --call --api v1."


def _is_first_version(document: Any) -> bool:
    if not isinstance(document, dict):
        return False
    v1, v2 = ({p.path for p in judge_call(document, api, ncco=False) if p.is_error} for api in API_VERSIONS)
    return bool(v2 - v1)
