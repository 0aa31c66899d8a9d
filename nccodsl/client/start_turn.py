"""The turn of one start: it waits for its slots, sends within their lease, and gives them back."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TypeVar

import httpx

from nccodsl.base.platform_hosts import is_of_platform
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.failures import BadJournal
from nccodsl.client.send import NOT_SENT, ApiAnswer, Timeouts
from nccodsl.client.start_limits import LONGEST_ATTEMPT
from nccodsl.client.start_slots import NoSlot, SlotClaim, rest_of

T = TypeVar("T")

Waiting = Callable[[int, int], object]
"""Is called with the limit of the account, and the starts that a request counts as."""
PLATFORM = "platform"
"""The account of all hosts of the platform: its limit holds for an account, whatever the region and application."""
NOTICE = 1.0
"""Seconds of waiting that a person need not know of."""
_BEFORE_SENDING = {
    "http11.send_request_headers.started": httpx.ConnectTimeout,
    "http11.send_request_body.started": httpx.WriteTimeout,
}
"""Events behind which a request is on its way, and what a process that stood still before one has: nothing sent, or
a part of a request, which the API may or may not act upon."""


class InterruptedWait(KeyboardInterrupt):
    """Ctrl-C while a start waited for a slot: nothing was sent."""


def account_of(base_url: str) -> str:
    """Whose slots a start takes: those of the platform, or of another host."""
    return PLATFORM if is_of_platform(base_url) else base_url


def connects_of(ncco: object) -> int:
    """The most calls that a fixed NCCO can dial: one for each `connect` in it."""
    actions = ncco if isinstance(ncco, Iterable) and not isinstance(ncco, str | bytes | Mapping) else ()
    return sum(isinstance(action, Mapping) and action.get("action") == "connect" for action in actions)


class StartTurn:
    """The slots of one request that starts `starts` calls, over all its attempts.

    `waiting` is called once if the wait takes more than a second. The methods raise BadJournal.
    """

    def __init__(
        self,
        journal: CallJournal,
        base_url: str,
        limit: int,
        timeouts: Timeouts,
        starts: int,
        waiting: Waiting | None = None,
        sleep: Callable[[float], object] | None = None,
        holder: str | None = None,
        until: float | None = None,
    ) -> None:
        """`holder` names the start, if slots were taken for it already.

        `until`: it is attempted once, and nothing is sent after these ticks of this machine.
        """
        self._journal = journal
        self._waiting = waiting
        self._sleep = sleep or time.sleep
        # How long the request may be on its way once its first byte is sent, and how long it may take until then.
        sending = timeouts.write + timeouts.read
        self._fresh = timeouts.pool + 2 * timeouts.connect
        self._until = until
        lease = self._fresh + sending + rest_of(starts, limit)
        self.claim = SlotClaim(account_of(base_url), limit, starts, holder or str(uuid.uuid4()), lease)
        self._latest = max(LONGEST_ATTEMPT - sending, self._fresh)
        self._attempts = 0
        # By the clock of this machine: when the slots were asked for, at first and lately, and when an answer came.
        self._began: float | None = None
        self._taken: float | None = None
        self._answered: float | None = None
        self._lost = False

    @property
    def rest(self) -> float:
        """Seconds between an answer and the next attempt."""
        return self.claim.rest

    @property
    def once(self) -> bool:
        """Whether it is attempted once."""
        return self._until is not None

    def wait(self, take: Callable[[], T]) -> T:
        """Call `take` until it does not raise NoSlot; its result. Raises InterruptedWait."""
        began = self._ticks()
        told = self._waiting is None
        try:
            while True:
                asked = self._ticks()
                try:
                    result = take()
                except NoSlot as busy:
                    seconds = busy.seconds
                else:
                    self._note_taken(asked)
                    return result
                if not told and self._ticks() - began + seconds > NOTICE:
                    told = True
                    assert self._waiting is not None
                    self._waiting(self.claim.limit, self.claim.starts)
                self._sleep(seconds)
        except KeyboardInterrupt:
            self.end()
            raise InterruptedWait from None

    def attempt(self) -> None:
        """An attempt begins. One after the first begins the lease again; should others have the slots, it waits."""
        self._attempts += 1
        if self._attempts > 1:
            asked = self._ticks()
            if self._journal.renew_slots(self.claim):
                self._note_taken(asked)
            else:
                self.wait(lambda: self._journal.take_slots(self.claim))
        self._lost = True

    def guard(self, event: str, _info: object) -> None:
        """For httpx, which calls it before it sends: a process that stood still for too long has lost its slots.

        Nor is anything sent so late that others may take the call for one that never was.
        """
        now = self._ticks()
        until = self._until
        if until is None:
            assert self._taken is not None
            assert self._began is not None
            until = min(self._taken + self._fresh, self._began + self._latest)
        if event in _BEFORE_SENDING and now > until:
            raise _BEFORE_SENDING[event]("the process stood still")

    def ended(self, got: ApiAnswer | httpx.HTTPError) -> None:
        """An attempt has ended."""
        answered = isinstance(got, ApiAnswer)
        self._answered = self._ticks() if answered else self._answered
        self._lost = not answered and not isinstance(got, NOT_SENT)

    def end(self) -> None:
        """Give the slots back. If something was sent and no answer came, they stay until the lease is over."""
        if not self._lost:
            with suppress(BadJournal):
                since = None if self._answered is None else self._ticks() - self._answered
                self._journal.free_slots(self.claim, since)

    def _ticks(self) -> float:
        return self._journal.machine().ticks

    def _note_taken(self, asked: float) -> None:
        self._taken = asked
        self._began = asked if self._began is None else self._began
