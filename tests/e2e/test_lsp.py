"""`nccodsl lsp` as editors use it: one process, requests and notifications over its streams."""

from __future__ import annotations

import json
import random
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from nccodsl.cli import lsp
from nccodsl.cli.main import cli
from tests.e2e.lsp_client import PATIENCE, LspClient, changed, span

URI = "file:///nowhere/main.call"
SCRIPT = 'step main {\n  talk "Hé😀 {{ nme }}" levl=1\n}\nparam name: text\n'
DOCUMENT = {"uri": URI}


def test_a_session_from_beginning_to_end() -> None:
    with LspClient() as client:
        capabilities = client.begin()
        assert capabilities["positionEncoding"] == "utf-16"
        client.open(URI, SCRIPT)
        found = client.published(URI)
        assert found["version"] == 1
        # The emoji is two halves of UTF-16.
        places = {one["code"]: one["range"] for one in found["diagnostics"]}
        assert places == {"E602": span(1, 16, 19), "E202": span(1, 24, 28)}
        client.change(URI, 2, {"range": span(1, 24, 28), "text": "level"}, {"range": span(1, 16, 19), "text": "name"})
        assert client.published(URI) == {"uri": URI, "diagnostics": [], "version": 2}
        at = {"textDocument": DOCUMENT, "position": {"line": 1, "character": 25}}
        assert "Volume" in client.request("textDocument/hover", **at)["contents"]["value"]
        offered = client.request("textDocument/completion", **at)["items"]
        assert [one["textEdit"]["range"] for one in offered if one["label"] == "style"] == [span(1, 25, 30)]
        assert all(one["insertTextFormat"] == 1 for one in offered), "the client inserts no snippets"
        outline = client.request("textDocument/documentSymbol", textDocument=DOCUMENT)
        assert [one["name"] for one in outline] == ["main", "name"]
        everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        hints = client.request("textDocument/inlayHint", textDocument=DOCUMENT, range=everything)
        assert hints[0]["position"]["line"] == 1
        options = {"tabSize": 2, "insertSpaces": True}
        edits = client.request("textDocument/formatting", textDocument=DOCUMENT, options=options)
        assert edits == [{"range": span(3, 0, 0), "newText": "\n"}]
        assert client.request("textDocument/rangeFormatting", textDocument=DOCUMENT, range=everything, options=options)
        place = {"position": {"line": 9, "character": 0}, "ch": "}", "options": options}
        assert client.request("textDocument/onTypeFormatting", textDocument=DOCUMENT, **place) == edits
        assert client.request("textDocument/foldingRange", textDocument=DOCUMENT)
        assert [one["name"] for one in client.request("workspace/symbol", query="MA")] == ["main"]
        client.send({"method": "textDocument/didClose", "params": {"textDocument": DOCUMENT}})
        assert client.error("textDocument/hover", at) == -32602
        assert client.end() == 0


@pytest.mark.slow
@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 19), ("utf-16", 16), ("utf-32", 15)])
def test_positions_are_those_that_were_agreed_upon(encoding: str, column: int) -> None:
    with LspClient() as client:
        capabilities = client.begin({"general": {"positionEncodings": [encoding]}})
        assert capabilities["positionEncoding"] == encoding
        client.open(URI, SCRIPT)
        assert client.published(URI)["diagnostics"][0]["range"] == span(1, column, column + 3)


@pytest.mark.slow
def test_line_ends_are_those_of_the_protocol() -> None:
    """U+2028 ends no line, `\\r` does."""
    with LspClient() as client:
        client.begin()
        client.open(URI, 'talk "a\u2028b\x0bc"\r\ntalk "x" levl=1\rtalk "y"\n')
        assert client.published(URI)["diagnostics"][0]["range"] == span(1, 9, 13)
        client.change(URI, 2, {"range": span(1, 9, 13), "text": "level"})
        assert client.published(URI)["diagnostics"] == []


def test_fixes_come_as_edits() -> None:
    with LspClient() as client:
        client.begin()
        client.open(URI, 'talk "Hello" loop="2"\n')
        assert [one["code"] for one in client.published(URI)["diagnostics"]] == ["W009"]
        asked = {"textDocument": DOCUMENT, "range": span(0, 18, 18)}
        found = client.request("textDocument/codeAction", **asked, context={"diagnostics": []})
        assert [one["kind"] for one in found] == ["quickfix", "source.fixAll.nccodsl", "quickfix"]
        assert found[0]["edit"] == {"changes": {URI: [{"range": span(0, 18, 21), "newText": "2"}]}}
        only = {"diagnostics": [], "only": ["source.fixAll"]}
        found = client.request("textDocument/codeAction", **asked, context=only)
        assert [one["kind"] for one in found] == ["source.fixAll.nccodsl"]


@pytest.mark.slow
def test_diagnostics_are_pulled_by_clients_that_can() -> None:
    with LspClient() as client:
        client.begin({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}})
        client.open(URI, SCRIPT)
        report = client.request("textDocument/diagnostic", textDocument=DOCUMENT)
        assert [one["code"] for one in report["items"]] == ["E602", "E202"]
        same = client.request("textDocument/diagnostic", textDocument=DOCUMENT, previousResultId=report["resultId"])
        assert same == {"kind": "unchanged", "resultId": report["resultId"]}
        client.change(URI, 2, {"range": span(1, 24, 28), "text": "level"})
        report = client.request("textDocument/diagnostic", textDocument=DOCUMENT, previousResultId=report["resultId"])
        assert [one["code"] for one in report["items"]] == ["E602"]
        assert not client.notified, "nothing is pushed besides"


def test_includes_are_read_from_open_documents_first(tmp_path: Path) -> None:
    main, rest = tmp_path / "main.call", tmp_path / "rest.call"
    rest.write_text('step rest { talk "Hello" }\n', encoding="utf-8")
    text = 'include "rest.call"\nstep main { -> rest }\n'
    with LspClient() as client:
        watches = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
        client.begin({"workspace": watches})
        client.open(main.as_uri(), text)
        assert client.published(main.as_uri())["diagnostics"] == []
        assert [one["method"] for one in client.asked] == ["client/registerCapability"]
        client.open(rest.as_uri(), 'step rest { tlak "Hello" }\n')
        (found,) = client.published(main.as_uri())["diagnostics"]
        assert found["range"] == span(0, 8, 19)
        (related,) = found["relatedInformation"]
        assert related["location"] == {"uri": rest.as_uri(), "range": span(0, 12, 16)}
        client.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": rest.as_uri()}}})
        assert client.published(main.as_uri())["diagnostics"] == []
        rest.write_text("step other { hangup }\n", encoding="utf-8")
        event = {"uri": rest.as_uri(), "type": 2}
        client.send({"method": "workspace/didChangeWatchedFiles", "params": {"changes": [event]}})
        assert [one["code"] for one in client.published(main.as_uri())["diagnostics"]] == ["E201"]


@pytest.mark.slow
def test_settings_switch_hints_off() -> None:
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    with LspClient() as client:
        client.begin(initializationOptions={"inlayHints": {"speech": False}})
        client.open(URI, 'talk "Hello"\nconnect phone 14155550100 from=14155550101 timeout=1m\n')
        asked = {"textDocument": DOCUMENT, "range": everything}
        assert [one["label"] for one in client.request("textDocument/inlayHint", **asked)] == ["= 60 s"]
        settings = {"nccodsl": {"inlayHints": {"speech": True, "durations": False}}}
        client.send({"method": "workspace/didChangeConfiguration", "params": {"settings": settings}})
        assert [one["label"] for one in client.request("textDocument/inlayHint", **asked)] == ["0.4 s"]


@pytest.mark.slow
def test_settings_switch_the_other_hints_on() -> None:
    text = 'param who: text\ndefaults talk level=1\nstep main {\n  talk "Hi {{ who }}"\n  input dtmf { otherwise -> main }\n}\n'
    text += 'test "a" { with who="Ann" hear "Hi Ann" }\n'
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    wanted = {
        "rendered": ["“Hi Ann”"],
        "defaults": ["level=1"],
        "reached": ["reached after 0-3 s, 3 ways"],
        "tests": ["never taken by a test"],
    }
    with LspClient() as client:
        client.begin(initializationOptions={"inlayHints": {"speech": False}})
        client.open(URI, text)
        asked = {"textDocument": DOCUMENT, "range": everything}
        for kind, labels in wanted.items():
            settings = {"nccodsl": {"inlayHints": {one: one == kind for one in wanted}}}
            client.send({"method": "workspace/didChangeConfiguration", "params": {"settings": settings}})
            found = [one["label"] for one in client.request("textDocument/inlayHint", **asked)]
            assert (kind, found) == (kind, labels)


@pytest.mark.slow
def test_a_step_that_there_is_not_is_written_with_the_jump() -> None:
    with LspClient() as client:
        client.begin()
        client.open(URI, 'step main {\n  talk "Hé😀" -> sal\n}\n')
        asked = {"textDocument": DOCUMENT, "position": {"line": 1, "character": 20}}
        found = client.request("textDocument/completion", **asked)
        assert found["isIncomplete"], "the name of the step is what is written then"
        (step,) = [one for one in found["items"] if one["label"] == "sal"]
        assert step["additionalTextEdits"] == [{"range": span(2, 1, 1), "newText": "\n\nstep sal {\n  hangup\n}"}]
        (problem,) = client.published(URI)["diagnostics"]
        context = {"diagnostics": [problem], "only": ["quickfix"]}
        asked = {"textDocument": DOCUMENT, "range": problem["range"], "context": context}
        titles = [one["title"] for one in client.request("textDocument/codeAction", **asked)]
        assert titles == ["Create the step `sal`"]


@pytest.mark.slow
def test_json_documents_are_judged(tmp_path: Path) -> None:
    uri = (tmp_path / "a.ncco.json").as_uri()
    creates = {"workspace": {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}}}
    with LspClient() as client:
        client.begin(creates)
        client.open(uri, '[{"action": "talk", "text": "Hello", "levl": 1}]', language="json")
        (found,) = client.published(uri)["diagnostics"]
        assert found["code"] == "E202"
        client.change(uri, 2, {"range": span(0, 38, 42), "text": "level"})
        assert client.published(uri)["diagnostics"] == []
        asked = {"textDocument": {"uri": uri}, "range": span(0, 0, 0), "context": {"diagnostics": []}}
        (action,) = client.request("textDocument/codeAction", **asked)
        created, filled = action["edit"]["documentChanges"]
        assert created["uri"] == filled["textDocument"]["uri"] == uri.replace(".ncco.json", ".call")
        assert filled["edits"][0]["newText"] == 'talk "Hello" level=1\n'
        assert (
            client.request("textDocument/hover", textDocument={"uri": uri}, position={"line": 0, "character": 3})
            is None
        )


def test_what_is_stale_is_not_computed() -> None:
    with LspClient() as client:
        client.begin()
        client.open(URI, SCRIPT)
        client.published(URI)
        at = {"textDocument": DOCUMENT, "position": {"line": 1, "character": 3}}
        # The server is busy with the first while the others come.
        busy = client.ask(
            "textDocument/formatting", {"textDocument": DOCUMENT, "options": {"tabSize": 2, "insertSpaces": True}}
        )
        late, dropped, last = (client.ask("textDocument/hover", at) for _ in range(3))
        edits = [changed(URI, 2 + number, {"range": span(1, 2, 2), "text": "x"}) for number in range(3)]
        cancel = {"method": "$/cancelRequest", "params": {"id": dropped["id"]}}
        pulled = client.ask("textDocument/diagnostic", {"textDocument": DOCUMENT})
        client.send(busy, dropped, cancel, late, pulled, *edits, last)
        codes = {
            one["id"]: client.answer(one["id"]).get("error", {}).get("code") for one in (dropped, late, pulled, last)
        }
        assert codes[last["id"]] is None
        assert codes[dropped["id"]] in (-32800, -32801, None)
        assert client.published(URI)["version"] == 4, "changes are joined before anything is pushed"


# ---- hostile clients


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"id": 1, "method": "textDocument/hover", "params": {}}, -32002),
        ({"id": "x", "method": "textDocument/hover"}, -32002),
        ({"id": 1, "method": ["initialize"]}, -32600),
        ({"id": {"a": 1}, "method": "initialize"}, -32600),
        ({"id": 1, "method": "initialize", "params": {"capabilities": 5}}, -32602),
    ],
)
def test_requests_before_the_beginning(message: dict[str, Any], code: int) -> None:
    with LspClient() as client:
        client.send(message)
        wanted = message["id"] if isinstance(message["id"], int | str) else None
        assert client.answer(wanted)["error"]["code"] == code


@pytest.mark.slow
def test_nonsense_is_refused_and_the_server_goes_on() -> None:
    huge = 2**31 - 1
    with LspClient() as client:
        client.begin()
        client.open(URI, SCRIPT)
        client.published(URI)
        for body in (b"{", b"[]", b"5", b"\xff\xfe", b"[" * 100_000, b'{"jsonrpc": "2.0"'):
            client.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            assert client.answer(None)["error"]["code"] == -32700
        assert client.error("initialize", {"processId": None, "rootUri": None, "capabilities": {}}) == -32600
        assert client.error("textDocument/nonsense", {}) == -32601
        assert client.error("textDocument/hover", {"textDocument": DOCUMENT}) == -32602
        assert client.error("textDocument/hover", {"textDocument": DOCUMENT, "position": {"line": -1, "character": 0}})
        assert client.error("workspace/executeCommand", {"command": "rm"}) == -32602
        client.send({"id": 77, "result": None}, {"id": "unknown", "error": {"code": 1, "message": "no"}})
        client.send({"method": "$/cancelRequest", "params": {"id": 4711}}, {"method": "$/unknown", "params": [1]})
        client.send(
            {"jsonrpc": "1.0", "method": "textDocument/didOpen"}, {"method": "textDocument/didOpen", "params": 5}
        )
        client.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///never/opened"}}})
        client.change("file:///never/opened", 9, {"text": "x"})
        beyond = {"start": {"line": huge, "character": huge}, "end": {"line": 0, "character": huge}}
        client.change(URI, 1, {"range": beyond, "text": "\ud800"})
        client.change(URI, -5, {"text": 'talk "\udfff"'}, {"range": span(0, huge, 2), "text": "\x00"})
        at = {"textDocument": DOCUMENT, "position": {"line": huge, "character": huge}}
        client.request("textDocument/completion", **at)
        for uri in ("untitled:Untitled-1", "file:///a%00b.call", "file:", "http://[", "", "%ff%fe"):
            client.open(uri, 'include "x.call"\ninclude <std/confirm.call>\ntalk "Hello"\n')
            assert client.published(uri)["diagnostics"]
        client.change(URI, 7, {"text": 'talk "Hello"\n'})
        assert client.request("textDocument/documentSymbol", textDocument=DOCUMENT) == []
        assert client.end() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "last",
    [
        b"Content-Length: 100\r\n\r\n{",
        b"Content-Length: 1" + b"0" * 14 + b"\r\n\r\n{",
        b"\0" * 9000,
        b"X-Nothing: 1\r\n\r\n",
        b"",
    ],
)
def test_a_stream_that_breaks_off_ends_the_server(last: bytes) -> None:
    with LspClient() as client:
        client.begin()
        client.write(last)
        client.target.close()
        assert client.process.wait(PATIENCE) == 1


@pytest.mark.slow
def test_random_edits_and_requests() -> None:
    """After each edit by positions, server and client have the same text, as its whole formatting shows."""
    chance = random.Random(18)
    text = 'step main {\n  talk "a😀é"\n}\n'
    with LspClient() as client:
        client.begin()
        client.open(URI, text)
        for version in range(2, 60):
            lines = re.split("\r\n|\n|\r", text)
            line = chance.randrange(len(lines))
            start = chance.randrange(len(lines[line]) + 1)
            end = chance.randrange(start, len(lines[line]) + 1)
            new = chance.choice(("x", '"', "{", "}", "\n", "\r\n", "😀", "\u2028", "talk ", "", "{{ a }}", "\r"))
            before = sum(map(len, re.findall("[^\r\n]*(?:\r\n|\n|\r)", text)[:line]))
            text = text[: before + start] + new + text[before + end :]
            wide = [len(lines[line][:at].encode("utf-16-le")) // 2 for at in (start, end)]
            client.change(URI, version, {"range": span(line, *wide), "text": new})
            at = {"textDocument": DOCUMENT, "position": {"line": line, "character": wide[0]}}
            method = chance.choice(("textDocument/hover", "textDocument/completion"))
            client.request(method, **at)
        report = client.request("textDocument/diagnostic", textDocument=DOCUMENT)
        client.open("file:///nowhere/other.call", text)
        other = client.request("textDocument/diagnostic", textDocument={"uri": "file:///nowhere/other.call"})
        plain = json.dumps(report["items"]).replace("main.call", "other.call")
        assert json.loads(plain) == other["items"]


# ---- the command


@pytest.mark.slow
def test_it_listens_on_a_port() -> None:
    with LspClient("--port", "0") as client:
        while not (found := re.search(r"listening on 127\.0\.0\.1:(\d+)", client.log)):
            assert client.process.poll() is None, client.log
        with socket.create_connection(("127.0.0.1", int(found[1])), timeout=PATIENCE) as connection:
            body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}'
            connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            assert b"nccodsl" in connection.recv(65536)
        assert client.process.wait(PATIENCE) == 1


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsp, "LIBRARIES", ("no_such_library",))
    result = CliRunner().invoke(cli, ["lsp"])
    assert result.exit_code == 2
    assert "pip install 'nccodsl[lsp]'" in result.output


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = CliRunner().invoke(cli, ["lsp", "--port", str(taken.getsockname()[1])])
    assert result.exit_code == 2
    assert "cannot listen" in result.output
