"""The command line in this process: the whole of `nccodsl`, without the start of an interpreter for each call."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import click
import pytest
from click.testing import CliRunner, Result

from nccodsl.__main__ import main
from nccodsl.cli.main import cli


def run_here(
    folder: Path, environment: Mapping[str, str], *args: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """What `nccodsl ARGS` prints and how it ends, in a folder and with nothing but this environment."""
    out, err = io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as patched, patch.dict("os.environ", environment, clear=True):
        patched.chdir(folder)
        patched.setattr("sys.argv", ["nccodsl", *args])
        patched.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        patched.setattr("sys.stdout", io.TextIOWrapper(out, encoding="utf-8"))
        patched.setattr("sys.stderr", io.TextIOWrapper(err, encoding="utf-8"))
        with pytest.raises(SystemExit) as left:
            main()
        shown = [buffer.getvalue().decode("utf-8") for buffer in (out, err)]
    assert isinstance(left.value.code, int)
    return subprocess.CompletedProcess(args, left.value.code, *shown)


def invoke(*args: str, input: str | bytes | None = None, command: click.Command = cli) -> Result:
    """What click makes of `nccodsl ARGS`: no more than an exit code, whatever was asked."""
    result = CliRunner().invoke(command, args, input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result
