"""`nccodsl serve --limit`: calls that connect keep the limit of the account, together with `nccodsl call`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from nccodsl.client import Journal, VoiceClient, place
from nccodsl.client.connect_gate import LEASE
from nccodsl.client.open_journal import BOOK_VARIABLE
from nccodsl.client.start_slots import SlotClaim
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.personas.persona import read_cast
from nccodsl.io.listen import can_listen_together
from tests.e2e.calls.placed_calls import account_environment, write_scripts
from tests.e2e.emulated_api import ANY
from tests.e2e.serve_process import SECRET, ServeProcess, refused_serve
from tests.e2e.servers import credentials, wait_for
from tests.e2e.test_serve import LEG
from tests.e2e.test_workers import workers
from tests.journals import kept_in, use_journal

CONNECTS = """
step main {
  talk "One moment."
  connect phone "14155550188" from="14155550100" {
    on failed -> lost
    on completed -> thanks
  }
}
step thanks {
  connect phone "14155550199" from="14155550100"
  talk "Thank you."
}
step lost { talk "Nobody is there." }
"""
PLACED = 3
CALLED = {"from": "447700900123", "to": "14155550100"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def emulated(port: int, server: ServeProcess, limit: int, speed: float = 1.0) -> Emulator:
    application = Application(
        answer=("GET", f"{server.url}/ivr/answer"),
        event=("POST", f"{server.url}/ivr/event"),
        fallback=("POST", f"{server.url}/ivr/fallback"),
    )
    cast = read_cast({"answers": "0.1s", "stays": 0.5})
    return Emulator(port=port, cast=cast, application=application, secret=Secret(SECRET), creations=limit, speed=speed)


def settings(folder: Path, port: int, limit: int) -> None:
    """The profile that all programs go by, and the scripts."""
    (folder / "nccodsl.toml").write_text(f'host = "http://127.0.0.1:{port}"\nlimit = {limit}\n')
    (folder / "ivr.call").write_text(CONNECTS)
    write_scripts(folder)


def call_in(emulator: Emulator, count: int) -> list[str]:
    """People call; the IDs of their legs."""
    with httpx.Client(base_url=emulator.url) as client:
        return [client.post("/emulator/inbound", json=CALLED).json()["uuid"] for _ in range(count)]


def call_out(folder: Path, emulator: Emulator, server: ServeProcess, limit: int) -> list[str]:
    """Place calls that the server answers; the IDs of their legs."""
    body = {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from": {"type": "phone", "number": "14155550100"},
        "answer_url": [f"{server.url}/ivr/answer"],
        "event_url": [f"{server.url}/ivr/event"],
    }
    client = VoiceClient(credentials(), host=emulator.url, limit=limit)
    with client, kept_in(folder / "state") as journal:
        return [place(client, journal, body, api="v1").uuid or "" for _ in range(PLACED)]


def most_in_a_second(times: list[float]) -> int:
    times = sorted(times)
    return max(bisect_left(times, first + 1.0) - index for index, first in enumerate(times))


def check(emulator: Emulator, limit: int, connects: int, creates: int) -> float:
    """All have been dialed, and never too many in a second; the starts a second."""
    seen = list(emulator.network.starts.seen)
    assert [one for one in seen if not one.accepted] == []
    assert sum(one.kind == "connect" for one in seen) == connects
    assert sum(one.kind == "create" for one in seen) == creates
    times = [one.at for one in seen]
    assert most_in_a_second(times) <= limit
    return (len(times) - 1) / (max(times) - min(times))


def all_over(emulator: Emulator, legs: list[str]) -> Callable[[], bool]:
    return lambda: all(emulator.network.legs[leg].ended_at is not None for leg in legs)


def heard(emulator: Emulator, leg: str) -> list[Any]:
    found = emulator.network.legs[leg]
    entries = found.timeline.of("hears", found.name)
    return [entry.data["text"] for entry in entries if entry.data.get("sound") == "talk"]


def kill(server: ServeProcess) -> None:
    """Kill a server with all its workers, as a machine dies."""
    for pid in [*workers(server), server.process.pid]:
        os.kill(pid, signal.SIGKILL)
    server.kill()


def place_by_command(folder: Path, **variables: str) -> subprocess.Popen[bytes]:
    """Place a call with the command."""
    command = [sys.executable, "-m", "nccodsl", "call", "hello.call"]
    return subprocess.Popen(
        command, cwd=folder, env=account_environment(folder, **variables), stdout=subprocess.DEVNULL
    )


def test_calls_wait_before_they_connect(tmp_path: Path) -> None:
    port, limit = free_port(), 20
    settings(tmp_path, port, limit)
    with ServeProcess(tmp_path, "ivr.call") as server, emulated(port, server, limit, speed=20.0) as emulator:
        assert server.greeting()
        legs = call_in(emulator, 11)
        wait_for(all_over(emulator, legs))
        check(emulator, limit, connects=22, creates=0)
        assert [heard(emulator, leg)[-1] for leg in legs] == ["Thank you."] * 11
        assert " gate " in server.log


def test_the_limit_is_said(tmp_path: Path) -> None:
    (tmp_path / "ivr.call").write_text(CONNECTS)
    with ServeProcess(tmp_path, "ivr.call", "--limit", "7") as server:
        server.greeting()
        assert server._line() == "Calls wait before they connect: the account may start 7 calls per second.\n"


def test_without_a_limit_nothing_waits(tmp_path: Path) -> None:
    (tmp_path / "ivr.call").write_text(CONNECTS)
    with ServeProcess(tmp_path, "ivr.call") as server:
        actions = [one["action"] for one in server.post("ivr/answer", LEG).json()]
        assert actions == ["talk", "connect", "connect", "talk"]
    assert not (tmp_path / "state" / "calls.sqlite3").exists()


def test_scripts_that_do_not_connect_open_no_journal(tmp_path: Path) -> None:
    (tmp_path / "nccodsl.toml").write_text("this is no TOML, and nobody has to read it")
    (tmp_path / "ivr.call").write_text('step main { talk "Hello." input dtmf { otherwise -> main } }')
    with ServeProcess(tmp_path, "ivr.call", "--limit", "3") as server:
        assert server.post("ivr/answer", LEG).status_code == 200
    assert not (tmp_path / "state" / "calls.sqlite3").exists()


def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "nccodsl.toml").write_text("limit = -1\n")
    (tmp_path / "ivr.call").write_text(CONNECTS)
    code, said = refused_serve(tmp_path, "ivr.call", "--allow-unsigned")
    assert code == 2
    assert "`limit`" in said


def test_a_journal_that_cannot_be_used_is_answered_like_a_store(tmp_path: Path) -> None:
    (tmp_path / "ivr.call").write_text(CONNECTS)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "calls.sqlite3").write_text("no database" * 100)
    with ServeProcess(tmp_path, "ivr.call", "--limit", "3") as server:
        asked = server.post("ivr/answer", LEG).json()[-1]["eventUrl"][0].removeprefix(server.url).lstrip("/")
        payload = {"payload": {"at": "main"}, "conversation_uuid": LEG["conversation_uuid"]}
        assert server.post(asked, payload).status_code == 503
        assert "E803" in server.log


@pytest.mark.slow
def test_who_hangs_up_at_the_gate_takes_no_start_with_them(tmp_path: Path) -> None:
    port = free_port()
    settings(tmp_path, port, 1)
    with (
        ServeProcess(tmp_path, "ivr.call") as server,
        emulated(port, server, 1, speed=20.0) as emulator,
        Journal(tmp_path / "state") as journal,
        httpx.Client(base_url=emulator.url, headers=ANY) as client,
    ):
        taken = SlotClaim(emulator.url, 1, 1, "another program", 60.0)
        journal.take_slots(taken)
        (gone,) = call_in(emulator, 1)
        wait_for(lambda: " gate " in server.log)
        began = time.monotonic()
        # The next webhook of the call is held now: it gets the slot when nobody is there any more.
        assert client.put(f"/v1/calls/{gone}", json={"action": "hangup"}).status_code == 204
        journal.free_slots(taken)
        (stays,) = call_in(emulator, 1)
        wait_for(all_over(emulator, [gone, stays]))
        check(emulator, 1, connects=2, creates=0)
        assert heard(emulator, stays)[-1] == "Thank you."
        assert [one.kind for one in emulator.network.starts.seen] == ["connect"] * 2
        assert time.monotonic() - began < LEASE, "the slot was free before its lease was over"


@pytest.mark.slow
@pytest.mark.skipif(not can_listen_together() or not hasattr(os, "fork"), reason="there are no workers here")
@pytest.mark.parametrize(
    ("kind", "limit", "calls"), [("sqlite", 1, 6), ("sqlite", 3, 20), ("sqlite", 30, 60), ("postgres", 3, 20)]
)
def test_no_second_has_too_many_starts_whoever_is_killed(
    tmp_path: Path, kind: str, limit: int, calls: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(BOOK_VARIABLE, raising=False)
    use_journal(kind, request, monkeypatch)
    book = {BOOK_VARIABLE: os.environ[BOOK_VARIABLE]} if kind == "postgres" else {}
    port = free_port()
    settings(tmp_path, port, limit)
    placed: list[subprocess.Popen[bytes]] = []
    over = threading.Event()
    with (
        ServeProcess(tmp_path, "ivr.call", "--workers", "2", **book) as server,
        emulated(port, server, limit) as emulator,
    ):
        legs = [*call_in(emulator, calls), *call_out(tmp_path, emulator, server, limit)]
        # A call whose answer URL fails is no call.
        wait_for(lambda: all(heard(emulator, leg) for leg in legs))

        def call_beside() -> None:
            while not over.wait(1.0) and len(placed) < 5:
                placed.append(place_by_command(tmp_path, **book))

        beside = threading.Thread(target=call_beside)
        beside.start()
        for _ in range(2):
            time.sleep(1.0)
            kill(server)
            server.start()
        wait_for(all_over(emulator, legs), 120)
        over.set()
        beside.join()
        assert [one.wait(60) for one in placed] == [0] * len(placed)
        assert [heard(emulator, leg) for leg in legs if heard(emulator, leg)[-1] != "Thank you."] == []
        rate = check(emulator, limit, connects=2 * len(legs), creates=len(placed) + PLACED)
    print(f"limit {limit}: {rate:.2f} starts a second")
