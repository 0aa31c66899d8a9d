"""Processes that start calls as fast as the limit of their account allows, and what arrives of that.

Each request is on its way for a while, in both directions. Every third start is a transfer to an NCCO that connects.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx

from nccodsl.client import Credentials, Timeouts, VoiceClient, VoiceError, place, transfer_call
from tests.e2e.emulated_api import FOR_EVER, body
from tests.e2e.servers import APPLICATION, private_key
from tests.journals import kept_in

TIMEOUTS = Timeouts(connect=0.5, read=3.0, write=0.5, pool=0.5)
"""Short, so that the slots of a process that was killed are free again after 6 s."""
RINGING = 2.0
"""Seconds after which a call has been answered, and can be transferred."""
CONNECT = [{"action": "connect", "endpoint": [{"type": "phone", "number": "14155550199"}]}]
SERVER = """
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import read_cast
emulator = Emulator(creations={limit}, cast=read_cast({{"answers": "0.2s"}}))
print(emulator.url, flush=True)
emulator.run()
"""


Delay = Callable[[Random], float]
"""Seconds for which a request, or its answer, is on its way."""
Call = Callable[[Path, str, int, float, Delay, int], None]
"""What a process does: it calls from a folder to a server, within a limit, until a moment, with a number of its own."""


class Arrivals(NamedTuple):
    """What arrived: seconds on the server's monotonic clock, and how many starts it refused."""

    times: list[float]
    connects: int
    refused: int
    killed: int

    def most_in_a_second(self) -> int:
        """The largest number of starts in any second that rolls by."""
        return most_in_a_second(self.times)

    def rate(self) -> float:
        """Starts a second between the first and the last."""
        return (len(self.times) - 1) / (max(self.times) - min(self.times))


def most_in_a_second(arrived: list[float]) -> int:
    """The largest number of starts in any second that rolls by."""
    times = sorted(arrived)
    return max(bisect_left(times, first + 1.0) - index for index, first in enumerate(times))


def arrivals(
    folder: Path,
    limit: int,
    seconds: float,
    delay: Callable[[Random], float],
    *,
    processes: int = 4,
    kills: bool = True,
    call: Call | None = None,
) -> Arrivals:
    """Let processes call for some seconds; with `kills`, one of them is killed now and then, and another begins.

    `call` is what each does.
    """
    program = SERVER.format(limit=limit)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        try:
            killed = _run(folder, url, limit, seconds, delay, processes, kills=kills, call=call or _call)
            seen = httpx.get(f"{url}/emulator/starts").json()["starts"]
        finally:
            server.kill()
    connects = sum(one["kind"] == "connect" for one in seen)
    return Arrivals([one["at"] for one in seen], connects, sum(not one["accepted"] for one in seen), killed)


def _run(
    folder: Path,
    url: str,
    limit: int,
    seconds: float,
    delay: Callable[[Random], float],
    processes: int,
    *,
    kills: bool,
    call: Call,
) -> int:
    chance, killed = Random(limit), 0
    until = time.monotonic() + seconds
    started = iter(range(10**6))
    running = [_caller(folder, url, limit, until, delay, next(started), call) for _ in range(processes)]
    while kills and time.monotonic() < until - 2:
        time.sleep(chance.uniform(0.3, 2.0))
        victim = chance.randrange(processes)
        os.kill(running[victim], signal.SIGKILL)
        os.waitpid(running[victim], 0)
        killed += 1
        running[victim] = _caller(folder, url, limit, until, delay, next(started), call)
    for process in running:
        os.waitpid(process, 0)
    return killed


def _caller(folder: Path, url: str, limit: int, until: float, delay: Delay, number: int, call: Call) -> int:
    """Start a process that calls; its id."""
    child = os.fork()
    if child:
        return child
    try:
        call(folder, url, limit, until, delay, number)
    finally:
        os._exit(0)


def _call(folder: Path, url: str, limit: int, until: float, delay: Callable[[Random], float], number: int) -> None:
    calls: deque[tuple[float, str]] = deque()
    transport = FarAway(Random(number), delay)
    credentials = Credentials(APPLICATION, private_key())
    client = VoiceClient(credentials, host=url, limit=limit, timeout=TIMEOUTS, transport=transport)
    with kept_in(folder) as journal, client:
        turn = 0
        while time.monotonic() < until:
            turn += 1
            with suppress(VoiceError):
                if turn % 3 == 0 and calls and calls[0][0] < time.monotonic():
                    transfer_call(client, journal, calls.popleft()[1], ncco=CONNECT)
                else:
                    placed = place(client, journal, body(FOR_EVER), api="v1")
                    calls.append((time.monotonic() + RINGING, placed.uuid or ""))


class FarAway(httpx.HTTPTransport):
    """A network on which requests and answers take their time."""

    def __init__(self, random: Random, delay: Callable[[Random], float]) -> None:
        super().__init__(verify=False)  # it speaks plain HTTP
        self._random = random
        self._delay = delay

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        time.sleep(self._delay(self._random))
        response = super().handle_request(request)
        time.sleep(self._delay(self._random))
        return response
