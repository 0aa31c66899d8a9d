"""Follows the calls that were placed until they have ended, by the API's list of calls.

A create request of v2 is answered without ids, so such a call is found by its number and time. One that was given its
uuid before is no other attempt's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from nccodsl.campaign.book import Book, CallEnd, Decide, PlacedCall
from nccodsl.campaign.policy.decide import REACHED
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.intents import plain
from nccodsl.client.results import Call
from nccodsl.client.settlement import SKEW
from nccodsl.client.voice_client import VoiceClient

UNANSWERED = "unanswered"
UNLISTED = "unlisted"
"""The outcome of a call that the API never lists: how it ended is unknown."""
LONGEST_UNLISTED = 3600.0
"""Seconds after which a call that is not listed is given up."""
_MACHINE = "machine"
"""The status that a leg has once a machine was detected, until it ends; then it is completed."""


class CallFollower:
    """Looks at the calls of campaigns. It remembers where machines were detected, and asks again for all else."""

    def __init__(self, client: VoiceClient, journal: CallJournal, book: Book) -> None:
        self._client, self._journal, self._book = client, journal, book
        self._machines: set[str] = set()

    def look(self, campaign: str, decide: Decide) -> int:
        """Note which calls of a campaign have ended since. How many. Raises VoiceError."""
        placed = self._book.placed(campaign)
        if not placed:
            return 0
        listed = self._listed(placed[0].claimed)
        known = {call.uuid: call for call in listed}
        unnamed = _Unnamed(listed, self._journal.taken(known))
        concluded = 0
        for one in placed:
            call = known.get(one.uuid) if one.uuid is not None else unnamed.of(one)
            end = self._end(one, call)
            concluded += end is not None and self._book.conclude(one.attempt, end, decide)
        return concluded

    def _listed(self, since: float) -> list[Call]:
        ahead = self._journal.ahead(self._client.server_clock, self._journal.clock())
        shift = ahead.least if ahead is not None and ahead.usable else 0.0
        start = datetime.fromtimestamp(math.floor(since + shift - SKEW), UTC)
        return [call for call in self._client.calls(date_start=start, order="asc") if call.direction == "outbound"]

    def _end(self, one: PlacedCall, call: Call | None) -> CallEnd | None:
        now = self._journal.clock().wall
        if call is None:
            over = now - one.claimed > LONGEST_UNLISTED
            return CallEnd(UNLISTED, one.claimed, now) if over else None
        if call.status == _MACHINE:
            self._machines.add(call.uuid)
        if not call.is_over:
            return None
        outcome = self._outcome(call)
        began = call.start_time.timestamp() if call.start_time is not None else one.claimed
        ended = call.end_time.timestamp() if call.end_time is not None else now
        return CallEnd(outcome, began, ended, call.duration, call.price, call.uuid, call.conversation_uuid)

    def _outcome(self, call: Call) -> str:
        """How a call ended. Should the list show `completed` for a line that was busy, no second was talked."""
        if call.uuid in self._machines:
            self._machines.discard(call.uuid)
            return _MACHINE
        return UNANSWERED if call.status == REACHED and call.duration == 0 else call.status


class _Unnamed:
    """The listed calls that no attempt has a uuid of, by number, in order."""

    def __init__(self, listed: Iterable[Call], taken: set[str]) -> None:
        self._calls: dict[str, list[Call]] = {}
        for call in listed:
            if call.uuid not in taken:
                self._calls.setdefault(plain(call.to), []).append(call)

    def of(self, one: PlacedCall) -> Call | None:
        """The first call to the number that is not another attempt's."""
        calls = self._calls.get(plain(one.callee))
        return calls.pop(0) if calls else None
