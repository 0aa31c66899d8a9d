"""`nccodsl test`, and what `compile` and `call` make of scripts that talk back, as commands."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nccodsl.cli.main import cli

MENU = """param name: text = "friend"
param pin: text private = "0000"

step main {
  talk "Hello {{ name }}. Press 1."
  input dtmf max_digits=1 {
    on "1" { talk "One." }
    retry 1 "Sorry."
    otherwise -> goodbye
  }
}

step goodbye { talk "Goodbye." }

test "one" { with name="Ann" hear "Hello Ann" press "1" hear "One" ended }
test "another" { press "2" hear "Sorry" press "2" hear "Goodbye" ended }
"""
PLACED = """param name: text
call { to phone 14155550101  from phone 14155550100 }
step main { talk "Hello {{ name }}." input dtmf max_digits=1 as key talk "You pressed {{ key.digits }}." }
"""


def run(*arguments: str, **more: object) -> Result:
    return CliRunner().invoke(cli, list(arguments), **more)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "menu.call").write_text(MENU)
    (tmp_path / "placed.call").write_text(PLACED)
    return tmp_path


def test_passes(folder: Path) -> None:
    result = run("test", "menu.call", "--coverage")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[:3] == ["menu.call", "  ✓ one", "  ✓ another"]
    assert lines[3] == "coverage of menu.call: 5 of 5 (100%)"
    assert lines[4].startswith("2 passed in ")


def test_a_folder_is_searched_and_scripts_without_tests_passed_over(folder: Path) -> None:
    assert run("test").output.splitlines()[0].endswith("menu.call")
    assert "placed" not in run("test").output


def test_a_failure_shows_expected_and_heard_the_call_and_the_line(folder: Path) -> None:
    (folder / "bad.call").write_text(MENU + 'test "wrong" { press "1"\n  hear "Two" }\n')
    result = run("test", "bad.call", "-k", "WRONG")
    assert result.exit_code == 1
    assert "✗ wrong" in result.output
    assert "error[E813]: expected to hear “Two”, but heard “One.”" in result.output
    assert "--> bad.call:18:3" in result.output
    assert "presses 1" in result.output
    assert "flow.test" not in result.output
    assert result.output.splitlines()[-1].startswith("0 passed, 1 failed in ")


def test_coverage_names_what_is_never_taken(folder: Path) -> None:
    result = run("test", "menu.call", "-k", "one", "--coverage")
    assert "coverage of menu.call: 2 of 5 (40%)" in result.output
    assert '  not reached: menu.call:8 retry 1 "Sorry."' in result.output
    assert "  not reached: menu.call:13 step goodbye" in result.output


def test_reports_for_machines(folder: Path) -> None:
    (folder / "menu.call").write_text(MENU + 'test "wrong \x0c \x1f" { hear "Two" }\n')
    (folder / "broken.call").write_text("talk")
    result = run("test", "menu.call", "broken.call", "--json", "--coverage", "--explore", "3", "--junit", "report.xml")
    assert result.exit_code == 1
    report = json.loads(result.output)
    menu, broken = report["files"]
    assert not report["passed"]
    assert [test["passed"] for test in menu["tests"]] == [True, True, False]
    assert menu["tests"][2]["failure"]["at"].startswith("menu.call:17:")
    assert menu["tests"][0]["call"]["outcome"] == "completed"
    assert menu["coverage"]["taken"] == 5
    assert menu["explored"]["complete"] is True
    assert broken["errors"]
    suites = ElementTree.parse(folder / "report.xml").getroot()
    assert [(suite.get("tests"), suite.get("failures"), suite.get("errors")) for suite in suites] == [
        ("3", "1", "0"),
        ("1", "0", "1"),
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["placed.call"], "no tests in placed.call"),
        (["menu.call", "-k", "nothing like it"], "whose title or file contains 'nothing like it'"),
        (["missing.call"], "does not exist"),
        (["menu.call", "--explore", "0"], "0 is not in the range"),
        (["empty"], "no *.call files in empty"),
    ],
)
def test_wrong_usage(folder: Path, arguments: list[str], told: str) -> None:
    (folder / "empty").mkdir()
    result = run("test", *arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_exploring_fails_where_it_finds(folder: Path) -> None:
    (folder / "dead.call").write_text(
        'step main { talk "1?" input dtmf max_digits=1 { on "1" { } otherwise { talk "No." } } }'
    )
    result = run("test", "dead.call", "--explore", "5")
    assert result.exit_code == 1
    assert "warning[W029]" in result.output
    assert "(path: press 1)" in result.output
    assert "0 passed, 1 problem found by exploring" in result.output
    assert run("test", "menu.call", "--explore", "5").exit_code == 0


# ---- compile and call


def test_compile_writes_the_first_ncco_with_its_addresses(folder: Path) -> None:
    result = run("compile", "menu.call", "--base-url", "https://calls.example.com/voice/", "--compact")
    assert result.exit_code == 0
    said, asked = json.loads(result.stdout)
    assert said["text"] == "Hello friend. Press 1."
    assert asked["eventUrl"] == ["https://calls.example.com/voice/menu/input?at=main"]


def test_compile_of_a_whole_call(folder: Path) -> None:
    result = run("compile", "placed.call", "--base-url", "https://calls.example.com", "--call", "--var", "name=Ann")
    body = json.loads(result.stdout)
    assert body["event_url"] == ["https://calls.example.com/placed/event?with=eyJuYW1lIjoiQW5uIn0"]
    assert body["ncco"][1]["eventUrl"] == ["https://calls.example.com/placed/input?at=main&with=eyJuYW1lIjoiQW5uIn0"]


def test_compile_of_many_calls(folder: Path) -> None:
    (folder / "people.csv").write_text("name\nAnn\n\nBob\n")
    result = run("compile", "placed.call", "--base-url", "https://x.example", "--rows", "people.csv")
    assert [json.loads(line)[0]["text"] for line in result.stdout.splitlines()] == ["Hello Ann.", "Hello Bob."]


def test_compile_of_every_constant_ncco(folder: Path) -> None:
    assert run("compile", "menu.call", "--base-url", "https://x.example", "--all", "-o", "out").exit_code == 0
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        *("main.1.json", "main.2.json", "main.json", "main.retry.json", "manifest.json"),
    ]
    assert manifest["entry"] == "main"
    assert manifest["nccos"]["main"]["waits"][0]["then"] == [
        {"on": ["1"], "ncco": "main.1"},
        {"retry": 1, "ncco": "main.retry"},
        {"otherwise": True, "ncco": "main.2"},
    ]
    assert json.loads((folder / "out" / "main.2.json").read_text()) == [{"action": "talk", "text": "Goodbye."}]
    assert (
        run(
            "compile", "placed.call", "--base-url", "https://x.example", "--all", "-o", "out", "--var", "name=A"
        ).exit_code
        == 0
    )
    needs = json.loads((folder / "out" / "manifest.json").read_text())["nccos"]["main.1"]
    assert (needs["file"], needs["needs"]) == (None, ["key"])


ASKING = """
dialog sure() -> yes, no {
  talk "Are you sure?"
  input dtmf max_digits=1 { on "1" -> yes otherwise -> no }
}
step main {
  ask sure() { on yes { talk "Yes." } on no { ask sure() { otherwise { talk "Again." } } } }
}
"""


def test_compile_of_every_constant_ncco_of_dialogs(folder: Path) -> None:
    """Each place that asks a dialog has a folder of its own."""
    (folder / "asking.call").write_text(ASKING)
    result = run("compile", "asking.call", "--base-url", "https://x.example", "--all", "-o", "out")
    out = folder / "out"
    manifest = json.loads((out / "manifest.json").read_text())
    files = [one["file"] for one in manifest["nccos"].values()]
    written = {path.relative_to(out).as_posix() for path in out.rglob("*.json")}
    assert written == {*files, "manifest.json"}
    assert "main/sure.1.json" in files
    assert manifest["nccos"]["main/sure.2"]["waits"][0]["at"] == "main/sure~2"
    assert f"{len(files)} NCCOs and manifest.json in out" in result.output


BESIDE = """
on ended { send "https://a.example" body={seconds: {{ call.seconds }}} }
step main {
  input dtmf max_digits=1 as key {
    on "1" { send "https://a.example" body={key: {{ key.digits }}} talk "One." }
    on "2" { record end_on_key="#" as note { on saved { send "https://a.example" body={url: {{ note.url }}} } } }
    otherwise { connect phone 14155550123 from=14155550100 { whisper { talk "A call." } on busy { } } }
  }
}
"""


def test_compile_of_every_constant_ncco_beside_requests(folder: Path) -> None:
    (folder / "beside.call").write_text(BESIDE)
    assert run("compile", "beside.call", "--base-url", "https://x.example", "--all", "-o", "out").exit_code == 0
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    assert manifest["handlers"] == {}
    nccos = manifest["nccos"]
    assert {name: one["needs"] for name, one in nccos.items() if "needs" in one} == {
        "main.1": ["send"],
        "main.2": ["record"],
    }
    assert nccos["main.3"]["waits"][0]["then"] == [
        {"on": ["busy"], "ncco": "main.4"},
        {"whisper": True, "ncco": "main.5"},
        {"otherwise": True, "ncco": None},
    ]
    assert json.loads((folder / "out" / "main.5.json").read_text()) == [{"action": "talk", "text": "A call."}]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["menu.call"], 1, "error[E506]"),
        (["menu.call", "--base-url", "nowhere"], 2, "'nowhere' is not a URL"),
        (["menu.call", "--base-url", "https://x.example?y=1"], 2, "is not a URL"),
        (["menu.call", "--all"], 2, "--all requires --base-url and -o FOLDER"),
        (["menu.call", "--base-url", "https://x.example", "--var", "pin=1234"], 1, "error[E319]"),
        (["placed.call", "--base-url", "https://x.example"], 1, "error[E211]"),
        (["placed.call", "--base-url", "https://x.example", "--var", f"name={'x' * 3000}"], 1, "error[E311]"),
        (["caller.call", "--base-url", "https://x.example"], 1, "https://x.example/caller/answer"),
    ],
)
def test_compile_says_what_is_missing(folder: Path, arguments: list[str], code: int, told: str) -> None:
    (folder / "caller.call").write_text('step main { talk "{{ caller }}" input dtmf as a talk "{{ a.digits }}" }')
    result = run("compile", *arguments)
    assert result.exit_code == code
    assert told in result.output
    assert "1234" not in result.output


def test_call_emulates_flows(folder: Path) -> None:
    (folder / "persona.yaml").write_text('does: [{hears: "Press 1", press: "1"}]')
    result = run("call", "menu.call", "--emulate", "--persona", "persona.yaml")
    assert result.exit_code == 0
    assert "hears “One.”" in result.output
    placed = run("call", "placed.call", "--emulate", "--var", "name=Ann", "--to", "447700900123")
    assert "phone 447700900123: completed" in placed.output
    assert run("call", "menu.call", "--emulate", "--to", "447700900123").exit_code == 2


def test_call_sends_the_addresses(folder: Path) -> None:
    result = run("call", "placed.call", "--dry-run", "--json", "--base-url", "https://x.example", "--var", "name=Ann")
    assert result.exit_code == 0
    body = json.loads(result.stdout)["body"]
    assert body["ncco"][1]["eventUrl"][0].startswith("https://x.example/placed/input?at=main&n=0&call=")
    same = [
        json.loads(
            run(
                "call",
                "placed.call",
                "--dry-run",
                "--json",
                "--base-url",
                "https://x.example",
                "--var",
                "name=Ann",
                "--reference",
                "r1",
            ).stdout
        )["body"]
        for _ in range(2)
    ]
    assert same[0] == same[1], "with a reference the request is the same, so it is placed once"
    assert run("call", "placed.call", "--store", "memory:", "--var", "name=Ann").exit_code == 2
