"""A call as a tape: what the person did, replayed from its start in virtual time.

Nothing of a call is kept between two inputs. Its state is the script and the tape, so a key can be taken back, and
the script can change while the call runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from nccodsl.base.record import Record
from nccodsl.editor.possible_words import possible_words
from nccodsl.editor.state_at_fetch import state_at_fetch
from nccodsl.editor.whereabouts import LivePlace, LivePlaces
from nccodsl.emulator.core.application import AfterConnect, SecondsToSay, estimated_seconds
from nccodsl.emulator.core.timeline import Emulated, Timeline, TimelineEntry
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.entry import question
from nccodsl.rehearsal.person import Question
from nccodsl.rehearsal.phone_display import Told, in_words
from nccodsl.rehearsal.replies import FetchReply
from nccodsl.rehearsal.stage import Stage
from nccodsl.rehearsal.terminal_phone import Phone
from nccodsl.runtime.first_ncco import begun
from nccodsl.runtime.state import State

_QUESTIONS = ("help", "where", "again")


class Awaited(Record):
    """What the call waited for. `what`: input, recording, talk, connect or fetch; `subject`: who is called, or what
    address is fetched.

    `at`: seconds since the beginning, `after`: how many entries the timeline had, `told`: how many lines were shown,
    `moves`: how often the script had gone on, `legs`: how many there were. `words` are possible answers.
    """

    what: str
    prompt: str
    text: str
    subject: str
    at: float
    after: int
    told: int
    moves: int
    place: LivePlace | None
    state: State | None
    words: tuple[str, ...]

    @property
    def means(self) -> tuple[str, str, str, str]:
        """What makes it the same question in another version of the script."""
        return self.what, self.prompt, self.subject, self.place.step if self.place is not None else ""


class Replay(Record):
    """What became of a tape. `asked`: a question for each entry that was taken, and the one that waits, if any.

    `places` are those of the entries of the timeline; `told` are the lines that a phone shows, each with the number of
    entries before it. `pending` is None where the call is over. `failures`: how the script failed.
    """

    tape: tuple[str, ...]
    call: Emulated
    places: tuple[LivePlace | None, ...]
    told: tuple[tuple[int, Told], ...]
    asked: tuple[Awaited, ...]
    pending: Awaited | None
    failures: tuple[str, ...]
    stage: Stage

    @property
    def entries(self) -> list[TimelineEntry]:
        return self.call.timeline.entries

    def moved(self, number: int) -> bool:
        """Whether an entry of the tape did something: it was no question about the call, and was understood."""
        before = self.asked[number]
        if number + 1 == len(self.asked):
            return True
        after = self.asked[number + 1]
        same = (before.after, before.moves, before.at, before.means) == (
            after.after,
            after.moves,
            after.at,
            after.means,
        )
        hints = any(line.kind in ("hint", "answer") for _, line in self.told[before.told : after.told])
        return not (same and hints)


class _Waits(Exception):
    """The tape has ended, and the call waits."""


class _TapePerson:
    """Answers from the tape."""

    def __init__(self, entries: Sequence[str]) -> None:
        self.entries = entries
        self.phone: Phone
        self.told: list[tuple[int, Told]] = []
        self.asked: list[Awaited] = []

    def tell(self, told: Told) -> None:
        self.told.append((len(self.phone.showing.places), told))

    def ask(self, asking: Question) -> str:
        number = len(self.asked)
        self.asked.append(self._asked(asking))
        if number == len(self.entries):
            raise _Waits
        return self.entries[number]

    def _asked(self, asking: Question) -> Awaited:
        stage, showing = self.phone.stage, self.phone.showing
        fetches = asking.what == "fetch"
        place = showing.fetch(asking.subject) if fetches else showing.place
        return Awaited(
            asking.what,
            asking.prompt,
            asking.text,
            asking.subject,
            stage.network.clock.now,
            len(showing.places),
            len(self.told),
            len(stage.moves),
            place if isinstance(place, LivePlace) else None,
            (state_at_fetch(stage) if fetches else None) or stage.state,
            possible_words(stage, asking.what),
        )


def replay(
    flow: Compiled,
    values: Mapping[str, object],
    tape: Sequence[str],
    *,
    replies: Sequence[FetchReply] = (),
    seed: int = 0,
    after_connect: AfterConnect = "continue",
    seconds_to_say: SecondsToSay = estimated_seconds,
) -> Replay:
    """Play a call until the tape has ended and the call waits, or until the call is over. Raises RenderError.

    The call of a script that cannot be placed raises ScriptError.
    """
    person = _TapePerson(tape)
    begin = partial(Phone, flow, values, person, replies=replies, seed=seed, places=LivePlaces)
    phone = begin(after_connect=after_connect, seconds_to_say=seconds_to_say)
    person.phone = phone
    begun(phone.stage.script, {}, token=False)  # reports values that do not fit
    pending: Awaited | None = None
    try:
        call = phone.call()
    except _Waits:
        pending = person.asked[-1]
        call = phone.stage.result()
    places = [place if isinstance(place, LivePlace) else None for place in phone.showing.places]
    failures = tuple(in_words(one) for one in phone.showing.failures)
    return Replay(
        tuple(tape),
        _until(call, len(places)),
        tuple(places),
        tuple(person.told),
        tuple(person.asked),
        pending,
        failures,
        phone.stage,
    )


def _until(call: Emulated, entries: int) -> Emulated:
    """A call with its first entries: what was stopped half way may have noted its own end."""
    timeline = Timeline()
    timeline.entries = call.timeline.entries[:entries]
    return Emulated(timeline, call.legs, call.seconds)


def is_question(line: str) -> bool:
    """Whether a line asks about the call, and does nothing in it."""
    found = question(line)
    return found is not None and found.verb in _QUESTIONS
