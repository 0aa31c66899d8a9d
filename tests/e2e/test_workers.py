"""`nccodsl serve --workers N`: processes on one port and one store that come and go together."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from nccodsl.emulator.http.sender import Secret, sign
from nccodsl.io.listen import can_listen_together
from tests.e2e.receiver import receiving
from tests.e2e.serve_process import SECRET, ServeProcess, refused_serve
from tests.e2e.servers import wait_for
from tests.e2e.test_serve import LEG, MENU, PRESSED, path_of_the_question

pytestmark = [
    pytest.mark.skipif(not can_listen_together() or not hasattr(os, "fork"), reason="there are no workers here"),
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the tests look for processes there"),
]
SENDS = 'step main { send "URL/x" body={call: {{ call.uuid }}} talk "Hello." }\n'


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "ivr.call").write_text(MENU, encoding="utf-8")
    return tmp_path


class Several(ServeProcess):
    """Started with several workers. Each request comes through a connection of its own, and so to any of them."""

    # One client for all: to make one takes longer than many requests.
    client = httpx.Client(verify=False, trust_env=False, timeout=20, limits=httpx.Limits(max_keepalive_connections=0))

    def post(self, path: str, payload: object) -> httpx.Response:
        body = json.dumps(payload).encode()
        headers = {"authorization": f"Bearer {sign(Secret(SECRET), body)}"}
        return self.client.post(f"{self.url}/{path}", content=body, headers=headers)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(f"{self.url}/{path}")


def leg(number: int) -> dict[str, Any]:
    return {**LEG, "uuid": f"leg-{number}", "conversation_uuid": f"CON-{number}"}


def workers(server: ServeProcess) -> list[int]:
    """The processes that a server has started."""
    pid = server.process.pid
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def counted(server: ServeProcess, name: str) -> float:
    """The sum of a metric over its labels."""
    lines = server.get("metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if re.match(rf"{name}\{{", line))


def at_once(count: int, work: Callable[[int], object]) -> None:
    """Do the work for each number, eight at a time, each in a connection of its own."""
    numbers = iter(range(count))
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            for number in numbers:
                work(number)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_calls_are_those_of_all(here: Path) -> None:
    with Several(here, "ivr.call", "--workers", "3", "--record", "calls.jsonl") as server:
        assert server.greeting().count("is serving at") == 1
        wait_for(lambda: len(workers(server)) == 3)

        def call(number: int) -> None:
            address = path_of_the_question(server.post("ivr/answer", leg(number)))
            assert "One." in server.post(address, {**leg(number), "dtmf": PRESSED["dtmf"]}).text
            assert server.post("ivr/event", {**leg(number), "status": "completed"}).status_code == 204

        at_once(16, call)
        # Whichever worker is asked.
        for _ in range(6):
            assert counted(server, "nccodsl_webhooks_total") == 48
            assert counted(server, "nccodsl_calls_started_total") == counted(server, "nccodsl_calls_ended_total") == 16
        lines = [line for line in server.log.splitlines() if " ivr " in line]
        shape = r"\S+Z ivr (answer 200|input 200|event 204) \d+\.\dms leg=leg-\d+ conversation=CON-\d+( block=[\w.]+)?( moved)?"
        assert len(lines) == 48
        assert [line for line in lines if not re.fullmatch(shape, line)] == []
        assert server.stop() == 0
    entries = [json.loads(line) for line in (here / "calls.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum(entry.get("kind") == "input" for entry in entries) == 16


@pytest.mark.slow
@pytest.mark.parametrize(("number", "to_all"), [(signal.SIGTERM, False), (signal.SIGINT, False), (signal.SIGINT, True)])
def test_they_stop_together(here: Path, number: int, to_all: bool) -> None:
    """A terminal sends Ctrl-C to all of them."""
    with Several(here, "ivr.call", "--workers", "2") as server:
        wait_for(lambda: len(workers(server)) == 2)
        at_once(8, lambda number: server.post("ivr/answer", leg(number)))
        started = workers(server)
        for one in started if to_all else ():
            os.kill(one, number)
        assert server.stop(number) == 0
        assert not any(Path(f"/proc/{one}").exists() for one in started)
        assert not is_open(server.port)
        assert "ended" not in server.log


@pytest.mark.slow
def test_one_that_is_killed_is_started_again(here: Path) -> None:
    with Several(here, "ivr.call", "--workers", "2") as server:
        wait_for(lambda: len(workers(server)) == 2)
        at_once(20, lambda number: server.post("ivr/answer", leg(number)))
        killed = workers(server)[0]
        os.kill(killed, signal.SIGKILL)
        # Connections to its socket wait for the next one.
        assert [server.post("ivr/answer", leg(number)).status_code for number in range(20, 40)] == [200] * 20
        wait_for(lambda: "ended by SIGKILL; it is started again" in server.log)
        assert len(workers(server)) == 2
        assert killed not in workers(server)
        assert counted(server, "nccodsl_webhooks_total") == 40
        assert server.stop() == 0


@pytest.mark.slow
def test_they_do_not_outlive_the_first_process(here: Path) -> None:
    shared = here / "shared"
    shared.mkdir()
    with Several(here, "ivr.call", "--workers", "2", TMPDIR=str(shared)) as server:
        wait_for(lambda: len(workers(server)) == 2)
        assert server.get("healthz").status_code == 200
        assert len([*shared.iterdir()]) == 1
        server.process.kill()
        wait_for(lambda: not is_open(server.port))
        wait_for(lambda: not [*shared.iterdir()])


class Dying(Several):
    """Each worker ends at once."""

    def command(self, *arguments: str | Path) -> list[str]:
        program = "import nccodsl.cli.serve as s; s._work = lambda *_: 7; from nccodsl.__main__ import main; main()"
        return [sys.executable, "-c", program, "serve", *map(str, arguments)]


@pytest.mark.slow
def test_workers_that_end_at_once_again_and_again(here: Path) -> None:
    with Dying(here, "ivr.call", "--workers", "2") as server:
        assert server.process.wait(30) == 2
        assert "E802" in server.log
        assert re.search(r"worker [12] ended 5 times within 5 s of its start, with exit code 7", server.log)
        assert 4 <= server.log.count("it is started again") <= 8
        assert not is_open(server.port)


def test_calls_in_memory_cannot_be_shared(here: Path) -> None:
    code, said = refused_serve(
        here, "ivr.call", "--allow-unsigned", "--workers", "2", "--store", "memory:", "--port", "0"
    )
    assert code == 2
    assert "E803" in said
    assert "`memory:` belongs to one process" in said


def test_a_port_is_shared_with_no_other_server(here: Path) -> None:
    with Several(here, "ivr.call", "--workers", "2") as server:
        port = str(server.port)
        code, said = refused_serve(here, "ivr.call", "--allow-unsigned", "--workers", "2", "--port", port)
        assert code == 2
        assert "E802" in said


@pytest.mark.slow
def test_changed_scripts_are_those_of_all(here: Path) -> None:
    with Several(here, "ivr.call", "--workers", "2", "--reload") as server:
        wait_for(lambda: len(workers(server)) == 2)
        assert server.post("ivr/answer", leg(0)).json()[0]["text"] == "Press 1 for one."
        (here / "ivr.call").write_text(MENU.replace("Press 1 for one.", "Press 1 for two."), encoding="utf-8")
        wait_for(lambda: server.log.count("new calls use version") == 2)
        # One that is started again has what the others have.
        os.kill(workers(server)[0], signal.SIGKILL)
        wait_for(lambda: server.log.count("new calls use version") == 3)
        for number in range(1, 13):
            assert server.post("ivr/answer", leg(number)).json()[0]["text"] == "Press 1 for two."


@pytest.mark.slow
def test_a_request_is_delivered_by_one_of_them(here: Path) -> None:
    with receiving() as receiver:
        (here / "ivr.call").write_text(SENDS.replace("URL", receiver.url), encoding="utf-8")
        with Several(here, "ivr.call", "--workers", "3") as server:
            at_once(40, lambda number: server.post("ivr/answer", leg(number)))
            wait_for(lambda: counted(server, "nccodsl_deliveries_total") == 40)
            assert server.stop() == 0
        assert sorted(one["call"] for one in map(json.loads, (one.body for one in receiver.requests))) == sorted(
            f"leg-{number}" for number in range(40)
        )


def test_a_connection_that_stays(here: Path) -> None:
    """One worker answers what comes through it, and what it answers is known to all."""
    with (
        Several(here, "ivr.call", "--allow-unsigned", "--workers", "2") as server,
        httpx.Client(base_url=server.url, trust_env=False) as one,
    ):
        addresses = [path_of_the_question(one.post("ivr/answer", json=leg(number))) for number in range(8)]
        for number, address in enumerate(addresses):
            assert "One." in server.post(address, {**leg(number), "dtmf": PRESSED["dtmf"]}).text
