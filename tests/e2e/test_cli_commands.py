"""The commands' arguments, outputs and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nccodsl.cli.main import COMMANDS
from tests.e2e.in_process import invoke as run

HELLO = 'call { to phone 14155550101 from phone 14155550100 }\ntalk "Hello World"\n'
GREET = 'param name: text\nparam n: integer = 1 "How many"\ntalk "Hé {{ name }} {{ n }}"\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hello.call").write_text(HELLO)
    (tmp_path / "greet.call").write_text(GREET, encoding="utf-8")
    (tmp_path / "wrong.call").write_text('talk "x" lop=1\ntlak "y"\n')
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: cli")


def test_the_version_and_the_nearest_command() -> None:
    assert run("--version").stdout.startswith("nccodsl ")
    result = run("compil")
    assert result.exit_code == 2
    assert "Did you mean 'compile'" in result.stderr


def test_compile_prints_pretty_or_compact_json() -> None:
    assert (
        run("compile", "hello.call").stdout == json.dumps([{"action": "talk", "text": "Hello World"}], indent=2) + "\n"
    )
    result = run("compile", "greet.call", "--compact", "--var", "name=Ann")
    assert result.stdout == '[{"action":"talk","text":"Hé Ann 1"}]\n'
    assert json.loads(run("compile", "hello.call", "--call", "--api", "v1").stdout)["from"]["number"] == "14155550100"


def test_compile_reads_standard_input() -> None:
    result = run("compile", "-", input="\ufeff" + HELLO.replace("\n", "\r\n"))
    assert result.exit_code == 0
    wrong = run("compile", "-", input="tlak")
    assert wrong.exit_code == 1
    assert "<stdin>:1:1" in wrong.stderr
    # Such a text looks like the name of a file; it is none.
    assert run("compile", "-", input="hello.call").exit_code == 1
    assert run("compile", "-", input="").exit_code == 1


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_without_a_file_the_current_folder_is_meant(here: Path, command: str) -> None:
    assert run(command).exit_code == 1
    assert "wrong.call" in run(command).stderr
    (here / "wrong.call").unlink()
    assert run(command).exit_code == 0
    for script in here.glob("*.call"):
        script.unlink()
    result = run(command)
    assert result.exit_code == 2
    assert "no *.call files in ." in result.stderr


def test_what_is_wrong_goes_to_standard_error_alone() -> None:
    result = run("compile", "wrong.call")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "E202" in result.stderr
    assert "E104" in result.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["compile", "none.call"], "does not exist"),
        (["compile", "."], "is a directory"),
        (["compile", "hello.call", "--var", "x"], "not of the form NAME=VALUE"),
        (["compile", "-", "--vars", "-"], "only one file"),
        (["compile", "hello.call", "--vars", "hello.call"], ".json, .yaml or .toml"),
        (["compile", "hello.call", "--rows", "hello.call"], "neither a .csv nor a .jsonl"),
        (["compile", "hello.call", "--errors", "e"], "requires --rows"),
        (["compile", "hello.call", "-o", "hello.call"], "is an input file"),
        (["compile", "hello.call", "-o", "no/such/folder.json"], "No such file or directory"),
        (["explain", "E999x"], "no such code"),
        (["schema", "params"], "needs FILE"),
        (["schema", "call", "hello.call"], "takes no FILE"),
    ],
)
def test_wrong_usage(args: list[str], words: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("v.json", '{"name": "Ann", "n": 2}'),
        ("v.yaml", "name: Ann\nn: 2\n"),
        ("v.yml", "name: Ann\nn: 2\n"),
        ("v.toml", 'name = "Ann"\nn = 2\n'),
    ],
)
def test_variables_from_files(here: Path, name: str, text: str) -> None:
    (here / name).write_text(text)
    assert "Hé Ann 2" in run("compile", "greet.call", "--vars", name).stdout
    assert "Hé Ann 3" in run("compile", "greet.call", "--vars", name, "--var", "n=3").stdout


@pytest.mark.parametrize(
    ("name", "text", "code", "words"),
    [
        ("v.json", "[1]", "E301", "a list"),
        ("v.json", '{"name": }', "E112", ""),
        ("v.yaml", "- a\n", "E301", "a list"),
        ("v.yaml", "a: [\n", "E110", "not valid YAML"),
        ("v.yaml", "1: a\n", "E301", "name of a variable"),
        ("v.yaml", "a: &a [*a]\n", "E109", "aliases"),
        ("v.toml", "a = \n", "E110", "not valid TOML"),
        ("v.json", '{"name": "A", "nme": 1}', "E212", "nme"),
        ("v.json", '{"name": "A", "n": "x"}', "E315", "whole number|a number"),
        ("v.json", "{}", "E211", "name"),
    ],
)
def test_wrong_variables(here: Path, name: str, text: str, code: str, words: str) -> None:
    (here / name).write_text(text)
    result = run("compile", "greet.call", "--vars", name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert code in result.stderr
    assert any(word in result.stderr for word in words.split("|"))


def test_an_output_file_keeps_its_mode_and_stays_where_it_fails(here: Path) -> None:
    out = here / "out.json"
    out.write_text("old")
    out.chmod(0o640)
    assert run("compile", "wrong.call", "-o", "out.json").exit_code == 1
    assert out.read_text() == "old"
    assert run("compile", "hello.call", "-o", "out.json").stdout == ""
    assert json.loads(out.read_text())[0]["action"] == "talk"
    assert out.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in here.iterdir() if path.name.endswith(".tmp")] == []


def test_what_needs_the_runtime_is_refused_but_described(here: Path) -> None:
    (here / "run.call").write_text('talk "x"\ninput dtmf as a\ntalk "{{ a.digits }}"\n')
    result = run("compile", "run.call")
    assert result.exit_code == 1
    assert "E506" in result.stderr
    assert "Stores the answer as a." in run("describe", "run.call").stdout


def test_check_counts_and_formats(here: Path) -> None:
    fine = run("check", "hello.call", "greet.call")
    assert (fine.exit_code, fine.stdout, fine.stderr) == (0, "", "2 files checked, no problems\n")
    wrong = run("check", "wrong.call", "--format", "json")
    assert wrong.exit_code == 1
    assert json.loads(wrong.stdout)["errors"] == 2
    assert run("check", "wrong.call", "--format", "sarif").stdout.startswith("{")
    assert run("check", "wrong.call", "--format", "github").stdout.startswith("::error")


def test_strict_counts_warnings(here: Path) -> None:
    (here / "warned.call").write_text('raw {action: "newest"}\n')
    assert run("check", "warned.call").exit_code == 0
    assert run("check", "warned.call", "--strict").exit_code == 1


def test_check_searches_folders(here: Path) -> None:
    for folder in ("a/b", ".hidden", "node_modules", ".venv", "empty"):
        (here / "p" / folder).mkdir(parents=True)
        if folder != "empty":
            (here / "p" / folder / "x.call").write_text("tlak\n")
    result = run("check", "p", "p/a", "--format", "json")
    assert [found["file"] for found in json.loads(result.stdout)["diagnostics"]] == ["p/a/b/x.call"]
    assert run("check", "p/empty").exit_code == 2


def test_an_unreadable_file_does_not_stop_the_others(here: Path) -> None:
    (here / "binary.call").write_bytes(b"\x80\x81")
    result = run("check", "binary.call", "wrong.call", "--format", "json")
    codes = [found["code"] for found in json.loads(result.stdout)["diagnostics"]]
    assert codes[0] == "E110"
    assert len(codes) == 3


def test_fix(here: Path) -> None:
    (here / "f.call").write_bytes(b"\xef\xbb\xbfinput dtmf maxDigits=1\r\n")
    result = run("check", "f.call", "--fix")
    assert "1 problem fixed" in result.stderr
    assert (here / "f.call").read_bytes() == b"\xef\xbb\xbfinput dtmf max_digits=1\r\n"
    piped = run("check", "-", "--fix", input="input dtmf maxDigits=1\n")
    assert piped.stdout == "input dtmf max_digits=1\n"


def test_validate(here: Path) -> None:
    (here / "good.json").write_text('[{"action": "talk", "text": "x"}]')
    (here / "bad.json").write_text('[{"action": "talk", "txt": "x"}]')
    (here / "two.jsonl").write_text('[{"action": "talk", "text": "x"}]\n\n[{"action": "talk"}]\n')
    assert run("validate", "good.json").exit_code == 0
    result = run("validate", "good.json", "bad.json", "two.jsonl", "--format", "json")
    found = json.loads(result.stdout)["diagnostics"]
    assert result.exit_code == 1
    assert {item["path"] for item in found} == {"/0", "/0/txt"}
    assert {item["line"] for item in found if item["file"] == "two.jsonl"} == {3}
    assert run("validate", "-", input="").exit_code == 1


def test_validate_goes_on_after_malformed_ssml(here: Path) -> None:
    (here / "ssml.json").write_text('[{"action": "talk", "text": "<speak>Fish & chips</speak>"}]')
    (here / "bad.json").write_text('[{"action": "talk", "txt": "x"}]')
    result = run("validate", "ssml.json", "bad.json", "--format", "json")
    assert result.exit_code == 1
    found = [(item["file"], item["code"]) for item in json.loads(result.stdout)["diagnostics"]]
    assert found == [("ssml.json", "E316"), ("bad.json", "E401"), ("bad.json", "E202")]
    kept = run("decompile", "--lenient", "ssml.json")
    assert kept.exit_code == 0
    assert "raw={text:" in kept.stdout


def test_describe_fills_in_what_is_given(here: Path) -> None:
    text = run("describe", "greet.call").stdout
    assert "“Hé {{ name }} {{ n }}”" in text
    assert "n (integer = 1): How many" in text
    assert "“Hé Ann 1”" in run("describe", "greet.call", "--var", "name=Ann").stdout
    assert run("describe", "wrong.call").exit_code == 1
    assert run("describe", "greet.call", "--var", "n=x").exit_code == 1


def test_schema() -> None:
    assert json.loads(run("schema").stdout)["type"] == "array"
    assert json.loads(run("schema", "call", "--api", "v1").stdout)["type"] == "object"
    schema = json.loads(run("schema", "params", "greet.call").stdout)
    assert schema["required"] == ["name"]
    assert schema["properties"]["n"] == {"type": "integer", "description": "How many", "default": 1}


def test_explain() -> None:
    assert "E304" in run("explain", "e304").stdout
    assert run("explain").stdout.count("\n") > 50
    assert "Did you mean E" in run("explain", "E30").stderr


def test_explain_shows_the_library() -> None:
    assert "std/confirm          Asks a question" in run("explain", "std").stdout
    assert "| `question` | text |" in run("explain", "std/confirm").stdout
    assert run("explain", "std/confirm.call").stdout == run("explain", "std/confirm").stdout
    assert "Did you mean std/confirm?" in run("explain", "std/confrm").stderr
    listed = json.loads(run("explain", "std", "--json").stdout)
    assert "std/menu" in [page["name"] for page in listed]
    page = json.loads(run("explain", "std/collect", "--json").stdout)
    assert page["dialogs"][0]["outcomes"][0]["returns"] == {"digits": "text"}


def test_explain_says_how_firm_a_code_is() -> None:
    assert "Severity: warning. Status: stable, since version 0.1." in run("explain", "W024").stdout
    assert (
        "Lint: waste; fix: unsafe. To ignore it on a line: `# nccodsl: ignore W024`." in run("explain", "W024").stdout
    )
    assert "ignore" not in run("explain", "E304").stdout.splitlines()[-1]
    one = json.loads(run("explain", "--json", "value-out-of-range").stdout)
    page = one.pop("page")
    assert one == {
        "id": "E304",
        "name": "value-out-of-range",
        "title": "a number is out of range",
        "status": "stable",
        "since": "0.1",
        "by_check": True,
        "severity": "error",
        "lint": None,
    }
    assert page.startswith("# E304 ")
    listed = json.loads(run("explain", "--json").stdout)
    assert one in listed
    assert len(listed) > 50


def test_init_writes_a_project_that_compiles_and_overwrites_nothing(here: Path) -> None:
    result = run("init", "my project")
    assert result.exit_code == 0
    assert "'my project/reminder.call'" in result.stderr
    script, values = "my project/reminder.call", "my project/vars.json"
    assert run("check", "--strict", "my project").exit_code == 0
    assert run("compile", script, "--call", "--vars", values).exit_code == 0
    rows = run("compile", script, "--call", "--rows", "my project/recipients.csv")
    assert (rows.exit_code, rows.stdout.count("\n"), rows.stderr) == (0, 3, "")
    again = run("init", "my project")
    assert again.exit_code == 2
    assert "vars.json" in again.stderr


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_no_message_shows_the_default_of_a_private_param(here: Path, form: str) -> None:
    (here / "pin.call").write_text(
        'param pin: text private = "4711-secret"   "The PIN"\n'
        'param age: integer private = "12-secret"\n'
        'param all: list private = [\n  "aaa-secret",\n  "bbb-secret",\n]\n'
        "param two: text private = 12secret 34secret\n"
        'param open: text private = "open-secret\n'
        'param late: private text = "late-secret"\n'
        'param pin: text private = """\nlong-secret\n"""\n'
        'talk "Hello"\n'
    )
    result = run("check", "pin.call", "--format", form)
    assert result.exit_code == 1
    assert result.output.count("E315") >= 1
    assert "secret" not in result.output
    if form == "text":
        assert 'param pin: text private = *************   "The PIN"' in result.stderr
    (here / "unused.call").write_text('param pin: text private = "4711-secret"\nparam x: text\ntalk {{ x }}\n')
    unused = run("compile", "unused.call", "--var", "x=1")
    assert "W024" in unused.stderr
    assert "secret" not in unused.output
