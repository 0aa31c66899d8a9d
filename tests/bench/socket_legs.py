"""How even the frames of WebSocket legs come, and what legs cost: an emulator beside a server that sends all back.

`python -m tests.bench.socket_legs LEGS SECONDS` measures so many legs at once, and prints what came out. With
`--prompts`, each leg hears one prompt after another that has to be spoken first, otherwise one again and again.
`python -m tests.bench.socket_legs emulator` serves an emulator on a free port and prints its address.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx

from nccodsl.emulator.core.application import Ncco
from tests.bench.served_webhooks import processor_time

ROOT = Path(__file__).parents[2]
FRAME = 0.02
WANTED = 0.010
"""Seconds within which 99 of 100 frames are to come, with `LEGS` legs on two cores."""
LEGS = 20
_ENDS = 5.0
"""Seconds at the beginning and at the end of a leg, between which the drift is measured."""


class Measured(NamedTuple):
    """What was measured. Times in seconds.

    `late`: how late frames came, against the grid of their leg, at 50 %, 99 % and at most. `drift`: how much slower the
    grid of the frames is than the clock of the server, the most of all legs. `lost`: frames that did not come.
    `processor`: share of a core that the emulator took. `memory`: its MB at the beginning and at the end.
    """

    legs: int
    frames: int
    late: tuple[float, float, float]
    drift: float
    lost: int
    processor: float
    memory: tuple[float, float]


def frames_of_legs(legs: int, seconds: float, *, prompts: bool = False) -> Measured:
    """Open so many sockets at once, and send back what comes, for so long. `prompts`: no two that they hear are alike.

    Otherwise, each leg hears the same again and again.
    """
    with _emulator() as (url, pid):
        return asyncio.run(_measure(url, pid, legs, seconds, _prompts if prompts else _repeated))


async def _measure(url: str, pid: int, legs: int, seconds: float, heard: Callable[[int], Ncco]) -> Measured:
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed

    came: list[list[float]] = []

    async def echo(socket: ServerConnection) -> None:
        times: list[float] = []
        came.append(times)
        with suppress(ConnectionClosed):
            async for message in socket:
                if isinstance(message, bytes):
                    times.append(time.monotonic())
                    await socket.send(message)

    async with serve(echo, "127.0.0.1", 0, compression=None) as server, httpx.AsyncClient(base_url=url) as client:
        uri = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        for number in range(legs):
            created = await client.post(
                "/v1/calls", json=_call(uri, heard(number)), headers={"authorization": "Bearer any"}
            )
            created.raise_for_status()
        while len(came) < legs or not all(came):
            await asyncio.sleep(0.01)
        await asyncio.sleep(1)
        begun, used, held = time.monotonic(), processor_time(pid), _memory_of(pid)
        await asyncio.sleep(seconds)
        share = (processor_time(pid) - used) / (time.monotonic() - begun)
        between = (begun, time.monotonic())
        # What is late now is not lost.
        await asyncio.sleep(1)
        return _measured([list(times) for times in came], between, share, (held, _memory_of(pid)))


def _measured(
    came: list[list[float]], between: tuple[float, float], processor: float, memory: tuple[float, float]
) -> Measured:
    """Of the frames that came between two times."""
    late: list[float] = []
    begun, ended = between
    drift, lost = 0.0, 0
    for times in came:
        behind = [at - number * FRAME for number, at in enumerate(times)]
        grid = min(behind)
        late += [one - grid for one, at in zip(behind, times, strict=True) if begun <= at <= ended]
        some = min(int(_ENDS / FRAME), len(behind) // 2)
        drift = max(drift, min(behind[-some:]) - min(behind[:some]), key=abs)
        lost += max(round((ended - grid) / FRAME) - len(times) - 1, 0)
    cuts = statistics.quantiles(late, n=100)
    return Measured(len(came), len(late), (cuts[49], cuts[98], max(late)), drift, lost, processor, memory)


def _prompts(leg: int) -> Ncco:
    texts = [f"This is prompt {number} of leg {leg}, which takes some three seconds." for number in range(400)]
    return [{"action": "talk", "text": text} for text in texts]


def _repeated(_leg: int) -> Ncco:
    return [{"action": "talk", "text": "It is said again and again, until the call is over.", "loop": 0}]


def _call(uri: str, ncco: Ncco) -> dict[str, object]:
    """A call to the server."""
    return {
        "to": [{"type": "websocket", "uri": uri, "content-type": "audio/l16;rate=16000"}],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": ncco,
    }


def _memory_of(pid: int) -> float:
    """The memory of a process, in MB; 0 where the system does not say so as Linux does."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    lines = status.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def _emulator() -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "tests.bench.socket_legs", "emulator"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()


def _serve() -> None:
    from nccodsl.emulator.http.host import Emulator

    server = Emulator(creations=None, seed=1)
    print(server.url, flush=True)
    server.run()


def told(found: Measured) -> str:
    """What was measured, in words."""
    half, most, worst = (f"{1000 * one:.1f}" for one in found.late)
    return (
        f"{found.legs} legs, {found.frames:,} frames: late by {half} ms (50 %), {most} ms (99 %), {worst} ms at most; "
        f"drift {1000 * found.drift:+.1f} ms; {found.lost} lost; {100 * found.processor:.0f} % of a core; "
        f"{found.memory[0]:.0f} to {found.memory[1]:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.socket_legs", description=__doc__)
    parser.add_argument("legs", help="how many, or `emulator`")
    parser.add_argument("seconds", nargs="?", type=float, default=30.0)
    parser.add_argument("--prompts", action="store_true", help="prompts that have to be spoken")
    given = parser.parse_args()
    if given.legs == "emulator":
        _serve()
    else:
        print(told(frames_of_legs(int(given.legs), given.seconds, prompts=given.prompts)))


if __name__ == "__main__":
    main()
