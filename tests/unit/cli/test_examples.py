"""The examples in the help of commands: each command has some, and each does what it is an example of."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nccodsl.cli.examples import EXAMPLES
from nccodsl.emulator.http.host import Emulator
from nccodsl.server.stores.sqlite_store import SqliteStore
from tests.e2e.calls.placed_calls import account_environment, patient_emulator
from tests.e2e.in_process import run_here
from tests.e2e.servers import APPLICATION, private_key
from tests.repository import Repository
from tests.unit.cli.test_commands import EVERY

ROOT = Path(__file__).parents[3]
SERVERS = {"dap", "emulator", "lsp", "serve", "studio", "test-agent"}
"""Commands that run until they are stopped, or talk with what runs: their arguments are parsed, and no more."""
WATCH = "--watch"
"""An option that does so to other commands."""
ACCOUNT = {"--wait", "--dry-run"}
"""Options of examples that need an account."""
SETTINGS = """\
application_id = "{application}"
private_key = "private.key"
host = "{host}"

[profile.staging]
application_id = "{application}"
private_key = "private.key"
host = "{host}"
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What `nccodsl init` writes, what it compiles to, a campaign of it, and an interactive script."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    run_here(tmp_path, environment, "init", ".")
    shutil.copy(ROOT / "examples" / "ivr-with-voicemail" / "script.call", tmp_path / "menu.call")
    shutil.copy(ROOT / "examples" / "voice-agent" / "callers.yaml", tmp_path)
    shutil.copytree(ROOT / "examples" / "clinic-line" / "locale", tmp_path / "locale")
    shutil.copy(ROOT / "examples" / "clinic-line" / "script.call", tmp_path / "clinic.call")
    run_here(tmp_path, environment, "campaign", "init", "reminder.call", "--purpose", "emergency", "-o", "storm.toml")
    for name, more in (("ncco.json", ()), ("call.json", ("--call", "--api", "v1"))):
        done = run_here(tmp_path, environment, "compile", "reminder.call", "--vars", "vars.json", *more)
        (tmp_path / name).write_text(done.stdout)
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    """An emulator on loopback whose callee stays on the line."""
    with patient_emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(folder: Path, server: Emulator) -> Emulator:
    """The emulator, and settings in the folder that send calls there."""
    (folder / "private.key").write_text(private_key())
    (folder / "private.key").chmod(0o600)
    (folder / "nccodsl.toml").write_text(SETTINGS.format(application=APPLICATION, host=server.url))
    return server


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs the words of an example in the folder; a file behind `<` is its standard input."""

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        stdin = b""
        if "<" in words:
            stdin = (folder / words[-1]).read_bytes()
            words = words[: words.index("<")]
        return run_here(folder, account_environment(folder, **variables), *words, stdin=stdin)

    return run


def examples(wanted: Callable[[str, set[str]], bool]) -> list[str]:
    """The examples of some commands, chosen by the command and all words."""
    return [
        one
        for lines in EXAMPLES.values()
        for one in lines
        if wanted(one.split()[1], set(one.split())) and one.startswith("nccodsl ")
    ]


def test_every_command_has_examples() -> None:
    assert set(EXAMPLES) == set(EVERY)
    assert {name: len(lines) for name, lines in EXAMPLES.items() if not 3 <= len(lines) <= 4} == {}
    assert all(one.startswith(f"nccodsl {name}") for name, lines in EXAMPLES.items() for one in lines)


@pytest.mark.parametrize(
    "example",
    examples(
        lambda name, words: (
            name not in {"calls", "shaken", "outbox", "suppress"} | SERVERS
            and not {*ACCOUNT, WATCH} & words
            and not (name == "campaign" and not {"check", "emulate", "init", "forecast"} & words)
        )
    ),
)
def test_an_example_runs(folder: Path, run: Run, example: str) -> None:
    if example.startswith("nccodsl diff"):
        Repository(folder).commit()
        for name in ("old.call", "new.call"):
            shutil.copy(folder / "menu.call", folder / name)
    before = set(folder.iterdir())
    done = run(*shlex.split(example)[1:])
    assert done.returncode == 0, done.stderr
    assert done.stdout or done.stderr or set(folder.iterdir()) > before


@pytest.mark.parametrize("example", examples(lambda name, words: name in SERVERS or {WATCH, "--web"} & words))
def test_an_example_of_a_server_is_parsed(folder: Path, example: str) -> None:
    _program, name, *arguments = shlex.split(example)
    if name not in EVERY:
        name = f"{name} {arguments.pop(0)}"
    with contextlib.chdir(folder):
        EVERY[name].make_context(name, arguments)


@pytest.mark.parametrize(
    "example",
    examples(lambda name, words: name == "calls" or bool(ACCOUNT & words)),
)
def test_an_example_about_calls_runs(folder: Path, run: Run, emulator: Emulator, example: str) -> None:
    (folder / "for-ever.call").write_text('call { to phone 14155550101 from phone 14155550100 }\ntalk "la" loop=0\n')
    placed = run("call", "for-ever.call", "--api", "v1", "--json")
    assert placed.returncode == 0, placed.stderr
    leg = json.loads(placed.stdout)["uuid"]
    until = time.monotonic() + 10
    while not emulator.network.legs[leg].on_line:
        assert time.monotonic() < until
        time.sleep(0.02)
    words = [leg if word == "UUID" else word for word in shlex.split(example)[1:]]
    if "settle" in words:
        # A host where no server listens any more leaves the call open.
        words = unsettled(run, words)
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def unsettled(run: Run, words: list[str]) -> list[str]:
    """The words, once the journal has a call `order-17` whose outcome is unknown."""
    from tests.e2e.calls.odd_server import OddServer

    with OddServer(lambda request: None) as server:
        open_call = ("call", "reminder.call", "--vars", "vars.json", "--reference", "order-17", "--host", server.url)
        assert run(*open_call).returncode == 3
    return [str(uuid.uuid4()) if words[words.index(word) - 1] == "--uuid" else word for word in words]


@pytest.mark.parametrize(
    "example",
    examples(lambda name, words: name == "campaign" and not {"check", "emulate", "init", "forecast", "--web"} & words),
)
def test_an_example_about_campaigns_runs(folder: Path, run: Run, emulator: Emulator, example: str) -> None:
    SqliteStore(folder / "calls.db").close()
    if "start" not in example:
        assert run("campaign", "start", "storm.toml").returncode == 0
    if "retry" in example or "resume" in example:
        assert run("campaign", "pause", "--all").returncode == 0
    if "watch" in example:  # until it is over
        assert run("campaign", "stop", "reminder").returncode == 0
    verified = json.loads(run("campaign", "verify", "reminder", "--json").stdout or "{}")
    done = run(*(word.replace("HASH", verified.get("head", "")) for word in shlex.split(example)[1:]))
    assert done.returncode == 0, done.stderr
    assert done.stdout or list(folder.glob("called.csv")) or list(folder.glob("report.html"))


@pytest.mark.parametrize("example", examples(lambda name, _words: name == "shaken"))
def test_an_example_about_passports_runs(folder: Path, run: Run, example: str) -> None:
    keys = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem")
    subprocess.run(["openssl", "genpkey", *keys], cwd=folder, check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", "key.pem", "-pubout", "-out", "cert.pem"], cwd=folder, check=True)
    signed = run(*shlex.split(EXAMPLES["shaken sign"][0])[1:])
    (folder / "identity.txt").write_text(signed.stdout)
    done = run(*(word.replace("$IDENTITY", signed.stdout.strip()) for word in shlex.split(example)[1:]))
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_help_shows_them(folder: Path) -> None:
    done = run_here(folder, {"PATH": os.environ["PATH"]}, "check", "--help")
    for example in EXAMPLES["check"]:
        assert f"\n  {example}\n" in done.stdout
    assert f"\n  {EXAMPLES['calls list'][0]}\n" in run_here(folder, {}, "calls", "list", "--help").stdout
