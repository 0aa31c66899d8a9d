"""The request of a claim is sent once, soon, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from nccodsl.campaign.book import LONGEST_CLAIM, Claim, Verdict, Waiting
from nccodsl.campaign.send_claim import SendsClaims
from nccodsl.client import Journal, VoiceClient
from nccodsl.client.clock import Reading
from nccodsl.client.credentials import Credentials
from tests.e2e.emulated_api import body
from tests.e2e.servers import APPLICATION, private_key


def claim(ticks: float = 0.0) -> Claim:
    verdict = Verdict("call", "due", "all", body=body())
    return Claim(str(uuid5(NAMESPACE_URL, "an-attempt")), "a/1/1", "a", Waiting(1, "14155550101"), ticks, verdict)


class Sender:
    """Sends the claim. `answers`: what the API answers, one after the other; `until_sent`: seconds that pass first."""

    def __init__(self, folder: Path, *answers: httpx.Response | httpx.HTTPError, until_sent: float = 0.0) -> None:
        self.ticks = 0.0
        self.arrived = 0
        self._answers, self._until_sent = iter(answers), until_sent
        journal = Journal(folder, clock=self.now)
        client = VoiceClient(Credentials(APPLICATION, private_key()), transport=httpx.MockTransport(self._answer))
        self.sends = SendsClaims(client, journal, "v2", patience=3.0, sleep=self._sleep)

    def now(self) -> Reading:
        return Reading(1000.0 + self.ticks, self.ticks, "boot")

    def _sleep(self, seconds: float) -> None:
        self.ticks += seconds

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.ticks += self._until_sent
        trace: Any = request.extensions["trace"]
        trace("http11.send_request_headers.started", {})
        self.arrived += 1
        answer = next(self._answers)
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer


def test_a_request_that_is_not_accepted_is_not_sent_again(tmp_path: Path) -> None:
    sender = Sender(tmp_path, httpx.Response(429, headers={"retry-after": "20"}))
    before = sender.now().wall
    result = sender.sends(claim())
    assert (sender.arrived, result.state) == (1, "refused")
    assert result.again is not None
    assert before + 20 <= result.again <= sender.now().wall + 20


def test_who_stood_still_before_sending_sends_nothing(tmp_path: Path) -> None:
    sender = Sender(tmp_path, until_sent=LONGEST_CLAIM + 1)
    result = sender.sends(claim())
    assert (sender.arrived, result.state) == (0, "unsent")
    assert result.again is not None
    assert sender.sends.stopped_by is None


def test_an_api_that_is_out_of_reach_for_long_ends_the_work(tmp_path: Path) -> None:
    failures = [httpx.ConnectError("refused")] * 2
    sender = Sender(tmp_path, *failures, httpx.Response(202, json={}), *[httpx.ConnectError("refused")] * 9)
    for state in ("unsent", "unsent", "placed"):
        assert sender.sends(claim(sender.ticks)).state == state
    sent = 0
    while sender.sends.stopped_by is None:
        sent += 1
        assert sender.sends(claim(sender.ticks)).state == "unsent"
    assert sent == 5
    assert sender.ticks > 3.0
