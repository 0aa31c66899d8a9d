"""The other system that scripts ask and tell: what it has received, and what must hold of that at the end of a run.

Each address ends with the number of the caller. A statement runs once in each visit of its step, and says which visit
it is: so number, statement and visit are what a key stands for.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from nccodsl.emulator.core.legs import Leg
from nccodsl.runtime.events_beside import FAILED_CALLS
from nccodsl.runtime.web_requests import Request

if TYPE_CHECKING:
    from tests.simulation.wire import Letter
    from tests.simulation.world import World

Sent = tuple[str, str, str]
"""Method, address and body."""


class Crm:
    """Keeps what was put into the outbox with a state, and what has arrived."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.put_in: dict[str, Request] = {}
        self.sent: dict[str, set[Sent]] = defaultdict(set)
        self.posted: dict[str, set[Sent]] = defaultdict(set)
        self._ended: set[Leg] = set()
        self._saved: dict[Leg, set[str]] = defaultdict(set)

    def arrives(self, request: Request, *, fetch: bool) -> None:
        """A request has come whole; what becomes of its answer is another question."""
        if request.method != "GET":
            (self.posted if fetch else self.sent)[request.key].add(_sent(request))

    def answered(self, letter: Letter, status: int) -> None:
        """A server has answered a webhook: what it tells of a call that had begun is known from now on."""
        payload = letter.hook.payload
        if status != 204 or not self._world.records.knows(letter.leg):
            return
        if letter.route == "record":
            self._saved[letter.leg].add(str(payload["recording_uuid"]))
        elif letter.hook.leg is letter.leg and payload.get("status") in ("completed", *FAILED_CALLS):
            self._ended.add(letter.leg)

    def sent_by(self, caller: str) -> set[Sent]:
        """What a call has sent from the steps that it went through, not from handlers beside it."""
        return {one for one in self._sent_of(caller) if _statement(one) not in ("ended", "saved")}

    def over(self) -> None:
        """Everything has happened: look at all keys, at what had to arrive, and at what was told of each call."""
        world = self._world
        for key, request in self.put_in.items():
            # Where a clock has gone back, a request is delivered when it is as late again.
            if key not in self.sent and not (world.plan.wild and key in world.left):
                world.fail(f"{request.method} {request.url} {request.body} was sent, and did not arrive")
        for key in self.sent:
            if key not in self.put_in:
                world.fail(f"a request arrived that no state was saved with: {self.sent[key]}")
        for index, leg in enumerate(world.legs):
            caller = world.case.callers[index]
            if caller not in world.records.expired:
                self._keys(leg, caller)
                self._beside(leg, caller)

    def _keys(self, leg: Leg, caller: str) -> None:
        """One key stands for one request, and one request has one key."""
        keys: dict[Sent, set[str]] = defaultdict(set)
        for kind in (self.sent, self.posted):
            for key, requests in kind.items():
                mine = [one for one in requests if _caller(one) == caller]
                if len(mine) > 1:
                    self._world.fail(f"the key {key} stands for several requests: {sorted(mine)}")
                # Where a fetch failed for one of two servers, the call may have been about to go another way.
                if kind is self.sent or leg not in self._world.spoiled:
                    for one in mine:
                        keys[one].add(key)
        for one, several in keys.items():
            if len(several) > 1:
                self._world.fail(f"{one} has several keys: {sorted(several)}")

    def _beside(self, leg: Leg, caller: str) -> None:
        """What the platform has told a server, and a handler is for, has arrived, and once."""
        world = self._world
        sent = self._sent_of(caller)
        ends = [one for one in sent if _statement(one) == "ended"]
        if len(ends) > 1:
            world.fail(f"the end of the call of {caller} was told more than once: {sorted(ends)}")
        if not ends and leg in self._ended and not world.plan.wild and world.case.tells_ends:
            world.fail(f"the end of the call of {caller} was not told")
        recordings = [json.loads(one[2])["uuid"] for one in sent if _statement(one) == "saved"]
        if len(recordings) != len(set(recordings)):
            world.fail(f"a recording of {caller} was told more than once: {recordings}")
        missing = self._saved[leg] - set(recordings)
        if missing and not world.plan.wild:
            world.fail(f"a recording of {caller} was not told: {missing}")

    def _sent_of(self, caller: str) -> set[Sent]:
        return {one for requests in self.sent.values() for one in requests if _caller(one) == caller}


def _sent(request: Request) -> Sent:
    return request.method, request.url, request.body or ""


def _caller(one: Sent) -> str:
    return one[1].rpartition("/")[2]


def _statement(one: Sent) -> str:
    return one[1].split("/")[3]
