"""The language server and the client of pytest-lsp, with what editors say that they can.

That client reads each answer by the types of the protocol, and compares it with what the editor can: what the editor does
not know is a warning, and so an error here.
"""

from __future__ import annotations

import asyncio
import json
import sys
import warnings
from typing import Any

import pytest
from lsprotocol import converters, types
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

from nccodsl.lsp.language_server import CallServer
from tests.e2e.lsp_client import PATIENCE, LspClient
from tests.e2e.lsp_requests import REQUESTS, TEXT, URI
from tests.every_script import ROOT

_CONVERTER = converters.get_converter()
EDITORS = ("neovim@v0.7", "neovim@v0.11", "emacs", "visual-studio-code")
_OF_PYGLS = {"initialize", "shutdown", "workspace/executeCommand"}
"""Requests that are not about a document, and have tests of their own."""


def test_every_request_has_params() -> None:
    features = set(CallServer().protocol.fm.features)
    methods = {str(getattr(one, "value", one)) for one in types.METHOD_TO_TYPES}
    requests = {one for one in features if one not in methods or types.METHOD_TO_TYPES[one][1] is not None}
    assert requests - _OF_PYGLS == set(REQUESTS)


async def _session(editor: str) -> dict[str, Any]:
    """What each request is answered, by a new server."""
    client = make_test_lsp_client()
    await client.start_io(sys.executable, "-m", "nccodsl", "lsp", cwd=ROOT)
    try:
        return await asyncio.wait_for(_answers(client, editor), PATIENCE)
    finally:
        if client._server is not None and client._server.returncode is None:
            client._server.kill()
        await client.stop()


async def _answers(client: LanguageClient, editor: str) -> dict[str, Any]:
    capabilities = client_capabilities(editor)
    await client.initialize_session(types.InitializeParams(capabilities=capabilities, root_uri="file:///nowhere"))
    item = types.TextDocumentItem(uri=URI, language_id="call", version=1, text=TEXT)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    answers: dict[str, Any] = {}
    prepared = None
    for method, params in REQUESTS.items():
        filled = {name: prepared if value is ... else value for name, value in params.items()}
        structured = _CONVERTER.structure(filled, types.METHOD_TO_TYPES[method][2])
        answers[method] = answer = await client.protocol.send_request_async(method, structured)
        if method == types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY:
            prepared = _CONVERTER.unstructure(answer[0])
    if types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS not in answers and not client.diagnostics:
        assert capabilities.text_document is not None
        assert capabilities.text_document.diagnostic is not None, "diagnostics are pushed where they are not pulled"
    await client.shutdown_session()
    assert client.error is None
    return answers


@pytest.mark.slow
@pytest.mark.parametrize("editor", EDITORS)
def test_each_request_gets_an_answer_that_the_editor_knows(editor: str) -> None:
    with warnings.catch_warnings():
        if editor == "emacs":  # which shows Markdown everywhere, and says so of hovers only
            warnings.filterwarnings("ignore", "Client does not support documentation format 'markdown'")
        answers = asyncio.run(_session(editor))
    assert [method for method, answer in answers.items() if not answer] == []


@pytest.mark.parametrize(("formats", "kind"), [(["markdown", "plaintext"], "markdown"), (["plaintext"], "plaintext")])
def test_documentation_is_what_the_client_shows(formats: list[str], kind: str) -> None:
    with LspClient() as client:
        client.begin({"textDocument": {"hover": {"contentFormat": formats}}})
        client.open(URI, TEXT)
        for method in ("textDocument/hover", "textDocument/completion", "textDocument/signatureHelp"):
            assert f'"kind": "{kind}"' in json.dumps(client.request(method, **REQUESTS[method]))
