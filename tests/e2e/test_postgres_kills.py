"""Servers and their database are killed at random instants while calls go on: each answer moves its call exactly once.

A webhook that gets no answer, or 503, is sent again to the other server, as the platform does. NCCODSL_KILLS sets how
often something is killed.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.serve_process import ServeProcess
from tests.e2e.test_serve import LEG, PRESSED, path_of_the_question
from tests.postgres import PostgresServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal"),
]
KILLS = int(os.environ.get("NCCODSL_KILLS") or 150) // 15
QUESTIONS = 6
SCRIPT = 'step main { talk "Number {{ visits }}." input dtmf max_digits=1 { on "1" -> main otherwise { hangup } } }\n'


class PatientPlatform:
    """Sends webhooks to two servers in turn, until one of them answers."""

    def __init__(self, *servers: ServeProcess) -> None:
        self._servers = servers
        self.again = 0

    def post(self, first: int, path: str, payload: dict[str, Any]) -> httpx.Response:
        until = time.monotonic() + 60
        for number in count(first):
            try:
                answer = self._servers[number % len(self._servers)].post(path, payload)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code != 503:
                assert answer.status_code == 200, answer
                return answer
            assert time.monotonic() < until, "nobody answers"
            self.again += 1
            time.sleep(0.02)
        raise AssertionError


def have_calls(platform: PatientPlatform, first: int, over: threading.Event) -> int:
    """Call after call; how many."""
    for number in count():
        if over.is_set():
            return number
        leg = {**LEG, "uuid": f"leg-{first}-{number}", "conversation_uuid": f"CON-{first}-{number}"}
        answer = platform.post(number, "ivr/answer", leg)
        for question in range(1, QUESTIONS):
            assert answer.json()[0]["text"] == f"Number {question}."
            pressed = {**leg, "dtmf": PRESSED["dtmf"]}
            answer = platform.post(number + question, path_of_the_question(answer), pressed)
    raise AssertionError


def test_servers_and_their_database_are_killed_at_random(tmp_path: Path, own_postgres: PostgresServer) -> None:
    chance = random.Random(20261129)
    (tmp_path / "ivr.call").write_text(SCRIPT, encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    words = (tmp_path / "ivr.call", "--store", own_postgres.url)
    over = threading.Event()
    with (
        ServeProcess(tmp_path / "one", *words) as one,
        ServeProcess(tmp_path / "two", *words) as two,
        ThreadPoolExecutor(4) as threads,
    ):
        platform = PatientPlatform(one, two)
        callers = [threads.submit(have_calls, platform, first, over) for first in range(4)]
        try:
            for number in range(KILLS):
                time.sleep(chance.uniform(0.05, 0.4))
                if number % 3 == 2:
                    own_postgres.stop(signal.SIGQUIT)
                    own_postgres.start()
                else:
                    server = (one, two)[number % 3]
                    server.kill()
                    server.start()
        finally:
            over.set()
        calls = sum(caller.result() for caller in callers)
    assert calls >= KILLS
    assert platform.again >= KILLS // 2, "the kills were not noticed"
