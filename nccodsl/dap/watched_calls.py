"""The calls of a server that are watched: where each is, and at which of its webhooks it stops.

A call is never held up. While it is looked at, its later webhooks are kept, and `next` goes on to them.
"""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.dap.breakpoints import Breakpoints
from nccodsl.dap.live_call import LiveCall
from nccodsl.dap.live_events import LiveEvent
from nccodsl.dap.live_files import LiveFiles
from nccodsl.dap.protocol_peer import ProtocolPeer
from nccodsl.errors import UsageError

MOST_CALLS = 500
"""Calls that are known at a time; the one that was heard of least lately makes room."""


class WatchedCalls:
    """The calls, as threads of the protocol. `wanted`: the ID of the only one that is watched; empty for all.

    Without an ID, the first call that moves is followed until it ends, and then the next one. `last` is the number of
    the latest event that happened before.
    """

    def __init__(self, peer: ProtocolPeer, files: LiveFiles, breakpoints: Breakpoints, wanted: str, last: int) -> None:
        self._peer = peer
        self._files = files
        self._breakpoints = breakpoints
        self._wanted = wanted
        self._last = last
        self._calls: dict[tuple[str, str], LiveCall] = {}
        self._made = 0
        self._follows: LiveCall | None = None
        self._caught_up = False

    @property
    def all(self) -> list[LiveCall]:
        """The calls that are known, the one that was heard of last comes last."""
        return list(self._calls.values())

    def begin(self) -> None:
        """Events may come from now on."""
        if not self._last:
            self._catch_up()

    def hear(self, event: LiveEvent) -> None:
        """A webhook of a call."""
        if event.is_of(self._wanted):
            call = self._call_of(event)
            call.add(event)
            if self._caught_up:
                self._happened(call, event)
        if not self._caught_up and event.number >= self._last:
            self._catch_up()

    def _call_of(self, event: LiveEvent) -> LiveCall:
        key = event.flow, event.call
        call = self._calls.pop(key, None)
        if call is None:
            self._made += 1
            call = LiveCall(self._made)
            if self._caught_up:
                self._peer.event("thread", reason="started", threadId=call.id)
            if len(self._calls) >= MOST_CALLS:
                self._forget(next(iter(self._calls.values())))
        self._calls[key] = call
        return call

    def _catch_up(self) -> None:
        """All that had happened before is known: forget the calls that are over, and look at the one that is wanted."""
        for call in [call for call in self._calls.values() if call.ended]:
            self._forget(call)
        self._caught_up = True
        for call in self._calls.values():
            self._peer.event("thread", reason="started", threadId=call.id)
        count = len(self._calls)
        self._peer.say(f"attached; calls now: {count}. The debugger only watches: no call waits for it.")
        if self._wanted and count:
            self.look_at(next(reversed(self._calls.values())))
        elif self._wanted:
            self._peer.say(f"no call {self._wanted} is known yet; it is shown at its next webhook")

    def _happened(self, call: LiveCall, event: LiveEvent) -> None:
        """A webhook has come while we watch."""
        if self._follows is None and event.moved:
            self._follows = call
        if call is self._follows or call.at is not None or event.code:
            self._peer.say(event.in_words(), "stderr" if event.code else "stdout")
        if call.at is not None:
            return
        why = self._why(call, event)
        if why:
            self._stop(call, len(call.events) - 1, why)
        elif event.ended:
            self._forget(call)

    def _why(self, call: LiveCall, event: LiveEvent) -> str:
        """Why a call stops at an event; empty where it does not."""
        if not event.notable:
            return ""
        if self._hits(event):
            return "breakpoint"
        return "step" if call.steps else "pause" if call is self._follows else ""

    def _hits(self, event: LiveEvent) -> bool:
        def places() -> Iterator[tuple[str, int]]:
            paths = {name: self._files.local(file) for name, file in event.files.items()}
            for name, line in event.lines:
                path = paths.get(name)
                if path is not None:
                    yield path, line

        return event.moved and self._breakpoints.stops_at(places(), lambda: event.known)

    def _stop(self, call: LiveCall, number: int, why: str) -> None:
        call.stop_at(number)
        told = call.event.in_words()
        self._peer.event("stopped", reason=why, description=told, text=told, threadId=call.id, allThreadsStopped=False)

    def _forget(self, call: LiveCall) -> None:
        """A call that is over, or too old, is not shown any more."""
        self._calls = {key: one for key, one in self._calls.items() if one is not call}
        if self._follows is call:
            self._follows = None
        if self._caught_up:
            self._peer.event("thread", reason="exited", threadId=call.id)

    # ---- moving

    def go_on(self, call: LiveCall, *, steps: bool) -> None:
        """To the next webhook at which the call stops, which may have come already."""
        call.steps = steps
        number = call.next_stop(lambda event: bool(self._why(call, event)))
        if number is not None:
            self._stop(call, number, self._why(call, call.events[number]))
        elif call.ended:
            self._forget(call)
        else:
            call.run(steps=steps)

    def back(self, call: LiveCall, *, far: bool) -> None:
        """To the webhook before, or to the first one that is known."""
        at = call.at if call.at is not None else len(call.events)
        self._stop(call, 0 if far else max(at - 1, 0), "entry" if far or at <= 1 else "step")

    def look_at(self, call: LiveCall) -> None:
        """Stop a call where it is, and follow it."""
        self._follows = call
        self._stop(call, call.at if call.at is not None else len(call.events) - 1, "pause")

    def numbered(self, number: object) -> LiveCall:
        """The call with this ID. Raises UsageError."""
        found = next((call for call in self._calls.values() if call.id == number), None)
        if found is None:
            raise UsageError("there is no such call; it may be over")
        return found
