"""Workers on several machines share a book in PostgreSQL: no one is called twice, and the limit is one for all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import read_cast
from tests.e2e.calls.placed_calls import account_environment, run_in, write_scripts
from tests.e2e.servers import APPLICATION, private_key, wait_for
from tests.postgres import PostgresServer

LIMIT = 3
KEY = "one key for all machines"
CAMPAIGN = 'name = "sale"\nscript = "sale.call"\npurpose = "emergency"\nrecipients.file = "people.csv"\n'
SCRIPT = """\
param number: phone
call { to phone {{ number }} from phone 14155550100 }
talk "Hi."
"""


class Machine:
    """A folder with a state of its own, and the variables that all machines share."""

    def __init__(self, folder: Path, emulator: Emulator, book: str) -> None:
        folder.mkdir()
        write_scripts(folder)
        self.folder = folder
        self.variables = {"NCCODSL_BOOK": book, "NCCODSL_CAMPAIGN_KEY": KEY}
        self.host = ("--host", emulator.url)

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return run_in(self.folder, *words, **{**self.variables, **variables})

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run("call", "hello.call", *self.host, *words)

    def start_campaign(self, people: int) -> list[str]:
        numbers = [f"1415555{number:04}" for number in range(100, 100 + people)]
        (self.folder / "people.csv").write_text("number\n" + "".join(f"{number}\n" for number in numbers))
        (self.folder / "sale.call").write_text(SCRIPT)
        (self.folder / "campaign.toml").write_text(CAMPAIGN)
        done = self.run("campaign", "start")
        assert done.returncode == 0, done.stderr
        return numbers

    def work(self) -> subprocess.Popen[str]:
        """A worker, as a process that can be killed."""
        line = [sys.executable, "-m", "tests.e2e.quick_workers", "campaign", "work", *self.host]
        environment = account_environment(self.folder, **self.variables)
        with (self.folder / "work.log").open("a") as log:
            return subprocess.Popen(line, cwd=self.folder, env=environment, stdout=log, stderr=log, text=True)

    def counts(self) -> dict[str, Any]:
        (found,) = json.loads(self.run("campaign", "list", "--json").stdout)
        return dict(found)

    def said(self) -> str:
        return (self.folder / "work.log").read_text()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    cast = read_cast({"answers": "0.2s", "stays": "2s"})
    with Emulator(public_key=private_key(), application_id=APPLICATION, creations=LIMIT, cast=cast) as server:
        yield server


def _called(emulator: Emulator) -> Counter[str]:
    return Counter(leg.callee_number for leg in emulator.network.legs.values())


def _most_in_a_second(emulator: Emulator) -> int:
    starts = httpx.get(f"{emulator.url}/emulator/starts").json()["starts"]
    assert all(one["accepted"] for one in starts)
    times = sorted(one["at"] for one in starts)
    return max(bisect_left(times, first + 1.0) - index for index, first in enumerate(times))


def test_machines_share_references_and_people(tmp_path: Path, emulator: Emulator, postgres_url: str) -> None:
    first, second = (Machine(tmp_path / name, emulator, postgres_url) for name in ("first", "second"))
    numbers = first.start_campaign(2)
    assert first.call("--reference", "order 7").returncode == 0
    again = second.call("--reference", "order 7")
    assert (again.returncode, "already placed" in again.stdout) == (0, True), again
    assert second.call("--var", "number=14155550102", "--reference", "order 7").returncode == 1
    assert second.run("campaign", "work", *second.host, "--once").returncode == 0
    assert _called(emulator) == {**dict.fromkeys(numbers, 1), "14155550101": 2 if "14155550101" in numbers else 1}
    assert "order 7" in second.run("calls", "journal").stdout
    assert "14155550100" in second.run("campaign", "why", "14155550100").stdout
    # Without the book, a machine knows nothing of it.
    assert "order 7" not in second.run("calls", "journal", NCCODSL_BOOK="").stdout
    assert "order 7" in second.run("calls", "journal", "--book", postgres_url, NCCODSL_BOOK="").stdout


def test_what_is_wrong_with_a_book(tmp_path: Path, emulator: Emulator, postgres_url: str) -> None:
    machine = Machine(tmp_path / "machine", emulator, postgres_url)
    for words in (("campaign", "list"), ("call", "hello.call", "--rows", "people.csv", *machine.host)):
        (machine.folder / "people.csv").write_text("number\n14155550101\n")
        done = run_in(machine.folder, *words, NCCODSL_BOOK=postgres_url)
        assert done.returncode == 2
        assert "E714" in done.stderr
        assert "set `NCCODSL_CAMPAIGN_KEY` to the same" in done.stderr
    assert machine.run("campaign", "list").returncode == 0
    other = machine.run("campaign", "list", NCCODSL_CAMPAIGN_KEY="the key of another machine")
    assert "begun with another key" in other.stderr
    for url, told in (
        ("sqlite:calls.db", "has to be a PostgreSQL database"),
        ("postgresql://ann:secret@127.0.0.1:1/x", "Connection refused"),
    ):
        for words in (("campaign", "list"), ("calls", "journal"), ("call", "hello.call", *machine.host)):
            done = machine.run(*words, "--book", url)
            assert (done.returncode, "E714" in done.stderr, told in done.stderr) == (2, True, True), done.stderr
            assert "secret" not in done.stderr
    assert not emulator.network.legs


@pytest.mark.slow
def test_a_machine_dies_and_the_database_goes_away(
    tmp_path: Path, emulator: Emulator, own_postgres: PostgresServer
) -> None:
    first, second = (Machine(tmp_path / name, emulator, own_postgres.url) for name in ("first", "second"))
    numbers = first.start_campaign(45)
    doomed, living = first.work(), second.work()
    try:
        wait_for(lambda: len(emulator.network.legs) >= 12, 90)
        doomed.kill()
        doomed.wait()
        wait_for(lambda: len(emulator.network.legs) >= 20, 90)
        for number in (signal.SIGINT, signal.SIGQUIT):
            own_postgres.stop(number)
            before = len(emulator.network.legs)
            time.sleep(4)
            least = before + LIMIT + 1
            assert len(emulator.network.legs) < least, "who has no book calls no one"
            own_postgres.start()
            wait_for(lambda least=least: len(emulator.network.legs) >= least, 60)
        assert living.wait(240) == 0, second.said()
    finally:
        doomed.kill()
        living.kill()
    assert _called(emulator) == dict.fromkeys(numbers, 1)
    assert _most_in_a_second(emulator) <= LIMIT
    assert "cannot be used now" in second.said()
    assert "Traceback" not in first.said() + second.said()
    assert second.counts() == {"campaign": "sale", "state": "over", "ended": 45}
    assert second.run("campaign", "verify", "sale").returncode == 0
