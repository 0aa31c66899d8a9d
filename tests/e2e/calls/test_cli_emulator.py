"""`emulator` as a command: what it says, and what it cannot be started with."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import pytest

from nccodsl.io.uvicorn_host import UvicornHost
from tests.e2e.calls.placed_calls import (
    Run,
    account_environment,
    nccodsl_command,
)


def _started(folder: Path, *args: str) -> subprocess.Popen[str]:
    line = nccodsl_command("emulator", "--port", "0", "--folder", str(folder / "keys"), *args)
    environment = account_environment(folder)
    return subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=environment
    )


def test_the_emulator_says_how_to_talk_to_it(run: Run, here: Path) -> None:
    with _started(here, "--tls", "--speed", "virtual") as process:
        assert process.stdout is not None
        try:
            first = process.stdout.readline()
            url = re.search(r"https://127\.0\.0\.1:\d+", first)
            assert url, first
            exports = dict(process.stdout.readline().strip().removeprefix("export ").split("=") for _ in range(5))
            assert (here / "keys" / "private.key").stat().st_mode & 0o077 == 0
            done = run("call", "hello.call", "--host", url[0], **exports)
            assert done.returncode == 0, done.stderr
            assert process.stdout.readline().startswith("call ")
            assert "ringing" in process.stdout.readline()
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(10) in (0, 130)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--fault", "lost=0.1"), "did you mean `lose`?"),
        (("--fault", "late=2"), "must be 0 to 1"),
        (("--speed", "fast"), "is not a speed"),
        (("--event-url", "example.com"), "is not a webhook URL"),
        (("--public-key", "missing.pem"), "cannot read missing.pem"),
        (("--public-key", "hello.call"), "cannot be read"),
        (("--host", "256.0.0.1"), "cannot listen"),
        (("--persona", "busi"), "did you mean `busy`?"),
    ],
)
def test_what_the_emulator_cannot_be_started_with(
    run: Run, args: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process; one that serves nevertheless ends at once."""
    monkeypatch.setattr(UvicornHost, "run", lambda *_: pytest.fail("it serves"))
    done = run("emulator", "--port", "0", "--folder", "keys", *args)
    assert done.returncode == 2
    assert words in done.stderr
    assert re.search(r"error\[E7\d\d\]", done.stderr)
