"""`--after-connect`: what a call does when the connected phone has hung up, for each command that emulates one."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from nccodsl.cli.emulator import EmulatorOptions, _application, _voices
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.emulate import emulate
from tests.e2e.emulated_api import body, emulator
from tests.e2e.in_process import invoke
from tests.e2e.servers import wait_for

LINE = """step main {
  connect phone 14155550123 from=14155550100 {
    on busy { talk "Busy." }
    on completed -> survey
  }
}
step survey { talk "How was it?" }
test "a survey" { dialled phone 14155550123 completed hear "How was it" ended }
test "a busy line" { dialled phone 14155550123 busy hear "Busy" ended }
"""
BARE = 'connect phone 14155550123 from=14155550100\ntalk "And?"\n'
NCCO = [
    {"action": "connect", "endpoint": [{"type": "phone", "number": "14155550123"}], "from": "14155550100"},
    {"action": "talk", "text": "And?"},
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "line.call").write_text(LINE)
    (tmp_path / "bare.call").write_text(BARE)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "heard"),
    [((), True), (("--after-connect", "continue"), True), (("--after-connect", "complete"), False)],
)
@pytest.mark.parametrize(("file", "words"), [("line.call", "How was it?"), ("bare.call", "And?")])
def test_call_and_simulate(file: str, words: str, options: tuple[str, ...], heard: bool) -> None:
    called = invoke("call", file, "--emulate", *options)
    assert called.exit_code == 0
    assert (f"hears “{words}”" in called.stdout) is heard
    simulated = invoke("simulate", file, *options, input="\n")
    assert simulated.exit_code == 0
    assert (f"hears “{words}”" in simulated.stdout) is heard
    for shown in (called.stdout, simulated.stdout):
        assert ("completed, because phone 14155550123 has left" in shown) is not heard


def test_tests() -> None:
    assert invoke("test", "line.call").exit_code == 0
    strict = invoke("test", "line.call", "--after-connect", "complete", "--coverage")
    assert strict.exit_code == 1
    assert "✗ a survey" in strict.stdout
    assert "✓ a busy line" in strict.stdout
    assert "not reached: line.call:4 on completed" in strict.stdout
    assert "not reached: line.call:7 step survey" in strict.stdout
    assert "not reached" not in invoke("test", "line.call", "--coverage").stdout


@pytest.mark.parametrize("other", [("--explore", "3"), ("--replay", "line.call")])
def test_what_only_continues(other: tuple[str, ...]) -> None:
    refused = invoke("test", "line.call", "--after-connect", "complete", *other)
    assert refused.exit_code == 2
    assert "--after-connect complete cannot be combined with --replay or --explore" in refused.output


def test_a_real_call_has_no_such_option() -> None:
    refused = invoke("call", "bare.call", "--after-connect", "continue")
    assert refused.exit_code == 2
    assert "--after-connect requires --emulate" in refused.output


def test_another_word() -> None:
    assert invoke("simulate", "bare.call", "--after-connect", "hangup").exit_code == 2


@pytest.mark.parametrize("after_connect", ["continue", "complete"])
def test_the_emulator(after_connect: str) -> None:
    """What the command makes of the option, and what the API then shows of a call."""
    settings = dict.fromkeys(EmulatorOptions._fields)
    application = _application(
        given := EmulatorOptions(**{**settings, "leg_days": 2, "after_connect": after_connect}), _voices(given)
    )
    with emulator(application=application) as server:
        uuid = httpx.post(f"{server.url}/v1/calls", json=body(NCCO), headers={"authorization": "Bearer a"}).json()[
            "uuid"
        ]
        wait_for(lambda: server.network.legs[uuid].ended_at is not None)
        call = httpx.get(f"{server.url}/emulator/calls/{uuid}").json()
    heard = [entry["text"] for entry in call["timeline"] if entry["kind"] == "hears"]
    assert ("“And?”" in heard) is (after_connect == "continue")


def test_the_data_of_the_note() -> None:
    call = emulate(body(NCCO), application=Application(after_connect="complete"))
    notes = [entry for entry in call.timeline.of("note") if entry.data.get("event") == "after-connect"]
    assert [note.data["uuid"] for note in notes] == [call.legs[1].uuid]
    assert json.loads(json.dumps(call.to_json()))["legs"][0]["ended_by"] == "platform"
