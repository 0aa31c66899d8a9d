"""How fast calls are emulated, and how fast the emulator's HTTP front answers beside a bare app.

`python -m tests.bench.emulated_calls bare|emulator` serves one of the two on a free port and prints its address.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

import nccodsl
from nccodsl.emulator.core.mail import OutgoingWebhook, WebhookReply
from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
from tests.bench.rendered_calls import recipients

WANTED = 1000.0
"""Calls of the benchmark's flow that are to be emulated in a second."""
CONNECTIONS = 4
CREATE = {
    "to": [{"type": "phone", "number": "14155550101"}],
    "from": {"type": "phone", "number": "14155550100"},
    "ncco": [{"action": "talk", "text": "Hello", "loop": 0}],
}


def calls_a_second(count: int, rounds: int) -> dict[str, float]:
    """The benchmark's flow, whose webhooks nobody hears, and the same with an answer to each; rendered beforehand."""
    flow = nccodsl.load(Path(__file__).parent / "flow.call")
    bodies = [flow.call(values, api="v1") for values in recipients(count)]
    cast = Cast((Persona(does=(Rule((Act("press", "1"),), hears="press 1"),)),))

    def answer(_hook: OutgoingWebhook) -> WebhookReply:
        return WebhookReply()

    best = {"webhooks not sent": 0.0, "every webhook answered": 0.0}
    for _ in range(rounds):
        for name, answering in zip(best, (None, answer), strict=True):
            start = time.process_time()
            for body in bodies:
                assert emulate(body, cast, answering).outcome == "completed"
            best[name] = max(best[name], count / (time.process_time() - start))
    return best


def requests_a_second(count: int, rounds: int) -> dict[str, tuple[float, float]]:
    """For each kind of request: of the emulator, and of a bare app that returns the same bytes."""
    with _serving("bare") as bare, _serving("emulator") as emulator:
        headers = {"authorization": "Bearer any"}
        made = httpx.post(emulator + "/v1/calls", json=CREATE, headers=headers).json()
        shown = httpx.get(f"{emulator}/v1/calls/{made['uuid']}", headers=headers).content
        httpx.put(bare + "/answers", json={"create": json.dumps(made), "show": shown.decode()}).raise_for_status()
        asked = {
            "show": ("GET", "/v1/calls/" + made["uuid"], b""),
            "create": ("POST", "/v1/calls", json.dumps(CREATE).encode()),
        }
        best = {name: [0.0, 0.0] for name in asked}
        for _ in range(rounds):
            for name, request in asked.items():
                for number, url in enumerate((emulator, bare)):
                    best[name][number] = max(best[name][number], asyncio.run(_load(url, *request, count)))
    return {name: (ours, theirs) for name, (ours, theirs) in best.items()}


async def _load(url: str, method: str, path: str, body: bytes, count: int) -> float:
    """Requests a second over a few connections that stay open."""
    host, port = url.removeprefix("http://").split(":")
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}:{port}", "authorization: Bearer any"]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    request = "\r\n".join([*lines, "", ""]).encode() + body

    async def ask(times: int) -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in range(times):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 20"), head
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(ask(count // CONNECTIONS) for _ in range(CONNECTIONS)))
    return count / (time.perf_counter() - start)


@contextlib.contextmanager
def _serving(kind: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.bench.emulated_calls", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _bare() -> Any:
    """An app that returns what it is told to."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    answers: dict[str, bytes] = {}

    async def keep(request: Request) -> Response:
        answers.update({name: text.encode() for name, text in (await request.json()).items()})
        return Response(status_code=204)

    async def show(_request: Request) -> Response:
        return Response(answers["show"], media_type="application/json")

    async def create(request: Request) -> Response:
        await request.body()
        return Response(answers["create"], 201, media_type="application/json")

    return Starlette(
        routes=[
            Route("/v1/calls/{uuid}", show, methods=["GET"]),
            Route("/v1/calls", create, methods=["POST"]),
            Route("/answers", keep, methods=["PUT"]),
        ]
    )


def _serve(kind: str) -> None:
    import gc
    import socket

    import uvicorn

    # As `nccodsl` starts, and the same for both.
    gc.set_threshold(100_000, 20, 20)
    if kind == "emulator":
        from nccodsl.emulator.http.host import Emulator

        server = Emulator(creations=None, seed=1)
        print(server.url, flush=True)
        server.run()
        return
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(_bare(), log_level="critical", access_log=False, ws="none")).run([listener])


if __name__ == "__main__":
    _serve(sys.argv[1])
