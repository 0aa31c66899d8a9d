"""A webhook server whose script sends a request with each state that it saves; it may die at a chosen instant.

As a program: `python -m tests.e2e.sending_server STORE RECEIVER DIES`, which says where it serves.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from nccodsl.runtime.handle import handle
from nccodsl.runtime.operations import Save
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import JSON_BODY, Request
from nccodsl.server.deliveries import Deliveries
from nccodsl.server.stores.outbox import Outgoing

ROOT = Path(__file__).parents[2]
DIES = ("before it is claimed", "before it is delivered", "before it is marked")
LEASE, LONGEST, FIRST_WAIT, LONGEST_WAIT = 1.0, 0.5, 0.02, 0.2
"""Seconds, shorter than usual."""


def adding(url: str) -> Any:
    """`handle`, where each saving of a state sends something."""

    def sends(script: Runnable, webhook: Any) -> Any:
        handling = handle(script, webhook)
        result = None
        try:
            while True:
                operation = handling.send(result)
                if isinstance(operation, Save):
                    key = f"{operation.key}-{operation.revision or 0}"
                    body = f'{{"call":"{operation.key}"}}'
                    request = Request(f"{url}/{operation.key}", "POST", (("x-a", ("b",)),), body, JSON_BODY, key)
                    operation = operation._replace(sends=(request,))
                result = yield operation
        except StopIteration as done:
            return done.value

    return sends


class SendingProcess:
    """The server in a process of its own."""

    def __init__(self, store: str, receiver: str, dies: str = "") -> None:
        command = [sys.executable, "-m", "tests.e2e.sending_server", store, receiver, dies]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url

    def kill(self) -> None:
        """As a machine dies that loses its power."""
        self.process.kill()
        self.wait()

    def wait(self) -> int:
        """The end of a process that dies; its code."""
        code = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def __enter__(self) -> SendingProcess:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.returncode is None:
            self.kill()


def _die(*_: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _serve(store: str, receiver: str, dies: str) -> None:
    import nccodsl
    from nccodsl.server import deliveries, driver
    from nccodsl.server.server import Server
    from nccodsl.server.signatures import Signatures
    from nccodsl.server.stores.open_store import open_store
    from tests.unit.server.handle_drive import MENU

    driver.handle = adding(receiver)
    deliveries.LEASE, deliveries.LONGEST = LEASE, LONGEST
    deliveries.FIRST_WAIT, deliveries.LONGEST_WAIT = FIRST_WAIT, LONGEST_WAIT
    deliveries.LOOK = 0.05
    begin, settle = deliveries.Deliveries._begin, deliveries.Deliveries._settle

    async def begins(self: Deliveries) -> float:
        return _die() if any(one.wait == 0 for one in await self._outbox.list()) else await begin(self)

    async def settles(self: Deliveries, outgoing: Outgoing, attempt: Any, took: float) -> None:
        return _die() if attempt.outcome == "ok" else await settle(self, outgoing, attempt, took)

    if dies == DIES[0]:
        deliveries.Deliveries._begin = begins  # type: ignore[method-assign]
    elif dies == DIES[1]:
        deliveries.Deliveries._attempt = _die  # type: ignore[method-assign]
    elif dies == DIES[2]:
        deliveries.Deliveries._settle = settles  # type: ignore[method-assign]
    flow = nccodsl.load(MENU)
    server = Server(
        lambda url: [("ivr", Runnable(flow, f"{url}/ivr"))], open_store(store), Signatures(allow_unsigned=True)
    )
    print(server.local, flush=True)
    server.run()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
