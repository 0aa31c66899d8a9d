"""`nccodsl test -j N`: the same output as from one process, whatever becomes of the others."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_all_start_methods
from pathlib import Path

import pytest
from click.testing import CliRunner

from nccodsl.cli import test_processes
from nccodsl.cli.main import cli
from tests.e2e.test_cli_test import MENU

ROOT = Path(__file__).parents[2]
RUNNER = """
import multiprocessing, os, sys
import nccodsl.cli.test
from nccodsl.__main__ import main
from nccodsl.cli import test_processes
from nccodsl.cli.tested_script import TestedScript

class Hasty(TestedScript):
    def __init__(self, *given):
        super().__init__(*given)
        self.loading = 0.0

    def run(self, number):
        if os.environ.get("DIES") and multiprocessing.parent_process() is not None:
            os._exit(9)
        return super().run(number)

if os.environ.get("HASTY"):
    nccodsl.cli.test.TestedScript = test_processes.TestedScript = Hasty
    test_processes.LONGEST_PART = 0.0

if __name__ == "__main__":
    if os.environ.get("METHOD"):
        multiprocessing.set_start_method(os.environ["METHOD"])
    nccodsl.cli.test.PATIENCE = 0.0
    nccodsl.cli.test.WORTH = nccodsl.cli.test.WORTH_IMPORTING = -1e9
    main()
"""
"""Starts processes however little there is to do. HASTY: they leave tests to others, and DIES: end at the first one."""
SCRIPTS = {
    "a_few.call": MENU,
    "b_many.call": MENU
    + "".join(f'test "{number}" {{ press "{number % 3}" hear "One" }}\n' for number in range(40))
    + 'test "last" { press "1" hear "Two" }\n',
    "c_broken.call": 'step main { tlk "Hello." }\n',
    "d_without.call": 'step main { talk "Hello." }\n',
    "e_few.call": MENU + 'test "wrong" { press "1" hear "Two" }\n',
}
VARYING = re.compile(r'(?<= in )\d+\.\d\d(?= s$)|(?<=time=")[\d.]+', re.M)
REPORTED = ("--coverage", "--junit", "report.xml")
AS_JSON = ("--json", "--coverage", "--explore", "2", "--seed", "7")
SELECTED = ("-k", "w")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SCRIPTS.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "runner").mkdir()
    (tmp_path / "runner" / "run.py").write_text(RUNNER)
    return tmp_path


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, str(folder / "runner" / "run.py"), "test", *arguments]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def ran(folder: Path, *arguments: str, standard_input: str = "", **more: str) -> tuple[str, ...]:
    """Exit code, output, errors and JUnit report, without how long it took."""
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        command(folder, *arguments),
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        input=standard_input,
    )
    xml = report.read_text() if report.exists() else ""
    return str(done.returncode), *(VARYING.sub("T", text) for text in (done.stdout, done.stderr, xml))


def ran_alone(folder: Path, *arguments: str, standard_input: str = "") -> tuple[str, ...]:
    """The same in this process."""
    report = folder / "report.xml"
    result = CliRunner().invoke(cli, ["test", *arguments], input=standard_input)
    xml = report.read_text() if report.exists() else ""
    return str(result.exit_code), *(VARYING.sub("T", text) for text in (result.stdout, result.stderr, xml))


@pytest.mark.parametrize("options", [REPORTED, AS_JSON, SELECTED])
def test_the_output_is_that_of_one_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(folder)
    alone = ran_alone(folder, ".", *options)
    assert alone[0] == "1"
    assert ran(folder, ".", *options, "-j", "2", HASTY="1") == alone


@pytest.mark.slow
@pytest.mark.parametrize("method", [name for name in ("fork", "spawn") if name in get_all_start_methods()])
@pytest.mark.parametrize("options", [REPORTED, AS_JSON, SELECTED])
def test_the_output_is_the_same_however_processes_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], method: str
) -> None:
    monkeypatch.chdir(folder)
    alone = ran_alone(folder, ".", *options)
    assert ran(folder, ".", *options, "-j", "3", METHOD=method) == alone


def test_standard_input_is_run_where_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    given = ("a_few.call", "-", "e_few.call")
    alone = ran_alone(folder, *given, standard_input=MENU)
    assert alone[1].endswith("6 passed, 1 failed in T s\n")
    assert ran(folder, *given, "-j", "2", standard_input=MENU) == alone


def test_a_process_that_dies_is_an_error(folder: Path) -> None:
    code, _, errors, _ = ran(folder, "a_few.call", "e_few.call", "-j", "2", HASTY="1", DIES="1")
    assert code == "1"
    assert errors.startswith("error[E818]: a process that ran tests ended before they were done\n")
    assert "Traceback" not in errors


@pytest.fixture
def busy(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Two processes that explore, after the first lines of their output."""
    example = (ROOT / "examples" / "pharmacy-line" / "script.call").read_text()
    for name in ("x.call", "y.call"):
        (folder / name).write_text(example)
    with subprocess.Popen(
        command(folder, "x.call", "y.call", "-j", "2", "--explore", "9"),
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "x.call\n"
        yield process


def is_over(group: int) -> bool:
    """Whether no process of a group is left."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    os.killpg(group, signal.SIGKILL)
    return False


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="the system has no groups of processes")
def test_an_interruption_ends_all(busy: subprocess.Popen[str]) -> None:
    os.killpg(busy.pid, signal.SIGINT)
    _, errors = busy.communicate(timeout=30)
    assert busy.returncode == 130
    assert errors.strip() == ""
    assert is_over(busy.pid)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="the system has no groups of processes")
def test_no_process_outlives_the_first(busy: subprocess.Popen[str]) -> None:
    busy.kill()
    busy.wait(timeout=30)
    assert is_over(busy.pid)


def test_few_tests_start_no_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a process is started")

    monkeypatch.setattr(test_processes, "Processes", refuse)
    result = CliRunner().invoke(cli, ["test", str(folder / "a_few.call"), "-j", "auto"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("given", ["0", "-1", "many", "1.5", "١", "99999"])
def test_what_is_no_number_of_processes_is_refused(folder: Path, given: str) -> None:
    result = CliRunner().invoke(cli, ["test", str(folder), "-j", given])
    assert result.exit_code == 2
    assert "is not a number of processes (1 or more), or `auto`." in result.output


def test_replaying_takes_one_process(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["test", str(folder), "-j", "2", "--replay", str(folder / "a_few.call")])
    assert result.exit_code == 2
    assert "--replay cannot be combined with -k, --coverage, --explore or -j." in result.output
