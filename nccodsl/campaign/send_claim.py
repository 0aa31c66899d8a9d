"""Sending the request of a claim, and what an answer means for the recipient."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nccodsl.campaign.book import LONGEST_CLAIM, AttemptResult, CallingAccount, Claim
from nccodsl.campaign.call_traces import CallTraces
from nccodsl.client import requests
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.dial_once import became, detail_of
from nccodsl.client.failures import JournalAway, OutcomeUnknown, Refused, TooManyRequests, Unreachable, VoiceError
from nccodsl.client.retry import LONGEST_WISH, retry_after
from nccodsl.client.start_turn import StartTurn
from nccodsl.client.voice_client import VoiceClient

_PAUSE = 1.0
"""Seconds until the next try after a 429, or where the API cannot be reached."""
_MOST_FAILURES = 10
"""Requests that fail one after the other, with no call placed between: then something is wrong with all of them."""
Body = Mapping[str, Any]


def calling_account(client: VoiceClient, journal: CallJournal, api: str, caller: str | None) -> CallingAccount:
    """Where the calls of a client are placed, for the book."""
    slots = StartTurn(journal, client.base_url, client.limit, client.timeouts, 1).claim
    ahead = partial(journal.ahead, client.server_clock)
    return CallingAccount(
        client.base_url, client.application_id, api, caller, slots.account, slots.limit, slots.lease, ahead
    )


class SendsClaims:
    """Sends requests of claims, one each. `stopped_by`: a failure that would meet all others too.

    What cannot be sent at once is not sent later: others may have taken the attempt for dead meanwhile. The recipient
    is claimed again. Threads may share it.
    """

    def __init__(
        self,
        client: VoiceClient,
        journal: CallJournal,
        api: str,
        body: Callable[[Claim], Body] | None = None,
        patience: float = 5.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`body` makes the create request of a claim whose verdict has none; it raises VoiceError.

        `patience`: seconds for which the API may be out of reach.
        """
        self._client = client
        self._journal = journal
        self._api = api
        self._body = body
        self._patience, self._sleep = patience, sleep
        self._traces = CallTraces()
        self._unreached: float | None = None
        self._failures = 0
        self.stopped_by: VoiceError | None = None
        self.trouble: Unreachable | None = None
        """Why no request reaches the API now, though it is tried again."""

    def __call__(self, claim: Claim) -> AttemptResult:
        """What became of the request of a claim."""
        began = time.time()
        result = self._sent(claim)
        self._traces.sent(claim, result, began, time.time())
        return result

    def _sent(self, claim: Claim) -> AttemptResult:
        try:
            request = requests.create(self._body_of(claim), self._api)
        except VoiceError as error:
            return self._failed(error)
        except Exception as error:
            return AttemptResult("refused", f"no request: {type(error).__name__}")
        try:
            call = self._client.send(request, self._turn(claim))
        except VoiceError as error:
            return self._failed(error)
        except BaseException as error:
            # Interrupted, perhaps in the middle of sending.
            return AttemptResult("unknown", type(error).__name__)
        self._unreached, self._failures, self.trouble = None, 0, None
        return AttemptResult("placed", uuid=call.uuid, conversation_uuid=call.conversation_uuid)

    def _body_of(self, claim: Claim) -> Body:
        body = claim.verdict.body
        if body is None:
            assert self._body is not None, "who decides without a body makes it here"
            body = self._body(claim)
        return body

    def _turn(self, claim: Claim) -> StartTurn:
        """The slots that the book has taken for a claim."""
        client, starts, until = self._client, claim.verdict.starts, claim.ticks + LONGEST_CLAIM
        return StartTurn(
            self._journal, client.base_url, client.limit, client.timeouts, starts, holder=claim.attempt, until=until
        )

    def _failed(self, error: VoiceError) -> AttemptResult:
        again = None
        if isinstance(error, TooManyRequests):
            wish = min(max(_PAUSE, retry_after(error.retry_after, time.time) or 0.0), LONGEST_WISH)
            # The wish holds for all: this sender waits, too.
            self._sleep(wish)
            again = self._now()
        elif isinstance(error, JournalAway):
            again = self._now() + _PAUSE
        elif isinstance(error, Unreachable):
            again = self._out_of_reach(error)
        elif not isinstance(error, OutcomeUnknown | Refused):
            self.stopped_by, again = error, self._now()
        if isinstance(error, OutcomeUnknown | Refused):
            self._failures += 1
            if self._failures >= _MOST_FAILURES:
                self.stopped_by = error
        if not isinstance(error, Unreachable):
            self._unreached = None
        return AttemptResult(became(error), detail_of(error), again=again)

    def _out_of_reach(self, error: Unreachable) -> float:
        """Wait a moment, with the slots; when the recipient may be tried again."""
        now = self._journal.machine().ticks
        since = self._unreached = now if self._unreached is None else self._unreached
        self.trouble = error
        if now - since > self._patience:
            self.stopped_by = error
        else:
            self._sleep(_PAUSE)
        return self._now()

    def _now(self) -> float:
        """Unix time as the book counts it."""
        return self._journal.estimate().wall
