"""Dial once: the client is killed at random instants, and yet no call is lost and none is made twice.

A child process places a call and is killed with SIGKILL after a random time, from before its first line to after its
last. Then another one looks up what is open and repeats the command, as a person would. NCCODSL_KILLS sets how many.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from nccodsl.client.credentials import Credentials
from nccodsl.client.dial_once import place
from nccodsl.client.failures import ReferenceUnsettled, VoiceError
from nccodsl.client.journal import Journal
from nccodsl.client.settlement import reconcile
from nccodsl.client.voice_client import VoiceClient
from tests.e2e.servers import APPLICATION, private_key

pytestmark = pytest.mark.slow
RUNS = int(os.environ.get("NCCODSL_KILLS") or 150)
LONGEST = 0.05
"""Seconds after which the first child is killed at the latest; about half of them come to their end before."""


def _body(run: int) -> dict[str, object]:
    # Two in three runs share their number with another one, so that a number alone does not tell calls apart.
    number = f"1415555{1000 + run // 3 if run % 3 else 5000 + run}"
    return {
        "to": [{"type": "phone", "number": number}],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": [{"action": "talk", "text": f"run {run}"}],
    }


@pytest.fixture(scope="module")
def emulator() -> object:
    program = (
        "from nccodsl.emulator.http.host import Emulator\n"
        "from nccodsl.emulator.personas.persona import BUILT_IN, Cast\n"
        "emulator = Emulator(creations=None, cast=Cast((BUILT_IN['busy'],)))\n"
        "print(emulator.url, flush=True)\n"
        "emulator.run()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def _in_child(work: Callable[[], None]) -> int:
    """Do something in a process of its own; its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which this system cannot do")
def test_no_call_is_lost_and_none_is_made_twice(emulator: str, tmp_path: Path) -> None:
    chance = random.Random(20261123)
    credentials = Credentials(APPLICATION, private_key())
    killed, longest = 0, LONGEST

    def client() -> VoiceClient:
        return VoiceClient(credentials, host=emulator, retries=1, limit=1000)

    def dial(run: int) -> None:
        with Journal(tmp_path) as journal, client() as voice:
            place(voice, journal, _body(run), "v1" if run % 2 else "v2", reference=f"run-{run}")

    def settle_and_repeat(run: int) -> None:
        until = time.monotonic() + 20
        while True:
            with Journal(tmp_path) as journal, client() as voice:
                reconcile(voice, journal, grace=0.0)
                try:
                    place(voice, journal, _body(run), "v1" if run % 2 else "v2", reference=f"run-{run}")
                    return
                except ReferenceUnsettled:
                    assert time.monotonic() < until, [one.why for one in reconcile(voice, journal, grace=0.0)]
                except VoiceError as error:
                    raise AssertionError(str(error)) from error

    for run in range(RUNS):
        child = _in_child(lambda run=run: dial(run))  # type: ignore[misc]
        time.sleep(chance.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
        longest *= 1.1 if os.WIFSIGNALED(status) else 0.9
        settle_and_repeat(run)

    assert killed > RUNS // 5, f"{killed} of {RUNS}: the children were killed too late to prove anything"
    wanted = Counter(_body(run)["to"][0]["number"] for run in range(RUNS))  # type: ignore[index]
    with Journal(tmp_path) as journal:
        states = Counter((intent.reference, intent.state) for intent in journal.recent(10 * RUNS))
        assert not journal.open_intents()
        assert [states[f"run-{run}", "placed"] for run in range(RUNS)] == [1] * RUNS
    made: Counter[str] = Counter()
    index = 0
    while True:
        page = httpx.get(
            emulator + "/v1/calls",
            params={"page_size": 100, "record_index": index},
            headers={"authorization": "Bearer any"},
        ).json()
        made.update(call["to"]["number"] for call in page["_embedded"]["calls"])
        index += 100
        if "next" not in page["_links"]:
            break
    assert made == wanted
