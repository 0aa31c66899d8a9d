"""What a client says of itself when it initializes."""

from __future__ import annotations

from lsprotocol import types

from nccodsl.base.record import Record


class ClientAbilities(Record):
    """What a client can do. `pushes`: it waits for diagnostics, rather than asking for them.

    `refreshes`: it asks again for diagnostics when the server says so. `snippets`: it inserts them.
    `creates_files`: an edit may create files.
    """

    pushes: bool = True
    refreshes: bool = False
    snippets: bool = False
    creates_files: bool = False


def abilities_of(offered: types.ClientCapabilities) -> ClientAbilities:
    """What the capabilities of a client mean here."""
    document, workspace = offered.text_document, offered.workspace
    completion = document.completion if document else None
    item = completion.completion_item if completion else None
    pulled = workspace.diagnostics if workspace else None
    edit = workspace.workspace_edit if workspace else None
    return ClientAbilities(
        pushes=document is None or document.diagnostic is None,
        refreshes=bool(pulled and pulled.refresh_support),
        snippets=bool(item and item.snippet_support),
        creates_files=types.ResourceOperationKind.Create in (edit.resource_operations or () if edit else ()),
    )
