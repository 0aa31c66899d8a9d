"""A call that is held by hand: a script, its values, and the tape of what the person did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, cast, get_args

from nccodsl.base.record import Record
from nccodsl.editor.happenings import Happening, happenings
from nccodsl.editor.saved_test import saved_test
from nccodsl.editor.tape import Awaited, Replay, is_question, replay
from nccodsl.emulator.core.application import AfterConnect, SecondsToSay, estimated_seconds
from nccodsl.errors import UsageError
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.entry import LARGEST_REPLY
from nccodsl.rehearsal.phone_display import Told
from nccodsl.rehearsal.replies import FetchReply

FORMAT = 1
"""The version of the shared form of a tape."""
MOST_ENTRIES = 1000


class Session:
    """A call and its tape. Immutable: what is done to it yields another session.

    `tape` holds lines as `nccodsl simulate` takes them. `at`: when the call begins, for scripts that read the clock;
    without it the clock is stopped at this moment, so that each replay gives the same. `replies` answer fetches that
    the person is not asked about. `seconds_to_say`: how long texts take. Raises RenderError where the values do not
    fit, ScriptError where the `call` block does not fit the API, UsageError where the tape is too long.
    """

    def __init__(
        self,
        flow: Compiled,
        values: Mapping[str, object] | None = None,
        tape: Sequence[str] = (),
        *,
        at: datetime | None = None,
        replies: Sequence[FetchReply] = (),
        seed: int = 0,
        after_connect: AfterConnect = "continue",
        seconds_to_say: SecondsToSay = estimated_seconds,
    ) -> None:
        if len(tape) > MOST_ENTRIES:
            raise UsageError(f"a tape has at most {MOST_ENTRIES} entries, not {len(tape)}")
        self.flow = flow
        self.values = dict(values or {})
        self.at = flow.moment(self.values, at).replace(microsecond=0) if flow.reads_clock else at
        self.replies = tuple(replies)
        self.seed = seed
        self.after_connect: AfterConnect = after_connect
        self._seconds_to_say = seconds_to_say
        self.replay: Replay = self._played(tuple(tape))
        # What stands behind the end of the call was never asked for.
        self.tape = tuple(tape)[: len(self.replay.asked)]

    def _played(self, tape: Sequence[str]) -> Replay:
        flow = self.flow.at(self.at) if self.at is not None else self.flow
        return replay(
            flow,
            self.values,
            tape,
            replies=self.replies,
            seed=self.seed,
            after_connect=self.after_connect,
            seconds_to_say=self._seconds_to_say,
        )

    def _with(self, tape: Sequence[str], flow: Compiled | None = None) -> Session:
        return Session(
            flow or self.flow,
            self.values,
            tape,
            at=self.at,
            replies=self.replies,
            seed=self.seed,
            after_connect=self.after_connect,
            seconds_to_say=self._seconds_to_say,
        )

    @property
    def pending(self) -> Awaited | None:
        """What the call waits for; None where it is over."""
        return self.replay.pending

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.replay.pending is None

    @cached_property
    def timeline(self) -> list[Happening]:
        """What happened until now, with its lines of the script."""
        return happenings(self.replay)

    # ---- what the person does

    def enter(self, line: str) -> Entering:
        """Do what a line says: keys, words, an outcome, a reply. A question about the call changes nothing."""
        if self.over:
            return Entering(self, (Told("hint", "the call is over"),), False)
        if len(line) > LARGEST_REPLY:
            return Entering(self, (Told("hint", f"too long: at most {LARGEST_REPLY} characters"),), False)
        number, shown = len(self.tape), len(self.replay.told)
        after = self._with((*self.tape, line))
        if is_question(line) or not after.replay.moved(number):
            return Entering(self, tuple(told for _, told in after.replay.told[shown:]), False)
        return Entering(after, (), True)

    def press(self, keys: str) -> Session:
        """Press keys such as `12#`. Raises UsageError where the call cannot take them."""
        return self._sure(f"press {keys}")

    def say(self, words: str) -> Session:
        """Say words. Raises UsageError where the call cannot take them."""
        return self._sure(f"say {words}")

    def _sure(self, line: str) -> Session:
        found = self.enter(line)
        if not found.moved:
            raise UsageError("; ".join(told.text for told in found.answers) or "nothing happens")
        return found.session

    def undo(self) -> Session:
        """Take the last entry of the tape back; of an empty tape, nothing."""
        return self._with(self.tape[:-1])

    def back_to(self, number: int) -> Session:
        """The call as it was before an entry of the tape (from 0). Raises UsageError where there is none."""
        if not 0 <= number <= len(self.tape):
            raise UsageError(f"the tape has {len(self.tape)} entries; there is no entry {number}")
        return self._with(self.tape[:number])

    # ---- another script

    def with_flow(self, flow: Compiled) -> Reloaded:
        """The same tape on an edited script: up to the entry whose question differs. Raises as `Session` does."""
        return self._with(self.tape, flow).since(self.asked, over=self.over)

    @property
    def asked(self) -> tuple[AskedBefore, ...]:
        """What was asked before each entry of the tape, and what the call waits for, to compare with later."""
        replay = self.replay
        return tuple(AskedBefore(*one.means, replay.moved(number)) for number, one in enumerate(replay.asked))

    def since(self, before: Sequence[AskedBefore], *, over: bool) -> Reloaded:
        """This call, up to the entry whose question differs from `before`. `over`: whether it was over then."""
        asked, end = self.replay.asked, len(self.tape)
        for number, then in enumerate(before):
            now = asked[number] if number < len(asked) else None
            if now is None or now.means != then.means:
                return Reloaded(self if number >= end else self.back_to(number), Altered(number, then, now))
            if number < end and then.moved and not self.replay.moved(number):
                return Reloaded(self.back_to(number), Altered(number, then, now))
        if over and not self.over:
            return Reloaded(self, Altered(end, None, self.pending))
        return Reloaded(self, None)

    # ---- what is kept

    def as_test(self, title: str = "saved call") -> str:
        """A `test` block that plays this call and passes. Raises UsageError where no test can tell it."""
        return saved_test(self.flow, self.values, self.replay, title, self.at)

    def to_json(self) -> dict[str, Any]:
        """The tape to share, as JSON data. Values of private params are left out: `private` names them."""
        private = sorted(self.values.keys() & self.flow.private_names)
        return {
            "tape": FORMAT,
            "script": self.flow.name,
            "version": self.flow.version,
            "values": {name: value for name, value in self.values.items() if name not in private},
            "private": private,
            "at": self.at.isoformat() if self.at is not None else None,
            "seed": self.seed,
            "after_connect": self.after_connect,
            "entries": list(self.tape),
        }


class Entering(Record):
    """What came of a line. `moved`: it did something, and is on the tape; else `answers` say why not, or answer it."""

    session: Session
    answers: tuple[Told, ...]
    moved: bool


class AskedBefore(Record):
    """What a call has asked before an entry of its tape. `moved`: the entry did something."""

    what: str
    prompt: str
    subject: str
    step: str
    moved: bool

    @property
    def means(self) -> tuple[str, str, str, str]:
        """As `Awaited.means`."""
        return self.what, self.prompt, self.subject, self.step


class Altered(Record):
    """Where an edited script changes a call: before entry `number` of the tape it asks `now`, not `before`.

    Each is None where the call is over instead.
    """

    number: int
    before: AskedBefore | None
    now: Awaited | None

    def __str__(self) -> str:
        return f"your change altered this call here: it {_waits(self.now)}; before, it {_waits(self.before)}"


class Reloaded(Record):
    """A session on an edited script. `altered` is None where the call goes on as it did."""

    session: Session
    altered: Altered | None


def _waits(asked: Awaited | AskedBefore | None) -> str:
    if asked is None:
        return "ended"
    _, prompt, subject, step = asked.means
    return f"waited for {prompt}" + (f" of {subject}" if subject else "") + (f" in step {step}" if step else "")


def session_from(
    data: object, flow: Compiled, values: Mapping[str, object] | None = None, replies: Sequence[FetchReply] = ()
) -> Session:
    """The session of a shared tape (see `Session.to_json`); `values` are added to its own, such as private ones.

    Raises UsageError where it is not such a tape, and as `Session` does.
    """
    if not isinstance(data, Mapping) or data.get("tape") != FORMAT:
        version = data.get("tape") if isinstance(data, Mapping) else None
        raise UsageError(f"this is not a tape of version {FORMAT}" + (f", but {version!r}" if version else ""))
    entries, own, at = data.get("entries"), data.get("values", {}), data.get("at")
    seed, after = data.get("seed", 0), data.get("after_connect", "continue")
    if not isinstance(entries, list) or not all(isinstance(line, str) for line in entries):
        raise UsageError("the `entries` of a tape must be a list of texts")
    if not isinstance(own, Mapping) or type(seed) is not int or after not in get_args(AfterConnect):
        raise UsageError("the `values`, `seed` or `after_connect` of the tape are wrong")
    try:
        moment = datetime.fromisoformat(at) if at is not None else None
    except (TypeError, ValueError):
        raise UsageError(f"`at` of the tape is not a date and time: {at!r}") from None
    return Session(
        flow,
        {**own, **(values or {})},
        entries,
        at=moment,
        replies=replies,
        seed=seed,
        after_connect=cast("AfterConnect", after),
    )
