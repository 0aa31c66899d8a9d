"""The files of the VS Code extension agree with the language, and with one another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import nccodsl
from nccodsl.base.version import __version__
from nccodsl.cli.main import cli
from nccodsl.dap.attach_request import AttachRequest
from nccodsl.dap.launch_request import LaunchRequest
from nccodsl.editor.ncco_document import ENDINGS
from nccodsl.editor.services.inlays import DEFAULT_INLAYS
from nccodsl.syntax.keywords import BRANCHES, CHOICES, RESERVED, STATEMENTS, TOP_LEVEL, WITHDRAWN
from nccodsl.voice.ssml import TAGS
from tests.every_script import ROOT

FOLDER = ROOT / "editors" / "vscode"
PACKAGE = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
CONTRIBUTES = PACKAGE["contributes"]
SNIPPETS = json.loads((FOLDER / "snippets" / "call.json").read_text(encoding="utf-8"))
KEYWORD = re.compile(r"\(\?<!\[\\w-\]\)\(([a-z_|]+)\)\\b")
CONSTANTS = {"true", "false", "null"}
LEFT_TO_THE_SCRIPT = {"E201", "E213", "E504", "E507", "E602", "W024"}
"""What a snippet leaves open: the steps and names that it uses, and the rest of a call."""
AROUND = {"on": "input dtmf {{ {} }}", "retry": "input dtmf {{ {} }}", "otherwise": "input dtmf {{ {} }}"} | {
    "when": "choose {{{{ a }}}} {{ {} }}",
    "whisper": "connect phone 14155550123 from=14155550100 {{ {} }}",
}


def _grammar() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "syntaxes" / "call.tmLanguage.json").read_text(encoding="utf-8"))
    return found


def _rules(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _rules(child)
    elif isinstance(node, list):
        for child in node:
            yield from _rules(child)


def test_the_keywords_are_those_of_the_grammar() -> None:
    begins = [str(rule.get("match", rule.get("begin", ""))) for rule in _rules(_grammar())]
    words = [word for begin in begins if (found := KEYWORD.match(begin)) for word in found[1].split("|")]
    assert {*words} | CONSTANTS == {*RESERVED}
    assert len(words) == len({*words}), "a word has two rules"


def test_every_rule_that_is_included_exists_and_is_used() -> None:
    grammar = _grammar()
    used = {str(rule["include"]).removeprefix("#") for rule in _rules(grammar) if "include" in rule}
    assert used == {*grammar["repository"]}


def test_the_tags_are_those_of_ssml() -> None:
    for name in ("text-ssml", "long-ssml"):
        found = re.match(r"\(</\?\)\(([a-z|-]+)\)", _grammar()["repository"][name]["begin"])
        assert found
        assert {*found[1].split("|")} == {*TAGS}


def expanded(body: list[str]) -> str:
    """A snippet as it is put in, with the first of all choices."""
    text = "\n".join(body).replace("\t", "  ")
    text = re.sub(r"\$\{\d+\|([^,|]*)[^|]*\|\}", r"\1", text)
    return re.sub(r"\$\d+", "", re.sub(r"\$\{\d+:((?:[^{}]|\{\{|\}\})*?)\}", r"\1", text))


@pytest.mark.parametrize("name", SNIPPETS)
def test_snippets_are_correct(name: str, tmp_path: Path) -> None:
    text = expanded(SNIPPETS[name]["body"])
    assert "$" not in text
    script = tmp_path / "script.call"
    script.write_text(AROUND.get(name, "{}").format(text), encoding="utf-8")
    problems = [one for one in nccodsl.check(script) if one.code not in LEFT_TO_THE_SCRIPT]
    assert problems == []


def test_there_is_a_snippet_for_each_statement() -> None:
    short = {"->", "raw", "transfer", "next", "break", "hangup"}
    """Statements that are typed as quickly as their snippet."""
    assert {one["prefix"] for one in SNIPPETS.values()} >= (
        {*STATEMENTS, *TOP_LEVEL, *BRANCHES, *CHOICES} - short - WITHDRAWN
    )
    assert len({one["prefix"] for one in SNIPPETS.values()}) == len(SNIPPETS)


def test_brackets_open_and_close_blocks() -> None:
    rules = json.loads((FOLDER / "language-configuration.json").read_text(encoding="utf-8"))["indentationRules"]
    opens, closes = re.compile(rules["increaseIndentPattern"]), re.compile(rules["decreaseIndentPattern"])
    for line in ("step main {", "  body={ # why", 'on "1" {', 'if {{ a == "{" }} {', 'talk "# {" raw={', "params=["):
        assert opens.search(line), line
    for line in ('talk "{"', "# step main {", "talk {{ a }}", "step a { hangup }", 'talk "a # {"'):
        assert not opens.search(line), line
    assert closes.search("  }")
    assert not closes.search("  -> a }")


def test_the_extension_has_the_version_of_the_language_and_what_it_names() -> None:
    assert PACKAGE["version"] == __version__
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"][""]["devDependencies"] == PACKAGE["devDependencies"]
    assert lock["packages"][""]["version"] == PACKAGE["version"]
    named = [one["path"] for kind in ("grammars", "snippets") for one in CONTRIBUTES[kind]]
    pictured = [step["media"]["markdown"] for one in CONTRIBUTES["walkthroughs"] for step in one["steps"]]
    for path in [*named, *pictured, *(one["configuration"] for one in CONTRIBUTES["languages"])]:
        assert (FOLDER / path).is_file(), path


def test_versions_are_pinned() -> None:
    pinned = re.compile(r"\d+\.\d+\.\d+")
    versions = {**PACKAGE["dependencies"], **PACKAGE["devDependencies"]}
    assert {name: one for name, one in versions.items() if not pinned.fullmatch(one)} == {}


def test_commands_are_registered() -> None:
    commands = {command["command"] for command in CONTRIBUTES["commands"]}
    source = "".join(path.read_text(encoding="utf-8") for path in (FOLDER / "src").rglob("*.ts"))
    # The server's lens has an argument that no menu has.
    assert {*re.findall(r"registerCommand\('([\w.]+)'", source)} - {"nccodsl.debugTest"} == commands
    for menu in CONTRIBUTES["menus"].values():
        assert {one["command"] for one in menu} <= commands
    links = re.findall(r"\(command:(nccodsl\.\w+)\)", json.dumps(CONTRIBUTES["walkthroughs"]))
    assert {*links} <= commands


def test_settings_are_those_of_the_server() -> None:
    settings = CONTRIBUTES["configuration"]["properties"]
    hints = {name: row["default"] for name, row in settings.items() if name.startswith("nccodsl.inlayHints.")}
    assert hints == {f"nccodsl.inlayHints.{kind}": shown for kind, shown in DEFAULT_INLAYS.items()}


def test_json_documents_are_those_that_the_server_judges() -> None:
    source = (FOLDER / "src" / "client.ts").read_text(encoding="utf-8")
    found = re.search(r"\*\.\{(\w+),(\w+)\}\.json", source)
    assert found
    assert {f".{kind}.json" for kind in found.groups()} == {*ENDINGS}


def test_a_configuration_has_what_the_debug_adapter_takes() -> None:
    debugger = CONTRIBUTES["debuggers"][0]
    attributes = {kind: {*one["properties"]} for kind, one in debugger["configurationAttributes"].items()}
    named = {re.sub(r"[A-Z]", lambda sign: f"_{sign[0].lower()}", name) for name in attributes["launch"]}
    assert named == {*LaunchRequest.__annotations__}
    assert attributes["attach"] == {*AttachRequest.__annotations__}
    for body in (*debugger["initialConfigurations"], *(one["body"] for one in debugger["configurationSnippets"])):
        assert {*body} - {"type", "request", "name"} <= attributes[body["request"]]


def test_the_problem_matcher_reads_what_check_and_test_print(tmp_path: Path) -> None:
    script = tmp_path / "script.call"
    script.write_text('step main {\n  talk "Hi" lop=3\n}\n', encoding="utf-8")
    first, second = (re.compile(row["regexp"]) for row in CONTRIBUTES["problemMatchers"][0]["pattern"])
    lines = CliRunner().invoke(cli, ["check", str(script)]).output.splitlines()
    found = [(one, second.match(lines[at + 1])) for at, line in enumerate(lines) if (one := first.match(line))]
    assert [(one.groups(), place and place.groups()) for one, place in found] == [
        (("error", "E202", "`talk` has no option `lop`"), (str(script), "2", "13"))
    ]
