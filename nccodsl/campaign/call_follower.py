"""Follows the calls that were placed until they have ended, by the API's list of calls.

A create request of v2 is answered without ids, so such a call is found by its number: the calls to a number that no
attempt has the uuid of are those of the attempts that have none, in order, once there are as many. Until then some are
not listed yet, or it is not known whether one was placed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from nccodsl.campaign.book import Book, CallEnd, Decide, PlacedCall
from nccodsl.campaign.call_traces import CallTraces
from nccodsl.campaign.policy.decide import REACHED
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.intents import Intent, plain
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
_PLACED = ("pending", "unknown", "placed")
"""States of attempts whose call may be in the list."""


class CallFollower:
    """Looks at the calls of campaigns. It remembers where machines were detected, and asks again for all else."""

    def __init__(self, client: VoiceClient, journal: CallJournal, book: Book) -> None:
        self._client, self._journal, self._book = client, journal, book
        self._machines: set[str] = set()
        self._traces = CallTraces()

    def look(self, campaign: str, decide: Decide) -> int:
        """Note which calls of a campaign have ended since. How many. Raises VoiceError."""
        concluded = 0
        for one, call in self._found(campaign):
            self._note_ids(one, call)
            end = self._end(one, call)
            if end is not None and self._book.conclude(one.attempt, end, decide):
                concluded += 1
                self._traces.ended(one, end)
        return concluded

    def recognize(self, campaign: str) -> None:
        """Note the ids of the calls of a campaign that run. Raises VoiceError."""
        for one, call in self._found(campaign):
            self._note_ids(one, call)

    def _note_ids(self, one: PlacedCall, call: Call | None) -> None:
        """Note the ids of a call that runs, where they are not known yet."""
        if call is not None and one.uuid is None and not call.is_over:
            self._book.recognize(one.attempt, call.uuid, call.conversation_uuid)

    def _found(self, campaign: str) -> Iterator[tuple[PlacedCall, Call | None]]:
        """The calls of a campaign whose end is not known, each as the API lists it, if it does."""
        placed = self._book.placed(campaign)
        if not placed:
            return
        since = placed[0].claimed - SKEW
        known = {call.uuid: call for call in self._listed(since)}
        own = self._own(known, since) if any(one.uuid is None for one in placed) else {}
        for one in placed:
            yield one, known.get(one.uuid) if one.uuid is not None else own.get(one.attempt)

    def _listed(self, since: float) -> list[Call]:
        start = datetime.fromtimestamp(math.floor(since + self._ahead()), UTC)
        return [call for call in self._client.calls(date_start=start, order="asc") if call.direction == "outbound"]

    def _own(self, known: Mapping[str, Call], since: float) -> dict[str, Call]:
        """The calls of attempts that have no uuid, by attempt."""
        # What began while the list was on its way need not be in it, and only makes us wait.
        intents = [one for one in self._journal.between(since, math.inf) if self._may_be_listed(one)]
        taken = self._journal.taken(known)
        return calls_of(intents, [call for uuid, call in known.items() if uuid not in taken])

    def _may_be_listed(self, one: Intent) -> bool:
        where = (one.host, one.application_id) == (self._client.base_url, self._client.application_id)
        return where and one.uuid is None and one.state in _PLACED

    def _ahead(self) -> float:
        """Seconds by which the clock of the API is ahead, at least; 0 where that is not known."""
        ahead = self._journal.ahead(self._client.server_clock)
        return ahead.least if ahead is not None and ahead.usable else 0.0

    def _end(self, one: PlacedCall, call: Call | None) -> CallEnd | None:
        now, ahead = self._journal.clock().wall, self._ahead()
        if call is None:
            over = now - one.claimed > LONGEST_UNLISTED
            return CallEnd(UNLISTED, one.claimed, now) if over else None
        if call.status == _MACHINE:
            self._machines.add(call.uuid)
        if not call.is_over:
            return None
        outcome = self._outcome(call)
        # When others may be called again is judged by our own clock.
        began = call.start_time.timestamp() - ahead if call.start_time is not None else one.claimed
        ended = min(call.end_time.timestamp() - ahead, now) if call.end_time is not None else now
        return CallEnd(outcome, began, ended, call.duration, call.price, call.uuid, call.conversation_uuid)

    def _outcome(self, call: Call) -> str:
        """How a call ended. Should the list show `completed` for a line that was busy, no second was talked."""
        if call.uuid in self._machines:
            self._machines.discard(call.uuid)
            return _MACHINE
        return UNANSWERED if call.status == REACHED and call.duration == 0 else call.status


def calls_of(intents: Iterable[Intent], listed: Iterable[Call]) -> dict[str, Call]:
    """Which call is whose, by the id of the intent; both are in order.

    Of calls that are more than the attempts, those before them are others': the list begins a little earlier.
    """
    wanted: dict[str, list[Intent]] = {}
    for one in intents:
        wanted.setdefault(plain(one.callee), []).append(one)
    found: dict[str, list[Call]] = {}
    for call in listed:
        number = plain(call.to)
        if number in wanted:
            found.setdefault(number, []).append(call)
    return {
        one.id: call
        for number, calls in found.items()
        if len(calls) >= len(wanted[number])
        for one, call in zip(wanted[number], calls[-len(wanted[number]) :], strict=True)
    }
