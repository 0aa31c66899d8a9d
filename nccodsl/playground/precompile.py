"""Compiles what Python imports at its start. It runs in the Python that is to import it: bytecode fits one version."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from py_compile import PycInvalidationMode, compile
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from nccodsl.playground.packed_files import packed
from nccodsl.studio.page_session import PageSession

_URI = "file:///project/example.call"
_ASKED = ("textDocument/diagnostic", "textDocument/semanticTokens/full", "nccodsl/runTests", "nccodsl/call")


def precompile(example: str, archives: Iterable[str]) -> None:
    """Replace the modules of archives that a page with this script imports by their bytecode."""
    show(example)
    imported = {str(getattr(module, "__file__", None) or "") for module in list(sys.modules.values())}
    for path in archives:
        with ZipFile(path) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
        for name in _sources(imported) & contents.keys():
            contents[f"{name}c"] = _bytecode(name, contents.pop(name))
        Path(path).write_bytes(packed(contents.items()))


def _sources(imported: Iterable[str]) -> set[str]:
    """What an archive may call these files: all ends of their paths."""
    found = set()
    for file in imported:
        parts = file.split("/")
        found |= {"/".join(parts[at:]) for at in range(len(parts)) if file.endswith(".py")}
    return found


def _bytecode(name: str, source: bytes) -> bytes:
    with TemporaryDirectory() as folder:
        plain, made = Path(folder, "source.py"), Path(folder, "made.pyc")
        plain.write_bytes(source)
        compile(str(plain), str(made), name, doraise=True, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
        return made.read_bytes()


def show(script: str) -> None:
    """Do what a page does first with a script."""
    session = PageSession(lambda _: None)
    document = {"uri": _URI, "languageId": "call", "version": 1, "text": script}
    for number, (method, params) in enumerate(
        [
            ("initialize", {"capabilities": {}, "rootUri": None}),
            ("textDocument/didOpen", {"textDocument": document}),
            *((method, {"textDocument": {"uri": _URI}, "tape": []}) for method in _ASKED),
        ]
    ):
        asks = {} if method.endswith("didOpen") else {"id": number}
        session.take(json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **asks}))
    while session.step() is not None:
        pass
