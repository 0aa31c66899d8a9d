"""`nccodsl test-agent` with the agents of the examples, and `call --emulate` with a real WebSocket."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.server import ServerConnection, serve

from tests.e2e.agents import EXAMPLE, running_agent
from tests.e2e.in_process import invoke

CALLER = """
agent: {agent}
callers:
  - name: Ann
    stays: 1500ms
    does:
      - when: joined
        say: "Hello."
    expect: {expect}
"""


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    with running_agent("echo_agent.py") as agent:
        yield agent


def callers(folder: Path, agent: str, expect: str) -> str:
    path = folder / "callers.yaml"
    path.write_text(CALLER.format(agent=agent, expect=expect))
    return str(path)


@pytest.mark.slow
def test_the_example_passes_as_it_says() -> None:
    with running_agent("rule_agent.py") as agent:
        result = invoke("test-agent", str(EXAMPLE / "callers.yaml"), "--agent", agent)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line.split(":")[0] for line in result.stdout.splitlines()[1:4]] == [
        "  ✓ asks a question",
        "  ✓ interrupts the greeting",
        "  ✓ wants a person",
    ]
    assert "latency p50 0." in result.stdout


def test_what_is_not_as_expected(tmp_path: Path, echo: str) -> None:
    junit = tmp_path / "report.xml"
    file = callers(tmp_path, echo, "{ends: application, answers: 1, says: hello, reaches: sip *}")
    result = invoke("test-agent", file, "--junit", str(junit), "--recognizer", "command:true")
    assert result.exit_code == 1
    wrong = [line.strip() for line in result.stdout.splitlines() if "E813" in line]
    assert wrong == [
        "E813 expected 1 answer at least, but there were 0",
        "E813 expected the leg to end because the application closed the WebSocket, but the caller hung up",
        "E813 expected the call to reach sip *, but it reached nothing else",
        "E813 expected the application to say “hello”, but no words were recognized",
    ]
    suite = ElementTree.parse(junit).getroot()[0]
    (case,) = suite
    assert (suite.get("failures"), case.get("name")) == ("1", "Ann")
    failure = case.find("failure")
    assert failure is not None
    assert failure.text is not None
    assert "says “Hello.”" in failure.text


def test_json(tmp_path: Path, echo: str) -> None:
    result = invoke("test-agent", callers(tmp_path, echo, "{dropped: 0}"), "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["passed"], report["answers"]) == (0, True, 0)
    (caller,) = report["callers"]
    assert caller["turns"]["spurts"] == 1
    assert caller["turns"]["ended"] == "caller"
    # What was said came back, and nearly at once.
    says = [entry for entry in caller["call"]["timeline"] if entry["kind"] == "says"]
    (asked, echoed) = sorted(says, key=lambda entry: entry["at"])
    assert 0 <= echoed["at"] - asked["at"] < 1
    assert echoed["data"]["level"] > -40


def test_words_are_recognized(tmp_path: Path, echo: str) -> None:
    program = tmp_path / "recognize"
    program.write_text("#!/bin/sh\nhead -c 4\necho ' Hello there'\n")
    program.chmod(0o755)
    file = callers(tmp_path, echo, '{says: "RIFF hello THERE"}')
    result = invoke("test-agent", file, "--recognizer", f"command:{program}")
    assert result.exit_code == 0, result.stdout


def test_no_agent(tmp_path: Path) -> None:
    result = invoke("test-agent", callers(tmp_path, "ws://127.0.0.1:9/voice", "{}"))
    assert result.exit_code == 1
    assert "the WebSocket was not opened: no server answers at this address (ws://127.0.0.1:9/voice)" in result.stdout


def test_a_host_that_is_not_allowed(tmp_path: Path) -> None:
    result = invoke("test-agent", callers(tmp_path, "wss://agent.example.com/voice", "{}"))
    assert result.exit_code == 2
    assert "to open it, add --allow-socket agent.example.com" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("callers: []\nagent: ws://127.0.0.1/", "`callers` must be a list of callers"),
        ("callers: [{does: []}]", "has neither `script` nor `agent`"),
        ("agent: http://x\ncallers: [{}]", "agent must be the address of a WebSocket"),
        ("agent: ws://x\nrate: 44100\ncallers: [{}]", "rate must be one of 8000, 16000, 24000"),
        ("agent: ws://x\ncallers: [{expect: {latencies: 1s}}]", "callers[0].expect.latencies is not a setting of"),
        ("agent: ws://x\ncallers: [{expect: {ends: agent}}]", "callers[0].expect.ends must be one of application"),
        ("agent: ws://x\ncallers: [{expect: {dropped: -1}}]", "callers[0].expect.dropped must be a number"),
        ("agent: ws://x\ncallers: [{does: [{hears: {sound: 1s}, say: a}]}]", "callers[0].does must be a text, {speech"),
        ("agent: ws://x\nscripts: a\ncallers: [{}]", "did you mean `script`"),
        ("agent: ws://x\ncallers: [{expct: {}}]", "did you mean `expect`"),
        ("agent: ws://x\ncallers: [{for: 14155550101}]", "for is not a setting of a caller"),
        ("agent: ws://x\ncallers: [{name: a}, {name: a}]", "two callers are called `a`"),
        ("agent: ws://x\ncallers: [{does: [{hears: {silence: 600}, say: a}]}]", "longer than the caller stays"),
        ("agent: ws://x\ncallers: [{expect: {reaches: banana}}]", "must be an endpoint"),
        ("script: a.call\nrate: 8000\ncallers: [{}]", "rate cannot be combined with `script`"),
        ("does: [{say: a}]", "this is a persona"),
        ("agent: ws://127.0.0.1\ncallers: [{does: [{hears: hello, say: a}]}]", "name a --recognizer"),
        ("[]", "E"),
    ],
)
def test_bad_files(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "callers.yaml").write_text(text)
    result = invoke("test-agent", str(tmp_path / "callers.yaml"))
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_call_opens_its_socket(tmp_path: Path, echo: str) -> None:
    (tmp_path / "a.call").write_text(
        f'call {{ to phone 14155550101  from phone 14155550100 }}\nconnect websocket "{echo}" '
        'content_type="audio/l16;rate=8000"\ntalk "Bye."\n'
    )
    (tmp_path / "ann.yaml").write_text("stays: 1s\ndoes: [{when: joined, say: Hello}]\n")
    arguments = ("call", str(tmp_path / "a.call"), "--emulate", "--persona", str(tmp_path / "ann.yaml"))
    result = invoke(*arguments)
    assert result.exit_code == 0
    assert "says (speech) for" in result.stdout
    personas = invoke(*arguments, "--sockets", "persona")
    assert "(speech)" not in personas.stdout
    assert "says “Hello”" in personas.stdout


def test_options_that_are_wrong_before_a_call(tmp_path: Path, echo: str) -> None:
    file = callers(tmp_path, echo, "{}")
    for arguments, said in (
        (("--agent", "http://127.0.0.1"), "is not the address of a WebSocket"),
        (("--junit", str(tmp_path / "none" / "x.xml")), "is not a folder"),
        (("--recognizer", "vosk"), "is not a recognizer"),
        (("-k", "nobody"), "no callers whose name contains"),
    ):
        result = invoke("test-agent", file, *arguments)
        assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


def test_values_that_do_not_fit(tmp_path: Path, echo: str) -> None:
    shutil.copy(EXAMPLE / "script.call", tmp_path)
    (tmp_path / "callers.yaml").write_text(
        f"script: script.call\nagent: {echo}\nvalues: {{desk: nowhere}}\ncallers: [{{}}]\n"
    )
    result = invoke("test-agent", str(tmp_path / "callers.yaml"))
    assert result.exit_code == 2
    assert "desk" in result.stderr


@pytest.mark.parametrize("how", ["crash", "close"])
def test_a_crash_is_no_end(tmp_path: Path, how: str) -> None:
    def end(call: ServerConnection) -> None:
        if how == "close":
            call.close()
        else:
            call.socket.shutdown(socket.SHUT_RDWR)

    with serve(end, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        agent = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        result = invoke("test-agent", callers(tmp_path, agent, "{ends: application}"))
        server.shutdown()
        thread.join()
    assert result.exit_code == (1 if how == "crash" else 0), result.stdout
    assert ("the connection of the WebSocket broke" in result.stdout) == (how == "crash")


@pytest.mark.slow
def test_an_interrupt_ends_all_calls(tmp_path: Path, echo: str) -> None:
    (tmp_path / "callers.yaml").write_text(
        f"agent: {echo}\ncallers: [{{name: a, stays: 60s}}, {{name: b, stays: 1s}}]\n"
    )
    command = [sys.executable, "-m", "nccodsl", "test-agent", "callers.yaml"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - began < 15
