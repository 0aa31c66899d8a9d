"""`nccodsl decompile`: arguments, outputs, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nccodsl
from nccodsl.decompiler import to_script
from tests.e2e.in_process import invoke as run

TALK = [{"action": "talk", "text": "Hello", "language": "en-GB"}]
LINES = '[{"action": "talk", "text": "Hello Ann"}]\n[{"action": "talk", "text": "Hello Bob"}]\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "n.json").write_text(json.dumps(TALK))
    (tmp_path / "wrong.json").write_text('[{"action": "talk", "text": "Hi", "loop": -1}]')
    (tmp_path / "lines.jsonl").write_text(LINES)
    return tmp_path


def test_to_standard_output_and_to_a_file(here: Path) -> None:
    result = run("decompile", "n.json")
    assert (result.exit_code, result.stdout, result.stderr) == (0, 'talk "Hello" language=en-GB\n', "")
    assert run("decompile", "n.json", "-o", "n.call").stdout == ""
    assert json.loads(run("compile", "n.call").stdout) == TALK
    assert run("fmt", "--check", "n.call").exit_code == 0


def test_standard_input_may_hold_lines() -> None:
    assert run("decompile", "-", input=json.dumps(TALK)).stdout == 'talk "Hello" language=en-GB\n'
    assert run("decompile", "-", input=json.dumps(TALK, indent=2)).exit_code == 0
    assert 'talk "Hello {{ text }}"' in run("decompile", "-", "--params", input=LINES).stdout
    assert "E112" in run("decompile", "-", input='{"to":\n[]\n').stderr
    wrong = run("decompile", "-", input="nothing")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "<stdin>:1:1" in wrong.stderr
    assert run("decompile", "-", input=b"\xff").exit_code == 1


def test_what_is_wrong_is_refused_unless_lenient(here: Path) -> None:
    result = run("decompile", "wrong.json", "-o", "out.call")
    assert result.exit_code == 1
    assert "E304" in result.stderr
    assert "--lenient keeps" in result.stderr
    assert not (here / "out.call").exists()
    kept = run("decompile", "wrong.json", "--lenient")
    assert (kept.exit_code, kept.stdout) == (0, 'talk "Hi" raw={loop: -1}\n')
    assert "E304" in kept.stderr


def test_what_is_lacking_is_told() -> None:
    body = {"to": [{"type": "phone", "number": "14155550101"}], "ncco": TALK}
    result = run("decompile", "-", "--lenient", input=json.dumps(body))
    assert result.exit_code == 1
    assert result.stdout.startswith("call {\n  to phone 14155550101\n}\n")
    assert "Fix these problems before you compile" in result.stderr


def test_lines_become_one_script_and_its_rows(here: Path) -> None:
    assert "E115" in run("decompile", "lines.jsonl").stderr
    result = run("decompile", "lines.jsonl", "--params", "--rows", "rows.jsonl", "-o", "out.call")
    assert (result.exit_code, result.stdout) == (0, "")
    assert (here / "rows.jsonl").read_text() == '{"text": "Ann"}\n{"text": "Bob"}\n'
    made = run("compile", "out.call", "--rows", "rows.jsonl").stdout
    assert [json.loads(line) for line in made.splitlines()] == [json.loads(line) for line in LINES.splitlines()]


def test_lines_become_a_script_each(here: Path) -> None:
    (here / "out").mkdir()
    result = run("decompile", "lines.jsonl", "-o", "out")
    assert (result.exit_code, result.stderr) == (0, "wrote 2 scripts to out\n")
    assert (here / "out/lines-1.call").read_text() == 'talk "Hello Ann"\n'
    assert (here / "out/lines-2.call").read_text() == 'talk "Hello Bob"\n'


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["none.json"], "does not exist"),
        (["n.json", "--rows", "r.jsonl"], "--rows requires --params"),
        (["n.json", "-o", "n.json"], "use different files"),
        (["n.json", "--params", "-o", "r", "--rows", "r"], "use different files"),
        (["n.json", "--params", "-o", "."], "must be a file"),
    ],
)
def test_wrong_usage(here: Path, args: list[str], words: str) -> None:
    result = run("decompile", *args)
    assert result.exit_code == 2
    assert words in result.stderr
    assert (here / "n.json").read_text() == json.dumps(TALK)


def test_our_own_mistake_writes_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(to_script, "written", lambda *args: 'talk "another"\n')
    result = run("decompile", "n.json", "-o", "out.call")
    assert result.exit_code == 70
    assert "please report it" in result.stderr
    assert not (here / "out.call").exists()
    with pytest.raises(nccodsl.NccodslError, match="something else"):
        nccodsl.decompile(TALK)


def test_python_data_that_is_no_json() -> None:
    deep: object = 1
    for _ in range(5000):
        deep = [deep]
    for wrong in ([{"action": "talk", "text": {1, 2}}], deep):
        with pytest.raises(nccodsl.UsageError):
            nccodsl.decompile(wrong)
    for wrong in ([{"action": "wait", "timeout": float("nan")}], 5, None, {"a": 1}, "not JSON"):
        with pytest.raises(nccodsl.ScriptError):
            nccodsl.decompile(wrong)
