"""Sending the request of a claim, and what an answer means for the recipient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nccodsl.campaign.book import LONGEST_CLAIM, AttemptResult, CallingAccount, Claim
from nccodsl.client import requests
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.dial_once import became, detail_of
from nccodsl.client.failures import JournalAway, OutcomeUnknown, Refused, TooManyRequests, VoiceError
from nccodsl.client.retry import Retries
from nccodsl.client.start_turn import StartTurn
from nccodsl.client.voice_client import VoiceClient

_PAUSE = 1.0
"""Seconds until the next try after a 429."""
_RETRIES = Retries(total=LONGEST_CLAIM)
"""So that the last attempt begins before the worker of the claim can be taken for dead."""
Body = Mapping[str, Any]


def calling_account(client: VoiceClient, journal: CallJournal, api: str, caller: str | None) -> CallingAccount:
    """Where the calls of a client are placed, for the book."""
    slots = StartTurn(journal, client.base_url, client.limit, client.timeouts, 1).claim
    ahead = partial(journal.ahead, client.server_clock)
    return CallingAccount(
        client.base_url, client.application_id, api, caller, slots.account, slots.limit, slots.lease, ahead
    )


class SendsClaims:
    """Sends requests of claims, one each. `stopped_by`: a failure that would meet all others too."""

    def __init__(
        self, client: VoiceClient, journal: CallJournal, api: str, body: Callable[[Claim], Body] | None = None
    ) -> None:
        """`body` makes the create request of a claim whose verdict has none; it raises VoiceError."""
        self._client = client
        self._journal = journal
        self._api = api
        self._body = body
        self.stopped_by: VoiceError | None = None

    def __call__(self, claim: Claim) -> AttemptResult:
        """What became of the request of a claim."""
        try:
            request = requests.create(self._body_of(claim), self._api)
            call = self._client.send(request, self._turn(claim), _RETRIES)
        except VoiceError as error:
            return self._failed(error)
        except BaseException as error:
            # Interrupted, perhaps in the middle of sending.
            return AttemptResult("unknown", type(error).__name__)
        return AttemptResult("placed", uuid=call.uuid, conversation_uuid=call.conversation_uuid)

    def _body_of(self, claim: Claim) -> Body:
        body = claim.verdict.body
        if body is None:
            assert self._body is not None, "who decides without a body makes it here"
            body = self._body(claim)
        return body

    def _turn(self, claim: Claim) -> StartTurn:
        """The slots that the book has taken for a claim."""
        client, starts = self._client, claim.verdict.starts
        return StartTurn(
            self._journal, client.base_url, client.limit, client.timeouts, starts, held=(claim.attempt, claim.ticks)
        )

    def _failed(self, error: VoiceError) -> AttemptResult:
        again = None
        if isinstance(error, TooManyRequests | JournalAway):
            again = self._journal.estimate().wall + _PAUSE
        elif not isinstance(error, OutcomeUnknown | Refused):
            self.stopped_by, again = error, self._journal.estimate().wall
        return AttemptResult(became(error), detail_of(error), again=again)
