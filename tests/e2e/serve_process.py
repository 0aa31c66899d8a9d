"""`nccodsl serve` in a process of its own: what it says, what it answers, and how it is killed and started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from nccodsl.emulator.http.sender import Secret, sign

ROOT = Path(__file__).parents[2]
SECRET = "a-signature-secret-of-at-least-thirty-two-letters"


def serve_environment(folder: Path, **variables: str) -> dict[str, str]:
    """The environment of a server with its state in `folder`; nothing of ours comes from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NCCODSL")}
    return {**kept, "PYTHONPATH": str(ROOT), "NCCODSL_STATE": str(folder / "state"), **variables}


def serve_command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "nccodsl", "serve", *map(str, arguments)]


class ServeProcess:
    """A server in `folder`, on a free port that it keeps when it is started again.

    In a `with` block it is killed at the end, and has shown no traceback.
    """

    def __init__(self, folder: Path, *arguments: str | Path, **variables: str) -> None:
        self._folder = folder
        self._arguments = arguments
        self._environment = serve_environment(folder, **{"NCCODSL_SIGNATURE_SECRET": SECRET, **variables})
        self._log = folder / "serve.log"
        self._log.write_bytes(b"")
        self.port = 0
        self.start()

    def start(self) -> None:
        """Start it, until it says where it serves."""
        command = self.command(*self._arguments, "--port", str(self.port))
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=subprocess.PIPE, stderr=log, encoding="utf-8"
            )
        self._first_line = self._line()
        self.url = self._first_line.partition(" is serving at ")[2].partition(";")[0]
        if not self.url:
            self.kill()
            raise AssertionError(f"it does not serve: {self.log}")
        self.port = int(self.url.rpartition(":")[2])

    def command(self, *arguments: str | Path) -> list[str]:
        """The words that it is started with."""
        return serve_command(*arguments)

    def greeting(self, scripts: int = 1, *, beyond: bool = False) -> str:
        """All that it says at its start; `beyond`: that it listens beyond this machine, too."""
        return self._first_line + "".join(self._line() for _ in range(4 * scripts + beyond))

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def post(self, path: str, payload: object) -> httpx.Response:
        """A webhook, signed as the platform signs it."""
        body = json.dumps(payload).encode()
        headers = {"authorization": f"Bearer {sign(Secret(SECRET), body)}"}
        return httpx.post(f"{self.url}/{path}", content=body, headers=headers, trust_env=False, timeout=20)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}/{path}", trust_env=False)

    @property
    def log(self) -> str:
        """What it has written to standard error, since it was started for the first time."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self._ended()

    def kill(self) -> None:
        """As a machine dies that loses its power."""
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        code = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def __enter__(self) -> ServeProcess:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()
        assert "Traceback" not in self.log


def refused_serve(folder: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    """Exit code and messages of a command that does not come to serve."""
    done = subprocess.run(
        serve_command(*arguments),
        cwd=folder,
        env=serve_environment(folder, **variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr
