"""Several `nccodsl serve` over one PostgreSQL database: who answers, who is killed, and a database that goes away."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.e2e.serve_process import ServeProcess, refused_serve
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
    with serving(here, "one", postgres_url) as one, serving(here, "two", postgres_url) as two:
        address = path_of_the_question(one.post("ivr/answer", LEG))
        one.kill()
        # Another version of the script is served there: the call goes on with the one that it began with.
        assert "One." in two.post(address, PRESSED).text
        (here / "ivr.call").write_text(MENU.replace('"One."', '"Uno."'), encoding="utf-8")
        one.start()
        assert "One." in one.post(address, PRESSED).text
        other = {**LEG, "uuid": "leg-2", "conversation_uuid": "CON-2"}
        second = path_of_the_question(two.post("ivr/answer", other))
        assert "One." in one.post(second, {**other, "dtmf": PRESSED["dtmf"]}).text
        third = {**LEG, "uuid": "leg-3", "conversation_uuid": "CON-3"}
        pressed = {**third, "dtmf": PRESSED["dtmf"]}
        assert "Uno." in two.post(path_of_the_question(one.post("ivr/answer", third)), pressed).text
        assert one.stop() == two.stop() == 0


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
