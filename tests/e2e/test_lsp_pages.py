"""What pages ask the language server: the call, the call as a test, and the graph."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from nccodsl.emulator.core.sound_files import MP3_FRAME, MP3_SAMPLES, RATE
from tests.e2e.lsp_client import LspClient, changed, span

URI = "file:///nowhere/main.call"
SCRIPT = """param class: text
step main {
  talk "😀 {{ class }}: press 1."
  input dtmf max_digits=1 { on "1" { talk "Yes." } otherwise { talk "No." } }
}
"""

NO_CLASS = "E211 `class` has no value"
SAYS = 'hear "x" press "1" '


def ask(client: LspClient, method: str, uri: str = URI, **params: Any) -> Any:
    message = client.ask(method, {"textDocument": {"uri": uri}, **params})
    client.send(message)
    answer = client.answer(message["id"])
    return answer["result"] if "error" not in answer else answer["error"]["code"]


def test_pages_ask_for_calls_and_graphs() -> None:
    with LspClient() as client:
        client.begin()
        client.open(URI, SCRIPT)
        # The names in the params are those of the script, whatever they mean to Python.
        state = ask(client, "nccodsl/call", tape=[], enter="1", values={"class": "4b"})
        assert (state["problem"], state["tape"]) == (None, ["1"])
        heard = [line for line in state["lines"] if line["kind"] == "heard"]
        assert [line["text"] for line in heard] == ["😀 4b: press 1.", "Yes."]
        # The emoji is two halves of UTF-16.
        start, end = (
            {"line": 2, "character": 2},
            {"line": 2, "character": 2 + len('talk "😀 {{ class }}: press 1."') + 1},
        )
        assert heard[0]["location"] == {"uri": URI, "range": {"start": start, "end": end}}
        saved = ask(client, "nccodsl/saveCall", tape=["1"], values={"class": "4b"}, title="yes")
        assert 'hear "Yes."' in saved["test"]
        graph = ask(client, "nccodsl/graph")
        assert [step["name"] for step in graph["steps"]] == ["main"]
        assert graph["steps"][0]["location"]["range"]["start"] == {"line": 1, "character": 0}
        client.change(URI, 2, {"text": SCRIPT.replace("}\n", "", 1)})
        assert ask(client, "nccodsl/call", tape=[])["problem"].startswith("E1")
        # Nonsense of a client, and documents that are no scripts.
        client.open("file:///nowhere/call.ncco.json", "[]", language="json")
        assert ask(client, "nccodsl/graph", "file:///nowhere/call.ncco.json") == -32602
        assert ask(client, "nccodsl/graph", "file:///nowhere/closed.call") == -32602
        for params in (None, [], {}, {"textDocument": 3}):
            assert client.error("nccodsl/call", params) == -32602
        client.send({"method": "nccodsl/call", "params": {}})
        assert client.end() == 0


def test_texts_that_no_script_can_contain_are_refused_in_words() -> None:
    half = "\ud83d"
    with LspClient() as client:
        client.begin()
        client.open(URI, SCRIPT)
        for more in ({"title": half, "values": {"class": "4b"}}, {"title": "yes", "values": {"class": half}}):
            saved = ask(client, "nccodsl/saveCall", tape=["1"], **more)
            assert saved["test"] is None
            assert "half a character" in saved["problem"]
            assert ask(client, "nccodsl/call", tape=["1"], **more)["problem"] is None
        assert client.end() == 0


def test_a_request_that_waits_for_another_is_about_the_text_of_its_turn() -> None:
    long = "".join(f'test "{n}" {{ with class="a" {SAYS * 200} }}\n' for n in range(40))
    tests = 'param class: text\nstep main { talk "x" input dtmf max_digits=1 { otherwise { -> main } } }\n' + long
    with LspClient() as client:
        client.begin(initializationOptions={"tests": {"onPause": False}})
        client.open(URI, tests)
        about = {"textDocument": {"uri": URI}}
        first, second = client.ask("nccodsl/runTests", about), client.ask("nccodsl/tests", about)
        client.send(first, second)
        client.request("textDocument/hover", textDocument={"uri": URI}, position={"line": 0, "character": 0})
        client.send(changed(URI, 2, {"range": span(0, 0, 0), "text": "\n\n"}))
        assert client.answer(first["id"])["error"]["code"] == -32801
        starts = [one["range"]["start"] for one in client.answer(second["id"])["result"]["tests"]]
        assert starts[0] == {"line": 4, "character": 0}
        third, fourth = client.ask("nccodsl/runTests", about), client.ask("nccodsl/tests", about)
        client.send(third, fourth, {"method": "textDocument/didClose", "params": about})
        assert client.answer(third["id"])["error"]["code"] == -32801
        assert client.answer(fourth["id"])["error"]["code"] == -32602
        assert client.end() == 0


def test_the_sound_of_a_call() -> None:
    pytest.importorskip("lameenc")
    with LspClient() as client:
        client.begin()
        client.open(URI, SCRIPT)
        lines = ask(client, "nccodsl/call", tape=["1"], values={"class": "4b"})["lines"]
        sound = ask(client, "nccodsl/callSound", tape=["1"], values={"class": "4b"})
        assert sound["problem"] is None
        assert len(sound["times"]) == len(lines)
        seconds = len(b64decode(sound["mp3"])) / MP3_FRAME * MP3_SAMPLES / RATE
        assert max(sound["times"]) == pytest.approx(seconds - 0.5, abs=0.2)
        assert ask(client, "nccodsl/callSound", tape=["1"]) == {"mp3": None, "times": [], "problem": NO_CLASS}
