"""Several `nccodsl serve` over one PostgreSQL database: who answers, who is killed, and a database that goes away."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.e2e.serve_process import ServeProcess, refused_serve
from tests.e2e.servers import wait_for
from tests.e2e.test_serve import LEG, MENU, PRESSED, path_of_the_question
from tests.postgres import PostgresServer

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "ivr.call").write_text(MENU, encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    return tmp_path


def serving(here: Path, name: str, store: str, *more: str) -> ServeProcess:
    """A server with a folder of its own, as on another machine."""
    return ServeProcess(here / name, here / "ivr.call", "--store", store, *more)


def test_a_call_goes_on_at_another_server_after_a_kill(here: Path, postgres_url: str) -> None:
    with serving(here, "one", postgres_url) as one:
        address = path_of_the_question(one.post("ivr/answer", LEG))
        one.kill()
    (here / "ivr.call").write_text(MENU.replace('"One."', '"Uno."'), encoding="utf-8")
    with serving(here, "two", postgres_url) as two:
        # Another version of the script is served there: the call goes on with the one that it began with.
        assert "One." in two.post(address, PRESSED).text
        assert "One." in two.post(address, PRESSED).text
        assert two.stop() == 0


def test_of_two_servers_that_get_one_webhook_at_once_one_moves_the_call(here: Path, postgres_url: str) -> None:
    with serving(here, "one", postgres_url) as one, serving(here, "two", postgres_url) as two:
        for number in range(4):
            leg = {**LEG, "uuid": f"leg-{number}", "conversation_uuid": f"CON-{number}"}
            address = path_of_the_question(one.post("ivr/answer", leg))
            pressed = {**leg, "dtmf": PRESSED["dtmf"]}
            with ThreadPoolExecutor(2) as threads:
                answers = [*threads.map(ServeProcess.post, (one, two), (address,) * 2, (pressed,) * 2)]
            assert len({answer.text for answer in answers}) == 1
            assert "One." in answers[0].text
        moved = [line for line in (one.log + two.log).splitlines() if " ivr input 200 " in line and "moved" in line]
        assert len(moved) == 4


def test_a_database_that_goes_away_and_comes_back(here: Path, own_postgres: PostgresServer) -> None:
    url = own_postgres.url.replace("postgres@", "postgres:topsecret@")
    with serving(here, "one", url) as one:
        address = path_of_the_question(one.post("ivr/answer", LEG))
        own_postgres.stop(signal.SIGQUIT)
        assert [one.post(address, PRESSED).status_code for _ in range(3)] == [503] * 3
        assert one.get("healthz").status_code == 200
        own_postgres.start()
        assert "One." in one.post(address, PRESSED).text
        assert one.stop() == 0
    assert one.log.count("code=E803") == 3
    assert "Connection refused" in one.log
    assert "topsecret" not in one.log


@pytest.mark.slow
def test_it_stops_while_the_database_does_not_answer(here: Path, own_postgres: PostgresServer) -> None:
    with serving(here, "one", own_postgres.url) as one:
        address = path_of_the_question(one.post("ivr/answer", LEG))
        own_postgres.signal_all(signal.SIGSTOP)
        assert one.post(address, PRESSED).status_code == 503
        assert "the database does not answer" in one.log
        threading.Thread(target=lambda: _tried(one, address)).start()
        assert one.stop() == 0
        own_postgres.signal_all(signal.SIGCONT)


def _tried(server: ServeProcess, address: str) -> None:
    try:
        server.post(address, PRESSED)
    except httpx.TransportError:
        return


def test_what_it_refuses_at_its_start(here: Path, postgres_url: str) -> None:
    def refused(store: str, *more: str) -> str:
        code, said = refused_serve(here, "ivr.call", "--allow-unsigned", "--port", "0", "--store", store, *more)
        assert code == 2
        assert "E803" in said
        assert "secret" not in said
        return said

    assert "Connection refused" in refused("postgresql://ann:secret@127.0.0.1:1/calls")
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("CREATE TABLE nccodsl_tables (name text PRIMARY KEY, version integer)")
        db.execute("INSERT INTO nccodsl_tables VALUES ('store', 99)")
    assert "made by a newer version of nccodsl" in refused(postgres_url, "--workers", "2")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no workers here")
def test_workers(here: Path, postgres_url: str) -> None:
    with serving(here, "one", postgres_url, "--workers", "3") as one:
        for number in range(20):
            leg = {**LEG, "uuid": f"leg-{number}", "conversation_uuid": f"CON-{number}"}
            address = path_of_the_question(one.post("ivr/answer", leg))
            assert "One." in one.post(address, {**leg, "dtmf": PRESSED["dtmf"]}).text
        assert one.stop() == 0


class Balancer:
    """Sends each webhook to one of the servers that are ready, one after the other; callers may come at once."""

    def __init__(self, *servers: ServeProcess) -> None:
        self._ready = [*servers]
        self._lock = threading.Lock()
        self._asking = dict.fromkeys(servers, 0)

    def post(self, path: str, payload: object) -> httpx.Response:
        with self._lock:
            server = self._ready[0]
            self._ready.append(self._ready.pop(0))
            self._asking[server] = self._asking.get(server, 0) + 1
        try:
            return server.post(path, payload)
        finally:
            with self._lock:
                self._asking[server] -= 1

    def add(self, server: ServeProcess) -> None:
        with self._lock:
            self._ready.append(server)

    def remove(self, server: ServeProcess) -> None:
        """Send nothing more there, and wait for what it was sent before."""
        with self._lock:
            self._ready.remove(server)
        wait_for(lambda: not self._asking[server])


@pytest.mark.slow
def test_servers_are_updated_one_after_the_other(here: Path, postgres_url: str) -> None:
    """While calls go on, a new version of the script comes to all servers: no webhook fails, no call changes."""
    done = threading.Event()
    seen: list[tuple[str, str]] = []

    def have_calls(first: int) -> None:
        for number in count(first, 10):
            if done.is_set():
                return
            leg = {**LEG, "uuid": f"leg-{number}", "conversation_uuid": f"CON-{number}"}
            answer = balancer.post("ivr/answer", leg)
            assert answer.status_code == 200
            done.wait(0.2)
            pressed = balancer.post(path_of_the_question(answer), {**leg, "dtmf": PRESSED["dtmf"]})
            assert pressed.status_code == 200
            assert balancer.post("ivr/event", {**leg, "status": "completed"}).status_code == 204
            seen.append((answer.json()[0]["text"], pressed.json()[0]["text"]))

    with ExitStack() as stack, ThreadPoolExecutor(4) as threads:
        old = [stack.enter_context(serving(here, name, postgres_url)) for name in ("one", "two")]
        balancer = Balancer(*old)
        callers = [threads.submit(have_calls, first) for first in range(4)]
        try:
            wait_for(lambda: len(seen) >= 8)
            changed = MENU.replace('"One."', '"Uno."').replace("for one", "for uno")
            (here / "ivr.call").write_text(changed, encoding="utf-8")
            for number, server in enumerate(old):
                (here / f"new-{number}").mkdir()
                balancer.add(stack.enter_context(serving(here, f"new-{number}", postgres_url)))
                so_far = len(seen)
                wait_for(lambda so_far=so_far: len(seen) >= so_far + 12)  # type: ignore[misc]
                balancer.remove(server)
                assert server.stop() == 0
            so_far = len(seen)
            wait_for(lambda: len(seen) >= so_far + 12)
        finally:
            done.set()
        for caller in callers:
            caller.result()
    assert set(seen) == {("Press 1 for one.", "One."), ("Press 1 for uno.", "Uno.")}
    assert {end for _, end in seen[-4:]} == {"Uno."}


def test_a_server_goes_on_while_a_newer_one_has_changed_the_tables(here: Path, postgres_url: str) -> None:
    with serving(here, "one", postgres_url) as one:
        address = path_of_the_question(one.post("ivr/answer", LEG))
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute("UPDATE nccodsl_tables SET version = version + 1")
            db.execute("ALTER TABLE nccodsl_call_states ADD COLUMN later text NOT NULL DEFAULT ''")
        assert "One." in one.post(address, PRESSED).text
        assert one.stop() == 0
    code, said = refused_serve(here, "ivr.call", "--allow-unsigned", "--port", "0", "--store", postgres_url)
    assert (code, "made by a newer version" in said) == (2, True)
