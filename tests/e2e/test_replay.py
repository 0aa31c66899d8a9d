"""`serve --record` under a real platform, killed in between; then `test --replay` with the same script and with others."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from nccodsl.cli.main import cli
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.personas.persona import read_cast
from tests.e2e.serve_process import SECRET, ServeProcess
from tests.e2e.servers import wait_for

PIN, OWNER = "73195", "Winifred Quux"
SCRIPT = """param pin:   text private
param owner: text private
step main {
  talk "Welcome, {{ owner }}. Your number, please." barge_in=true
  input dtmf max_digits=5 {
    on {{ pin }} -> menu
    retry 1 "Once more."
    otherwise { talk "Goodbye." }
  }
}
step menu {
  talk "Press 1 for the desk, or say your wish."
  input dtmf speech max_digits=1 as wish {
    on "1"   -> desk
    otherwise -> wished
  }
}
step desk {
  connect phone 14155550199 from=14155550100 timeout=20s {
    on busy, timeout, rejected, failed, unanswered -> wished
    on completed { hangup }
  }
}
step wished {
  talk "Thank you."
  wait 2s
  talk "Press 2 to end."
  input dtmf max_digits=1 {
    on "2"    { talk "Bye." }
    otherwise { talk "Bye bye." }
  }
}
"""
CALLERS = {
    "447700900101": [
        {"hears": "number", "press": PIN},
        {"hears": "desk", "press": "1"},
        {"hears": "end", "press": "2"},
    ],
    "447700900102": [{"hears": "Welcome", "press": "73190"}, {"hears": "Once more", "press": "11111"}],
    "447700900103": [
        {"hears": "Welcome", "press": "73190"},
        {"hears": "Once more", "press": PIN},
        {"hears": "desk", "say": f"I am {OWNER}"},
    ],
    "447700900104": [],
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the script, a history of eight calls, and the store and the log of the server."""
    folder = tmp_path_factory.mktemp("recorded")
    script = folder / "desk.call"
    script.write_text(SCRIPT, encoding="utf-8")
    history = folder / "history.jsonl"
    values = ("--var", f"pin={PIN}", "--var", f"owner={OWNER}")
    store = f"sqlite:{folder / 'calls.db'}"
    with ServeProcess(folder, script, "--record", history, "--store", store, *values) as server:
        base = f"{server.url}/desk"
        application = Application(
            answer=("GET", f"{base}/answer"), event=("POST", f"{base}/event"), fallback=("POST", f"{base}/fallback")
        )
        personas = [{"for": f"phone {number}", "does": does} for number, does in CALLERS.items()]
        cast = read_cast({"personas": [*personas, {"for": "phone 14155550199", "outcome": "busy"}]})
        with Emulator(cast=cast, application=application, secret=Secret(SECRET), speed=None, seed=7) as emulator:
            ended = 0
            for _ in range(2):
                _play(emulator)
                ended += len(CALLERS)
                wait_for(lambda: history.read_bytes().count(b'"ended":true') == ended, 60)  # noqa: B023
                server.kill()
                server.start()
    return folder


def _play(emulator: Emulator) -> None:
    """All callers at once, to the end of their calls."""
    uuids = []
    for number in CALLERS:
        answer = httpx.post(f"{emulator.url}/emulator/inbound", json={"from": number, "to": "14155550100"})
        uuids.append(answer.json()["uuid"])
    for uuid in uuids:
        wait_for(lambda uuid=uuid: emulator.network.legs[uuid].ended_at is not None, 60)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def replay(folder: Path, text: str, *options: str, history: str = "history.jsonl") -> Result:
    changed = folder / "changed.call"
    changed.write_text(text, encoding="utf-8")
    return run("test", str(changed), "--replay", str(folder / history), *options)


def test_the_same_script_is_safe(recorded: Path) -> None:
    done = replay(recorded, SCRIPT, "--store", f"sqlite:{recorded / 'calls.db'}")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "8 recorded calls" in done.stdout
    assert "new calls: 8 unchanged" in done.stdout
    assert "calls in flight: safe; each continues with the version it began with, which the store has" in done.stdout
    assert "if this version had to continue" not in done.stdout


def test_another_text_is_safe(recorded: Path) -> None:
    done = replay(recorded, SCRIPT.replace("Thank you.", "Thank you very much."))
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "as long as the server keeps its store" in done.stdout
    assert "decisions depend on private values, and were taken as recorded" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('on "1"   -> desk', 'on "9" -> desk', 'after "1" at line 13, the recorded call took `on` (line 14)'),
        (
            "on busy, timeout, rejected, failed, unanswered -> wished",
            'on timeout -> wished\n    on busy { talk "Busy." }',
            "after busy at line 19, the recorded call went to step wished (line 24); the script now ends",
        ),
        ('    retry 1 "Once more."\n', "", "depends on a value that is not recorded"),
        ('talk "Bye bye."', 'talk "{{ 1 / (visits - 1) }}"', "the call stops at line 30"),
        ('  talk "Press 2 to end."\n', "  -> menu\n", None),
    ],
)
def test_each_kind_of_difference_is_reported(recorded: Path, old: str, new: str, said: str | None) -> None:
    text = SCRIPT.replace(old, new) if said else SCRIPT.replace(SCRIPT[SCRIPT.index(old) :], new + "}\n")
    done = replay(recorded, text)
    assert done.exit_code == 1, done.stdout + done.stderr
    assert (said or "went to") in done.stdout or (said is None and "the recorded call" in done.stdout), done.stdout
    assert "error[E831]" in done.stdout


def test_a_store_without_the_version_ends_calls(recorded: Path) -> None:
    from nccodsl.server.stores.sqlite_store import SqliteStore

    SqliteStore(recorded / "other.db").close()
    done = replay(recorded, SCRIPT + "# new\n", "--store", f"sqlite:{recorded / 'other.db'}")
    assert done.exit_code == 1
    assert "calls in flight: cannot be continued" in done.stdout
    assert "error[E832]" in done.stdout
    missing = replay(recorded, SCRIPT, "--store", f"sqlite:{recorded / 'none.db'}")
    assert (missing.exit_code, (recorded / "none.db").exists()) == (2, False)


def test_no_private_value_and_no_secret_is_written_anywhere(recorded: Path) -> None:
    history = recorded / "history.jsonl"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    report = recorded / "report.xml"
    outputs = [
        history.read_text(encoding="utf-8"),
        (recorded / "serve.log").read_text(encoding="utf-8"),
        *(
            done.stdout + done.stderr
            for done in (
                replay(recorded, SCRIPT.replace('on "1"   -> desk', 'on "9" -> desk'), "--json"),
                replay(recorded, SCRIPT.replace('    retry 1 "Once more."\n', ""), "--junit", str(report)),
            )
        ),
        report.read_text(encoding="utf-8"),
    ]
    for text in outputs:
        for secret in (PIN, "73190", "11111", OWNER, "Quux", SECRET, "eyJ", "http://", "https://api"):
            assert secret not in text.replace("http://127.0.0.1", "").replace("http://json-schema", ""), secret


def test_a_history_that_was_cut_is_read(recorded: Path) -> None:
    whole = (recorded / "history.jsonl").read_bytes()
    (recorded / "cut.jsonl").write_bytes(whole[:-30])
    done = replay(recorded, SCRIPT, history="cut.jsonl")
    assert done.exit_code == 0, done.stdout
    assert "note: 1 line of the history could not be read" in done.stdout


def test_the_reports_for_machines(recorded: Path) -> None:
    report = recorded / "junit.xml"
    done = replay(recorded, SCRIPT.replace('on "1"   -> desk', 'on "9" -> desk'), "--json", "--junit", str(report))
    data = json.loads(done.stdout)
    (file,) = data["files"]
    assert (data["safe"], file["calls"], file["ended"], file["in_flight"]["verdict"]) == (False, 8, 8, "safe")
    assert file["from_the_beginning"]["counts"] == {"same": 4, "unknown": 2, "different": 2, "broken": 0}
    assert report.read_text().count("<testcase ") == 9
    assert report.read_text().count('type="E831"') == 4


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--replay", "{script}"], "E830"),
        (["--replay", "{history}", "--coverage"], "--coverage"),
        (["--store", "x"], "--replay"),
    ],
)
def test_wrong_usage(recorded: Path, options: list[str], code: str) -> None:
    names = {"script": recorded / "desk.call", "history": recorded / "history.jsonl"}
    done = run("test", str(recorded / "desk.call"), *(option.format(**names) for option in options))
    assert done.exit_code == 2
    assert code in done.stderr


def test_a_file_that_is_no_history_stops_the_server_at_its_start(tmp_path: Path) -> None:
    script = tmp_path / "desk.call"
    script.write_text('talk "Hello."\n')
    more = ("--allow-unsigned", "--port", "0", "--store", "memory:")
    done = run("serve", str(script), "--record", str(script), *more)
    assert done.exit_code == 2
    assert "E830" in done.stderr
    assert script.read_text() == 'talk "Hello."\n'
