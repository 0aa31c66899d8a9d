"""Commands that place calls, in a folder with scripts and a key of an application."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import read_cast
from tests.e2e.in_process import run_here
from tests.e2e.servers import APPLICATION, private_key

ROOT = Path(__file__).parents[3]
SCRIPT = """\
param number: phone = 14155550101

call {
  to   phone {{ number }}
  from phone 14155550100
  length_timer=1h
}

talk "Hello"
for name in ["Ann", "Bob"] { talk "Hello {{ name }}" }
"""
Run = Callable[..., subprocess.CompletedProcess[str]]
"""Runs a command in the folder: its arguments, and variables of the environment by name."""


def write_scripts(folder: Path) -> None:
    """The scripts of these tests, and the key of the application."""
    (folder / "hello.call").write_text(SCRIPT)
    (folder / "loose.call").write_text('talk "Hello"\n')
    (folder / "for-ever.call").write_text('talk "la" loop=0\n')
    (folder / "private.key").write_text(private_key())
    (folder / "private.key").chmod(0o600)


def account_environment(folder: Path, **variables: str) -> dict[str, str]:
    """The environment of a command: the application's id and key, state in the folder, nothing of ours from outside."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VONAGE_", "NCCODSL_"))}
    return {
        **clean,
        "PYTHONPATH": str(ROOT),
        "VONAGE_APPLICATION_ID": APPLICATION,
        "VONAGE_PRIVATE_KEY": "private.key",
        "NCCODSL_STATE": str(folder / "state"),
        "HOME": str(folder),
        **variables,
    }


def nccodsl_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "nccodsl", *arguments]


def run_in(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in this process; it shows no traceback, no key and no token."""
    environment = account_environment(folder, **variables)
    done = run_here(folder, environment, *arguments)
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert private_key().splitlines()[5] not in done.stdout + done.stderr, "the key is shown"
    assert not re.search(r"eyJ[\w-]{20,}", done.stdout + done.stderr), "a token is shown"
    return done


def patient_emulator(speed: float = 100.0) -> Emulator:
    """An emulator that takes the tokens of the application, and whose callee stays on the line."""
    return Emulator(
        public_key=private_key(),
        application_id=APPLICATION,
        creations=None,
        speed=speed,
        cast=read_cast({"stays": "1h"}),
    )
