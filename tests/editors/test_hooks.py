"""The pre-commit hooks and the GitHub action run what the command line has."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.every_script import ROOT

HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
COMMAND = Path(sys.executable).with_name("nccodsl")
RIGHT = 'talk "Hello"\n'
UNUSED = 'param city: text\n\ntalk "Hello"\n'
WRONG = "tlak\n"


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "scripts"
    folder.mkdir()
    for name, text in (("right", RIGHT), ("wrong", WRONG), ("unused", UNUSED), ("long", 'talk   "Hello"\n')):
        (folder / f"{name}.call").write_text(text, encoding="utf-8")
    return folder


def _run_hook(name: str, script: Path) -> int:
    program, *words = shlex.split(HOOKS[name]["entry"])
    assert program == "nccodsl"
    done = subprocess.run(
        [sys.executable, "-m", "nccodsl", *words, script.name],
        cwd=script.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    return done.returncode


def test_hooks_run(scripts: Path) -> None:
    assert {*HOOKS} == {"nccodsl-check", "nccodsl-fmt"}
    assert _run_hook("nccodsl-check", scripts / "right.call") == 0
    assert _run_hook("nccodsl-check", scripts / "wrong.call") == 1
    assert _run_hook("nccodsl-fmt", scripts / "long.call") == 0
    assert (scripts / "long.call").read_text(encoding="utf-8") == RIGHT


@pytest.mark.parametrize("name", HOOKS)
def test_hooks_get_scripts_only(name: str) -> None:
    files = re.compile(HOOKS[name]["files"])
    assert files.search("calls/menu.call")
    assert not files.search("calls/menu.call.json")
    assert not files.search("calls/recall")


def _run_step(name: str, scripts: Path, **given: str) -> tuple[int, str, dict[str, str]]:
    """Run the script of a step as GitHub would, with the installed command; its exit code, what it prints, its outputs."""
    temporary = scripts.parent / "runner"
    programs = temporary / "nccodsl" / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    if not (programs / "nccodsl").exists():
        (programs / "nccodsl").symlink_to(COMMAND)
    inputs = {key: value["default"] for key, value in ACTION["inputs"].items()} | given
    environment = {
        key: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: inputs[found[1]], value)
        for key, value in STEPS[name]["env"].items()
    }
    outputs = temporary / "outputs"
    outputs.write_text("", encoding="utf-8")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]],
        cwd=scripts,
        env={**os.environ, **environment, "RUNNER_TEMP": str(temporary), "GITHUB_OUTPUT": str(outputs)},
        capture_output=True,
        text=True,
        check=False,
    )
    pairs = (line.partition("=") for line in outputs.read_text(encoding="utf-8").splitlines())
    return done.returncode, done.stdout + done.stderr, {key: value for key, _, value in pairs}


needs_command = pytest.mark.skipif(not COMMAND.exists(), reason="nccodsl is not installed as a command")


@needs_command
def test_the_action_writes_sarif(scripts: Path) -> None:
    code, _, outputs = _run_step("Check scripts", scripts)
    assert code == 0
    results = json.loads(Path(outputs["sarif"]).read_text(encoding="utf-8"))["runs"][0]["results"]
    assert {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results} == {
        "wrong.call",
        "unused.call",
    }
    assert _run_step("Check scripts", scripts, paths="no-such.call")[0] != 0


@needs_command
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"paths": "right.call long.call"}, 0),
        ({"paths": "right.call long.call", "format": "true"}, 1),
        ({"paths": "unused.call"}, 0),
        ({"paths": "unused.call", "strict": "true"}, 1),
        ({}, 1),
    ],
)
def test_the_action_fails_as_asked(scripts: Path, given: dict[str, str], code: int) -> None:
    assert _run_step("Report", scripts, **given)[0] == code


@needs_command
def test_without_upload_there_are_annotations(scripts: Path) -> None:
    printed = _run_step("Report", scripts, upload="false")[1]
    assert re.search(r"^::error file=wrong\.call,line=1,", printed, re.M)


def test_inputs_are_used_and_used_inputs_exist() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert {*re.findall(r"inputs\.(\w+)", text)} == {*ACTION["inputs"]}
    assert all("${{" not in step["run"] for step in STEPS.values()), "values reach a script as variables only"


def _blocks() -> list[Any]:
    return [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.S | re.M)]


def test_the_page_uses_hooks_and_inputs_that_exist() -> None:
    hooks = [hook["id"] for block in _blocks() for repo in block.get("repos", ()) for hook in repo["hooks"]]
    assert hooks == [*HOOKS]
    steps = [step for block in _blocks() for job in block.get("jobs", {}).values() for step in job["steps"]]
    used = [step for step in steps if "/nccodsl@" in step.get("uses", "")]
    assert len(used) == 1
    assert {*used[0].get("with", {})} <= {*ACTION["inputs"]}
    for name in ACTION["inputs"]:
        assert f"`{name}`" in PAGE
