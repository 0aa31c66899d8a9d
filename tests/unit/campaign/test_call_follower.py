"""Which call of the API's list is whose, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nccodsl.campaign.book import AttemptResult, Listed
from nccodsl.campaign.call_follower import LONGEST_UNLISTED, UNLISTED, CallFollower, calls_of
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.send_claim import calling_account
from nccodsl.client import Journal, VoiceClient
from nccodsl.client.clock import Reading, read_clocks
from nccodsl.client.credentials import Credentials
from nccodsl.client.journal_rows import intent_of
from nccodsl.client.results import Call, read_call
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import read_cast
from tests.e2e.emulated_api import body
from tests.e2e.servers import APPLICATION, private_key
from tests.unit.campaign.deaths import NAME, VAULT, always

ANN, BOB = "14155550101", "14155550102"


def _call(uuid: str, to: str) -> Call:
    return read_call({"uuid": uuid, "to": {"number": to}, "direction": "outbound"})


def _whose(intents: list[tuple[str, str]], calls: list[tuple[str, str]]) -> dict[str, str]:
    now = Reading(0.0, 0.0)
    parts = {"reference": None, "fingerprint": "", "host": "", "application_id": "", "api": "v2", "caller": None}
    meant = [intent_of(now, id=id, callee=to, **parts) for id, to in intents]  # type: ignore[arg-type]
    return {id: call.uuid for id, call in calls_of(meant, [_call(*one) for one in calls]).items()}


@pytest.mark.parametrize(
    ("intents", "calls", "whose"),
    [
        ([("a", ANN), ("b", BOB)], [("1", BOB), ("2", ANN)], {"a": "2", "b": "1"}),
        ([("a", ANN), ("b", ANN)], [("1", ANN), ("2", ANN)], {"a": "1", "b": "2"}),
        # The call of one is not listed yet, or it was never placed: whose the other one is cannot be told.
        ([("a", ANN), ("b", ANN), ("c", BOB)], [("1", ANN), ("2", BOB)], {"c": "2"}),
        # A call from before the list should begin.
        ([("a", ANN)], [("0", ANN), ("1", ANN)], {"a": "1"}),
        ([("a", "+" + ANN)], [("1", ANN)], {"a": "1"}),
        ([], [("1", ANN)], {}),
    ],
)
def test_calls_belong_to_attempts_in_order_once_all_are_there(
    intents: list[tuple[str, str]], calls: list[tuple[str, str]], whose: dict[str, str]
) -> None:
    assert _whose(intents, calls) == whose


class Followed:
    """One call that was placed, and a follower whose clock can be set forward. To be used in a `with` block."""

    def __init__(self, folder: Path, phones: Emulator) -> None:
        self.passed = 0.0
        self.journal = Journal(folder, clock=self._now)
        self.client = VoiceClient(Credentials(APPLICATION, private_key()), host=phones.url, limit=30)
        self.book = CampaignBook(self.journal, VAULT, calling_account(self.client, self.journal, "v2", None))
        self.book.add(NAME, {})
        self.book.load(NAME, [Listed(1, ANN)])
        (claim,) = self.book.claim(NAME, "w", 1, always)
        self.client.create(body(), api="v2")
        self.book.settle(claim, AttemptResult("placed"))
        self._follower = CallFollower(self.client, self.journal, self.book)

    def __enter__(self) -> Followed:
        return self

    def __exit__(self, *_error: object) -> None:
        self.client.close()
        self.journal.close()

    def _now(self) -> Reading:
        now = read_clocks()
        return Reading(now.wall + self.passed, now.ticks + self.passed, now.boot)

    def outcome(self) -> str | None:
        self._follower.look(NAME, always)
        (attempt,) = self.book.attempts(NAME)
        return attempt.outcome


@pytest.fixture
def busy() -> Iterator[Emulator]:
    with Emulator(cast=read_cast({"outcome": "busy"}), creations=None, speed=20.0) as phones:
        yield phones


def test_how_a_call_ended_that_no_one_took(tmp_path: Path, busy: Emulator) -> None:
    until = time.monotonic() + 10
    with Followed(tmp_path, busy) as followed:
        while (outcome := followed.outcome()) is None and time.monotonic() < until:
            time.sleep(0.02)
    assert outcome == "busy"


def test_a_call_that_is_never_listed_is_given_up(tmp_path: Path) -> None:
    with Emulator(list_lag=1e9) as phones, Followed(tmp_path, phones) as followed:
        assert followed.outcome() is None
        followed.passed = LONGEST_UNLISTED + 1
        assert followed.outcome() == UNLISTED
