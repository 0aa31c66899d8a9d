"""What the server can do, as `initialize` answers.

Imports nothing of the protocol's libraries: they take most of the start, and can be imported while the client makes use
of the answer. A test holds this to what pygls would answer.
"""

from __future__ import annotations

from typing import Any

from nccodsl.base.version import __version__
from nccodsl.editor.token_legend import MODIFIERS, TYPES

ENCODINGS = ("utf-8", "utf-16", "utf-32")
"""What columns can count."""
FIX_ALL = "source.fixAll.nccodsl"
ACTION_KINDS = ["quickfix", FIX_ALL, "refactor.rewrite", "source"]
COMMANDS = ["nccodsl.runTest", "nccodsl.runTests", "nccodsl.references", "nccodsl.graph"]
"""What `workspace/executeCommand` runs."""
_LEGEND = {"tokenTypes": list(TYPES), "tokenModifiers": list(MODIFIERS)}
SIGNATURE_TRIGGERS = [" ", "="]
TYPED = ["}", "\n"]
"""Characters behind which a part may be formatted, if the editor asks."""
TRIGGERS = ["=", ">", "{", "|", ".", "<", "("]
"""Characters behind which completion is asked for unbidden."""


def initialize_result(params: dict[str, Any]) -> dict[str, Any]:
    """The answer to `initialize` with these params, whatever they are."""
    return {
        "serverInfo": {"name": "nccodsl", "version": __version__},
        "capabilities": {
            "positionEncoding": encoding_of(params),
            "textDocumentSync": {"openClose": True, "change": 2, "save": False},
            "completionProvider": {"triggerCharacters": TRIGGERS},
            "hoverProvider": True,
            "documentSymbolProvider": True,
            "codeActionProvider": {"codeActionKinds": ACTION_KINDS},
            "workspaceSymbolProvider": {"resolveProvider": False},
            "documentFormattingProvider": True,
            "documentRangeFormattingProvider": True,
            "documentOnTypeFormattingProvider": {"firstTriggerCharacter": TYPED[0], "moreTriggerCharacter": TYPED[1:]},
            "foldingRangeProvider": True,
            "executeCommandProvider": {"commands": COMMANDS},
            "codeLensProvider": {"resolveProvider": False},
            "definitionProvider": True,
            "referencesProvider": True,
            "documentHighlightProvider": True,
            "documentLinkProvider": {"resolveProvider": False},
            "renameProvider": {"prepareProvider": True} if _prepares(params) else True,
            "semanticTokensProvider": {"legend": _LEGEND, "full": True, "range": True},
            "selectionRangeProvider": True,
            "signatureHelpProvider": {"triggerCharacters": SIGNATURE_TRIGGERS},
            "linkedEditingRangeProvider": True,
            "callHierarchyProvider": True,
            "inlayHintProvider": {"resolveProvider": False},
            "diagnosticProvider": {
                "interFileDependencies": True,
                "workspaceDiagnostics": False,
                "identifier": "nccodsl",
            },
            "workspace": {
                "workspaceFolders": {"supported": True, "changeNotifications": True},
                "fileOperations": {},
            },
        },
    }


def encoding_of(params: dict[str, Any]) -> str:
    """What columns count: the client's first choice among those that are known, else UTF-16."""
    offered = _offered(params, "general", "positionEncodings")
    known = (one for one in offered if one in ENCODINGS) if isinstance(offered, list) else ()
    return next(iter(known), "utf-16")


def _prepares(params: dict[str, Any]) -> bool:
    """Whether the client asks before it renames."""
    return _offered(params, "textDocument", "rename", "prepareSupport") is True


def _offered(params: dict[str, Any], *keys: str) -> Any:
    """A capability of the client; None where it has none."""
    offered: Any = params.get("capabilities")
    for key in keys:
        offered = offered.get(key) if isinstance(offered, dict) else None
    return offered
