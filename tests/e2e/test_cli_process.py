"""The command line as a real process: pipes, colours, encodings, imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    *("lark", "jinja2", "pydantic", "rich", "phonenumbers", "yaml", "babel"),
    *(
        "httpx",
        "starlette",
        "uvicorn",
        "jwt",
        "prometheus_client",
        "cryptography",
        "platformdirs",
        "sqlite3",
        "asyncio",
    ),
}
COMMAND = [sys.executable, "-m", "nccodsl"]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "hello.call").write_text('call { to phone 14155550101 from phone 14155550100 }\ntalk "Hé"\n', "utf-8")
    (tmp_path / "wrong.call").write_text("tlak\n")
    (tmp_path / "n.json").write_text('[{"action": "talk", "text": "x"}]')
    return tmp_path


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def run(here: Path, *args: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *args], cwd=here, env=environment(**more), capture_output=True, check=False)


@pytest.mark.parametrize(
    ("args", "allowed"),
    [
        (["--help"], set()),
        (["init", "--help"], set()),
        (["compile", "--help"], set()),
        (["explain", "E304"], set()),
        (["compile", "hello.call"], {"lark"}),
        (["compile", "hello.call", "--call"], {"lark"}),
        (["check", "hello.call"], {"lark", "phonenumbers"}),
        (["fmt", "hello.call"], {"lark"}),
        (["decompile", "n.json"], {"lark"}),
        (["describe", "hello.call"], {"lark"}),
        (["graph", "hello.call"], {"lark"}),
        (["validate", "n.json"], {"lark"}),
        (["call", "hello.call", "--emulate"], {"lark"}),
        (["call", "hello.call", "--emulate", "--to", "+1 415 555 0199"], {"lark", "phonenumbers"}),
        (["call", "--help"], set()),
        (["calls", "--help"], set()),
        (["emulator", "--help"], set()),
        (["serve", "--help"], set()),
        (["shaken", "--help"], set()),
        (["schema"], set()),
    ],
)
def test_a_command_imports_what_it_needs(here: Path, args: list[str], allowed: set[str]) -> None:
    code = (
        "import sys, atexit\n"
        "from nccodsl.__main__ import main\n"
        "atexit.register(lambda: print(*{n.partition('.')[0] for n in sys.modules}, file=open('imported', 'w')))\n"
        f"sys.argv = ['nccodsl', *{args!r}]\n"
        "main()"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=here, env=environment(), capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    assert set((here / "imported").read_text().split()) & HEAVY <= allowed


def test_output_is_utf8_whatever_the_locale(here: Path) -> None:
    result = run(here, "compile", "hello.call", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert "Hé".encode() in result.stdout
    assert run(here, "check", "hello.call", "--format", "sarif", PYTHONIOENCODING="ascii").returncode == 0


def test_colours(here: Path) -> None:
    assert b"\x1b" not in run(here, "check", "wrong.call").stderr
    assert b"\x1b" in run(here, "check", "wrong.call", FORCE_COLOR="1").stderr
    assert b"\x1b" not in run(here, "check", "wrong.call", FORCE_COLOR="1", NO_COLOR="1").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminal")
@pytest.mark.parametrize(("no_color", "colored"), [("", True), ("1", False)])
def test_colours_on_a_terminal(here: Path, no_color: str, colored: bool) -> None:
    code, seen = on_a_terminal(here, "check", "wrong.call", NO_COLOR=no_color)
    assert code == 1
    assert (b"\x1b[" in seen) is colored


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such terminal")
@pytest.mark.parametrize("name", ["lsp", "dap"])
def test_what_editors_start_says_so_on_a_terminal(here: Path, name: str) -> None:
    import pty

    ours, theirs = pty.openpty()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, name], cwd=here, env=environment(), stdin=theirs, stdout=pipe, stderr=pipe
    ) as process:
        os.close(theirs)
        assert process.stderr is not None
        assert process.stderr.readline().decode() == (
            f"waiting for an editor, which starts `nccodsl {name}` itself; press Ctrl-C to stop\n"
        )
        os.write(ours, b"\x04")
        assert process.stdout is not None
        assert process.stdout.read() == b"", "standard output is for the protocol"
    os.close(ours)


def on_a_terminal(here: Path, *args: str, **more: str) -> tuple[int, bytes]:
    """The exit code, and what a terminal is given."""
    import pty

    ours, theirs = pty.openpty()
    env = environment(TERM="xterm", **more)
    with subprocess.Popen([*COMMAND, *args], cwd=here, env=env, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        seen = b""
        try:
            while data := os.read(ours, 4096):
                seen += data
        except OSError:
            pass  # Linux tells the end of a terminal so
    os.close(ours)
    return process.returncode, seen


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminal")
@pytest.mark.parametrize(
    ("args", "whole", "wrapped"),
    [
        (
            ("call", "long.call", "--emulate"),
            "  0:02.5  hears “Hello, this is the clinic about tomorrow.”",
            "  0:02.5  hears “Hello, this\n          is the clinic about\n          tomorrow.”",
        ),
        (
            ("describe", "long.call"),
            "Says: “Hello, this is the clinic about tomorrow.”.",
            "Says: “Hello, this is the\n    clinic about tomorrow.”.",
        ),
    ],
)
def test_lines_are_wrapped_on_a_terminal_only(here: Path, args: tuple[str, ...], whole: str, wrapped: str) -> None:
    text = 'call { to phone 14155550101 from phone 14155550100 }\ntalk "Hello, this is the clinic about tomorrow."\n'
    (here / "long.call").write_text(text, "utf-8")
    elsewhere = run(here, *args, COLUMNS="30")
    assert whole in (elsewhere.stdout + elsewhere.stderr).decode()
    seen = on_a_terminal(here, *args, NO_COLOR="1", COLUMNS="30")[1].decode().replace("\r\n", "\n")
    assert wrapped in seen


def test_a_reader_that_leaves_is_no_error(here: Path) -> None:
    (here / "many.csv").write_text("a\n" + "x\n" * 50_000)
    command = [*COMMAND, "compile", "hello.call", "--rows", "many.csv"]
    with subprocess.Popen(command, cwd=here, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.readline()
        run.stdout.close()
        told = run.stderr.read()
    assert run.returncode == 141
    assert b"Traceback" not in told
    assert b"rror" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_a_full_disk_is_told(here: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [*COMMAND, "compile", "hello.call"], cwd=here, env=environment(), stdout=full, stderr=-1, check=False
        )
    assert result.returncode == 2
    assert result.stderr.count(b"\n") == 1
    assert b"No space left" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell is needed")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("compile hello.call >&-", 2),
        ("compile - <&-", 2),
        ("compile - </dev/null", 1),
        ("compile /dev/zero", 1),
        ("check /dev/null", 1),
        ("compile hello.call -o /dev/null", 0),
        ("validate - </dev/null", 1),
        ("compile wrong.call 2>&-", 1),
        ("--help >&-", 0),
        ("frobnicate", 2),
    ],
)
def test_odd_inputs_and_outputs(here: Path, line: str, code: int) -> None:
    command = f'"{sys.executable}" -m nccodsl {line}'
    result = subprocess.run(command, shell=True, cwd=here, env=environment(), capture_output=True, check=False)
    assert b"Traceback" not in result.stderr
    assert result.returncode == code, result.stderr


def test_no_traceback_reaches_the_terminal(here: Path) -> None:
    for error, code, words in (
        ("KeyboardInterrupt", 130, b""),
        ("MemoryError", 70, b"internal error (MemoryError)"),
        ("RecursionError('deep')", 70, b"please report"),
        ("ValueError('a\\nb')", 70, b"internal error (ValueError: a b)"),
    ):
        script = (
            "import sys, nccodsl.cli.main as m, nccodsl.__main__ as n\n"
            f"def fail(*a, **k): raise {error}\n"
            "m.cli.main = fail\n"
            "n.main()"
        )
        for debug in ("0", "1"):
            result = subprocess.run(
                [sys.executable, "-c", script],
                cwd=here,
                env=environment(NCCODSL_DEBUG=debug),
                capture_output=True,
                check=False,
            )
            assert result.returncode == code
            assert words in result.stderr
            assert (b"Traceback" in result.stderr) is (debug == "1" and code == 70)


def run_shortly(here: Path, *args: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """As `run`, but it may not wait for anything."""
    streams = {"stdin": subprocess.DEVNULL, **more} if "input" not in more else more
    return subprocess.run(
        [*COMMAND, *args],
        cwd=here,
        env=environment(),
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
        **streams,
    )


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipes_are_refused_and_not_waited_for(tmp_path: Path) -> None:
    for name in ("p.call", "p.json", "p.yaml", "p.csv", "p.jsonl"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "ok.call").write_text('talk "{{ a }}"\n')
    (tmp_path / "inc.call").write_text('include "p.call"\ntalk "x"\n')
    for args, code in (
        (["check", "p.call"], "E110"),
        (["check", "inc.call"], "E208"),
        (["compile", "p.call"], "E110"),
        (["describe", "p.call"], "E110"),
        (["validate", "p.json"], "E110"),
        (["decompile", "p.jsonl"], "E110"),
        (["compile", "ok.call", "--vars", "p.json"], "E110"),
        (["compile", "ok.call", "--vars", "p.yaml"], "E110"),
        (["compile", "ok.call", "--rows", "p.csv"], "E110"),
        (["compile", "ok.call", "--rows", "p.jsonl"], "E110"),
        (["simulate", "ok.call", "--persona", "p.yaml"], "E711"),
        (["check", "/dev/zero"], "E110"),
    ):
        result = run_shortly(tmp_path, *args)
        assert result.returncode in (1, 2), args
        assert f"error[{code}]" in result.stderr, args


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="no /dev/stdin here")
def test_what_a_shell_hands_over_is_read(tmp_path: Path) -> None:
    made = run_shortly(tmp_path, "compile", "/dev/stdin", "--compact", input='talk "x"')
    assert made.stdout.strip() == '[{"action":"talk","text":"x"}]'
    assert run_shortly(tmp_path, "validate", "/dev/stdin", input="[]").returncode == 0
    reading, writing = os.pipe()
    os.write(writing, b'talk "y"')
    os.close(writing)
    handed = run_shortly(tmp_path, "compile", f"/dev/fd/{reading}", "--compact", pass_fds=(reading,))
    os.close(reading)
    assert handed.stdout.strip() == '[{"action":"talk","text":"y"}]'
