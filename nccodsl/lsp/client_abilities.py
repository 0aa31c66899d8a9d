"""What a client says of itself when it initializes."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from nccodsl.base.record import Record


class ClientAbilities(Record):
    """What a client can do. `pushes`: it waits for diagnostics, rather than asking for them.

    `refreshes`: it asks again for diagnostics when the server says so. `snippets`: it inserts them.
    `creates_files`: an edit may create files. `refreshes_lenses`: it asks again for lenses when the server says so.
    `markdown`: it shows documentation in Markdown.
    `commands`: those that it runs itself. `takes_results`: it wants to know how tests went.
    """

    pushes: bool = True
    refreshes: bool = False
    snippets: bool = False
    creates_files: bool = False
    refreshes_lenses: bool = False
    markdown: bool = False
    commands: frozenset[str] = frozenset()
    takes_results: bool = False


def abilities_of(offered: types.ClientCapabilities) -> ClientAbilities:
    """What the capabilities of a client mean here."""
    document, workspace = offered.text_document, offered.workspace
    completion = document.completion if document else None
    item = completion.completion_item if completion else None
    pulled = workspace.diagnostics if workspace else None
    edit = workspace.workspace_edit if workspace else None
    lenses = workspace.code_lens if workspace else None
    own = offered.experimental
    return ClientAbilities(
        pushes=document is None or document.diagnostic is None,
        refreshes=bool(pulled and pulled.refresh_support),
        snippets=bool(item and item.snippet_support),
        creates_files=types.ResourceOperationKind.Create in (edit.resource_operations or () if edit else ()),
        refreshes_lenses=bool(lenses and lenses.refresh_support),
        markdown=document is not None and _shows_markdown(document),
        commands=frozenset(_commands(own)),
        takes_results=_member(own, "testResults") is True,
    )


def _shows_markdown(offered: types.TextDocumentClientCapabilities) -> bool:
    """Whether a client shows it wherever it says what it shows."""
    item = offered.completion.completion_item if offered.completion else None
    of_signatures = offered.signature_help.signature_information if offered.signature_help else None
    formats = [
        *([offered.hover.content_format] if offered.hover else ()),
        *(one.documentation_format for one in (item, of_signatures) if one),
    ]
    given = [one for one in formats if one is not None]
    return bool(given) and all(types.MarkupKind.Markdown in one for one in given)


def _commands(own: object) -> Iterator[str]:
    """The commands of `{"commands": {"commands": ["nccodsl.debugTest"]}}`, which is how other servers have it too."""
    named = _member(_member(own, "commands"), "commands")
    return (one for one in (named if isinstance(named, list) else ()) if isinstance(one, str))


def _member(value: object, name: str) -> object:
    """A member of what a client says in its own terms: a map or an object, or anything else."""
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)
