"""`nccodsl serve` as a process: what it says, what it answers, how it stops, and what survives."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from nccodsl.emulator.core.application import Application
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.http.sender import Secret, sign
from nccodsl.emulator.personas.persona import read_cast
from nccodsl.io.uvicorn_host import UvicornHost
from tests.e2e.in_process import run_here
from tests.e2e.serve_process import ROOT, SECRET, ServeProcess, refused_serve, serve_environment
from tests.e2e.servers import Hooks, hooks, wait_for

MENU = """
step main {
  talk "Press 1 for one." barge_in=true
  input dtmf max_digits=1 {
    on "1" -> one
    otherwise -> main
  }
}
step one { talk "One." }
"""
LEG = {"uuid": "leg-1", "conversation_uuid": "CON-1", "from": "14155550101", "to": "14155550100"}
PRESSED = {**LEG, "dtmf": {"digits": "1", "timed_out": False}}


def path_of_the_question(answer: httpx.Response) -> str:
    """Where the last action of an NCCO sends what it brings, as a path below the server."""
    url: str = answer.json()[-1]["eventUrl"][0]
    return url.split("/", 3)[3]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "ivr.call").write_text(MENU, encoding="utf-8")
    return tmp_path


def test_a_call_and_the_addresses_for_it(here: Path) -> None:
    with ServeProcess(here, "ivr.call", "--base-url", "https://calls.example.com/voice/") as server:
        text = server.greeting()
        for route in ("answer", "event", "fallback"):
            assert f"{route} URL" in text
            assert f"https://calls.example.com/voice/ivr/{route}\n" in text
        assert "beyond" not in text
        first = server.post("ivr/answer", LEG)
        assert first.status_code == 200
        assert first.headers["content-type"] == "application/json"
        address = first.json()[1]["eventUrl"][0]
        assert re.fullmatch(
            r"https://calls\.example\.com/voice/ivr/input\?at=main&n=0&call=leg-1&tag=[A-Za-z0-9_-]{22}", address
        )
        # With the path in front, as a proxy sends it that does not cut it off.
        second = server.post("voice/" + address.partition("/voice/")[2], PRESSED)
        assert second.json() == [{"action": "talk", "text": "One."}]
        assert server.post("voice/ivr/event", {**LEG, "status": "completed"}).status_code == 204
        for path in ("voice/voice/ivr/answer", "ivr", "ivr/answer/", "other/answer", "", "ivr/", "voice"):
            assert server.post(path, LEG).status_code == 404, path
        assert server.get("healthz").status_code == 200
        numbers = server.get("metrics")
        assert numbers.headers["content-type"].startswith("text/plain")
        assert 'nccodsl_calls_ended_total{flow="ivr"} 1.0' in numbers.text
        assert server.stop() == 0
        assert [line.split()[1:4] for line in server.log.splitlines()[:3]] == [
            ["ivr", "answer", "200"],
            ["ivr", "input", "200"],
            ["ivr", "event", "204"],
        ]


def test_without_the_extra_that_makes_it_faster(here: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    missing.mkdir()
    (missing / "uvloop.py").write_text("raise ImportError\n", encoding="utf-8")
    path = os.pathsep.join((str(missing), str(ROOT)))
    with ServeProcess(here, "ivr.call", PYTHONPATH=path) as server:
        address = path_of_the_question(server.post("ivr/answer", LEG))
        assert server.post(address, PRESSED).json() == [{"action": "talk", "text": "One."}]
        assert server.stop() == 0


def test_the_call_from_the_platforms_side(here: Path) -> None:
    """The emulator signs what it sends, and the caller presses a key."""
    cast = read_cast({"name": "Ann", "does": [{"hears": "press 1", "press": 1}]})
    with ServeProcess(here, "ivr.call", "--log-json") as server:
        application = Application(
            answer=("GET", server.url + "/ivr/answer"),
            event=("POST", server.url + "/ivr/event"),
            fallback=("GET", server.url + "/ivr/fallback"),
        )
        with Emulator(cast=cast, application=application, secret=Secret(SECRET), speed=20.0, seed=1) as emulator:
            placed = httpx.post(
                emulator.url + "/emulator/inbound", json={"from": "14155550101", "to": "14155550100"}, trust_env=False
            )
            assert placed.is_success, placed.text
            wait_for(lambda: "nccodsl_calls_ended_total{" in server.get("metrics").text)
        lines = [json.loads(line) for line in server.log.splitlines()]
        assert [line["status"] for line in lines if line["route"] in ("answer", "input")] == [200, 200]
        assert not [line for line in lines if "code" in line]


def test_names_and_several_scripts(here: Path) -> None:
    (here / "sales").mkdir()
    (here / "sales" / "script.call").write_text('talk "Sales."\n')
    (here / "no name.call").write_text('talk "Odd."\n')
    with ServeProcess(here, "ivr.call", "sales/script.call", "other=ivr.call", "no name.call") as server:
        assert server.greeting(4).count("answer URL") == 4
        assert "Press 1" in server.post("ivr/answer", LEG).text
        assert "Sales" in server.post("sales/answer", LEG).text
        assert "/other/input" in server.post("other/answer", LEG).text
        assert "Odd" in server.post("no-name/answer", LEG).text


def test_values(here: Path) -> None:
    (here / "a.call").write_text('param name: text\nparam n: number = 1\ntalk "{{ name }} {{ n }}"\n')
    (here / "vars.json").write_text('{"name": "Ann", "n": 5}')
    with ServeProcess(here, "a.call", "ivr.call", "--vars", "vars.json", "--var", "n=7") as server:
        assert "Ann 7" in server.post("a/answer", LEG).text
        # What stands in the address wins.
        assert "Bob 7" in server.post("a/answer?name=Bob", {**LEG, "uuid": "leg-2"}).text
    code, told = refused_serve(here, "a.call", "--var", "nam=x", "--allow-unsigned")
    assert (code, "E212" in told) == (1, True)
    code, told = refused_serve(here, "a.call", "--var", "n=x", "--allow-unsigned")
    assert (code, "E315" in told) == (1, True)


USAGE: dict[str, tuple[list[str], int, str]] = {
    "nobody signs": (["ivr.call"], 2, "E804"),
    "an empty secret": (["ivr.call", "--signature-secret", ""], 2, "E804"),
    "no address": (["ivr.call", "--allow-unsigned", "--base-url", "calls.example.com"], 2, "E802"),
    "one name twice": (["ivr.call", "ivr=x.call", "--allow-unsigned"], 2, "E805"),
    "a name that is none": (["a b=ivr.call", "--allow-unsigned"], 2, "E802"),
    "an address of its own": (["healthz.call", "--allow-unsigned"], 2, "E802"),
    "a store with an option": (["ivr.call", "--allow-unsigned", "--store", "sqlite:calls.db?sync=1"], 2, "E803"),
    "no store": (["ivr.call", "--allow-unsigned", "--store", "calls.db"], 2, "E803"),
    "a store that cannot be": (["ivr.call", "--allow-unsigned", "--store", "sqlite:ivr.call"], 2, "E803"),
    "no such file": (["nowhere.call", "--allow-unsigned"], 1, "E110"),
    "a script with errors": (["ivr.call", "wrong.call", "--allow-unsigned"], 1, "E101"),
    "standard input": (["-", "--allow-unsigned"], 2, "E802"),
    "no host": (["ivr.call", "--allow-unsigned", "--host", "no.such.host.invalid"], 2, "E802"),
    "nothing": ([], 2, "Missing argument"),
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage(here: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process; one that serves nevertheless ends at once."""
    monkeypatch.setattr(UvicornHost, "run", lambda *_: pytest.fail("it serves"))
    (here / "wrong.call").write_text("step {\n")
    arguments, expected, words = USAGE[name]
    done = run_here(here, serve_environment(here), "serve", *arguments)
    assert done.returncode == expected, done.stderr
    assert words in done.stderr


def test_the_port_is_taken(here: Path) -> None:
    with ServeProcess(here, "ivr.call") as server:
        code, told = refused_serve(here, "ivr.call", "--allow-unsigned", "--port", server.url.rpartition(":")[2])
        assert (code, "E802" in told) == (2, True)


def test_what_it_warns_of(here: Path) -> None:
    with ServeProcess(here, "ivr.call", "--allow-unsigned", "--host", "0.0.0.0", NCCODSL_SIGNATURE_SECRET="") as server:
        assert "connections from other machines" in server.greeting(beyond=True)
        port = server.url.rpartition(":")[2]
        response = httpx.post(f"http://127.0.0.1:{port}/ivr/answer", json=LEG, trust_env=False)
        assert response.status_code == 200
        assert "signatures are not checked" in server.log
    with ServeProcess(here, "ivr.call", "--allow-unsigned", "--json") as server:
        assert httpx.post(f"{server.url}/ivr/answer", json=LEG, trust_env=False).status_code == 200
        first, second = (json.loads(line) for line in server.log.splitlines())
        assert (first["event"], second["status"]) == ("warning", 200)


def test_signatures(here: Path) -> None:
    with ServeProcess(here, "ivr.call", "--signature-secret", "old secret", "--signature-secret", SECRET) as server:
        assert server.post("ivr/answer", LEG).status_code == 200
        body = json.dumps(LEG).encode()
        for secret, status in (("old secret", 200), ("another", 401)):
            headers = {"authorization": f"Bearer {sign(Secret(secret), body)}"}
            response = httpx.post(f"{server.url}/ivr/answer", content=body, headers=headers, trust_env=False)
            assert (response.status_code, response.content == b"") == (status, status == 401)
        assert httpx.post(f"{server.url}/ivr/answer", content=body, trust_env=False).status_code == 503
        numbers = server.get("metrics").text
        assert 'nccodsl_signatures_refused_total{reason="secret"} 1.0' in numbers
        assert 'nccodsl_signatures_refused_total{reason="missing"} 1.0' in numbers
        assert server.log.count("code=E806") == 2
        assert "another secret" in server.log
    code, told = refused_serve(here, "ivr.call", NCCODSL_SIGNATURE_SECRET="")
    assert (code, "E804" in told) == (2, True)


@pytest.mark.parametrize("store", [[], ["--store", "sqlite:some/where/calls.db"]])
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal")
def test_calls_survive_a_kill_and_go_on_by_their_version(here: Path, store: list[str]) -> None:
    with ServeProcess(here, "ivr.call", *store) as server:
        first = server.post("ivr/answer", LEG)
        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    path = here / ("some/where/calls.db" if store else "state/flows.sqlite3")
    assert path.stat().st_mode & 0o777 == 0o600
    (here / "ivr.call").write_text(MENU.replace('"One."', '"Uno."').replace("for one", "for uno"))
    with ServeProcess(here, "ivr.call", *store) as server:
        assert server.post("ivr/answer", LEG).json()[0] == first.json()[0]
        assert server.post(path_of_the_question(first), PRESSED).json()[0]["text"] == "One."
        other = {**LEG, "uuid": "leg-2", "conversation_uuid": "CON-2"}
        second = server.post("ivr/answer", other)
        assert "uno" in second.text
        pressed = {**other, "dtmf": PRESSED["dtmf"]}
        assert "Uno." in server.post(path_of_the_question(second), pressed).text


def test_two_processes_share_the_file(here: Path) -> None:
    (here / "second").mkdir()
    with (
        ServeProcess(here, "ivr.call") as one,
        ServeProcess(here / "second", "../ivr.call", NCCODSL_STATE=str(here / "state")) as two,
    ):
        address = path_of_the_question(one.post("ivr/answer", LEG))
        assert "One." in two.post(address, PRESSED).text
        assert "One." in one.post(address, PRESSED).text


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be deleted")
def test_the_file_of_calls_is_deleted(here: Path) -> None:
    """Nobody calls meanwhile; the server sees it, says so, and after a kill the call goes on."""
    with ServeProcess(here, "ivr.call", "--store", "sqlite:calls.db?durable=1") as server:
        address = path_of_the_question(server.post("ivr/answer", LEG))
        for file in here.glob("calls.db*"):
            file.unlink()
        wait_for(lambda: "was deleted or replaced" in server.log, 30)
        server.stop(signal.SIGKILL)
    (here / "ivr.call").write_text(MENU.replace("One.", "Uno."))
    with ServeProcess(here, "ivr.call", "--store", "sqlite:calls.db") as server:
        assert server.post(address, PRESSED).json()[0]["text"] == "One."


def test_in_memory(here: Path) -> None:
    with ServeProcess(here, "ivr.call", "--store", "memory:") as server:
        address = path_of_the_question(server.post("ivr/answer", LEG))
    assert not (here / "state").exists()
    with ServeProcess(here, "ivr.call", "--store", "memory:") as server:
        assert server.post("ivr/input?at=main&n=3&call=leg-1", PRESSED).status_code == 410
        assert server.post(address, PRESSED).status_code == 410
        assert server.log.count("E811") == 2


def test_changed_scripts(here: Path) -> None:
    (here / "nccodsl.toml").touch()
    (here / "ivr.call").write_text('include "one.call"\n' + MENU.replace('step one { talk "One." }', ""))
    (here / "one.call").write_text('step one { talk "One." }\n')
    with ServeProcess(here, "ivr.call", "--reload") as server:
        server.greeting()
        first = path_of_the_question(server.post("ivr/answer", LEG))
        (here / "one.call").write_text('step one { talk "Zwei." }\n')
        wait_for(lambda: "new calls use version" in server.log)
        other = {**LEG, "uuid": "leg-2", "conversation_uuid": "CON-2"}
        second = path_of_the_question(server.post("ivr/answer", other))
        pressed = {**other, "dtmf": PRESSED["dtmf"]}
        assert "Zwei." in server.post(second, pressed).text
        assert "One." in server.post(first, PRESSED).text
        # One that does not compile is told, once; the one before stays. Then what it lacked comes.
        (here / "ivr.call").write_text('include "three.call"\n' + (here / "ivr.call").read_text())
        wait_for(lambda: "the previous version is still served" in server.log)
        assert "E208" in server.log
        third = {**LEG, "uuid": "leg-3", "conversation_uuid": "CON-3"}
        assert server.post("ivr/answer", third).status_code == 200
        (here / "three.call").write_text("# nothing yet\n")
        wait_for(lambda: server.log.count("new calls use version") == 2)
        assert server.log.count("the previous version is still served") == 1


@pytest.fixture
def slow() -> Iterator[tuple[Hooks, threading.Event]]:
    """A server that answers when it is allowed to."""
    may = threading.Event()
    with hooks() as server:

        def answer(_: Any) -> tuple[int, bytes, str]:
            may.wait(10)
            return 200, b'{"name": "Ann"}', "application/json"

        server.answer = answer
        yield server, may
        may.set()


def fetching(here: Path, url: str) -> None:
    (here / "ivr.call").write_text(
        f'step main {{ fetch "{url}/x" as customer timeout=3s {{ on error -> unknown }} talk "Hello {{{{ customer.name }}}}." }}\n'
        'step unknown { talk "Who are you?" }\n'
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_finishes_what_is_running(here: Path, slow: tuple[Hooks, threading.Event], number: int) -> None:
    crm, may = slow
    fetching(here, crm.url)
    with ServeProcess(here, "ivr.call") as server:
        answers: list[httpx.Response] = []
        caller = threading.Thread(target=lambda: answers.append(server.post("ivr/answer", LEG)))
        caller.start()
        crm.wait_for(lambda: crm.received)
        assert server.get("healthz").status_code == 200
        server.process.send_signal(number)
        wait_for(lambda: server.get("healthz").status_code == 503)
        may.set()
        caller.join()
        assert server.process.wait(20) == 0
        assert "Hello Ann." in answers[0].text


@pytest.mark.slow
def test_a_body_that_never_comes_holds_nobody_up(here: Path) -> None:
    with ServeProcess(here, "ivr.call") as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as caller:
            caller.sendall(b"POST /ivr/answer HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n")
            assert server.get("healthz").status_code == 200
            assert server.stop() == 0
            assert caller.recv(100).startswith(b"HTTP/1.1 408")
        assert "ivr answer 408" in server.log


def test_a_fetch_holds_nobody_up(here: Path, slow: tuple[Hooks, threading.Event]) -> None:
    crm, may = slow
    fetching(here, crm.url)
    (here / "quick.call").write_text('talk "Quick."\n')
    with ServeProcess(here, "ivr.call", "quick.call") as server:
        answers: list[httpx.Response] = []
        callers = [threading.Thread(target=lambda: answers.append(server.post("ivr/answer", LEG))) for _ in range(3)]
        for caller in callers:
            caller.start()
        crm.wait_for(lambda: crm.received)
        assert "Quick." in server.post("quick/answer", LEG).text
        assert not answers
        may.set()
        for caller in callers:
            caller.join()
        assert {answer.text for answer in answers} == {'[{"action":"talk","text":"Hello Ann."}]'}
        assert len(crm.received) == 1
        assert 'nccodsl_fetches_total{flow="ivr",outcome="ok"} 1.0' in server.get("metrics").text


@pytest.mark.slow
def test_a_fetch_that_never_ends(here: Path, slow: tuple[Hooks, threading.Event]) -> None:
    crm, _ = slow
    fetching(here, crm.url)
    with ServeProcess(here, "ivr.call") as server:
        start = time.monotonic()
        assert "Who are you?" in server.post("ivr/answer", LEG).text
        assert time.monotonic() - start < 8
        assert 'outcome="timeout"' in server.get("metrics").text


@pytest.mark.slow
def test_hostile_requests(here: Path) -> None:
    hostile = [
        b"\0\1\2\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /ivr/answer?" + b"a" * 100_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /ivr/answer HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /ivr/answer HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999\r\n\r\n",
        b"POST /ivr/answer HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc",
        b"POST /ivr/answer HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET /%ff%fe/%00 HTTP/1.1\r\nhost: x\r\nauthorization: \xff\xfe\r\n\r\n",
        b"GET /ivr/answer?%ff=%fe&call=%0a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    ]
    with ServeProcess(here, "ivr.call", "--allow-unsigned", NCCODSL_SIGNATURE_SECRET="") as server:
        port = int(server.url.rpartition(":")[2])
        for data in hostile:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(data)
                connection.settimeout(1)
                try:
                    while connection.recv(1000):
                        pass
                except OSError:
                    pass
        assert httpx.post(f"{server.url}/ivr/answer", json=LEG, trust_env=False).status_code == 200
        assert server.stop() == 0


def _untagged(ncco: bytes) -> bytes:
    return re.sub(rb"&tag=[\w-]+", b"", ncco)


def test_the_root_of_the_server_and_the_address_of_a_mount_lead_to_the_same_addresses(here: Path) -> None:
    """`--base-url` is the one, the argument of `asgi`, `answer` and `event` is the other."""
    import asyncio

    import nccodsl

    root = "https://calls.example.com/voice"
    flow = nccodsl.load(here / "ivr.call")
    with ServeProcess(here, "ivr.call", "--base-url", root) as server:
        greeting = server.greeting()
        ncco = server.post("ivr/answer", LEG).content
    assert f"{root}/ivr/answer" in greeting
    assert f'"{root}/ivr/input?at=main'.encode() in ncco
    # Each store has a secret of its own for the tags.
    answer = flow.answer("", LEG, flow_url=f"{root}/ivr").body
    assert _untagged(answer) == _untagged(ncco)
    query = re.search(rb"/input\?([^\"]+)", answer)
    assert query is not None
    again = flow.event(query[1], PRESSED, flow_url=f"{root}/ivr", route="input")
    assert again.status == 200
    app = flow.asgi(f"{root}/ivr", allow_unsigned=True)

    async def answered() -> bytes:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=root) as client:
            return (await client.post("/ivr/answer", json=LEG)).content

    assert _untagged(asyncio.run(answered())) == _untagged(ncco)
    command = [sys.executable, "-m", "nccodsl", "compile", "ivr.call", "--base-url", root]
    done = subprocess.run(command, cwd=here, env=serve_environment(here), capture_output=True, text=True, check=True)
    assert f'"{root}/ivr/input?at=main' in done.stdout
