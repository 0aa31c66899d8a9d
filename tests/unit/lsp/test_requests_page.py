"""docs/editors.md lists every request of the protocol: those that the server answers, and those that it does not."""

from __future__ import annotations

import re

from lsprotocol import types

from nccodsl.lsp.capabilities import initialize_result
from nccodsl.lsp.language_server import CallServer
from tests.every_script import ROOT

_METHOD = re.compile(r"`([\w/]+)`")
_SECTION = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8").partition("\n## Which requests are answered\n")[2]
_SESSION = {"initialize", "shutdown"}
_PROVIDERS = {
    "callHierarchy/": "callHierarchyProvider",
    "textDocument/prepareCallHierarchy": "callHierarchyProvider",
    "textDocument/prepareRename": "renameProvider",
    "textDocument/formatting": "documentFormattingProvider",
    "textDocument/onTypeFormatting": "documentOnTypeFormattingProvider",
    "textDocument/rangeFormatting": "documentRangeFormattingProvider",
    "textDocument/linkedEditingRange": "linkedEditingRangeProvider",
    "textDocument/semanticTokens/": "semanticTokensProvider",
    "workspace/symbol": "workspaceSymbolProvider",
}
"""The capabilities of requests that are not called after them."""


def _listed(part: str) -> set[str]:
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {method for row in rows for method in _METHOD.findall(row)}


def _provider(method: str) -> str:
    known = (provider for start, provider in _PROVIDERS.items() if method.startswith(start))
    return next(known, "") or method.partition("/")[2] + "Provider"


def test_the_page_knows_all_requests() -> None:
    yes, _, no = _SECTION.partition("\nThese are not:\n")
    answered, refused = _listed(yes), _listed(no)
    asked = {
        str(method)
        for method, (_, answer, *_) in types.METHOD_TO_TYPES.items()
        if answer is not None and str(types.message_direction(method)) in ("clientToServer", "both")
    }
    assert answered | refused == asked
    assert not answered & refused
    features = CallServer().protocol.fm
    assert {
        one for one in asked if one in features.features or one == "workspace/executeCommand"
    } == answered - _SESSION
    offered = initialize_result({"capabilities": {"textDocument": {"rename": {"prepareSupport": True}}}})[
        "capabilities"
    ]
    providers = {_provider(method) for method in answered - _SESSION}
    assert providers == {name for name in offered if name.endswith("Provider")}
