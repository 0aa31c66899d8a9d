"""A request waits for its slots, and gives them back when it is known what became of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from nccodsl.client import (
    BadArgument,
    InterruptedWait,
    Journal,
    OutcomeUnknown,
    Refused,
    Retries,
    Unreachable,
    VoiceClient,
    place,
    transfer_call,
)
from nccodsl.client.clock import Reading
from nccodsl.client.credentials import Credentials, Found
from nccodsl.client.profiles import Profile
from nccodsl.client.send import Timeouts
from nccodsl.client.start_limits import PLATFORM_LIMIT
from nccodsl.client.start_slots import NoSlot, SlotClaim
from nccodsl.client.start_turn import PLATFORM, StartTurn, account_of, connects_of
from tests.e2e.servers import APPLICATION, private_key

CONNECT = {"action": "connect", "endpoint": [{"type": "phone", "number": "14155550102"}]}
TALK = {"action": "talk", "text": "Hi"}
HOST = "https://api.nexmo.com"
Answer = httpx.Response | httpx.HTTPError


def body(*ncco: dict[str, Any]) -> dict[str, Any]:
    return {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": [*ncco, TALK],
    }


class Desk:
    """A journal whose clock stands still unless a request or a sleep takes its time, and a client."""

    def __init__(self, folder: Path, *answers: Answer, limit: int = 3, takes: float = 0.25) -> None:
        self.ticks = 0.0
        self.sent: list[float] = []
        self.said: list[tuple[int, int]] = []
        self.journal = Journal(folder, clock=self.now)
        self._answers = [*answers, httpx.Response(202, json={})]
        self._takes = takes
        self.client = VoiceClient(
            Credentials(APPLICATION, private_key()),
            limit=limit,
            transport=httpx.MockTransport(self._answer),
            sleep=self.sleep,
            retries=Retries(first=0.1),
        )

    def now(self) -> Reading:
        return Reading(1000.0 + self.ticks, self.ticks, "boot")

    def sleep(self, seconds: float) -> None:
        self.ticks += seconds

    def _answer(self, _request: httpx.Request) -> httpx.Response:
        self.sent.append(self.ticks)
        self.ticks += self._takes
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content)

    def place(self, *ncco: dict[str, Any]) -> None:
        place(self.client, self.journal, body(*ncco), waiting=lambda *said: self.said.append(said))

    def left(self) -> float:
        """Seconds after which the one slot is free."""
        began = self.ticks
        while True:
            try:
                self.journal.take_slots(SlotClaim(PLATFORM, 1, 1, "next", 1.0))
            except NoSlot as busy:
                self.ticks += busy.seconds
            else:
                return self.ticks - began


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Desk]:
    def make(*answers: Answer, **more: Any) -> Desk:
        one = Desk(tmp_path, *answers, **more)
        monkeypatch.setattr("nccodsl.client.start_turn.time.sleep", one.sleep)
        return one

    return make


def test_calls_wait_for_the_limit_and_say_so_once(desk: Callable[..., Desk]) -> None:
    one = desk(limit=1)
    for _ in range(3):
        one.place()
    assert one.sent == [0.0, 1.25, 2.5]
    assert one.said == [], "a second is no time"


def test_a_wait_of_more_than_a_second_is_said_once(desk: Callable[..., Desk]) -> None:
    one = desk(limit=1)
    one.place(CONNECT, CONNECT)
    one.place(CONNECT)
    assert one.sent == [0.0, 3.25]
    assert one.said == [(1, 2)]


def test_a_call_counts_its_connects(desk: Callable[..., Desk]) -> None:
    one = desk(limit=3, takes=0.0)
    one.place(CONNECT)
    one.place()
    one.place()
    assert one.sent == [0.0, 0.0, 1.0]


def test_what_a_reference_has_placed_needs_no_slot(desk: Callable[..., Desk]) -> None:
    one = desk(limit=1)
    for _ in range(2):
        place(one.client, one.journal, body(), reference="a")
    assert one.ticks == 0.25


def test_transfers_that_connect_count(desk: Callable[..., Desk]) -> None:
    one = desk(limit=1, takes=0.0)
    for ncco in ([TALK], [CONNECT], [TALK], [CONNECT]):
        transfer_call(one.client, one.journal, "u-1", ncco=ncco)
    transfer_call(one.client, one.journal, "u-1", url="https://example.com/ncco")
    assert one.sent == [0.0, 0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("answer", "error", "left"),
    [
        (httpx.Response(400), Refused, 1.0),
        (httpx.Response(500), OutcomeUnknown, 1.0),
        (httpx.ConnectError("no"), Unreachable, 0.0),
        (httpx.ReadTimeout("late"), OutcomeUnknown, 60.75),
    ],
)
def test_slots_are_given_back(desk: Callable[..., Desk], answer: Answer, error: type[Exception], left: float) -> None:
    one = desk(*[answer] * 4, limit=1)
    with pytest.raises(error):
        one.place()
    assert one.left() == left


def test_after_429_the_next_attempt_is_a_second_later(desk: Callable[..., Desk]) -> None:
    one = desk(httpx.Response(429), httpx.Response(429), limit=1)
    one.place()
    assert one.sent == [0.0, 1.25, 2.5]
    assert one.left() == 1.0


def test_who_is_interrupted_while_waiting_sends_nothing(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk(limit=1)
    one.place()

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nccodsl.client.start_turn.time.sleep", interrupted)
    with pytest.raises(InterruptedWait):
        one.place()
    assert len(one.sent) == 1
    assert [intent.state for intent in one.journal.recent()] == ["placed"], "nothing was written down"


def test_a_process_that_stood_still_does_not_send(tmp_path: Path) -> None:
    ticks = [0.0]
    with Journal(tmp_path, clock=lambda: Reading(1000.0 + ticks[0], ticks[0], "boot")) as journal:
        turn = StartTurn(journal, HOST, 1, Timeouts(), 1)
        turn.wait(lambda: journal.take_slots(turn.claim))
        turn.attempt()
        turn.guard("http11.send_request_headers.started", {})
        ticks[0] = 20.0
        turn.guard("connection.connect_tcp.started", {})
        with pytest.raises(httpx.ConnectTimeout):
            turn.guard("http11.send_request_headers.started", {})
        turn.ended(httpx.ConnectTimeout("stood still"))
        turn.attempt()
        turn.guard("http11.send_request_headers.started", {})


def test_who_lost_the_slots_waits_for_them_again(tmp_path: Path) -> None:
    ticks = [0.0]

    def sleep(seconds: float) -> None:
        ticks[0] += seconds

    with Journal(tmp_path, clock=lambda: Reading(1000.0 + ticks[0], ticks[0], "boot")) as journal:
        turn, other = (StartTurn(journal, HOST, 1, Timeouts(), 1, sleep=sleep) for _ in range(2))
        turn.wait(lambda: journal.take_slots(turn.claim))
        turn.attempt()
        ticks[0] = 100.0
        other.wait(lambda: journal.take_slots(other.claim))
        turn.ended(httpx.ConnectTimeout("stood still"))
        turn.attempt()
        assert ticks[0] == 100.0 + other.claim.lease
        assert not journal.renew_slots(other.claim)


@pytest.mark.parametrize("limit", [0, -1, 1001, True, 1.5])
def test_limits_that_are_none(limit: Any) -> None:
    with pytest.raises(BadArgument, match="`limit` must be a whole number, 1 to 1000"):
        VoiceClient(Credentials(APPLICATION, private_key()), limit=limit)


def test_the_limit_of_the_profile_holds_unless_another_is_given() -> None:
    found = Found(Credentials(APPLICATION, private_key()), {}, profile=Profile("default", "nccodsl.toml", limit=2))
    assert VoiceClient(found).limit == 2
    assert VoiceClient(found, limit=5).limit == 5
    assert VoiceClient(found.credentials).limit == PLATFORM_LIMIT == 3


def test_all_regions_share_the_slots_of_the_platform() -> None:
    assert account_of("https://api.nexmo.com") == account_of("https://api-eu-4.vonage.com") == PLATFORM
    assert account_of("http://localhost:4790") == "http://localhost:4790"


@pytest.mark.parametrize(
    ("ncco", "connects"),
    [(None, 0), ("connect", 0), ({"action": "connect"}, 0), ([], 0), ([TALK], 0), ([CONNECT, "x", CONNECT], 2)],
)
def test_connects_of_a_document(ncco: object, connects: int) -> None:
    assert connects_of(ncco) == connects
