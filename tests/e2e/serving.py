"""`nccodsl serve` in a process of its own, which can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from tests.e2e.servers import wait_for

SECRET = "a-signature-secret-of-at-least-thirty-two-letters"


class Server:
    """Serves scripts on a free port, with a store and a log in `folder`."""

    def __init__(self, scripts: Sequence[Path], folder: Path, *options: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.store = f"sqlite:{folder / 'calls.db'}"
        self._command = [
            *(sys.executable, "-m", "nccodsl", "serve", *map(str, scripts)),
            *("--port", str(port), "--store", self.store),
            *options,
        ]
        self._log = folder / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "NCCODSL_SIGNATURE_SECRET": SECRET}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=environment)
        wait_for(self._answers, 60)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        try:
            return httpx.get(f"{self.url}/healthz", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """As a machine dies that loses its power."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")
