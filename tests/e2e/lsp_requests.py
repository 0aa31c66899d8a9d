"""A script with something for each request of the language server, and the params of each."""

from __future__ import annotations

from typing import Any

URI = "file:///nowhere/main.call"
DOCUMENT = {"uri": URI}
TEXT = """\
include <std/confirm.call>
param name: text = "friend"  "How the caller is addressed"

step main {
  talk "Hello {{ name }}" levl=1
  input dtmf max_digits=1 timeout=1m { on "1" -> other  otherwise -> main }
}
step other {
      talk "Goodbye."
}

test "it ends" { hear "Hello" press "1" hear "Goodbye" ended }
"""


def at(text: str, after: int = 0) -> dict[str, int]:
    """The position of a text, or some characters behind its beginning."""
    before, found, _ = TEXT.partition(text)
    assert found, text
    return {"line": before.count("\n"), "character": len(before.rpartition("\n")[2]) + after}


_EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": TEXT.count("\n"), "character": 0}}
_OPTIONS = {"tabSize": 2, "insertSpaces": True}
_HERE = {"textDocument": DOCUMENT}
_LEVL = {"start": at("levl"), "end": at("levl", 4)}
_CLOSED = {"line": at('talk "Goodbye."')["line"] + 1, "character": 1}
REQUESTS: dict[str, dict[str, Any]] = {
    "textDocument/hover": {**_HERE, "position": at("talk")},
    "textDocument/completion": {**_HERE, "position": at("levl")},
    "textDocument/signatureHelp": {**_HERE, "position": at("levl")},
    "textDocument/definition": {**_HERE, "position": at("other")},
    "textDocument/references": {**_HERE, "position": at("other"), "context": {"includeDeclaration": True}},
    "textDocument/documentHighlight": {**_HERE, "position": at("other")},
    "textDocument/documentSymbol": _HERE,
    "textDocument/documentLink": _HERE,
    "textDocument/codeAction": {**_HERE, "range": _LEVL, "context": {"diagnostics": []}},
    "textDocument/inlayHint": {**_HERE, "range": _EVERYTHING},
    "textDocument/formatting": {**_HERE, "options": _OPTIONS},
    "textDocument/rangeFormatting": {**_HERE, "range": _EVERYTHING, "options": _OPTIONS},
    "textDocument/onTypeFormatting": {**_HERE, "position": _CLOSED, "ch": "}", "options": _OPTIONS},
    "textDocument/prepareRename": {**_HERE, "position": at("other")},
    "textDocument/rename": {**_HERE, "position": at("other"), "newName": "next"},
    "textDocument/foldingRange": _HERE,
    "textDocument/selectionRange": {**_HERE, "positions": [at("levl"), at("Goodbye")]},
    "textDocument/linkedEditingRange": {**_HERE, "position": at("other")},
    "textDocument/semanticTokens/full": _HERE,
    "textDocument/semanticTokens/range": {**_HERE, "range": _EVERYTHING},
    "textDocument/diagnostic": _HERE,
    "textDocument/prepareCallHierarchy": {**_HERE, "position": at("main")},
    "callHierarchy/incomingCalls": {"item": ...},
    "callHierarchy/outgoingCalls": {"item": ...},
    "workspace/symbol": {"query": "ma"},
    "textDocument/codeLens": _HERE,
}
"""Params of each request, to which the answer is not empty. `...` stands for what the request before prepares."""
