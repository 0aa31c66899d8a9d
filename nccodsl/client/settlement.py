"""What became of a call whose outcome is unknown: the API is asked, or a person says so.

The API is asked for the calls of a span of its own time, so that matters which one that was (docs: "A clock that is
wrong"). A call is taken for absent only where that is sure; whatever speaks against it leaves the intent as it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from nccodsl.base.ids import is_uuid
from nccodsl.base.record import Record
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.clock import DRIFT, FARTHEST, TOLERANCE, Bounds, Reading, undisturbed
from nccodsl.client.failures import CannotSettle, shown
from nccodsl.client.intents import OPEN, Intent, plain
from nccodsl.client.results import Call
from nccodsl.client.start_limits import LONGEST_ATTEMPT
from nccodsl.client.voice_client import VoiceClient
from nccodsl.diagnostics import messages

SKEW = 60.0
"""Seconds by which the clocks of the API's own servers may differ, and for which a request may be on its way."""
KEPT = 24 * 3600.0
"""Seconds for which the API is sure to know a call: legs are kept one day or longer (Voice API reference)."""
_MOST_CANDIDATES = 1000
_MOST_SHOWN = 20
_BY_HAND = "record the outcome with `nccodsl calls settle`"


class Settled(Record):
    """The outcome of an intent: `placed`, `absent` (safe to repeat), or still `unknown` or `pending`.

    `why` is the reason in words. `calls` are the calls that it may be.
    """

    intent: Intent
    state: str
    why: str
    calls: tuple[Call, ...] = ()


class Moment(Record):
    """A moment on this machine's clocks, and by how much the server's clock was ahead then."""

    reading: Reading
    ahead: Bounds

    @property
    def there(self) -> Bounds:
        """The same moment on the server's clock."""
        return self.ahead.plus(self.reading.wall)


class Dialled(Record):
    """When a call was sent, by the server's clock, and for how long at most the attempt lasted.

    What is searched, from `first` to `last`, also holds the time by our own clock: should the dates of the server be
    wrong (a proxy may have written them), or should the machine have stood still as a whole without noticing (a paused
    virtual one), that is the better one.
    """

    intent: Intent
    sent: Bounds
    lasted: float

    @property
    def first(self) -> float:
        return min(self.sent.least, self.intent.created_at) - SKEW

    @property
    def last(self) -> float:
        return max(self.sent.most, self.intent.created_at) + self.lasted + SKEW

    def is_young(self, now: Moment, grace: float) -> bool:
        """Whether it was over less than `grace` seconds ago; what both clocks leave open does not count."""
        return now.there.least - self.sent.most - (self.intent.lasted or 0.0) < grace - TOLERANCE


def reconcile(client: VoiceClient, journal: CallJournal, grace: float = 30.0) -> list[Settled]:
    """Look up every call whose outcome is unknown. Returns the results, oldest first.

    It skips calls that are younger than `grace` seconds (the list of the API can lag behind), calls whose process still
    runs, calls of another host or application, and calls whose time on the clock of the server is not certain. Raises
    VoiceError if the API cannot be reached.
    """
    search = _Search(client, journal, grace)
    return [search.settled(intent) for intent in journal.open_intents()]


class _Search:
    """One run over the open intents."""

    def __init__(self, client: VoiceClient, journal: CallJournal, grace: float) -> None:
        self._client = client
        self._journal = journal
        self._grace = grace
        self._asked = False

    def settled(self, intent: Intent) -> Settled:
        why = self._not_ours(intent)
        if why is not None:
            return Settled(intent, intent.state, why)
        now = self._now()
        span = _span(intent, now) if now is not None else None
        if now is None or span is None:
            return Settled(intent, intent.state, _no_time(now), self._calls_of_the_day(intent, now))
        if span.is_young(now, self._grace):
            return self._young(intent)
        alike, first, last = _alike(self._journal, span, now)
        if any(one is None for one in alike):
            why = f"another call to {intent.callee} was made at an unknown time; {_BY_HAND}"
            return Settled(intent, intent.state, why, self._calls_of_the_day(intent, now))
        return self._counted(span, [one for one in alike if one is not None], first, last, now)

    def _not_ours(self, intent: Intent) -> str | None:
        """Why an intent is left alone, as far as that is known without asking."""
        if intent.host != self._client.base_url:
            return f"it was sent to {intent.host}: run this command with that --host"
        if intent.application_id != self._client.application_id:
            return f"it belongs to the application {intent.application_id}: use its --app and --key"
        # A clock that was set back makes ages that mean nothing; the server's time decides later.
        if 0 <= self._journal.clock().wall - (intent.settled_at or intent.created_at) < self._grace:
            return self._young(intent).why
        writer = self._journal.writer(intent) if intent.state == "pending" else None
        return None if writer is None else f"{writer} is placing it"

    def _young(self, intent: Intent) -> Settled:
        return Settled(intent, intent.state, f"it is younger than {self._grace:g} s: try again later")

    def _now(self) -> Moment | None:
        """This moment by both clocks; None where the server's answers do not tell, or contradict each other."""
        if not self._asked:
            self._client.page(page_size=1)
            self._asked = True
        reading = self._journal.clock()
        ahead = self._journal.ahead(self._client.server_clock, reading)
        return Moment(reading, ahead) if ahead is not None and ahead.usable else None

    def _counted(self, span: Dialled, alike: Sequence[Dialled], first: float, last: float, now: Moment) -> Settled:
        """Compare how many calls there are with how many were meant.

        Others to the same number may be what is found. Those that were surely placed, but whose ids v2 did not tell,
        each account for one call; of the rest, either all were placed or none.
        """
        intent = span.intent
        if intent.id not in (one.intent.id for one in alike):
            return Settled(intent, intent.state, "it was settled meanwhile")
        sure = [one for one in alike if one.intent.state == "placed"]
        if any(one.is_young(now, self._grace) for one in sure):
            why = f"another call to {intent.callee} is younger than {self._grace:g} s: try again later"
            return Settled(intent, intent.state, why)
        free = self._free(intent, first, last, _MOST_CANDIDATES)
        if self._now() is None:
            return Settled(intent, intent.state, _no_time(None), tuple(free))
        if len(free) == len(sure):
            if now.there.most - span.sent.least > KEPT:
                why = f"the API lists calls for one day only, and this call is older; {_BY_HAND}"
                return Settled(intent, intent.state, why)
            self._journal.settle(intent.id, "absent", detail="looked up: no such call")
            return Settled(intent, "absent", "it was never placed: you can dial again")
        if len(free) != len(alike):
            which = "one of these" if len(free) > 1 else "this one"
            why = (
                f"it may be {which}: {len(free)} calls to {intent.callee} at that time, and {len(alike)} that could "
                f"be meant; {_BY_HAND}"
            )
            return Settled(intent, intent.state, why, tuple(free))
        return self._placed(intent, free[[one.intent.id for one in alike].index(intent.id)])

    def _placed(self, intent: Intent, call: Call) -> Settled:
        ids = call.uuid, call.conversation_uuid
        if not self._journal.settle(intent.id, "placed", uuid=ids[0], conversation_uuid=ids[1], detail="looked up"):
            return Settled(intent, intent.state, "it was settled meanwhile")
        return Settled(intent, "placed", f"it was placed, and is {call.status}", (call,))

    def _free(self, intent: Intent, first: float, last: float, most: int) -> list[Call]:
        """Calls out to the same endpoint, of a span of the server's time, in order, that are no other intent's."""
        # Whole seconds are asked for.
        times = (datetime.fromtimestamp(math.floor(first), UTC), datetime.fromtimestamp(math.ceil(last) + 1, UTC))
        listed = self._client.calls(date_start=times[0], date_end=times[1], order="asc")
        same = (call for call in listed if call.direction == "outbound" and plain(call.to) == plain(intent.callee))
        found = list(islice(same, most))
        taken = self._journal.taken(call.uuid for call in found)
        return [call for call in found if call.uuid not in taken]

    def _calls_of_the_day(self, intent: Intent, now: Moment | None) -> tuple[Call, ...]:
        """What a person who has to settle it may want to see."""
        middle = now.there.most if now is not None else self._journal.clock().wall
        return tuple(self._free(intent, middle - KEPT, middle + KEPT, _MOST_SHOWN))


def _no_time(now: Moment | None) -> str:
    if now is None:
        return f"the answers of the API have no reliable time; {_BY_HAND}"
    return f"it is not certain when it was made, by the API's clock; {_BY_HAND}"


def _span(intent: Intent, now: Moment) -> Dialled | None:
    """When a call was made, by the server's clock; None where that is not certain."""
    sent = _sent(intent, now)
    return None if sent is None else Dialled(intent, sent, LONGEST_ATTEMPT if intent.lasted is None else intent.lasted)


def _sent(intent: Intent, now: Moment) -> Bounds | None:
    """The server's time at which an intent was written down; None where that is not certain."""
    reckoned = _reckoned(intent, now)
    if intent.ahead is not None:
        told = intent.ahead.plus(intent.created_at)
        passed = abs(now.reading.wall - intent.created_at)
        # In another run of the machine: is the clock as far off now as it was then?
        other = reckoned if reckoned is not None else now.ahead.plus(intent.created_at, DRIFT * passed)
        return told if intent.ahead.usable and told.agrees(other) else None
    # The create got no answer, so only the time since then is known; setting the clock meanwhile spoils it.
    if reckoned is None or intent.reading is None or not undisturbed(intent.reading, now.reading):
        return None
    return reckoned


def _reckoned(intent: Intent, now: Moment) -> Bounds | None:
    """The same by the time that has passed since; None in another run of the machine, or where that has no name."""
    began = intent.reading
    if began is None or began.boot is None or began.boot != now.reading.boot or now.reading.ticks < began.ticks:
        return None
    passed = now.reading.ticks - began.ticks
    return now.there.plus(-passed, DRIFT * passed)


def _alike(journal: CallJournal, span: Dialled, now: Moment) -> tuple[list[Dialled | None], float, float]:
    """The intents whose calls may be taken for one another's, this one among them, and when all of these were made.

    The span holds each of their calls and those of no other intent, or the calls in it could not be counted. None
    stands for one that may have been made at any time.
    """
    first, last = span.first, span.last
    reach = LONGEST_ATTEMPT + SKEW + FARTHEST
    while True:
        near = [_span(one, now) for one in journal.rivals(span.intent, first - reach, last + reach)]
        spans = [one for one in near if one is None or (one.first <= last and first <= one.last)]
        widest = min([first, *(one.first for one in spans if one)]), max([last, *(one.last for one in spans if one)])
        if widest == (first, last):
            return spans, first, last
        first, last = widest


def settle_by_hand(journal: CallJournal, word: str, state: str, by: str, uuid: str | None = None) -> Intent:
    """Record a person's decision about a call. Returns the changed intent.

    `word`: the reference, or the ID or its first characters. `state`: placed or absent. `by`: the person. Raises
    CannotSettle.
    """
    intent = journal.find(word)
    if intent is None:
        raise CannotSettle(messages.calls.not_in_journal(shown(word, 60)))
    _judge(journal, intent, state, uuid)
    if not journal.settle(intent.id, state, expected=(intent.state,), uuid=uuid, detail="settled by hand", by=by):
        raise CannotSettle(messages.calls.settled_meanwhile(None if uuid is None else shown(uuid, 60)))
    settled = journal.find(intent.id)
    assert settled is not None
    return settled


def _judge(journal: CallJournal, intent: Intent, state: str, uuid: str | None) -> None:
    """Raise CannotSettle where that makes no sense."""
    if state not in ("placed", "absent"):
        raise CannotSettle(messages.calls.neither_placed_nor_absent(shown(state, 40)))
    if uuid is not None and state == "absent":
        raise CannotSettle(messages.calls.uuid_of_absent())
    if uuid is not None and not is_uuid(uuid):
        raise CannotSettle(messages.calls.no_uuid(shown(uuid, 60)))
    callee = shown(intent.callee, 60)
    # Who has settled one by hand may have been wrong.
    if intent.state not in OPEN and intent.settled_by is None:
        raise CannotSettle(messages.calls.known_already(callee, intent.state))
    writer = journal.writer(intent) if intent.state == "pending" else None
    if writer is not None:
        raise CannotSettle(messages.calls.being_placed(callee, writer))
