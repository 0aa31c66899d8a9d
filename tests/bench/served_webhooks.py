"""How fast `nccodsl serve` answers beside a bare app that returns the same bytes, and how late the slowest answers are.

`python -m tests.bench.served_webhooks bare|serve` serves one of the two on a free port and prints its address. Ours checks
signatures, keeps every state in a SQLite file and writes its log to a file.

`python -m tests.bench.served_webhooks against CHECKOUT` compares two versions: this one, and that of another checkout.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from nccodsl.emulator.http.sender import Secret, sign
from nccodsl.runtime.tags import seal_of, tag_of

ROOT = Path(__file__).parents[2]
CONNECTIONS = 4
SECRET = "a secret of this benchmark, long enough"
SCRIPT = """
step main {
  talk "Welcome {{ caller }}. Press 1 for sales, or 2 for support." barge_in=true language=en-GB
  input dtmf max_digits=1 timeout=5s {
    on "1" -> sales
    on "2" -> main
    retry 2 "Sorry, I did not catch that."
    otherwise -> sales
  }
}

step sales {
  talk "You are put through. This is number {{ visits }}." language=en-GB
  connect phone 14155550123 from=14155550100 timeout=20s {
    on busy, timeout, rejected, failed, unanswered -> closed
  }
}

step closed { talk "Nobody is there. Goodbye." }
"""
ANSWERED = 0.050
"""Seconds in which 99 of 100 answers are to be there, at `RATE` requests a second."""
RATE = 100
PROCESSOR = 300e-6
"""Seconds of the processor that a webhook is to take, with signature, store and log."""


class Bodies:
    """Requests of many calls: each is answered, and then a key is pressed. Signed beforehand."""

    def __init__(self, host: str, path: str, tags: bytes) -> None:
        self._host = host
        self._path = path
        self._secret = Secret(SECRET)
        self._tags = tags

    def make(self, first: int, calls: int) -> list[bytes]:
        requests = []
        for number in range(first, first + calls):
            leg = {"uuid": f"leg-{number}", "conversation_uuid": f"CON-{number}", "from": "14155550101", "to": "1415"}
            requests.append(self._request("answer", leg))
            tag = tag_of(seal_of(self._tags, f"ivr/leg-{number}"), "input", "main", 0)
            pressed = {**leg, "dtmf": {"digits": "2", "timed_out": False}, "speech": {"results": []}}
            requests.append(self._request(f"input?at=main&n=0&call=leg-{number}&tag={tag}", pressed))
        return requests

    def _request(self, route: str, payload: dict[str, Any]) -> bytes:
        body = json.dumps(payload, separators=(",", ":")).encode()
        lines = [
            f"POST {self._path}/{route} HTTP/1.1",
            f"host: {self._host}",
            f"authorization: Bearer {sign(self._secret, body)}",
            "content-type: application/json",
            f"content-length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


class Speed(NamedTuple):
    """The most webhooks a second, and the least processor seconds of the server for one; 0 where that is not known."""

    a_second: float
    processor: float


def webhooks_a_second(count: int, rounds: int) -> tuple[Speed, Speed]:
    """Of ours, and of a bare app that is told what ours answers, on the same server and the same kind of loop."""
    best = [Speed(0.0, float("inf"))] * 2
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        servers = [stack.enter_context(_started(kind, folder, ROOT)) for kind in ("serve", "bare")]
        tags = _secret(folder)
        for number in range(rounds):
            for at, (url, process) in enumerate(servers):
                requests = Bodies(url, "/ivr", tags).make(number * count, count // 2)
                before = processor_time(process.pid)
                speed = asyncio.run(_load(url, requests))
                processor = (processor_time(process.pid) - before) / len(requests)
                best[at] = Speed(max(best[at].a_second, speed), min(best[at].processor, processor))
    return best[0], best[1]


def seconds_against(checkout: str, count: int, rounds: int) -> list[float]:
    """Processor seconds of this version for those of another checkout's, in each of interleaved rounds."""
    ratios = []
    with ExitStack() as stack:
        servers = []
        for name, root in (("ours", ROOT), ("theirs", Path(checkout))):
            folder = stack.enter_context(tempfile.TemporaryDirectory(suffix=name))
            url, process = stack.enter_context(_started("serve", folder, root))
            servers.append((url, process.pid, _secret(folder)))
        for number in range(rounds + 1):
            taken = []
            for url, pid, tags in servers if number % 2 else reversed(servers):
                requests = Bodies(url, "/ivr", tags).make(number * count, count // 2)
                before = processor_time(pid)
                asyncio.run(_load(url, requests))
                taken.append(processor_time(pid) - before)
            ours, theirs = taken if number % 2 else reversed(taken)
            ratios.append(ours / theirs)
    return ratios[1:]  # the first one warms them up


def processor_time(pid: int) -> float:
    """Seconds that a process has used; 0 where the system does not say so as Linux does."""
    if not Path("/proc/self/stat").exists():
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def slowest(count: int) -> float:
    """The seconds in which 99 of 100 requests were answered that came evenly, `RATE` a second."""
    with tempfile.TemporaryDirectory() as folder, _serving("serve", folder) as url:
        requests = Bodies(url, "/ivr", _secret(folder)).make(0, count // 2)
        times = asyncio.run(_evenly(url, requests))
    return statistics.quantiles(times, n=100)[98]


def _secret(folder: str) -> bytes:
    """What the server that is running there makes its tags with; a store of another version stays as it is."""
    with closing(sqlite3.connect(Path(folder) / "flows.sqlite3")) as db:
        secret: bytes = db.execute("SELECT value FROM secrets").fetchone()[0]
        return secret


async def _load(url: str, requests: list[bytes]) -> float:
    """Requests a second over a few connections that stay open."""

    async def ask(mine: list[bytes]) -> None:
        reader, writer = await _open(url)
        for request in mine:
            await _ask(reader, writer, request)
        writer.close()

    share = len(requests) // CONNECTIONS // 2 * 2
    start = time.perf_counter()
    await asyncio.gather(*(ask(requests[share * n : share * (n + 1)]) for n in range(CONNECTIONS)))
    return share * CONNECTIONS / (time.perf_counter() - start)


async def _evenly(url: str, requests: list[bytes]) -> list[float]:
    start = time.perf_counter() + 0.05

    async def ask(first: int) -> list[float]:
        reader, writer = await _open(url)
        times = []
        for number in range(first, len(requests), CONNECTIONS):
            due = start + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await _ask(reader, writer, requests[number])
            # From when it was due: who waits behind a slow one has waited.
            times.append(time.perf_counter() - due)
        writer.close()
        return times

    each = await asyncio.gather(*(ask(n) for n in range(CONNECTIONS)))
    return [taken for times in each for taken in times]


async def _open(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = url.split(":")
    return await asyncio.open_connection(host, int(port))


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.split(b":")[1]))


@contextmanager
def _serving(kind: str, folder: str) -> Iterator[str]:
    with _started(kind, folder, ROOT) as (url, _):
        yield url


@contextmanager
def _started(kind: str, folder: str, root: Path, *store: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server of the checkout at `root`, with its calls in the folder or in `store`: its address, and its process."""
    command = [sys.executable, "-m", "tests.bench.served_webhooks", kind, folder, *store]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with (
        (Path(folder) / f"{kind}.log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=root, env=environment) as process,
    ):
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.terminate()


def _bare() -> Any:
    """An app with a route that reads its request and returns the bytes that ours does."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    import nccodsl
    from nccodsl.runtime.runnable import Runnable
    from nccodsl.server.sync import Served

    flow = nccodsl.load(SCRIPT)
    leg = {"uuid": "leg-1", "conversation_uuid": "CON-1", "from": "14155550101", "to": "1415"}
    bytes_of = Served(flow, "http://127.0.0.1:40000/ivr").answer({}, leg).body
    assert Runnable(flow, "http://127.0.0.1:40000/ivr").version == flow.version

    async def answer(request: Request) -> Response:
        await request.body()
        return Response(bytes_of, media_type="application/json")

    return Starlette(routes=[Route("/{name}/{route}", answer, methods=["GET", "POST"])])


def _serve(kind: str, folder: str, store: str = "") -> None:
    import gc

    import uvicorn

    from nccodsl.io.listen import listen

    # As `nccodsl` starts, and the same for both.
    gc.set_threshold(100_000, 20, 20)
    if kind == "serve":
        import nccodsl
        from nccodsl.runtime.runnable import Runnable
        from nccodsl.server.server import Server
        from nccodsl.server.signatures import Signatures
        from nccodsl.server.stores.open_store import open_store

        flow = nccodsl.load(SCRIPT)
        server = Server(
            lambda url: [("ivr", Runnable(flow, f"{url}/ivr"))],
            open_store(store or f"sqlite:{folder}/flows.sqlite3"),
            Signatures([SECRET]),
        )
        print(server.local.removeprefix("http://"), flush=True)
        server.run()
        return
    listener = listen("127.0.0.1", 0)
    print(f"127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(_bare(), log_level="critical", access_log=False, ws="none")).run([listener])


if __name__ == "__main__":
    if sys.argv[1] == "against":
        ratios = seconds_against(sys.argv[2], 4000, 20)
        print(f"processor time: {statistics.median(ratios):.3f} (from {min(ratios):.3f} to {max(ratios):.3f})")
    else:
        _serve(*sys.argv[1:])
