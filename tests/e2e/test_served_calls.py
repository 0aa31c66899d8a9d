"""Whole calls between two servers: the emulated platform on one port, `nccodsl serve` on another, faults between them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.faults import Fate, Faults
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.personas.persona import Cast, read_cast
from tests.e2e.serve_process import SECRET, ServeProcess
from tests.e2e.servers import wait_for

SCRIPT = Path(__file__).parents[1] / "data" / "flows" / "clinic.call"
NUMBER = "14155550100"
WELCOME = "Welcome. Press 1 to confirm, 2 for the desk, 3 for your number."
AGAIN = ["Sorry, once more.", WELCOME]
ENTER = "Enter your number and the hash key."

# Who calls, what they do, and all that they hear: nothing is missing, and nothing is heard twice.
CALLERS: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "447700900101": ([{"hears": "Welcome", "press": "1"}], [WELCOME, "Confirmed for visit 1."]),
    "447700900102": ([{"hears": "Welcome", "say": "please confirm it"}], [WELCOME, "Confirmed for visit 1."]),
    "447700900103": (
        [{"hears": "Sorry", "press": "1"}],
        [WELCOME, *AGAIN, "Confirmed for visit 1."],
    ),
    "447700900104": ([], [WELCOME, *AGAIN, "Goodbye."]),
    "447700900105": (
        [{"hears": "Welcome", "press": "2"}, {"hears": "<beep>", "say": "Please call me back"}],
        [WELCOME, "We connect you to the desk.", "Leave a message after the tone.", "Your message is kept."],
    ),
    "447700900106": (
        [{"hears": "Welcome", "press": "3"}, {"hears": "Enter", "press": "42#"}, {"hears": "right", "press": "1"}],
        [WELCOME, ENTER, "One moment.", "Is 4, 2 right? Press 1.", "Thank you, 4, 2."],
    ),
    "447700900107": (
        [
            {"hears": "Welcome", "press": "3"},
            {"hears": "Enter", "press": "13#"},
            {"hears": "Is 1, 3", "press": "2"},
            {"hears": "Enter", "press": "14#"},
            {"hears": "Is 1, 4", "press": "1"},
        ],
        [
            *(WELCOME, ENTER, "One moment.", "Is 1, 3 right? Press 1."),
            *(ENTER, "One moment.", "Is 1, 4 right? Press 1.", "Thank you, 1, 4."),
        ],
    ),
}


def cast(desk: str = "busy") -> Cast:
    personas = [{"for": f"phone {number}", "does": does} for number, (does, _) in CALLERS.items()]
    return read_cast({"personas": [*personas, {"for": "phone 14155550199", "outcome": desk, "stays": 5}]})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServeProcess]:
    with ServeProcess(tmp_path, SCRIPT) as process:
        yield process


@contextmanager
def platform(
    server: ServeProcess, *, speed: float | None, faults: dict[str, float] | None = None, desk: str = "busy"
) -> Iterator[Emulator]:
    base = f"{server.url}/clinic"
    application = Application(
        answer=("GET", f"{base}/answer"), event=("POST", f"{base}/event"), fallback=("POST", f"{base}/fallback")
    )
    with Emulator(
        cast=cast(desk), application=application, secret=Secret(SECRET), speed=speed, faults=faults, seed=7
    ) as emulator:
        yield emulator


def call(emulator: Emulator, number: str) -> str:
    """Call in; the id of the leg."""
    answer = httpx.post(f"{emulator.url}/emulator/inbound", json={"from": number, "to": NUMBER})
    assert answer.status_code in (200, 201), answer.text
    uuid: str = answer.json()["uuid"]
    return uuid


def heard(emulator: Emulator, uuid: str) -> list[str]:
    """What the caller heard of the flow, once the call is over."""
    leg = emulator.network.legs[uuid]
    wait_for(lambda: leg.ended_at is not None, 60)
    return [
        str(entry.data["text"]) for entry in leg.timeline.of("hears", leg.name) if entry.data.get("sound") == "talk"
    ]


@pytest.mark.parametrize("speed", [pytest.param(60, marks=pytest.mark.slow), None])
@pytest.mark.parametrize("number", CALLERS)
def test_every_branch(server: ServeProcess, number: str, speed: float | None) -> None:
    with platform(server, speed=speed) as emulator:
        assert heard(emulator, call(emulator, number)) == CALLERS[number][1], server.log


def test_a_desk_that_answers_goes_on_in_line(server: ServeProcess) -> None:
    with platform(server, speed=None, desk="answered") as emulator:
        words = heard(emulator, call(emulator, "447700900105"))
        assert words[:3] == [WELCOME, "We connect you to the desk.", "The desk has hung up."]


@pytest.mark.parametrize("speed", [pytest.param(60, marks=pytest.mark.slow), None])
@pytest.mark.parametrize(
    "faults",
    [
        {"late": 0.6},
        {"duplicate": 0.7},
        {"reorder": 0.7},
        {"late": 0.4, "duplicate": 0.5, "reorder": 0.5},
    ],
    ids=lambda faults: "+".join(faults),
)
def test_with_webhooks_that_come_late_twice_or_in_another_order(
    server: ServeProcess, faults: dict[str, float], speed: float | None
) -> None:
    """All callers at once; each hears what it should, once."""
    with platform(server, speed=speed, faults=faults) as emulator:
        calls = {number: call(emulator, number) for number in CALLERS}
        for number, uuid in calls.items():
            assert heard(emulator, uuid) == CALLERS[number][1], f"{number}\n{server.log}"


class _EverySecond(Faults):
    """Loses every second webhook that is waited for: each is sent again, and the second one comes."""

    def __init__(self) -> None:
        super().__init__({"lose": 0.5})
        self._lost = False

    def of_webhook(self, *, waited_for: bool) -> Fate:
        if not waited_for:
            return Fate()
        self._lost = not self._lost
        return Fate(copies=0 if self._lost else 1)


def test_with_webhooks_that_are_lost(server: ServeProcess) -> None:
    with platform(server, speed=None, faults={"lose": 0.5}) as emulator:
        emulator._front._driver._faults = _EverySecond()
        for number, (_, words) in CALLERS.items():
            assert heard(emulator, call(emulator, number)) == words, server.log


def test_what_the_platform_asks_the_fallback_for_is_answered(server: ServeProcess) -> None:
    """Lost twice, a webhook goes to the fallback address, and the call goes on there."""

    class TwoOfThree(Faults):
        count = 0

        def of_webhook(self, *, waited_for: bool) -> Fate:
            if not waited_for:
                return Fate()
            self.count += 1
            return Fate(copies=0 if self.count % 3 else 1)

    with platform(server, speed=None, faults={"lose": 0.5}) as emulator:
        emulator._front._driver._faults = TwoOfThree({"lose": 0.5})
        assert heard(emulator, call(emulator, "447700900103")) == CALLERS["447700900103"][1], server.log
    assert " fallback 200" in server.log


def go_on_at(emulator: Emulator, speed: float) -> None:
    """Let the time of the platform go by at another speed from now on."""
    driver, changed = emulator._front._driver, threading.Event()

    def change() -> None:
        tempo = driver._tempo
        tempo._since, tempo._speed = (driver.loop.time(), tempo.now), speed
        driver.advance()
        changed.set()

    driver.loop.call_soon_threadsafe(change)
    assert changed.wait(30)


@pytest.mark.slow
def test_a_server_that_is_killed_between_two_webhooks(server: ServeProcess) -> None:
    """While the platform plays `wait 20s`, the server dies and comes back; nobody hears anything of it."""
    callers = ["447700900106"] * 5 + ["447700900107"] * 5
    with platform(server, speed=6) as emulator:
        calls = [(number, call(emulator, number)) for number in callers]
        legs = [emulator.network.legs[uuid] for _, uuid in calls]

        def waiting() -> bool:
            return all(
                any(entry.kind == "action" and entry.text == "wait" for entry in list(leg.timeline.entries))
                for leg in legs
            )

        wait_for(waiting, 60)
        go_on_at(emulator, 0.5)  # a busy machine takes long to start it again
        server.kill()
        server.start()
        time.sleep(0.1)
        go_on_at(emulator, 6)
        for number, uuid in calls:
            assert heard(emulator, uuid) == CALLERS[number][1], server.log


def test_it_stops_when_it_is_told(server: ServeProcess) -> None:
    with platform(server, speed=60) as emulator:
        heard(emulator, call(emulator, "447700900101"))
    assert server.stop() == 0
    server.start()
