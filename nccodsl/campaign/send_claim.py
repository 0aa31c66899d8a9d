"""Sending the request of a claim, and what an answer means for the recipient."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from nccodsl.campaign.book import AttemptResult, Claim
from nccodsl.client import requests
from nccodsl.client.dial_once import became, detail_of
from nccodsl.client.failures import OutcomeUnknown, Refused, TooManyRequests, VoiceError
from nccodsl.client.start_turn import StartTurn
from nccodsl.client.voice_client import VoiceClient

_PAUSE = 1.0
"""Seconds until the next try after a 429."""
Body = Mapping[str, object]


class SendsClaims:
    """Sends requests of claims, one each. `stopped_by`: a failure that would meet all others too."""

    def __init__(
        self, client: VoiceClient, api: str, body: Callable[[Claim], Body], turn: Callable[[Claim], StartTurn]
    ) -> None:
        """`body` is that of a call, `turn` the slots that the book has taken for it."""
        self._client = client
        self._api = api
        self._body = body
        self._turn = turn
        self.stopped_by: VoiceError | None = None

    def __call__(self, claim: Claim) -> AttemptResult:
        """What became of the request of a claim."""
        try:
            call = self._client.send(requests.create(self._body(claim), self._api), self._turn(claim))
        except VoiceError as error:
            return self._failed(error)
        except BaseException as error:
            # Interrupted, perhaps in the middle of sending.
            return AttemptResult("unknown", type(error).__name__)
        return AttemptResult("placed", uuid=call.uuid, conversation_uuid=call.conversation_uuid)

    def _failed(self, error: VoiceError) -> AttemptResult:
        again = None
        if isinstance(error, TooManyRequests):
            again = time.time() + _PAUSE
        elif not isinstance(error, OutcomeUnknown | Refused):
            self.stopped_by, again = error, time.time()
        return AttemptResult(became(error), detail_of(error), again=again)
