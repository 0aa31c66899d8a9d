"""The server: what a client says and asks, handed to the open documents and the services."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, cast, get_args

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from nccodsl.base.version import __version__
from nccodsl.editor.document import Document
from nccodsl.editor.ncco_document import ENDINGS, NccoDocument
from nccodsl.editor.services.code_actions import code_actions
from nccodsl.editor.services.diagnostics import diagnostics
from nccodsl.editor.services.inlays import DEFAULT_INLAYS, InlayKind
from nccodsl.editor.services.script_of_document import script_of_document
from nccodsl.editor.services.symbols import every_symbol, symbols
from nccodsl.editor.text_lines import Unit
from nccodsl.lsp import shape
from nccodsl.lsp.capabilities import ACTION_KINDS
from nccodsl.lsp.guarded import as_function, guarded, is_of
from nccodsl.lsp.open_documents import OpenDocument, OpenDocuments, path_of
from nccodsl.lsp.request_table import ROWS
from nccodsl.lsp.script_request import RequestRow, ScriptRequest, uri_asked
from nccodsl.lsp.shape import ClientView

_LOG = logging.getLogger(__name__)
_WATCHED = ("**/*.call", "**/*.po")


class CallProtocol(LanguageServerProtocol):
    """As pygls has it, but the texts of documents are kept here: pygls counts too many line ends."""

    _server: CallServer

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._server.changed(self._server.documents.open(params.text_document))

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        about = params.text_document
        changed = self._server.documents.change(about.uri, about.version, params.content_changes)
        if not changed:
            _LOG.warning("a change of a document that is not open: %s", about.uri)
        self._server.changed(changed)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._server.closed(params.text_document.uri)


class CallServer(LanguageServer):
    """A server for one client."""

    def __init__(self) -> None:
        super().__init__("nccodsl", __version__, protocol_cls=CallProtocol, converter_factory=default_converter)
        self.documents = OpenDocuments()
        self.inlays: dict[InlayKind, bool] = dict(DEFAULT_INLAYS)
        self.pushes = True
        """Whether the client waits for diagnostics, rather than asking for them."""
        self._refreshes = False
        self._snippets = True
        self._creates_files = False
        self._stale: dict[str, OpenDocument] = {}
        self._unsettled: dict[str, OpenDocument] = {}
        self._elsewhere = False
        for row in ROWS:
            self.feature(row.method, row.options)(self._answering(row))
        for method, handler, options in self._own():
            self.feature(method, options)(as_function(handler))

    def _own(self) -> Iterable[tuple[str, Callable[..., Any], Any]]:
        """What is no matter of one script: method, handler, and the options of the capability."""
        kinds: list[types.CodeActionKind | str] = list(ACTION_KINDS)
        pulled = types.DiagnosticOptions(
            inter_file_dependencies=True, workspace_diagnostics=False, identifier="nccodsl"
        )
        return (
            (types.INITIALIZED, self._initialized, None),
            (types.TEXT_DOCUMENT_DIAGNOSTIC, self._diagnostic, pulled),
            (types.TEXT_DOCUMENT_CODE_ACTION, self._code_action, types.CodeActionOptions(code_action_kinds=kinds)),
            (types.WORKSPACE_SYMBOL, self._workspace_symbol, None),
            (types.WORKSPACE_DID_CHANGE_CONFIGURATION, self._configure, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._watched, None),
        )

    # ---- the session

    def begin(self, params: shape.Json, encoding: str) -> None:
        """Take over what `initialize` says, which is answered already; of a client that says nonsense, the least."""
        message = {"jsonrpc": "2.0", "id": 0, "method": types.INITIALIZE}
        structure = self.protocol.structure_message
        try:
            request = structure({**message, "params": {"processId": None, "rootUri": None, **params}})
        except JsonRpcException as error:
            _LOG.warning("the capabilities of the client cannot be read: %s", error)
            request = structure({**message, "params": {"processId": None, "rootUri": None, "capabilities": {}}})
        self.protocol.handle_message(request)
        self.documents.unit = cast(Unit, encoding)
        self._take_over(request.params)

    def _take_over(self, params: types.InitializeParams) -> None:
        offered = params.capabilities.text_document
        completion = offered.completion if offered else None
        item = completion.completion_item if completion else None
        self._snippets = bool(item and item.snippet_support)
        self.pushes = offered is None or offered.diagnostic is None
        workspace = params.capabilities.workspace
        pulled = workspace.diagnostics if workspace else None
        self._refreshes = bool(pulled and pulled.refresh_support)
        edit = workspace.workspace_edit if workspace else None
        self._creates_files = types.ResourceOperationKind.Create in (edit.resource_operations or () if edit else ())
        self._set(params.initialization_options)

    def _initialized(self, params: types.InitializedParams) -> None:
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        if not (watched and watched.dynamic_registration):
            return
        options = types.DidChangeWatchedFilesRegistrationOptions(
            watchers=[types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
        )
        files = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        self.protocol.send_request(types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams([files]))

    def _configure(self, params: types.DidChangeConfigurationParams) -> None:
        self._set(params.settings)

    def _set(self, settings: object) -> None:
        """Take over `{"inlayHints": {"speech": false}}`, alone or below `nccodsl`. What is not known is passed over."""
        if isinstance(settings, dict) and isinstance(settings.get("nccodsl"), dict):
            settings = settings["nccodsl"]
        hints = settings.get("inlayHints") if isinstance(settings, dict) else None
        for kind in get_args(InlayKind):
            if isinstance(hints, dict) and isinstance(hints.get(kind), bool):
                self.inlays[kind] = hints[kind]

    # ---- documents

    def changed(self, documents: list[OpenDocument]) -> None:
        """Note that the findings of documents may have changed, the first one by an edit of its own."""
        self._stale.update((one.uri, one) for one in documents)
        self._unsettled.update((one.uri, one) for one in documents)
        self._elsewhere = self._elsewhere or len(documents) > 1

    def closed(self, uri: str) -> None:
        """Close a document, and take its diagnostics back."""
        self._elsewhere = bool(found := self.documents.close(uri)) or self._elsewhere
        self._stale.pop(uri, None)
        self._unsettled.pop(uri, None)
        self._stale.update((one.uri, one) for one in found)
        if self.pushes:
            self._push(uri, None, [])

    def _watched(self, params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            found = self.documents.changed(path_of(change.uri))
            self._stale.update((one.uri, one) for one in found)
            self._elsewhere = self._elsewhere or bool(found)

    @property
    def is_unsettled(self) -> bool:
        """Whether a document has changed since it was last checked as a whole."""
        return bool(self._unsettled)

    def settle_one(self) -> None:
        """Check such a document as a whole, and say what that changes."""
        opened = self._unsettled.pop(next(iter(self._unsettled)))
        if not isinstance(opened.document, Document):
            return
        try:
            changed = opened.document.settle()
        except Exception:
            _LOG.exception("the check of %s failed", opened.uri)
            return
        if changed:
            opened.revision = self.documents.next_revision()
            self._stale[opened.uri] = opened
            self._elsewhere = True
            self.publish()

    def publish(self) -> None:
        """Push the diagnostics of what has changed; called when nothing else waits."""
        stale, self._stale = self._stale, {}
        elsewhere, self._elsewhere = self._elsewhere, False
        if not self.pushes:
            if elsewhere and self._refreshes:
                self.protocol.send_request(types.WORKSPACE_DIAGNOSTIC_REFRESH, None)
            return
        for opened in stale.values():
            try:
                found = self._problems(opened)
            except Exception:
                _LOG.exception("the diagnostics of %s failed", opened.uri)
            else:
                self._push(opened.uri, opened.version, found)

    def _push(self, uri: str, version: int | None, found: list[shape.Json]) -> None:
        params: shape.Json = {"uri": uri, "diagnostics": found}
        if version is not None:
            params["version"] = version
        # pygls' own way takes objects of lsprotocol alone.
        self.protocol._send_data(
            {"jsonrpc": "2.0", "method": types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, "params": params}
        )

    def _problems(self, opened: OpenDocument) -> list[shape.Json]:
        return shape.diagnostics(diagnostics(opened.document), self._view(opened)) if opened.is_judged else []

    def _view(self, opened: OpenDocument) -> ClientView:
        documents = self.documents
        return ClientView(
            documents.unit, opened.uri, opened.document.lines, documents.uri_of, documents.lines_of, self._snippets
        )

    # ---- requests

    def _answering(self, row: RequestRow) -> Callable[[Any], Any]:
        """The handler of a request about a script: its service, in the protocol's shape."""

        def answer(params: Any) -> Any:
            opened = self._opened(uri_asked(params))
            if not isinstance(opened.document, Document):
                return None
            document = opened.document
            with guarded(row.method):
                return row.shape(row.ask(self._asked(opened, document, params)), self._view(opened))

        return answer

    def _asked(self, opened: OpenDocument, document: Document, params: Any) -> ScriptRequest:
        position, area = getattr(params, "position", None), getattr(params, "range", None)
        lines, to_offset = document.lines, self.documents.offset
        offset = to_offset(lines, position) if position is not None else 0
        start = to_offset(lines, area.start) if area is not None else 0
        end = to_offset(lines, area.end) if area is not None else len(document.text)
        others = tuple(
            one.document for one in self.documents if one is not opened and isinstance(one.document, Document)
        )
        return ScriptRequest(
            document,
            params,
            offset,
            min(start, end),
            max(start, end),
            self.inlays,
            lambda position: to_offset(lines, position),
            others,
            self.documents.reader(opened),
        )

    def _opened(self, uri: str) -> OpenDocument:
        """An open document. Raises JsonRpcInvalidParams."""
        opened = self.documents.get(uri)
        if opened is None:
            raise JsonRpcInvalidParams(f"{uri} is not open")
        return opened

    def _diagnostic(self, params: types.DocumentDiagnosticParams) -> shape.Json:
        opened = self._opened(params.text_document.uri)
        if params.previous_result_id == str(opened.revision):
            return {"kind": "unchanged", "resultId": str(opened.revision)}
        with guarded(types.TEXT_DOCUMENT_DIAGNOSTIC):
            found = self._problems(opened)
        return {"kind": "full", "resultId": str(opened.revision), "items": found}

    def _code_action(self, params: types.CodeActionParams) -> list[shape.Json]:
        opened = self._opened(params.text_document.uri)
        if not opened.is_judged:
            return []
        lines, to_offset = opened.document.lines, self.documents.offset
        start, end = sorted((to_offset(lines, params.range.start), to_offset(lines, params.range.end)))
        with guarded(types.TEXT_DOCUMENT_CODE_ACTION):
            found = shape.code_actions(code_actions(opened.document, start, end), self._view(opened))
            if isinstance(opened.document, NccoDocument) and self._creates_files:
                found += self._rewritten(opened.uri, opened.document)
        wanted = params.context.only
        return [one for one in found if wanted is None or is_of(one["kind"], wanted)]

    def _rewritten(self, uri: str, document: NccoDocument) -> list[shape.Json]:
        script = script_of_document(document)
        ending = next((one for one in ENDINGS if uri.endswith(one)), None)
        if script is None or ending is None:
            return []
        return [shape.new_file("Convert to a script", f"{uri.removesuffix(ending)}.call", script)]

    def _workspace_symbol(self, params: types.WorkspaceSymbolParams) -> list[shape.Json]:
        wanted = params.query.casefold()
        found: list[shape.Json] = []
        with guarded(types.WORKSPACE_SYMBOL):
            for opened in self.documents:
                if isinstance(opened.document, Document):
                    named = [one for one in every_symbol(symbols(opened.document)) if wanted in one.name.casefold()]
                    found += shape.workspace_symbols(named, self._view(opened))
        return found
