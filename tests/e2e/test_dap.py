"""`nccodsl dap` as editors use it: breakpoints, steps forward and back, a console that is the person, edits, hostility."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nccodsl.io.message_frames import frame, messages
from tests.e2e.dap_client import ROOT, DapClient, Refused, debugging, raw
from tests.menu_script import SUPPORT_STEP

_BEGINNING = """param pin: text private = "4711"
param open: boolean = true

dialog sure(question: text) -> yes, no {
  talk "{{ question }}"
  input dtmf max_digits=1 {
    on "1"    -> yes
    otherwise -> no
  }
}

step main {
  set tries = 1
  talk "Press 1 for sales, 2 for support."
  input dtmf speech max_digits=1 {
    on "1", "sales" -> sales
    on "2" {
      talk "Support."
      -> support
    }
    otherwise { talk "Goodbye." }
  }
}

step sales {
  ask sure(question="Really sales?") {
    on yes { talk "Good." }
    on no { hangup }
  }
  connect phone 14155550123 from=14155550100 timeout=20s {
    on busy, timeout, rejected, failed, unanswered { talk "Sales is busy." }
    on completed { hangup }
  }
}

"""
MENU = _BEGINNING + SUPPORT_STEP
LINE = {text.strip(): number for number, text in enumerate(MENU.splitlines(), 1)}
MAIN, ASKS = LINE['talk "Press 1 for sales, 2 for support."'], LINE["input dtmf speech max_digits=1 {"]
SUPPORT, NUMBER = LINE['talk "Support."'], LINE["input dtmf max_digits=4 submit_on_hash=true as number"]
ENTER, FETCH = NUMBER - 1, NUMBER + 1
HELLO = FETCH + 1


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "menu.call"
    path.write_text(MENU)
    return path


@pytest.fixture
def client(tmp_path: Path) -> Iterator[DapClient]:
    with debugging(tmp_path) as client:
        yield client


# ---- breakpoints


def test_a_breakpoint_stops_the_call_and_shows_where(client: DapClient, script: Path) -> None:
    assert client.launch(script, ENTER)[0]["verified"]
    assert client.stopped() == ("pause", ASKS)
    assert "Press 1 for sales" in client.output()
    client.type("2")
    assert client.stopped() == ("breakpoint", ENTER)
    frames = client.frames()
    assert [one["name"] for one in frames] == ["step support"]
    assert frames[0]["source"]["path"] == str(script)


def test_breakpoints_move_to_where_something_happens(client: DapClient, script: Path) -> None:
    jump, dialog, empty = LINE['on "1", "sales" -> sales'], LINE['talk "{{ question }}"'], 3
    found = client.launch(script, MAIN - 1, jump, dialog, empty, 999)
    assert [(one["verified"], one["line"]) for one in found] == [
        *((True, MAIN), (False, jump), (True, dialog)),
        *((False, empty), (False, 999)),
    ]
    assert "nothing is heard" in found[1]["message"]


def test_conditions_and_log_points(client: DapClient, script: Path) -> None:
    log = {"line": NUMBER, "logMessage": "tries is {tries}, {{ tries + 1 }} and {nope}, pin {pin}"}
    found = client.launch(
        script,
        {"line": SUPPORT, "condition": "tries > 1"},
        {"line": ENTER, "condition": "{{ tries == 1 and open }}"},
        {"line": HELLO, "condition": "1 +"},
        log,
    )
    assert [one["verified"] for one in found] == [True, True, False, True]
    assert "the condition is wrong" in found[2]["message"]
    client.stopped()
    client.type("2")
    assert client.stopped() == ("breakpoint", ENTER)
    assert client.move("continue") == ("pause", NUMBER)
    shown = client.output()
    assert "tries is 1, 2 and <`nope` has no value" in shown
    assert "pin (private)" in shown


def test_a_condition_that_fails_stops_and_says_so(client: DapClient, script: Path) -> None:
    client.launch(script, {"line": MAIN, "condition": "nope > 1"})
    assert client.stopped() == ("breakpoint", MAIN)
    assert "cannot be computed" in client.output()


# ---- steps


def test_stepping_forward_and_back_yields_the_same_stops_reversed(client: DapClient, script: Path) -> None:
    client.launch(script, stopOnEntry=True, tape=["2", "12#", '{"name": "Ann"}'])
    forward = [client.stopped()[1]]
    while forward[-1] != HELLO:
        forward.append(client.move("stepIn")[1])
    assert forward == [MAIN, ASKS, SUPPORT, ENTER, NUMBER, FETCH, HELLO]
    back = [client.move("stepBack")[1] for _ in forward[1:]]
    assert [HELLO, *back] == forward[::-1]
    assert client.move("stepBack") == ("entry", MAIN)


def test_continuing_forward_and_back(client: DapClient, script: Path) -> None:
    client.launch(script, ASKS, NUMBER, tape=["2", "12#"])
    assert client.stopped() == ("breakpoint", ASKS)
    assert client.move("continue") == ("breakpoint", NUMBER)
    assert client.move("continue") == ("pause", FETCH)
    assert client.move("reverseContinue") == ("breakpoint", NUMBER)
    assert client.move("reverseContinue") == ("breakpoint", ASKS)
    assert client.move("reverseContinue") == ("entry", MAIN)


def test_dialogs_are_frames_that_next_goes_over(client: DapClient, script: Path) -> None:
    asked = LINE['ask sure(question="Really sales?") {']
    good = LINE['on yes { talk "Good." }']
    client.launch(script, stopOnEntry=True, tape=["1", "1"])
    client.stopped()
    client.move("next")
    assert client.move("stepIn") == ("step", LINE['talk "{{ question }}"'])
    assert [(one["name"], one["line"]) for one in client.frames()] == [
        ("dialog sure", LINE['talk "{{ question }}"']),
        ("step sales", asked),
    ]
    assert client.scope("Names")["question"] == '"Really sales?"'
    assert client.value("question | upper") == '"REALLY SALES?"'
    assert client.move("stepOut") == ("step", good)
    client.move("stepBack")
    client.move("stepBack")
    assert client.move("stepBack") == ("step", ASKS)
    assert client.move("next") == ("step", good)


def test_a_branch_is_a_frame(client: DapClient, script: Path) -> None:
    client.launch(script, SUPPORT, tape=["2"])
    assert client.stopped() == ("breakpoint", SUPPORT)
    assert [one["name"] for one in client.frames()] == ['on "2"', "step main"]


# ---- what is shown


def test_scopes_and_variables(client: DapClient, script: Path) -> None:
    client.launch(script, HELLO, tape=["2", "12#", '{"name": "Ann", "tags": ["a", {"b": null}]}'])
    assert client.stopped() == ("breakpoint", HELLO)
    names = client.scope("Names")
    assert (names["tries"], names["open"], names["pin"]) == ("1", "true", "(private)")
    assert client.scope("Visits") == {"main": "1", "support": "1"}
    assert client.scope("Legs") == {"phone 14155550101": '"answered"'}
    assert client.scope("Last answer")["to"] == '"https://crm.example.com/12"'
    scopes = client.request("scopes", frameId=1)["scopes"]
    found = next(one for one in client.children(scopes[0]["variablesReference"]) if one["name"] == "found")
    name, tags = client.children(found["variablesReference"])
    assert name["value"] == '"Ann"'
    assert [one["value"] for one in client.children(tags["variablesReference"])] == ['"a"', '{"b": null}']


def test_expressions(client: DapClient, script: Path) -> None:
    client.launch(script, HELLO, tape=["2", "12#", '{"name": "Ann"}'])
    client.stopped()
    assert client.value("found.name | lower") == '"ann"'
    assert client.value("number.digits") == '"12"'
    assert client.value("pin") == "(private)"
    assert client.value("'x' ~ pin") == "(private)"
    assert client.type("{{ tries + 1 }}") == "2"
    with pytest.raises(Refused, match="no value"):
        client.value("nope")
    with pytest.raises(Refused):
        client.value("1 +")
    with pytest.raises(Refused, match="not closed; add `}}`"):
        client.type("{{ tries + 1")


# ---- the console is the person


def test_keys_move_the_call_to_its_end(client: DapClient, script: Path) -> None:
    client.launch(script)
    client.stopped()
    assert [one["label"] for one in client.request("completions", text="", column=1)["targets"]][:2] == ["1", "sales"]
    client.type("2")
    assert client.stopped() == ("pause", NUMBER)
    assert "type keys" in client.type("hello")
    client.type("12#")
    assert client.stopped() == ("pause", FETCH)
    assert "this is not JSON" in client.type("oops")
    client.type('{"name": "Ann"}')
    assert client.stopped() == ("pause", HELLO)
    assert "Hello Ann," in client.output()
    assert 'fetched "https://crm.example.com/12" reply {name: "Ann"}' in client.type("/test Ann asks")
    assert json.loads(client.type("/share"))["entries"] == ["2", "12#", '{"name": "Ann"}']
    assert client.type("1") == "the call is over"
    client.request("continue", threadId=1)
    assert client.event("exited") == {"exitCode": 0}
    client.event("terminated")


def test_answers_can_be_taken_back(client: DapClient, script: Path) -> None:
    client.launch(script)
    client.stopped()
    client.type("9")
    client.stopped()
    assert "Goodbye." in client.output()
    assert client.type("/fly 1") == "there is no command `/fly`; type `/help` for a list"
    assert client.type("help") == client.type("/help")
    assert "/undo: take back" in client.type("help")
    assert client.type("/undo") == "took back 9"
    assert client.stopped() == ("goto", ASKS)
    client.type("say sales")
    assert client.stopped()[1] == LINE["input dtmf max_digits=1 {"]
    assert client.type("where").startswith("step dialog sure")


def test_an_answer_after_steps_back_begins_another_future(client: DapClient, script: Path) -> None:
    client.launch(script, tape=["2", "12#"])
    client.stopped()
    client.request("reverseContinue", threadId=1)
    assert client.stopped() == ("entry", MAIN)
    client.type("9")
    client.stopped()
    assert json.loads(client.type("/share"))["entries"] == ["9"]


def test_restart_begins_anew(client: DapClient, script: Path) -> None:
    client.launch(script)
    client.stopped()
    client.type("2")
    client.stopped()
    assert client.move("restart") == ("pause", ASKS)


def test_a_call_that_fails_says_why(client: DapClient, script: Path) -> None:
    client.launch(script, tape=["2", "12#", '{"nam": "Ann"}'])
    client.stopped()
    assert "E602" in client.output()
    client.request("terminate")
    assert client.event("exited") == {"exitCode": 1}


# ---- edits


def test_an_edited_script_continues_the_call(client: DapClient, script: Path) -> None:
    client.launch(script, MAIN - 1)
    assert client.stopped() == ("breakpoint", MAIN)
    assert client.move("continue") == ("pause", ASKS)
    client.type("2")
    assert client.stopped() == ("pause", NUMBER)
    script.write_text("# a comment\n" + MENU.replace("Enter your number.", "Your number?"))
    client.type("12#")
    assert client.stopped() == ("pause", FETCH + 1)
    assert "reloaded" in client.output()
    assert client.event("breakpoint")["breakpoint"]["line"] == MAIN + 1
    script.write_text("tlak")
    client.type("error")
    client.stopped()
    shown = client.output()
    assert "goes on with the old one" in shown
    assert "Unknown." in shown


def test_an_edit_that_changes_the_call_is_reported(client: DapClient, script: Path) -> None:
    client.launch(script, tape=["2", "12#"])
    client.stopped()
    script.write_text(
        MENU.replace("      -> support\n", "      -> sales\n").replace("on no { hangup }", "on no -> support")
    )
    assert client.move("stepBack")[0] == "step"
    assert "your change altered this call here" in client.output()


# ---- hostile clients


def test_the_wrong_order_and_wrong_arguments_are_refused(client: DapClient, script: Path) -> None:
    for command in ("stackTrace", "continue", "evaluate", "configurationDone", "scopes", "restart", "stepBack"):
        with pytest.raises(Refused):
            client.request(command, expression="1")
    assert client.breakpoints(script, 1)[0]["message"] == "no script is launched yet"
    bad: list[dict[str, Any]] = [
        *({}, {"program": 5}, {"program": "nowhere.call"}, {"program": "\0"}, {"program": str(script), "values": [1]}),
        *({"program": str(script), "values": {"nope": 1}}, {"program": str(script), "tape": [1]}),
        *({"program": str(script), "at": "noon"}, {"program": str(script), "replies": 1}),
        *({"program": str(script), "seed": "x"}, {"program": str(script), "afterConnect": "x"}),
    ]
    for arguments in bad:
        with pytest.raises(Refused) as refused:
            client.request("launch", **arguments)
        assert "internal" not in str(refused.value)
    client.launch(script)
    client.stopped()
    with pytest.raises(Refused, match="already"):
        client.request("launch", program=str(script))
    with pytest.raises(Refused, match="not supported"):
        client.request("fly")
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("variables", {"variablesReference": 99}),
        ("variables", {"variablesReference": "x"}),
        ("stackTrace", {"startFrame": "x"}),
        ("evaluate", {"expression": 5}),
        ("setBreakpoints", {"source": 5, "breakpoints": 5}),
        ("setBreakpoints", {"source": {"path": str(script)}, "breakpoints": [{"line": "x"}]}),
        ("setBreakpoints", {"source": {"path": str(script)}, "breakpoints": [{"line": 1}] * 1001}),
        ("source", {"sourceReference": -1}),
    ]
    for command, arguments in wrong:
        with pytest.raises(Refused) as refused:
            client.request(command, **arguments)
        assert "internal" not in str(refused.value)
    assert client.frames()


@pytest.mark.slow
@pytest.mark.parametrize(
    "message", [[], 5, None, {}, {"type": "request"}, {"type": "request", "seq": "x", "command": 5}, {"type": "event"}]
)
def test_messages_that_are_none_are_answered(client: DapClient, message: object) -> None:
    client.write(raw(message))
    answer = client.read()
    assert answer is not None
    assert not answer["success"]
    client.write(raw({"type": "request", "seq": 1, "command": "initialize", "arguments": [1]}))
    refused = client.read()
    assert refused is not None
    assert refused["message"] == "`arguments` must be an object"
    assert client.request("initialize")["supportsStepBack"]


def test_a_body_that_is_not_json_is_answered(client: DapClient) -> None:
    for body in (b"{", b"\xff\xfe", b"[" * 100_000):
        client.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        answer = client.read()
        assert answer is not None
        assert "not valid JSON" in answer["message"]
    assert client.request("initialize")


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Length: 99999999999999999999\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: ten\r\n\r\n",
        b"\r\n\r\n",
        b"x" * 10_000,
        b"Content-Type: x\r\n" * 20,
        b"Content-Length: 50\r\n\r\n{}",
    ],
)
def test_what_is_no_frame_ends_the_connection_with_an_answer(client: DapClient, data: bytes) -> None:
    client.write(data)
    assert client.process.stdin is not None
    client.process.stdin.close()
    answer = client.read()
    assert answer is not None
    assert not answer["success"]
    assert client.process.wait(20) == 2


def test_disconnecting_ends_the_process(client: DapClient, script: Path) -> None:
    client.launch(script)
    client.stopped()
    client.request("disconnect")
    assert client.process.wait(20) == 0


def test_clients_come_one_after_the_other_on_a_port(tmp_path: Path, script: Path) -> None:
    command = [sys.executable, "-m", "nccodsl", "dap", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            port = int(process.stderr.readline().rpartition(b":")[2])
            for data, good in ((b"GET / HTTP/1.1\r\n\r\n", False), (None, True), (None, True)):
                with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                    wanted = {"seq": 1, "type": "request", "command": "launch", "arguments": {"program": str(script)}}
                    connection.sendall(data or frame(wanted))
                    with connection.makefile("rb") as incoming:
                        answer = next(messages(incoming.read1), None)
                    assert isinstance(answer, dict)
                    assert answer["success"] is good
        finally:
            process.kill()


def test_a_test_is_played_with_its_own_answers(client: DapClient, script: Path) -> None:
    script.write_text(
        f'{MENU}\ntest "support" {{\n  press "2"\n  press "12"\n  fetched "https://crm.example.com/*" failed 404\n}}\n'
    )
    client.launch(script, HELLO - 1, test="support")
    assert client.stopped() == ("breakpoint", FETCH)
    assert client.move("stepBack") == ("step", NUMBER)
    assert client.move("continue") == ("breakpoint", FETCH)
    client.move("continue")
    assert "Unknown." in client.output()


def test_a_test_that_cannot_be_played_is_refused(client: DapClient, script: Path) -> None:
    client.request("initialize", adapterID="nccodsl")
    for more, problem in (
        ({"test": "no"}, "no test `no`"),
        ({"test": 1}, "title of a test"),
        ({"test": "support", "tape": ["1"]}, "cannot be combined with tape"),
    ):
        with pytest.raises(Refused, match=problem):
            client.request("launch", program=str(script), **more)


def test_params_without_values_are_named(client: DapClient, script: Path) -> None:
    script.write_text(f"param name: text\nparam mobile: phone\nparam office: phone\n{MENU}")
    client.request("initialize", adapterID="nccodsl")
    values = {"name": "Ann", "mobile": None}
    with pytest.raises(Refused, match="`values` in the launch configuration must include `mobile`, `office`"):
        client.request("launch", program=str(script), values=values)
