"""Clients of the language server that break the rules, and servers that are killed."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from nccodsl.io.message_frames import MOST_BYTES
from tests.bench.edited_script import large_script
from tests.e2e.lsp_client import PATIENCE, LspClient, changed, span
from tests.e2e.lsp_requests import DOCUMENT, REQUESTS, TEXT, URI, at

_SIZE = 2_090_000
"""Nearly two MiB, the most that a script may have."""


@pytest.mark.slow
def test_half_frames() -> None:
    """A message comes in pieces, with pauses between them."""
    with LspClient() as client:
        client.begin()
        body = b'{"jsonrpc": "2.0", "id": "a", "method": "workspace/symbol", "params": {"query": "\xf0\x9f\x98\x80"}}'
        frame = b"content-LENGTH:  %d\r\nContent-Type: a/b\r\n\r\n%s" % (len(body), body)
        for piece in (frame[:7], frame[7:20], frame[20:-8], frame[-8:]):
            client.write(piece)
            time.sleep(0.1)
        assert client.answer("a")["result"] == []
        assert client.end() == 0


@pytest.mark.slow
def test_a_length_beyond_all_limits_ends_the_server() -> None:
    with LspClient() as client:
        client.begin()
        client.write(b"Content-Length: %d\r\n\r\n{" % (MOST_BYTES + 1))
        assert client.answer(None)["error"]["code"] == -32700
        assert client.process.wait(PATIENCE) == 1


@pytest.mark.slow
def test_requests_after_shutdown() -> None:
    with LspClient() as client:
        client.begin()
        client.open(URI, TEXT)
        client.published(URI)
        assert client.request("shutdown") is None
        for method in ("shutdown", "textDocument/hover", "initialize"):
            assert client.error(method, REQUESTS.get(method, {"capabilities": {}})) == -32600
        # What needs no answer is passed over.
        client.change(URI, 2, {"text": "nonsense"})
        client.send({"method": "$/setTrace", "params": {"value": "off"}}, {"method": "exit"})
        assert client.process.wait(PATIENCE) == 0


def test_exit_without_shutdown() -> None:
    with LspClient() as client:
        client.begin()
        client.send({"method": "exit"})
        assert client.process.wait(PATIENCE) == 1


@pytest.mark.slow
def test_ids_of_all_kinds() -> None:
    hover = {"method": "textDocument/hover", "params": REQUESTS["textDocument/hover"]}
    with LspClient() as client:
        client.begin()
        client.open(URI, TEXT)
        for id in (0, -1, 2**53, "", "é😀", "1"):
            client.send({"id": id, **hover})
            assert "Speaks" in client.answer(id)["result"]["contents"]["value"]
        for id in (1.5, None, True, [1], {"a": 1}):
            client.send({"id": id, **hover})
            assert client.answer(True if id is True else None)
        # Twice the same id: each is answered.
        client.send({"id": 7, **hover}, {"id": 7, **hover})
        assert client.answer(7)["result"] == client.answer(7)["result"]


@pytest.mark.slow
def test_versions_in_any_order() -> None:
    """Changes count in the order in which they come, whatever their numbers; the last one is that of the diagnostics."""
    with LspClient() as client:
        client.begin()
        client.open(URI, 'talk "Hello" levl=1\n', version=5)
        assert client.published(URI)["version"] == 5
        for version, text in ((9, "level"), (7, "loop"), (7, "x"), (-3, "level"), (2**31 - 1, "loop")):
            client.change(URI, version, {"text": f'talk "Hello" {text}=1\n'})
            found = client.published(URI)
            assert found["version"] == version
            assert [one["code"] for one in found["diagnostics"]] == (["E202"] if text == "x" else [])


@pytest.mark.slow
def test_a_document_that_is_opened_twice_or_closed_twice() -> None:
    with LspClient() as client:
        client.begin()
        client.open(URI, 'talk "Hello" levl=1\n')
        assert client.published(URI)["diagnostics"]
        client.open(URI, 'talk "Hello"\n', version=2)
        assert client.published(URI) == {"uri": URI, "diagnostics": [], "version": 2}
        for _ in range(2):
            client.send({"method": "textDocument/didClose", "params": {"textDocument": DOCUMENT}})
        client.open(URI, 'talk "Hello" levl=1\n', version=1)
        while not (found := client.published(URI))["diagnostics"]:
            pass
        assert found["version"] == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "line", "start", "end"),
    [
        ('talk "\U0001f600\U0001f600" levl=1\n', 0, 12, 16),
        ('talk "a\u2028b\u2029c\x85d" levl=1\n', 0, 15, 19),
        ('talk "a"\rtalk "b"\rtalk "x" levl=1\r', 2, 9, 13),
        ('# a\r\n\r\ntalk "x" levl=1', 2, 9, 13),
    ],
)
def test_characters_that_are_counted_in_different_ways(text: str, line: int, start: int, end: int) -> None:
    with LspClient() as client:
        client.begin()
        client.open(URI, text)
        found = [one["range"] for one in client.published(URI)["diagnostics"] if one["code"] == "E202"]
        assert found == [span(line, start, end)]
        client.change(URI, 2, {"range": found[0], "text": "level"})
        assert "E202" not in [one["code"] for one in client.published(URI)["diagnostics"]]


@pytest.mark.slow
def test_a_byte_order_mark_is_a_character_that_can_be_removed() -> None:
    """Editors keep it out of their documents; a client that does not is told so."""
    with LspClient() as client:
        client.begin()
        client.open(URI, '\ufefftalk "x"\n')
        (found,) = client.published(URI)["diagnostics"]
        assert (found["code"], found["range"]) == ("E101", span(0, 0, 1))
        context = {"diagnostics": [found]}
        fix, *_ = client.request("textDocument/codeAction", textDocument=DOCUMENT, range=span(0, 0, 1), context=context)
        (edit,) = fix["edit"]["changes"][URI]
        client.change(URI, 2, {"range": edit["range"], "text": edit["newText"]})
        assert client.published(URI)["diagnostics"] == []


@pytest.mark.slow
def test_an_edit_between_the_halves_of_a_character() -> None:
    """No client should, some do: the edit lies beside the character, and what follows is where it was."""
    with LspClient() as client:
        client.begin()
        client.open(URI, 'talk "\U0001f600" levl=1\n')
        client.published(URI)
        client.change(URI, 2, {"range": span(0, 7, 7), "text": "a"})
        (found,) = client.published(URI)["diagnostics"]
        assert found["range"] == span(0, 11, 15)


@pytest.mark.slow
def test_requests_that_are_called_off() -> None:
    """A request that waits is answered with an error, one that is answered already stays so."""
    with LspClient() as client:
        client.begin()
        client.open(URI, large_script(20))
        client.published(URI)
        tokens = [client.ask("textDocument/semanticTokens/full", {"textDocument": DOCUMENT}) for _ in range(5)]
        cancels = [{"method": "$/cancelRequest", "params": {"id": one["id"]}} for one in tokens[2:]]
        client.send(*tokens, *cancels, *cancels)
        answers = [client.answer(one["id"]) for one in tokens]
        assert all("result" in one for one in answers[:2])
        assert {one["error"]["code"] for one in answers if "error" in one} <= {-32800}
        assert client.error("textDocument/hover", {"textDocument": DOCUMENT}) == -32602, "it goes on"


_LARGE: dict[str, tuple[Callable[[], str], list[str]]] = {
    "one line": (lambda: f'talk "{"x" * _SIZE}"\n', ["E311"]),
    "comments": (lambda: "# nothing but comments\n" * (_SIZE // 23), ["E507"]),
    "brackets": (lambda: "{" * _SIZE, ["E108"]),
    "quotes": (lambda: '"' * _SIZE, ["E101"]),
    "steps": (lambda: large_script(_SIZE // 800), []),
}
"""Texts, and the codes of what is wrong with each."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", _LARGE)
def test_documents_of_two_mebibytes(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.e2e.lsp_client.PATIENCE", 10 * PATIENCE)
    text, codes = _LARGE[kind]
    with LspClient() as client:
        client.begin()
        client.open(URI, text())
        found = client.published(URI)["diagnostics"]
        assert [one["code"] for one in found] == codes
        client.change(URI, 2, {"range": span(0, 0, 0), "text": "# first\n"})
        assert len(client.published(URI)["diagnostics"]) == len(found)
        for method in ("textDocument/hover", "textDocument/completion"):
            client.request(method, textDocument=DOCUMENT, position={"line": 3, "character": 4})
        client.send({"method": "textDocument/didClose", "params": {"textDocument": DOCUMENT}})
        assert client.published(URI)["diagnostics"] == []
        assert client.end() == 0


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_nothing_behind() -> None:
    """A client that starts another one, and opens its documents again, is where it was."""
    before: list[dict[str, Any]] = []
    for number in range(2):
        with LspClient() as client:
            client.begin()
            client.open(URI, TEXT)
            before.append(client.published(URI))
            # In the middle of something.
            client.send(
                *(changed(URI, 2 + count, {"range": span(1, 0, 0), "text": "x"}) for count in range(20 * (1 - number)))
            )
            if number == 0:
                client.process.send_signal(signal.SIGKILL)
                assert client.process.wait(PATIENCE) == -signal.SIGKILL
            else:
                assert client.request("textDocument/hover", textDocument=DOCUMENT, position=at("talk"))
    assert before[0] == before[1]
