"""The server: what a client says and asks, handed to the open documents and the services."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from nccodsl.base.version import __version__
from nccodsl.editor.document import Document
from nccodsl.editor.services.diagnostics import diagnostics
from nccodsl.editor.services.lenses import RUNNABLE
from nccodsl.editor.services.navigation import workspace_symbols
from nccodsl.editor.services.symbols import listed_tests
from nccodsl.editor.text_lines import Unit
from nccodsl.lsp import name_shapes, run_shapes, shape
from nccodsl.lsp.action_requests import ActionRequest, code_actions_for
from nccodsl.lsp.capabilities import ACTION_KINDS
from nccodsl.lsp.client_abilities import ClientAbilities, abilities_of
from nccodsl.lsp.client_settings import ClientSettings
from nccodsl.lsp.guarded import as_function, guarded
from nccodsl.lsp.open_documents import OpenDocument, OpenDocuments, path_of
from nccodsl.lsp.own_request import OwnRequest
from nccodsl.lsp.own_requests import OwnRequests
from nccodsl.lsp.pause_work import PauseRow, PauseWork
from nccodsl.lsp.plain_params import PlainParams
from nccodsl.lsp.publication import Publication
from nccodsl.lsp.request_table import ROWS
from nccodsl.lsp.script_request import RequestRow, ScriptRequest, uri_asked
from nccodsl.lsp.script_tester import ScriptRun, ScriptTester
from nccodsl.lsp.shape import ClientView

_LOG = logging.getLogger(__name__)
# What goes wrong in a handler is logged by our own; pygls would log it once more, with whole documents.
logging.getLogger("pygls").setLevel(logging.CRITICAL)
_WATCHED = ("**/*.call", "**/*.po")
TEST_RESULTS = "nccodsl/testResults"


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
        self.settings = ClientSettings()
        self.client_abilities = ClientAbilities()
        self.publication = Publication(self._problems, self._notify, self._ask_client)
        self.tester = ScriptTester(self.documents, self._tested)
        self.pause_work = PauseWork([PauseRow("check", self._settle), PauseRow("tests", self._test)])
        self.own_requests = OwnRequests(self._own_request, self._notify)
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
        self.client_abilities = self.publication.client = abilities_of(params.capabilities)
        self.settings.take(params.initialization_options)

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
        before = self.settings.tests_on_pause
        self.settings.take(params.settings)
        if self.settings.tests_on_pause and not before:
            self.pause_work.begin(self.documents)
        elif before and not self.settings.tests_on_pause:
            for opened in self.documents:
                opened.tests.take((), ())
                self.publication.tested(opened)

    def _notify(self, method: str, params: shape.Json) -> None:
        # pygls' own way takes objects of lsprotocol alone.
        self.protocol._send_data({"jsonrpc": "2.0", "method": method, "params": params})

    def _ask_client(self, method: str) -> None:
        self.protocol.send_request(method, None)

    # ---- documents

    def changed(self, documents: list[OpenDocument]) -> None:
        """Note that the client has edited the first of these documents, which the others include."""
        self.publication.edited(documents)
        self.pause_work.begin(documents)

    def closed(self, uri: str) -> None:
        """Close a document, and take its diagnostics back."""
        self.pause_work.drop(uri)
        self._changed_elsewhere(self.documents.close(uri))
        self.publication.closed(uri)

    def _watched(self, params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            self._changed_elsewhere(self.documents.changed(path_of(change.uri)))

    def _changed_elsewhere(self, documents: list[OpenDocument]) -> None:
        """Files that these documents include have changed."""
        self.publication.changed(documents)
        self.pause_work.begin(documents)

    def _settle(self, opened: OpenDocument) -> Iterator[None]:
        """Check a document as a whole, and say what that changes."""
        if isinstance(opened.document, Document) and opened.document.settle():
            opened.revision = self.documents.next_revision()
            self.publication.changed([opened])
        yield

    def _test(self, opened: OpenDocument) -> Iterator[None]:
        """Run the tests of a document, if the client wants that."""
        if self.settings.tests_on_pause:
            yield from self.tester.run_after_pause(opened, covers=self.client_abilities.takes_results)

    def _tested(self, opened: OpenDocument, run: ScriptRun) -> None:
        """Say how the tests of a document went."""
        self.publication.tested(opened)
        if self.client_abilities.takes_results and isinstance(opened.document, Document):
            found = run_shapes.ran(run, listed_tests(opened.document), self._view(opened))
            self._notify(TEST_RESULTS, {"uri": opened.uri, "version": opened.version, **found})

    def _problems(self, opened: OpenDocument) -> list[shape.Json]:
        if not opened.is_judged:
            return []
        found = diagnostics(opened.document)
        if not any(one.is_error for one in found):
            found = sorted([*found, *opened.tests.failures], key=lambda one: one.start)
        return shape.diagnostics(found, self._view(opened))

    def _view(self, opened: OpenDocument) -> ClientView:
        documents, can = self.documents, self.client_abilities
        return ClientView(
            documents.unit,
            opened.uri,
            opened.document.lines,
            documents.uri_of,
            documents.lines_of,
            snippets=can.snippets,
            markdown=can.markdown,
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
        return ScriptRequest(
            document,
            params,
            offset,
            min(start, end),
            max(start, end),
            self.settings.inlays,
            lambda position: to_offset(lines, position),
            self.documents.scripts_beside(opened),
            self.documents.reader(opened),
            RUNNABLE | self.client_abilities.commands,
            opened.tests.results,
        )

    def _own_request(self, uri: str, params: PlainParams) -> OwnRequest:
        opened = self._opened(uri)
        return OwnRequest(params, opened, self._view(opened), self.documents, self.client_abilities, self.tester)

    def _opened(self, uri: str) -> OpenDocument:
        """An open document. Raises JsonRpcInvalidParams."""
        opened = self.documents.get(uri)
        if opened is None:
            raise JsonRpcInvalidParams(f"{uri} is not open")
        return opened

    def _diagnostic(self, params: types.DocumentDiagnosticParams) -> shape.Json:
        opened = self._opened(params.text_document.uri)
        if params.previous_result_id == opened.result_id:
            return {"kind": "unchanged", "resultId": opened.result_id}
        with guarded(types.TEXT_DOCUMENT_DIAGNOSTIC):
            found = self._problems(opened)
        return {"kind": "full", "resultId": opened.result_id, "items": found}

    def _code_action(self, params: types.CodeActionParams) -> list[shape.Json]:
        opened = self._opened(params.text_document.uri)
        if not opened.is_judged:
            return []
        lines, to_offset = opened.document.lines, self.documents.offset
        start, end = sorted((to_offset(lines, params.range.start), to_offset(lines, params.range.end)))
        with guarded(types.TEXT_DOCUMENT_CODE_ACTION):
            asked = ActionRequest(opened, start, end, self.client_abilities, self._view(opened))
            return code_actions_for(asked, params.context)

    def _workspace_symbol(self, params: types.WorkspaceSymbolParams) -> list[shape.Json]:
        opened = list(self.documents)
        documents = (one.document for one in opened)
        with guarded(types.WORKSPACE_SYMBOL):
            found = workspace_symbols([one for one in documents if isinstance(one, Document)], params.query)
            return name_shapes.workspace_symbols(found, self._view(opened[0])) if found else []
