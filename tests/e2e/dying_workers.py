"""Workers of a campaign that die or stand still, at places that are planned or at any moment, before an emulator.

All that they wait for is shorter here than in life: `FAST` has the seconds.
"""

from __future__ import annotations

import mmap
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import httpx

import nccodsl
from nccodsl.campaign import dispatcher, send_claim, tick, worker, worker_book
from nccodsl.campaign.book import AttemptResult, Claim, Listed
from nccodsl.campaign.book_reports import CampaignStatus
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_snapshot import snapshot
from nccodsl.campaign.decision_ledger import verify
from nccodsl.campaign.person_vault import PersonVault
from nccodsl.campaign.plan_reader import plan_of
from nccodsl.client import Journal, Timeouts, VoiceClient
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.credentials import Credentials
from nccodsl.client.open_journal import BOOK_VARIABLE
from nccodsl.client.postgres_journal import PostgresJournal
from nccodsl.client.settlement import reconcile
from nccodsl.io.sql import SqlConnection
from tests.e2e.limited_callers import most_in_a_second
from tests.e2e.servers import APPLICATION, private_key
from tests.journals import kept_in

WINDOWS = ("before commit", "commit to send", "send to answer", "answer to settle")
"""Where a worker can die; 0 of a phase is none of them."""
NAME = "reminders"
SCRIPT = 'param number: phone\ncall { to phone {{ number }} from phone 14155550100 }\ntalk "Hello."\n'
TIMEOUTS = Timeouts(connect=0.5, read=1.0, write=0.5, pool=0.5)
LEASE, GRACE, LONGEST_CLAIM = 1.2, 0.8, 0.6
STOPPED = 3.0
"""Seconds for which a worker stands still: longer than the lease and than a claim is worth something."""
SENDERS = 3
LIMIT = 100
SERVER = """
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import read_cast
cast = read_cast({{"outcome": "busy", "after": "0.2s"}})
emulator = Emulator(creations={limit}, cast=cast, list_lag=0.3, faults={faults}, seed={seed}, skew={skew})
print(emulator.url, flush=True)
emulator.run()
"""
VAULT = PersonVault("a secret of the tests")
_here = threading.local()


class Death(NamedTuple):
    """What befalls a worker: in a window, when it is there for the n-th time; `number` is the signal."""

    window: str
    turn: int
    number: int = signal.SIGKILL


class Phases:
    """Which window each sender of each worker is in, for the process that kills them."""

    def __init__(self) -> None:
        self._kept = mmap.mmap(-1, 1 << 16)

    def note(self, worker: int, sender: int, phase: int) -> None:
        self._kept[(worker * SENDERS + sender) % len(self._kept)] = phase

    def of(self, worker: int) -> list[str]:
        begin = worker * SENDERS % len(self._kept)
        return [WINDOWS[phase - 1] for phase in self._kept[begin : begin + SENDERS] if phase]


class Mortal:
    """Notes the windows of one worker, and dies as it is told."""

    def __init__(self, phases: Phases, number: int, death: Death | None) -> None:
        self._phases, self._number, self._death = phases, number, death
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def enter(self, window: str) -> None:
        self._phases.note(self._number, _here.sender, WINDOWS.index(window) + 1)

    def leave(self) -> None:
        self._phases.note(self._number, _here.sender, 0)

    def meet(self, window: str) -> None:
        """It is in a window, and goes no further if that is where it dies."""
        with self._lock:
            self._seen[window] += 1
            met = self._death is not None and self._death[:2] == (window, self._seen[window])
        if met:
            assert self._death is not None
            os.kill(os.getpid(), self._death.number)
            # A signal may take a moment to come.
            time.sleep(0.05)


class MortalJournal(CallJournal):
    mortal: Mortal

    @contextmanager
    def writing(self) -> Iterator[SqlConnection]:
        with super().writing() as db:
            yield db
            if getattr(_here, "claiming", False):
                self.mortal.meet("before commit")


class MortalFile(MortalJournal, Journal):
    """The journal in a file."""


class MortalDatabase(MortalJournal, PostgresJournal):
    """The journal in a database that machines share."""


def _mortal_journal(folder: Path) -> MortalJournal:
    """As `kept_in`."""
    url = os.environ.get(BOOK_VARIABLE)
    return MortalDatabase(url) if url else MortalFile(folder)


class MortalBook(CampaignBook):
    mortal: Mortal

    def claim(self, name: str, worker: str, *rest: Any, **more: Any) -> list[Claim]:
        _here.sender = int(worker.rpartition(":")[2])
        _here.claiming = True
        self.mortal.enter("before commit")
        try:
            claims = super().claim(name, worker, *rest, **more)
        finally:
            _here.claiming = False
        if claims:
            self.mortal.enter("commit to send")
            self.mortal.meet("commit to send")
        else:
            self.mortal.leave()
        return claims

    def settle(self, claim: Claim, result: AttemptResult) -> bool:
        self.mortal.enter("answer to settle")
        self.mortal.meet("answer to settle")
        settled = super().settle(claim, result)
        self.mortal.leave()
        return settled


class MortalTransport(httpx.HTTPTransport):
    mortal: Mortal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        guard = request.extensions.get("trace")
        if guard is not None:
            request.extensions["trace"] = partial(self._traced, guard)
        return super().handle_request(request)

    def _traced(self, guard: Callable[[str, Any], None], event: str, info: Any) -> None:
        guard(event, info)
        if event == "http11.send_request_headers.started":
            self.mortal.enter("send to answer")
        elif event == "http11.receive_response_headers.started":
            self.mortal.meet("send to answer")


def hasten() -> None:
    """Let a worker wait for less."""
    for module, seconds in (
        (tick, {"LEASE": LEASE, "LONGEST_CLAIM": LONGEST_CLAIM}),
        (send_claim, {"LONGEST_CLAIM": LONGEST_CLAIM}),
        (worker, {"FOLLOW_EVERY": 0.3, "_LOOK_UP": 1.0}),
        (worker_book, {"_BEAT": 0.3}),
        (dispatcher, {"reconcile": partial(reconcile, grace=GRACE)}),
    ):
        for name, value in seconds.items():
            assert hasattr(module, name)
            setattr(module, name, value)


class Campaign:
    """A campaign in `folder` with `people` recipients. `faults` and `skew` are the emulator's."""

    def __init__(
        self,
        folder: Path,
        people: int,
        *,
        limit: int = LIMIT,
        faults: Mapping[str, float] | None = None,
        skew: float = 0.0,
        seed: int = 0,
        more: Mapping[str, object] | None = None,
    ) -> None:
        self.folder, self.people, self.limit = folder, people, limit
        self.deaths: Counter[str] = Counter()
        self._phases = Phases()
        self._begun = 0
        program = SERVER.format(limit=limit, faults=dict(faults or {}), seed=seed, skew=skew)
        self._server = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert self._server.stdout is not None
        self.url = self._server.stdout.readline().strip()
        terms = {"name": NAME, "script": "a.call", "purpose": "emergency", "recipients": {"file": "-"}, **(more or {})}
        with kept_in(folder) as journal:
            book = CampaignBook(journal, VAULT)
            flow = nccodsl.load(SCRIPT)
            book.add(NAME, snapshot(plan_of(terms), flow, "a").as_json())
            numbers = {one: f"1415555{one:04}" for one in range(people)}
            listed = (Listed(one + 1, to, kept={"values": {"number": to}}) for one, to in numbers.items())
            book.load(NAME, listed)

    def close(self) -> None:
        self._server.kill()
        self._server.wait()
        assert self._server.stdout is not None
        self._server.stdout.close()

    def worker(self, death: Death | None = None) -> WorkerOfMany:
        """Start a worker in a process of its own."""
        number = self._begun
        self._begun += 1
        child = os.fork()
        if not child:
            code = 1
            try:
                self._work(Mortal(self._phases, number, death))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        return WorkerOfMany(child, number, death)

    def _work(self, mortal: Mortal) -> None:
        hasten()
        client = VoiceClient(
            Credentials(APPLICATION, private_key()),
            host=self.url,
            limit=self.limit,
            timeout=TIMEOUTS,
            transport=(transport := MortalTransport(verify=False)),
        )
        with _mortal_journal(self.folder) as journal, client:
            account = send_claim.calling_account(client, journal, "v2", None)
            book = MortalBook(journal, VAULT, account)
            journal.mortal = book.mortal = transport.mortal = mortal
            work = dispatcher.Dispatcher(client, journal, book, lambda _number: False, _no_body)
            worker.Worker(work, worker.WorkerSettings(SENDERS, False, lambda: None, lambda _error: None)).run()

    def run(self, deaths: list[Death], seed: int = 0, *, workers: int = 3, random_kills: int = 0) -> None:
        """Let workers die as planned, and some at any moment, until the campaign is over."""
        chance, planned = Random(seed), list(deaths)
        running: list[WorkerOfMany] = []
        slept: list[WorkerOfMany] = []
        kills = sorted(time.monotonic() + chance.uniform(0.1, 0.3 * random_kills) for _ in range(random_kills))
        turns, until = 0, time.monotonic() + 120.0
        while planned or kills or any(one.death is not None for one in running):
            assert time.monotonic() < until, f"it goes on for ever: {self.status()}, {planned}"
            while len(running) < workers and (planned or kills):
                running.append(self.worker(planned.pop() if planned else None))
            running = [one for one in running if not one.looked_at(self.deaths)]
            slept = [one for one in (*slept, *running) if not one.looked_at(self.deaths) and one.has_slept]
            running = [one for one in running if not one.has_slept]
            if running and kills and kills[0] < time.monotonic():
                kills.pop(0)
                planned += chance.choice(running).kill(self._phases, self.deaths)
            turns += 1
            if turns % 50 == 0 and self.status().is_over:
                break
            time.sleep(0.01)
        for one in (*running, *slept):
            one.ends(self.deaths)
        self.worker().ends(self.deaths)

    def status(self) -> CampaignStatus:
        with kept_in(self.folder) as journal:
            return CampaignBook(journal, VAULT).status(NAME)

    def rang(self) -> Counter[str]:
        """How often each number was called."""
        found = httpx.get(f"{self.url}/emulator/calls", trust_env=False).json()["calls"]
        return Counter(one["endpoint"].rpartition(" ")[2] for one in found)

    def play(self, deaths: list[Death], seed: int = 0, *, random_kills: int = 0) -> Counter[str]:
        """Run it and prove that it went well; the deaths by window. Ends the emulator."""
        try:
            self.run(deaths, seed, random_kills=random_kills)
            self.prove()
            assert most_in_a_second(self.arrivals()) <= self.limit
        finally:
            self.close()
        return self.deaths

    def arrivals(self) -> list[float]:
        """When starts arrived, in seconds."""
        return [one["at"] for one in httpx.get(f"{self.url}/emulator/starts", trust_env=False).json()["starts"]]

    def prove(self) -> None:
        """Everyone was called once, nothing is open, and the ledger is whole."""
        rang = self.rang()
        assert (len(rang), set(rang.values())) == (self.people, {1}), rang.most_common(3)
        status = self.status()
        assert status.counts == {"ended": self.people}, status
        with kept_in(self.folder) as journal:
            assert verify(CampaignBook(journal, VAULT).story(NAME)) is None
            assert not journal.open_intents()


class WorkerOfMany:
    """A worker process, as its parent sees it."""

    def __init__(self, pid: int, number: int, death: Death | None) -> None:
        self.pid, self.number, self.death = pid, number, death
        self._code: int | None = None
        self._wakes: float | None = None
        self._dies: float | None = None

    @property
    def has_slept(self) -> bool:
        """Whether it stands still now, or did before."""
        return self._wakes is not None or self._dies is not None

    def looked_at(self, deaths: Counter[str]) -> bool:
        """See how it goes; whether it is over. Who stands still wakes after a while, and dies a second later."""
        if self._code is not None:
            return True
        if self._wakes is not None and time.monotonic() > self._wakes:
            os.kill(self.pid, signal.SIGCONT)
            self._wakes, self._dies = None, time.monotonic() + 1.0
        if self._dies is not None and time.monotonic() > self._dies:
            os.kill(self.pid, signal.SIGKILL)
        pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
        if not pid:
            return False
        if self.death is not None and (os.WIFSTOPPED(status) or os.WIFSIGNALED(status)):
            deaths[f"{self.death.window}{', stopped' if os.WIFSTOPPED(status) else ''}"] += 1
            self.death = None
        if os.WIFSTOPPED(status):
            self._wakes = time.monotonic() + STOPPED
            return False
        self._code = status
        assert status in (0, signal.SIGKILL), f"a worker ended with {status}"
        return True

    def kill(self, phases: Phases, deaths: Counter[str]) -> list[Death]:
        """Kill it now; what was planned for it instead."""
        if self._code is not None:
            return []
        os.kill(self.pid, signal.SIGKILL)
        _, self._code = os.waitpid(self.pid, 0)
        deaths["at any moment"] += 1
        deaths.update(f"{window}, by chance" for window in phases.of(self.number))
        planned, self.death = self.death, None
        return [planned] if planned is not None else []

    def ends(self, deaths: Counter[str], seconds: float = 60.0) -> None:
        until = time.monotonic() + seconds
        while not self.looked_at(deaths):
            if time.monotonic() > until:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise AssertionError("a worker does not end")
            time.sleep(0.01)


def _no_body(*_: object) -> Mapping[str, object]:
    raise AssertionError("the script needs no server")
