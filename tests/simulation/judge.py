"""What must hold of answers and of whole calls; what must hold of states is held by records.py."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from nccodsl.base.record import Record
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.runtime.state import State
from nccodsl.server.front import HttpAnswer
from tests.simulation.cases import MOST_CALLS, case_of
from tests.simulation.crm import Sent
from tests.simulation.plans import Plan
from tests.simulation.records import person_of

if TYPE_CHECKING:
    from tests.simulation.wire import Letter
    from tests.simulation.world import World

LONGEST_ANSWER = 5.0
"""Seconds that the platform waits for an answer (webhook reference): no server takes longer."""
_TOLD = ("hears", "says", "presses", "joins")
_FINE = frozenset((200, 204, 503))
_WILD = frozenset((401, 410, 500))
_OTHERS = re.compile(r"1415555(2\d\d\d)").findall
Heard = tuple[tuple[str, str], ...]
Moves = tuple[str, ...]


class Course(Record):
    """How a call went, and what its steps have sent. `cut`: it was hung up since it took too long; `left`: by somebody at the phone."""

    heard: Heard
    moves: Moves
    cut: bool
    left: bool
    sent: frozenset[Sent]


class Judge:
    """Looks at every answer while it runs, and at every call at its end. `verdicts` count what became of the calls."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ended: dict[Leg, int] = {}
        self._bodies: dict[tuple[str, str, bytes, bytes], bytes] = {}
        self.verdicts: Counter[str] = Counter()

    def answered(self, letter: Letter, answer: HttpAnswer) -> None:
        """A server has answered a webhook: with a status that it may have, and with what it answered before."""
        world = self._world
        may = _FINE | _WILD if world.plan.wild else _FINE | {401} if letter.old else _FINE
        if world.clock.now - letter.arrived > LONGEST_ANSWER:
            world.fail(f"{letter.told} was answered after {world.clock.now - letter.arrived:.2f} s")
        if letter.what in ("crossed", "replayed"):
            if answer.status == 200:
                world.fail(f"{letter.told}: another question than the one that it is signed for was answered")
            return
        if answer.status not in may:
            world.fail(f"{letter.told} was answered {answer.status}")
        world.crm.answered(letter, answer.status)
        if letter.hook.kind == "fallback":
            if world.plan.wild and answer.body == b"[]":
                self._ended.setdefault(letter.leg, len(letter.leg.timeline.entries))
            return
        if answer.status != 200 or letter.route == "answer":
            return
        if letter.route == "whisper" and answer.body == b"[]":
            return  # the call has gone on
        key = (letter.route, letter.request.method, letter.request.query, letter.request.body or b"")
        before = self._bodies.setdefault(key, answer.body)
        if before != answer.body:
            world.fail(f"{letter.told} was answered differently when it came again: {before!r}, then {answer.body!r}")

    def over(self) -> None:
        """Everything has happened: look at each call."""
        for server in self._world.servers:
            if waits := [task for task in server.tasks if not task.over]:
                self._world.fail(f"{server.name} never answered {len(waits)} requests")
            if server.turns.taken:
                self._world.fail(f"{server.name} keeps {server.turns.taken} turns that nobody has")
        self._world.crm.over()
        for index, leg in enumerate(self._world.legs):
            self._call(index, leg)

    def _call(self, index: int, leg: Leg) -> None:
        world = self._world
        course = course_of(world, leg)
        own = world.case.callers[index][-4:]
        for kind, text in course.heard:
            if kind == "hears" and set(_OTHERS(text)) - {own}:
                world.fail(f"{leg.name} heard what belongs to another call: {text}")
        if leg in world.spoiled or world.case.racy or world.case.callers[index] in world.records.expired:
            self.verdicts["not compared"] += 1
            return
        calm = calm_courses(world.case.number, world.text_of(leg))[index]
        lost = lost_at(leg)
        if lost is None and leg in self._ended:
            # What is known of the call is too old: its fallback ends it.
            lost = self._ended[leg], False
        if lost is not None:
            self.verdicts["a webhook failed to the end"] += 1
            self._lost(leg, course, calm, lost[0], ends=lost[1])
        elif differs(course.heard, calm.heard, open_end=course.cut or calm.cut):
            world.fail(f"{leg.name} did not hear what a calm call hears:\n{_beside(course.heard, calm.heard)}")
        elif differs(course.moves, calm.moves, open_end=course.cut or calm.cut or course.left):
            world.fail(f"the call of {leg.name} moved otherwise: {course.moves}, not {calm.moves}")
        elif not (course.cut or calm.cut or course.left or world.left) and course.sent != calm.sent:
            world.fail(f"{leg.name} sent {sorted(course.sent)}, and on a calm day {sorted(calm.sent)}")
        else:
            self.verdicts["as on a calm day"] += 1

    def _lost(self, leg: Leg, course: Course, calm: Course, at: int, *, ends: bool) -> None:
        """Nobody answered, and no fallback did: until then all was well, and the platform goes on as documented."""
        before = _heard(leg.timeline.entries[:at], leg)
        if differs(before, calm.heard[: len(before)], open_end=calm.cut):
            self._world.fail(f"{leg.name} heard something else before a webhook failed:\n{_beside(before, calm.heard)}")
        if ends and len(before) != len(course.heard):
            self._world.fail(f"{leg.name} went on where no question was left: {course.heard[len(before) :]}")


def _heard(entries: list[TimelineEntry], leg: Leg) -> Heard:
    return tuple((one.kind, one.text) for one in entries if one.leg == leg.name and one.kind in _TOLD)


def course_of(world: World, leg: Leg) -> Course:
    """How a call went."""
    moves: list[str] = []
    states = states_of(world, leg)
    for before, state in zip([None, *states], states, strict=False):
        if before is None or state.moves != before.moves:
            moves.append(f"{state.moves}: {state.block} {state.start}".rstrip())
    heard = _heard(leg.timeline.entries, leg)
    sent = frozenset(world.crm.sent_by(world.case.callers[world.legs.index(leg)]))
    return Course(heard, tuple(moves), leg in world.cut, leg.ended_by == "user", sent)


def states_of(world: World, leg: Leg) -> list[State]:
    """All states of a call, in turn."""
    number = world.case.callers[world.legs.index(leg)]
    for states in world.records.saved.values():
        if number == person_of(states[0]):
            return states
    return []


def lost_at(leg: Leg) -> tuple[int, bool] | None:
    """Behind which entry the first webhook failed that nobody answered, the fallback included; None if none did.

    And whether the call must end there: what failed was a question of the caller's own leg, behind which nothing is.
    """
    asked = ""
    for at, entry in enumerate(leg.timeline.entries):
        if entry.kind == "webhook" and entry.data["kind"] == "fallback" and entry.leg == leg.name:
            asked = entry.data["payload"]["original_request"]["type"]
        elif entry.data.get("event") == "refused" and entry.data.get("fallback"):
            return at, entry.leg == leg.name and asked != "event"
    return None


def differs(one: tuple[object, ...], other: tuple[object, ...], *, open_end: bool) -> bool:
    """Whether two rows of things are not the same; with an open end, the longer one may go on."""
    if open_end:
        most = min(len(one), len(other))
        return one[:most] != other[:most]
    return one != other


def _beside(heard: tuple[object, ...], calm: tuple[object, ...]) -> str:
    same = next((at for at, pair in enumerate(zip(heard, calm, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(heard), len(calm)) if same is None else same
    return f"  the same {at} times, then\n  here {heard[at : at + 4]}\n  calm {calm[at : at + 4]}"


@lru_cache(maxsize=32)
def calm_courses(number: int, text: int) -> tuple[Course, ...]:
    """How all calls of a case go where nothing goes wrong. Raises AssertionError where something does."""
    from tests.simulation.world import World

    world = World(case_of(number), Plan.calm(MOST_CALLS), 0, text=text, judged=False)
    world.run()
    assert not world.failures, world.failures
    return tuple(course_of(world, leg) for leg in world.legs)
