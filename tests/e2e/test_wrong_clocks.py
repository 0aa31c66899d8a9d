"""Dial once with clocks that are wrong: calls are counted where they arrive, by reference.

NCCODSL_SEEDS sets how many worlds are simulated.
"""

from __future__ import annotations

import json
import os
import random
import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from nccodsl.client import Journal, OutcomeUnknown, VoiceClient, place, reconcile
from nccodsl.client.clock import Reading, ServerClock, read_clocks
from nccodsl.client.dial_once import wait_for_end
from nccodsl.client.failures import ReferenceUnsettled, VoiceError
from nccodsl.client.send import Timeouts
from nccodsl.emulator.http.host import Emulator
from tests.e2e.servers import credentials, in_thread

SKEWS = [-3600.0, -120.0, -31.0, -1.5, 1.5, 31.0, 120.0, 3600.0]
SEEDS = int(os.environ.get("NCCODSL_SEEDS") or 60)
Dates = Callable[[float], str | None]


def honest(now: float) -> str:
    return formatdate(now, usegmt=True)


def body(reference: str, number: str = "14155550101") -> dict[str, Any]:
    return {
        "to": [{"type": "phone", "number": number}],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": [{"action": "talk", "text": reference}],
    }


class Platform:
    """Takes calls and lists them, by a clock of its own; `made` are its calls: when, which reference, which number."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.made: list[tuple[float, str, str]] = []

    def create(self, document: dict[str, Any]) -> None:
        self.made.append((self.now(), document["ncco"][0]["text"], document["to"][0]["number"]))

    def page(self, query: dict[str, str]) -> bytes:
        first, last = (_time(query.get(name)) for name in ("date_start", "date_end"))
        found = [
            {"uuid": f"u-{number}", "direction": "outbound", "status": "completed", "to": {"number": to}}
            for number, (at, _, to) in enumerate(self.made)
            if (first is None or first <= at) and (last is None or at <= last)
        ]
        index, size = int(query.get("record_index", 0)), int(query.get("page_size", 10))
        return json.dumps({"count": len(found), "_embedded": {"calls": found[index : index + size]}}).encode()

    def counted(self) -> Counter[str]:
        return Counter(reference for _, reference, _ in self.made)


def _time(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).timestamp()


class Loopback:
    """A platform behind real sockets. `lose`: takes a create and then hangs up, or answers this."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.dates: Dates = honest
        self.lose: bytes | None = b""
        self.takes = True
        self.url = ""


@contextmanager
def loopback(platform: Platform) -> Iterator[Loopback]:
    server = Loopback(platform)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(200, server.platform.page(dict(parse_qsl(urlsplit(self.path).query))))

        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if server.takes:
                server.platform.create(document)
            if server.lose == b"":
                self.connection.shutdown(socket.SHUT_RDWR)
            elif server.lose is not None:
                self._say(503, server.lose)
            else:
                self._say(201, b'{"uuid": "u-%d"}' % (len(server.platform.made) - 1))

        def _say(self, status: int, data: bytes) -> None:
            self.send_response_only(status)
            date = server.dates(server.platform.now())
            if date is not None:
                self.send_header("date", date)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args: object) -> None:
            pass

    with in_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server.url:
        yield server


class Machine:
    """The client's machine: a clock on the wall that may be wrong and set, one that counts, and one that is true."""

    def __init__(self, late: float = 0.0, passed: Callable[[], float] = time.monotonic) -> None:
        self.late = late
        self.stood_still = 0.0
        self.run = 1
        self.true = passed

    def __call__(self) -> Reading:
        own = self.true() - self.stood_still
        return Reading(1_800_000_000 + own - self.late, own + 1e6 * self.run, f"run {self.run}")


def client(url: str, clock: Callable[[], Reading] = read_clocks, transport: Any = None) -> VoiceClient:
    return VoiceClient(
        credentials(),
        host=url,
        transport=transport,
        retries=1,
        timeout=Timeouts(read=20),
        clock=clock,
    )


def as_a_person_would(voice: VoiceClient, journal: Journal, reference: str, attempts: int = 3) -> list[str]:
    """Dial, and while that fails look up and dial again; what each look found."""
    states = []
    for _ in range(attempts):
        try:
            place(voice, journal, body(reference), "v1", reference)
            return [*states, "placed"]
        except ReferenceUnsettled:
            pass
        except OutcomeUnknown:
            pass
        states += [one.state for one in reconcile(voice, journal, grace=0)]
    return states


# -- over sockets -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lose", [b"", b"<html>Bad gateway", b"{}"], ids=["hangs-up", "html", "503"])
@pytest.mark.parametrize("late", SKEWS)
def test_a_clock_that_is_wrong_does_not_dial_twice(tmp_path: Path, late: float, lose: bytes) -> None:
    machine = Machine(late)
    with loopback(Platform(lambda: machine().wall + late)) as server, Journal(tmp_path, clock=machine) as journal:
        server.lose = lose
        with client(server.url, machine) as voice:
            assert as_a_person_would(voice, journal, "a") == ["placed", "placed"]
        assert server.platform.counted() == {"a": 1}
        # What never arrived is found to be absent, by the same clock.
        server.takes = False
        with client(server.url, machine) as voice:
            with pytest.raises(OutcomeUnknown):
                place(voice, journal, body("b"), "v1", "b")
            assert [one.state for one in reconcile(voice, journal, grace=0)] == ["absent"]
            server.takes, server.lose = True, None
            assert as_a_person_would(voice, journal, "b") == ["placed"]
        assert server.platform.counted() == {"a": 1, "b": 1}


ODD: dict[str, Dates] = {
    "none": lambda _: None,
    "garbage": lambda _: "yesterday",
    "another-form": lambda _: "Sunday, 06-Nov-94 08:49:37 GMT",
    "impossible": lambda _: "Wed, 31 Feb 2027 25:61:61 GMT",
    "of-1970": lambda _: "Thu, 01 Jan 1970 00:00:00 GMT",
    "of-next-week": lambda now: honest(now + 7 * 86400),
    "two": lambda now: f"{honest(now)}, {honest(now)}",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("late", [0.0, 120.0])
def test_without_a_time_of_the_server_nothing_is_taken_for_absent(tmp_path: Path, odd: Dates, late: float) -> None:
    machine = Machine(late)
    with loopback(Platform(lambda: machine().wall + late)) as server, Journal(tmp_path, clock=machine) as journal:
        server.dates, server.takes = odd, False
        with client(server.url, machine) as voice:
            assert as_a_person_would(voice, journal, "a") == ["unknown"] * 3
            (settled,) = reconcile(voice, journal, grace=0)
            assert "calls settle" in settled.why
        assert not server.platform.made


def test_dates_that_contradict_each_other_settle_nothing(tmp_path: Path) -> None:
    machine = Machine()
    shift = iter(range(0, 10_000, 100))
    with loopback(Platform(lambda: machine().wall)) as server, Journal(tmp_path, clock=machine) as journal:
        server.dates, server.takes = lambda now: honest(now + next(shift)), False
        with client(server.url, machine) as voice:
            assert as_a_person_would(voice, journal, "a") == ["unknown"] * 3
    with loopback(Platform(lambda: machine().wall)) as server, Journal(tmp_path / "b", clock=machine) as journal:
        # The create was answered by a proxy whose clock is another one.
        server.dates, server.takes, server.lose = lambda now: honest(now + 600), False, b"<html>"
        with client(server.url, machine) as voice, pytest.raises(OutcomeUnknown):
            place(voice, journal, body("a"), "v1", "a")
        server.dates = honest
        with client(server.url, machine) as voice:
            assert as_a_person_would(voice, journal, "a") == ["unknown"] * 3


def test_dates_that_are_all_wrong_in_the_same_way_do_not_dial_twice(tmp_path: Path) -> None:
    machine = Machine()
    with loopback(Platform(lambda: machine().wall)) as server, Journal(tmp_path, clock=machine) as journal:
        server.dates = lambda now: honest(now - 600)
        with client(server.url, machine) as voice:
            assert as_a_person_would(voice, journal, "a") == ["placed", "placed"]
        assert server.platform.counted() == {"a": 1}


def _set_right(machine: Machine) -> None:
    machine.late = 0.0


def _started_anew(machine: Machine) -> None:
    machine.run += 1


@pytest.mark.parametrize("meanwhile", [_set_right, _started_anew])
@pytest.mark.parametrize("answered", [False, True])
def test_a_clock_that_was_set_in_between_does_not_dial_twice(
    tmp_path: Path, meanwhile: Callable[[Machine], None], answered: bool
) -> None:
    machine = Machine(120.0)
    base = machine().wall + 120 - machine.true()
    with loopback(Platform(lambda: base + machine.true())) as server, Journal(tmp_path, clock=machine) as journal:
        server.lose = b"{}" if answered else b""
        with client(server.url, machine) as voice, pytest.raises(OutcomeUnknown):
            place(voice, journal, body("a"), "v1", "a")
        meanwhile(machine)
        with client(server.url, machine) as voice:
            # With an answer the time is known, whatever the clock says later; without one it is not.
            assert as_a_person_would(voice, journal, "a")[-1] == ("placed" if answered else "unknown")
        assert server.platform.counted() == {"a": 1}


@pytest.mark.parametrize("skew", SKEWS)
def test_the_emulator_with_another_clock(tmp_path: Path, skew: float) -> None:
    class Loses(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.method == "POST":
                answer.close()
                raise httpx.ReadTimeout("lost")
            return answer

    with Emulator(creations=None, skew=skew) as emulator, Journal(tmp_path) as journal:
        date = httpx.get(emulator.url + "/v1/calls").headers["date"]
        assert (
            abs(time.time() + skew - time.mktime(time.strptime(date, "%a, %d %b %Y %H:%M:%S GMT")) + time.timezone) < 60
        )
        for reference in ("a", "b"):
            with client(emulator.url, transport=Loses()) as voice:
                assert as_a_person_would(voice, journal, reference) == ["placed", "placed"]
        assert len(emulator.network.legs) == 2


@pytest.mark.parametrize("late", SKEWS)
def test_a_call_without_an_id_is_followed_with_a_wrong_clock(tmp_path: Path, late: float) -> None:
    machine = Machine(late)
    with loopback(Platform(lambda: machine().wall + late)) as server, client(server.url, machine) as voice:
        server.lose = None
        server.platform.create(body("earlier"))
        at, *rest = server.platform.made[0]
        server.platform.made[0] = (at - 20, *rest)  # type: ignore[assignment]
        since = machine().wall
        with Journal(tmp_path, clock=machine) as journal:
            place(voice, journal, body("a"), "v1", "a")
        ended = wait_for_end(voice, number="14155550101", since=since, poll=0.01, appearing=5.0)
        assert ended is not None
        assert ended.uuid == "u-1"


# -- simulated ---------------------------------------------------------------------------------------------------


class World:
    """A client's machine and a platform in simulated time; every accident comes from one seed."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.true = 1_000_000.0
        self.machine = Machine(self.chance.choice([0.0, 3.0, -3.0, 90.0, -90.0, 600.0, -600.0]), lambda: self.true)
        self.platform = Platform(lambda: 1_800_000_000 + self.true)
        self.dates = self.chance.choice(["good"] * 6 + ["none", "sometimes", "garbage", "jumping"])
        self.jumps = cycle([0, 300, -300])
        self.folder = folder

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.true += self.chance.choice([0.01, 0.3, 4.0])
        chance = self.chance.random()
        if request.method == "GET":
            return httpx.Response(200, content=self.platform.page(dict(request.url.params)), headers=self.date())
        if chance < 0.1:
            raise httpx.ConnectError("nobody there")
        if chance < 0.6:
            self.platform.create(json.loads(request.content))
        if chance > 0.9 or 0.5 < chance < 0.6:
            return httpx.Response(503, headers=self.date())
        if chance < 0.2:
            return httpx.Response(202, json={}, headers=self.date())
        self.true += 30
        raise httpx.ReadTimeout("lost")

    def date(self) -> dict[str, str]:
        kind = self.chance.choice(["good", "none"]) if self.dates == "sometimes" else self.dates
        now = self.platform.now() + (next(self.jumps) if kind == "jumping" else 0)
        return {"good": {"date": honest(now)}, "jumping": {"date": honest(now)}, "garbage": {"date": "soon"}}.get(
            kind, {}
        )

    def accident(self) -> None:
        self.true += self.chance.choice([1.0, 20.0, 100.0, 100.0, 1000.0, 1000.0, 5000.0, 90_000.0])
        kind = self.chance.random() * 2
        if kind < 0.15:
            self.machine.late = self.chance.choice([0.0, 60.0, -60.0, 3000.0, -3000.0])
        elif kind < 0.25:
            self.machine.run += 1
        elif kind < 0.35 and self.machine.late >= -60:
            # That a paused machine's clock was fast besides is what nobody can see.
            still = self.chance.choice([30.0, 700.0, 7000.0])
            self.true += still
            self.machine.stood_still += still
        elif kind < 0.45:
            self.platform.create(body("somebody else's"))

    def play(self) -> str:
        found = ""
        voice = client("http://localhost", self.machine, httpx.MockTransport(self.answer))
        with Journal(self.folder, clock=self.machine) as journal, voice:
            journal._db.execute("PRAGMA synchronous = OFF")  # nothing is killed here
            for turn in range(10):
                if turn % 3 == 0:
                    voice.server_clock = ServerClock(self.machine)  # as another process has it
                reference = "ab"[turn % 2]
                with suppress(VoiceError):
                    place(voice, journal, body(reference), "v2", reference)
                self.accident()
                with suppress(VoiceError):
                    found += "".join(one.state[0] for one in reconcile(voice, journal))
        return found


def test_no_accident_of_clocks_dials_twice(tmp_path: Path) -> None:
    found = ""
    for seed in range(SEEDS):
        world = World(seed, tmp_path / str(seed))
        found += world.play()
        made = world.platform.counted()
        assert made["a"] <= 1, f"seed {seed}"
        assert made["b"] <= 1, f"seed {seed}"
    # It proves nothing if it never dares to say anything.
    assert min(found.count("a"), found.count("p")) > SEEDS // 4, re.sub(r"u+", "u", found)
