"""Tests of scripts in `nccodsl lsp`: after a pause, by request, as commands and as lenses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.lsp_client import LspClient, span

URI = "file:///nowhere/main.call"
DOCUMENT = {"uri": URI}
SCRIPT = """\
step main {
  talk "Welcome"
  input dtmf max_digits=1 {
    on "1" { talk "One" -> bye }
    otherwise { talk "Another" }
  }
}
step bye { talk "Bye" }
test "one" { hear "Welcome" press "1" hear "Bye" ended }
test "two" {
  hear "Welcome"
  press "2"
  hear "One"
}
"""
FAILED = 'expected to hear “One”, but heard “Another”\nif the script is right, write `hear "Another"`'
EXPERIMENTAL = {
    "commands": {"commands": ["nccodsl.debugTest", "nccodsl.openPhone", "nccodsl.showGraph", "x"]},
    "testResults": True,
}


def _command(client: LspClient, command: str, *arguments: object) -> Any:
    return client.request("workspace/executeCommand", command=command, arguments=list(arguments))


@pytest.mark.slow
def test_failures_are_shown_after_a_pause() -> None:
    with LspClient() as client:
        client.begin()
        client.open(URI, SCRIPT)
        assert client.published(URI)["diagnostics"] == []
        (found,) = client.published(URI)["diagnostics"]
        related = found.pop("relatedInformation")
        assert found == {
            "range": span(12, 2, 12),
            "severity": 1,
            "source": "nccodsl test",
            "code": "E813",
            "message": FAILED,
        }
        assert related == [{"location": {"uri": URI, "range": span(4, 16, 30)}, "message": "heard “Another”"}]
        # Until the tests run again, a failure stays where it was in the text.
        client.change(URI, 2, {"range": span(0, 0, 0), "text": "# one more line\n"})
        (found,) = client.published(URI)["diagnostics"]
        assert found["range"] == span(13, 2, 12)
        assert found["relatedInformation"][0]["location"]["range"] == span(5, 16, 30)
        client.change(URI, 3, {"range": span(13, 8, 11), "text": "Another"})
        assert client.published(URI)["diagnostics"] == []
        # A script with errors shows no failures: its tests cannot run.
        client.change(URI, 4, {"range": span(13, 8, 15), "text": "Nothing"})
        assert client.published(URI)["diagnostics"] == []
        assert [one["code"] for one in client.published(URI)["diagnostics"]] == ["E813"]
        client.change(URI, 5, {"range": span(2, 2, 6), "text": "tlak"})
        assert "E813" not in [one["code"] for one in client.published(URI)["diagnostics"]]


@pytest.mark.slow
def test_clients_that_ask_are_told_to_ask_again() -> None:
    refresh = {"diagnostics": {"refreshSupport": True}, "codeLens": {"refreshSupport": True}}
    with LspClient() as client:
        client.begin({"textDocument": {"diagnostic": {}}, "workspace": refresh})
        client.open(URI, SCRIPT)
        report = client.request("textDocument/diagnostic", textDocument=DOCUMENT)
        assert report["items"] == []
        client.asked_for("workspace/codeLens/refresh")
        client.asked_for("workspace/diagnostic/refresh")
        report = client.request("textDocument/diagnostic", textDocument=DOCUMENT, previousResultId=report["resultId"])
        assert [one["code"] for one in report["items"]] == ["E813"]
        lenses = client.request("textDocument/codeLens", textDocument=DOCUMENT)
        shown = [one["command"]["title"] for one in lenses if one["range"]["start"]["line"] > 7]
        assert shown[0].startswith("✓ ")
        assert shown[1:] == ["Run", "✗ expected to hear “One”, but heard “Another”", "Run"]


def test_lenses_are_those_that_can_be_run() -> None:
    with LspClient() as client:
        client.begin(initializationOptions={"tests": {"onPause": False}})
        client.open(URI, SCRIPT)
        lenses = client.request("textDocument/codeLens", textDocument=DOCUMENT)
        assert [one["command"] for one in lenses] == [
            {
                "title": "0 references",
                "command": "nccodsl.references",
                "arguments": [URI, {"line": 0, "character": 5}],
            },
            {"title": "1 reference", "command": "nccodsl.references", "arguments": [URI, {"line": 7, "character": 5}]},
            {"title": "Run", "command": "nccodsl.runTest", "arguments": [URI, "one"]},
            {"title": "Run", "command": "nccodsl.runTest", "arguments": [URI, "two"]},
        ]
        asked = {"textDocument": DOCUMENT, "context": {"diagnostics": [], "only": ["source"]}}
        found = client.request("textDocument/codeAction", **asked, range=span(11, 2, 2))
        assert [(one["title"], one["kind"]) for one in found] == [("Run test “two”", "source.runTest.nccodsl")]
        assert found[0]["command"]["arguments"] == [URI, "two"]
        found = client.request("textDocument/codeAction", **asked, range=span(7, 2, 2))
        assert [one["title"] for one in found] == ["Show 1 reference to bye"]
        assert not client.request("textDocument/codeAction", **asked, range=span(0, 2, 2)), "there is nothing to show"


@pytest.mark.slow
def test_lenses_that_the_client_runs() -> None:
    own = {"commands": {"commands": ["nccodsl.debugTest", "nccodsl.openPhone", "editor.action.showReferences"]}}
    with LspClient() as client:
        client.begin({"experimental": own})
        client.open(URI, SCRIPT)
        lenses = [one["command"] for one in client.request("textDocument/codeLens", textDocument=DOCUMENT)]
        assert lenses[2:4] == [
            {
                "title": "1 reference",
                "command": "editor.action.showReferences",
                "arguments": [URI, {"line": 7, "character": 5}, [{"uri": URI, "range": span(3, 27, 30)}]],
            },
            {"title": "Call from here", "command": "nccodsl.openPhone", "arguments": [URI, {"step": "bye"}]},
        ]
        assert [(one["title"], one["arguments"]) for one in lenses[-2:]] == [
            ("Debug", [URI, "two"]),
            ("Open in phone", [URI, {"test": "two"}]),
        ]


def test_tests_are_listed_and_run() -> None:
    with LspClient() as client:
        client.begin(initializationOptions={"nccodsl": {"tests": {"onPause": False}}})
        client.open(URI, SCRIPT)
        listed = client.request("nccodsl/tests", textDocument=DOCUMENT)["tests"]
        assert listed[0] == {"title": "one", "range": span(8, 0, 56), "selectionRange": span(8, 5, 10)}
        assert [one["title"] for one in listed] == ["one", "two"]
        found = client.request("nccodsl/runTests", textDocument=DOCUMENT)
        assert found["problem"] is None
        one, two = found["tests"]
        assert one["seconds"] > 0
        del one["seconds"]
        passed = {"passed": True, "message": None, "location": None, "related": []}
        assert one == {"title": "one", "range": listed[0]["range"], **passed}
        assert (two["passed"], two["message"]) == (False, FAILED)
        assert two["location"] == {"uri": URI, "range": span(12, 2, 12)}
        (covered,) = found["coverage"]
        assert covered["uri"] == URI
        assert {line["line"]: line["count"] for line in covered["lines"]} == {0: 2, 3: 1, 4: 1, 7: 1}
        found = client.request("nccodsl/runTests", textDocument=DOCUMENT, titles=["two"])
        assert [test["title"] for test in found["tests"]] == ["two"]
        found = client.request("nccodsl/runTests", textDocument=DOCUMENT, titles=["three"])
        assert found == {"tests": [], "coverage": found["coverage"], "problem": "there is no test “three”"}
        client.change(URI, 2, {"range": span(0, 0, 4), "text": "stepp"})
        found = client.request("nccodsl/runTests", textDocument=DOCUMENT)
        assert found == {"tests": [], "coverage": [], "problem": "the script has 1 error"}


@pytest.mark.slow
def test_results_are_told_to_clients_that_want_them() -> None:
    with LspClient() as client:
        client.begin({"experimental": EXPERIMENTAL})
        client.open(URI, SCRIPT, version=7)
        told = client.told("nccodsl/testResults")
        assert (told["uri"], told["version"], told["problem"]) == (URI, 7, None)
        assert [one["passed"] for one in told["tests"]] == [True, False]
        assert told["coverage"]
        settings = {"tests": {"onPause": False}}
        client.published(URI)
        assert client.published(URI)["diagnostics"]
        client.send({"method": "workspace/didChangeConfiguration", "params": {"settings": settings}})
        assert client.published(URI)["diagnostics"] == []
        settings["tests"]["onPause"] = True
        client.send({"method": "workspace/didChangeConfiguration", "params": {"settings": settings}})
        assert [one["passed"] for one in client.told("nccodsl/testResults")["tests"]] == [True, False]
        # Without tests there is nothing to tell.
        client.change(
            URI, 8, {"range": {"start": {"line": 8, "character": 0}, "end": span(20, 0, 0)["end"]}, "text": ""}
        )
        assert client.told("nccodsl/testResults")["tests"] == []


@pytest.mark.slow
def test_commands_answer_with_text_and_show_it() -> None:
    with LspClient() as client:
        client.begin()
        client.open(URI, SCRIPT)
        said = _command(client, "nccodsl.runTest", URI, "one")
        assert said.startswith("passed: one (")
        assert client.told("window/showMessage") == {"type": 3, "message": said}
        failed = f"failed: two\nmain.call:13: E813 {FAILED}"
        assert _command(client, "nccodsl.runTest", URI, "two") == failed
        assert _command(client, "nccodsl.runTests", URI) == f"1 passed, 1 failed\n{failed}"
        at = {"line": 7, "character": 6}
        assert _command(client, "nccodsl.references", URI, at) == 'main.call:4: on "1" { talk "One" -> bye }'
        assert "\nflowchart " in _command(client, "nccodsl.graph", URI)
        assert _command(client, "nccodsl.runTest", URI, "three") == "there is no test “three”"
        for command, arguments in (
            ("rm", [URI]),
            ("nccodsl.runTest", [URI]),
            ("nccodsl.runTest", [URI, 5]),
            ("nccodsl.runTest", ["file:///never/opened", "x"]),
            ("nccodsl.runTests", 5),
            ("nccodsl.runTests", []),
            ("nccodsl.references", [URI, {"line": -1, "character": 0}]),
        ):
            params = {"command": command, "arguments": arguments}
            assert client.error("workspace/executeCommand", params) == -32602, command
        for params in (None, {}, [], {"textDocument": 5}, {"textDocument": DOCUMENT, "titles": "one"}):
            assert client.error("nccodsl/runTests", params) == -32602
        assert client.error("nccodsl/nonsense", {"textDocument": DOCUMENT}) == -32601


def test_others_are_answered_while_tests_run() -> None:
    """A test of thousands of events is asked for first, and answered last."""
    text = 'step main {\n  talk "P"\n  input dtmf timeout=1s { on "1" { hangup }  otherwise -> main }\n}\n'
    at = {"textDocument": DOCUMENT, "position": {"line": 1, "character": 3}}
    with LspClient() as client:
        client.begin()
        client.open(URI, text + 'test "long" { silence 5m }\ntest "longer" { silence 10m ended }\n')
        client.published(URI)
        runs = client.ask("nccodsl/runTests", {"textDocument": DOCUMENT})
        called_off = client.ask("nccodsl/runTests", {"textDocument": DOCUMENT})
        hovers = [client.ask("textDocument/hover", at) for _ in range(3)]
        client.send(runs, called_off, *hovers, {"method": "$/cancelRequest", "params": {"id": called_off["id"]}})
        order: list[int] = []
        while len(order) < 5:
            message = client.received.get(timeout=60)
            assert message is not None
            order += [message["id"]] if "id" in message and "method" not in message else []
        assert order == [called_off["id"], *(one["id"] for one in hovers), runs["id"]]


@pytest.mark.slow
def test_tests_run_again_where_an_included_file_changes(tmp_path: Path) -> None:
    main, rest = (tmp_path / name for name in ("main.call", "rest.call"))
    rest.write_text('step rest { talk "Hello" }\n', encoding="utf-8")
    with LspClient() as client:
        client.begin({"experimental": {"testResults": True}})
        client.open(main.as_uri(), 'include "rest.call"\nstep main { -> rest }\ntest "t" { hear "Hello" ended }\n')
        assert [one["passed"] for one in client.told("nccodsl/testResults", main.as_uri())["tests"]] == [True]
        client.open(rest.as_uri(), 'step rest { talk "Bye" }\n')
        told = client.told("nccodsl/testResults", main.as_uri())
        (failed,) = told["tests"]
        assert [one["location"]["uri"] for one in failed["related"]] == [rest.as_uri()]
        assert [one["uri"] for one in told["coverage"]] == [main.as_uri(), rest.as_uri()]
        client.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": rest.as_uri()}}})
        assert [one["passed"] for one in client.told("nccodsl/testResults", main.as_uri())["tests"]] == [True]
