"""A request that only nccodsl has, and a row of the tables of such requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pygls.exceptions import JsonRpcInvalidParams

from nccodsl.base.record import Record
from nccodsl.editor.document import Document
from nccodsl.lsp.client_abilities import ClientAbilities
from nccodsl.lsp.open_documents import OpenDocument, OpenDocuments
from nccodsl.lsp.plain_params import PlainParams
from nccodsl.lsp.script_tester import ScriptTester
from nccodsl.lsp.shape import ClientView
from nccodsl.lsp.sliced import Slices


class OwnRequest(Record):
    """A request about an open document: its params, how places are shown to the client, and what else it needs."""

    params: PlainParams
    opened: OpenDocument
    view: ClientView
    documents: OpenDocuments
    client: ClientAbilities
    tester: ScriptTester

    @property
    def script(self) -> Document:
        """The document as a script. Raises JsonRpcInvalidParams."""
        if not isinstance(self.opened.document, Document):
            raise JsonRpcInvalidParams(f"{self.opened.uri} is not a script")
        return self.opened.document


Answering = Callable[[OwnRequest], Slices[Any]]


def at_once(answer: Callable[[OwnRequest], Any]) -> Answering:
    """A request that is answered in one go."""

    def slices(asked: OwnRequest) -> Slices[Any]:
        yield from ()
        return answer(asked)

    return slices


class OwnRow(NamedTuple):
    """A method, and what answers it with JSON."""

    method: str
    answer: Answering


class CommandRow(NamedTuple):
    """A command, the names of its arguments behind the address of a document, and what answers it with a text."""

    command: str
    names: tuple[str, ...]
    answer: Answering
