"""docs/in-production.md: the commands for a campaign with an interactive script do what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "in-production.md").read_text(encoding="utf-8")
SCRIPT = """\
param number: phone

call { to phone {{ number }} from phone 14155550100 }

step main {
  talk "Press 9 to opt out."
  input dtmf max_digits=1 { on "9" { opt_out } otherwise { talk "Goodbye." } }
}
"""


@contextmanager
def running(command: str, folder: Path, environment: dict[str, str], last: str) -> Iterator[str]:
    """A server, with what it prints up to the line that has `last`."""
    words = ["bash", "-c", f"exec {command.strip()} --port 0"]
    with subprocess.Popen(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            told = ""
            while last not in told:
                line = server.stdout.readline()
                assert line, "it ended before it had told all"
                told += line
            yield told
        finally:
            server.terminate()


@pytest.mark.slow
def test_the_three_terminals(tmp_path: Path) -> None:
    section = PAGE.partition("## Campaigns with interactive scripts\n")[2].partition("\n## ")[0]
    emulator, serve, campaign = re.findall(r"```sh\n(.*?)```", section, re.S)
    (tmp_path / "survey.call").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "people.csv").write_text("number\n14155550101\n14155550102\n", encoding="utf-8")
    (tmp_path / "campaign.toml").write_text(
        'name = "survey"\nscript = "survey.call"\npurpose = "emergency"\nrecipients.file = "people.csv"\n',
        encoding="utf-8",
    )
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("NCCODSL_", "VONAGE_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{variables['PATH']}"
    environment = {**variables, "PATH": path, "HOME": str(tmp_path), "NCCODSL_STATE": str(tmp_path / "state")}
    with (
        running(f"{emulator.strip()} --speed 20", tmp_path, environment, "VONAGE_PRIVATE_KEY") as api,
        running(serve, tmp_path, environment, "fallback URL") as server,
    ):
        exports = "".join(re.findall(r"export .*\n", api))
        told = re.sub(r"export .*\n", lambda _found: exports, campaign)
        for port, printed in (("4790", api), ("8080", server)):
            address = re.search(r"http://127\.0\.0\.1:\d+", printed)
            assert address is not None
            told = told.replace(f"http://127.0.0.1:{port}", address[0])
        told += "nccodsl campaign report survey --format csv\n"
        done = subprocess.run(
            ["bash", "-euc", told], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split(",")[5] for line in done.stdout.splitlines()[-2:]] == ["completed", "completed"]
