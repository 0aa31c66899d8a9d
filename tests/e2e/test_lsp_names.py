"""What `nccodsl lsp` answers about names, and what it says in pauses: the real process."""

from __future__ import annotations

from pathlib import Path

from nccodsl.editor.token_legend import TYPES
from tests.e2e.lsp_client import LspClient

MAIN = """include "rest.call"
param name: text
step main {
  talk "😀 {{ name }} {{ name | upper }}" language=en-GB
  -> rest
}
test "it ends" { with name="Ann"  hear "Ann"  ended }
"""
REST = 'step rest { talk "Goodbye" -> done }\nstep done { hangup }\n'


def _position(text: str, found: str, nth: int = 1) -> dict[str, int]:
    """Where a text stands for the nth time, in halves of UTF-16, one character into it."""
    at = -1
    for _ in range(nth):
        at = text.index(found, at + 1)
    before = text[: at + 1]
    line = before.count("\n")
    return {"line": line, "character": len(before.rpartition("\n")[2].encode("utf-16-le")) // 2}


def test_names(tmp_path: Path) -> None:
    main, rest = tmp_path / "main.call", tmp_path / "rest.call"
    rest.write_text(REST)
    document = {"uri": main.as_uri()}
    with LspClient() as client:
        client.begin({"textDocument": {"rename": {"prepareSupport": True}}})
        client.open(main.as_uri(), MAIN)
        at = {"textDocument": document, "position": _position(MAIN, "name", 2)}
        (found,) = client.request("textDocument/definition", **at)
        assert found["uri"] == main.as_uri()
        assert found["range"]["start"] == {"line": 1, "character": 6}
        step = {"textDocument": document, "position": _position(MAIN, "rest", 2)}
        (there,) = client.request("textDocument/definition", **step)
        assert there["uri"] == rest.as_uri()
        everywhere = client.request("textDocument/references", **at, context={"includeDeclaration": True})
        assert len(everywhere) == 4
        others = client.request("textDocument/references", **at, context={"includeDeclaration": False})
        assert len(others) == 3
        assert [one["kind"] for one in client.request("textDocument/documentHighlight", **at)] == [3, 2, 2, 2]
        (link,) = client.request("textDocument/documentLink", textDocument=document)
        assert link["target"] == rest.as_uri()
        assert client.request("textDocument/prepareRename", **at)["placeholder"] == "name"
        edits = client.request("textDocument/rename", **at, newName="caller_name")["changes"]
        assert {uri: len(found) for uri, found in edits.items()} == {main.as_uri(): 4}
        edits = client.request("textDocument/rename", **step, newName="closing")["changes"]
        assert {uri: len(found) for uri, found in edits.items()} == {main.as_uri(): 1, rest.as_uri(): 1}
        assert client.error("textDocument/rename", {**step, "newName": "main"}) == -32803
        assert client.request("textDocument/linkedEditingRange", **step) is None


def test_tokens_selections_and_signatures(tmp_path: Path) -> None:
    document = {"uri": (tmp_path / "main.call").as_uri()}
    text = MAIN.removeprefix('include "rest.call"\n')
    with LspClient() as client:
        client.begin()
        client.open(document["uri"], text)
        data = client.request("textDocument/semanticTokens/full", textDocument=document)["data"]
        assert len(data) % 5 == 0
        assert data[:5] == [0, 0, 5, TYPES.index("keyword"), 0]
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}}
        part = client.request("textDocument/semanticTokens/range", textDocument=document, range=whole)["data"]
        assert part == data[: len(part)]
        positions = [_position(text, "upper"), _position(text, "name")]
        found = client.request("textDocument/selectionRange", textDocument=document, positions=positions)
        assert len(found) == 2
        assert found[0]["parent"]["range"] != found[0]["range"]
        at = {"textDocument": document, "position": _position(text, "en-GB")}
        help = client.request("textDocument/signatureHelp", **at)
        assert help["signatures"][0]["label"].startswith("talk")
        assert "language" in help["signatures"][0]["parameters"][help["activeParameter"]]["label"]


def test_who_jumps_where(tmp_path: Path) -> None:
    (tmp_path / "rest.call").write_text(REST)
    uri = (tmp_path / "main.call").as_uri()
    with LspClient() as client:
        client.begin()
        client.open(uri, MAIN)
        at = {"textDocument": {"uri": uri}, "position": _position(MAIN, "rest", 2)}
        (item,) = client.request("textDocument/prepareCallHierarchy", **at)
        assert item["name"] == "rest"
        (caller,) = client.request("callHierarchy/incomingCalls", item=item)
        assert caller["from"]["name"] == "main"
        assert caller["fromRanges"][0]["start"]["line"] == 4
        (callee,) = client.request("callHierarchy/outgoingCalls", item=item)
        assert callee["to"]["name"] == "done"
        assert callee["to"]["uri"] == (tmp_path / "rest.call").as_uri()
        strange = {**item, "data": {"uri": uri, "symbol": [1]}}
        assert client.request("callHierarchy/incomingCalls", item=strange) == []
        assert client.error("callHierarchy/incomingCalls", {"item": {**item, "data": None}}) == -32602


def test_in_a_pause_the_whole_text_is_checked(tmp_path: Path) -> None:
    """A brace that is not closed: what the parts say of it is corrected by a check of the whole."""
    uri = (tmp_path / "main.call").as_uri()
    text = 'step main {\n  talk "Hello"\n  -> rest\n}\n\nstep rest {\n  talk "x" levl=1\n}\n'
    with LspClient() as client:
        client.begin()
        client.open(uri, text.replace("rest\n}\n", "rest\n", 1))
        first = client.published(uri)["diagnostics"]
        assert any(one["code"].startswith("E1") for one in first)
        later = client.published(uri)["diagnostics"]
        assert later != first
        client.open(uri, text)
        assert [one["code"] for one in client.published(uri)["diagnostics"]] == ["E202"]
