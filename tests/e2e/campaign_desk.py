"""A folder with a campaign, the commands that run it in processes of their own, and an emulator that is called."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from nccodsl.campaign.person_vault import KEY_VARIABLE
from tests.e2e.servers import APPLICATION, private_key

ROOT = Path(__file__).parents[2]
SCRIPT = """\
param number: phone
call { to phone {{ number }} from phone 14155550100 }
talk "Hello."
"""


class CampaignDesk:
    """Campaigns in `folder`, which call what is at `url`."""

    def __init__(self, folder: Path, url: str, **environment: str) -> None:
        self.folder, self._url = folder, url
        (folder / "private.key").write_text(private_key(), encoding="utf-8")
        (folder / "private.key").chmod(0o600)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NCCODSL")}
        self.environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "NCCODSL_STATE": str(folder / "state"),
            KEY_VARIABLE: "a secret of the tests",
            **environment,
        }

    def write(self, name: str, numbers: list[str], more: str = "", script: str = SCRIPT) -> None:
        """A campaign file `NAME.toml`, with its script and rows. `more`: further lines of TOML."""
        (self.folder / f"{name}.call").write_text(script, encoding="utf-8")
        (self.folder / f"{name}.csv").write_text("number\n" + "".join(f"{one}\n" for one in numbers), encoding="utf-8")
        (self.folder / f"{name}.toml").write_text(
            f'name = "{name}"\nscript = "{name}.call"\npurpose = "emergency"\nrecipients.file = "{name}.csv"\n{more}',
            encoding="utf-8",
        )

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "nccodsl", *words]

    def run(self, *words: str, code: int = 0, **more: Any) -> tuple[str, str]:
        """What a command prints: to standard output, and to standard error."""
        done = subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **more,
        )
        assert "internal error" not in done.stderr, done.stderr
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stdout, done.stderr

    def start(self, name: str, numbers: list[str], more: str = "", script: str = SCRIPT) -> None:
        """Write a campaign and start it."""
        self.write(name, numbers, more, script)
        self.run("campaign", "start", f"{name}.toml")

    def worker(self, *words: str, program: str = "nccodsl") -> WorkerProcess:
        """A worker of the module `program`, which may be `tests.e2e.quick_workers`."""
        account = ("--app", APPLICATION, "--key", "private.key", "--host", self._url)
        command = [sys.executable, "-m", program, "campaign", "work"]
        return WorkerProcess(self, [*command, *account, *words])

    def counts(self, name: str) -> dict[str, int]:
        """Recipients by their state; states of the campaign are left out."""
        (found,) = json.loads(self.run("campaign", "list", name, "--json")[0])
        return {state: count for state, count in found.items() if isinstance(count, int)}


class WorkerProcess:
    """`nccodsl campaign work`. In a `with` block it is killed at the end, and has shown no traceback."""

    def __init__(self, desk: CampaignDesk, command: list[str]) -> None:
        self._log = desk.folder / f"work-{len(list(desk.folder.glob('work-*.log')))}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=desk.folder, env=desk.environment, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def ends(self, code: int = 0, seconds: float = 120.0) -> str:
        """Wait for its end; what it has said."""
        assert self.process.wait(seconds) == code, self.said
        return self.said

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait(30)
        assert "internal error" not in self.said, self.said
