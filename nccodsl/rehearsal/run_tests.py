"""`test` blocks at work: each is a call in virtual time, in which the test is whoever is at the phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from nccodsl.analysis.program import Hole, ScriptTest, ScriptVerb
from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.timeline import Emulated, TimelineEntry
from nccodsl.errors import RenderError
from nccodsl.lowering.compiled import Flow
from nccodsl.lowering.holes import Failed, tree
from nccodsl.rehearsal.scripted import ACTS, OUTCOMES, Script, ScriptTestLine
from nccodsl.rehearsal.stage import Move, Stage
from nccodsl.runtime.runnable import Runnable
from nccodsl.templates import Scope

BETWEEN_KEYS = 0.3
"""Seconds from one key to the next."""


class ScriptFailure(Record):
    """What did not come out: `expected` by the line at `span` (None: by none), and what happened instead."""

    expected: str
    instead: tuple[str, ...]
    span: Span | None
    code: str = "E813"
    help: str | None = None


class ScriptTestOutcome(Record):
    """How a test ended. `call` is None where no call could begin."""

    case: ScriptTest
    failure: ScriptFailure | None
    call: Emulated | None
    moves: tuple[Move, ...]
    stage: Stage | None = None

    @property
    def passed(self) -> bool:
        return self.failure is None


class _Wrong(Exception):
    def __init__(self, failure: ScriptFailure) -> None:
        super().__init__(failure.expected)
        self.failure = failure


def run_test(flow: Flow, script: Runnable, case: ScriptTest, *, seed: int = 0) -> ScriptTestOutcome:
    """Run one test. Whatever goes wrong is in the outcome."""
    stage: Stage | None = None
    try:
        lines = _lines(flow, case)
        plan = Script(lines, placed=flow.has_call)
        stage = Stage(flow, case.values, cast=plan, fetcher=plan.fetched, runnable=script, seed=seed)
        run = _Run(stage, plan)
        run.all()
        failure = None
    except _Wrong as wrong:
        failure = wrong.failure
    except RenderError as error:
        found = error.diagnostics[0]
        failure = ScriptFailure(f"{found.code} {found.message}", (), found.span or case.span, found.code, found.help)
    if stage is None or not hasattr(stage, "leg"):
        return ScriptTestOutcome(case, failure, None, ())
    return ScriptTestOutcome(case, failure, stage.result(), tuple(stage.moves), stage)


def _lines(flow: Flow, case: ScriptTest) -> list[ScriptTestLine]:
    """The verbs with their values: what a test says may use the params. Raises RenderError."""
    if not case.verbs:
        raise _Wrong(ScriptFailure("a test that expects something", ("it expects nothing",), case.span))
    values = {name: value for name, value in case.values.items() if not isinstance(value, Hole)}
    scope = flow.binder.bind(values)
    try:
        return [_line(verb, scope) for verb in case.verbs]
    except Failed as failure:
        raise RenderError([flow.diagnostic(failure)]) from None


def _line(verb: ScriptVerb, scope: Scope) -> ScriptTestLine:
    value = tree(verb.value)(scope) if verb.value is not None else None
    if verb.verb == "dialled" and value is not None:
        value = f"{verb.kind or 'phone'} {_number(value) if verb.kind in (None, 'phone') else value}"
    return ScriptTestLine(verb, value, tree(verb.reply)(scope) if verb.reply is not None else None)


class _Run:
    """One call, and how far its test is."""

    def __init__(self, stage: Stage, plan: Script) -> None:
        self.stage = stage
        self.plan = plan
        self.clock = stage.network.clock
        self.leg: Leg = stage.begin()
        self.legs = list(stage.network.legs.values())
        self.dialled = 0
        self.answered: object = None
        self.acted = 0
        self.heard_until = (0, 0)
        self._hears: list[TimelineEntry] = []
        self._unnamed: dict[str, list[TimelineEntry]] = {"records": [], "webhook": []}
        """The recordings and notices that no line has named yet."""
        self._read = 0

    def all(self) -> None:
        for number, line in enumerate(self.plan.lines):
            self.plan.at = number
            if not self.plan.skips(number):
                self._do(line, number)
            self._sound(line)
        self.plan.at = len(self.plan.lines)
        self._all_fetched()
        if not self.stage.over:
            self.stage.network.end(self.leg, by="user")
        self.stage.finish()

    def _do(self, line: ScriptTestLine, number: int) -> None:
        if line.name in ACTS:
            self._act(line)
        elif line.name in OUTCOMES:
            self._outcome(line, number)
        else:
            _EXPECTATIONS[line.name](self, line, number)

    def _sound(self, line: ScriptTestLine) -> None:
        """Nothing may have gone wrong beside what the test looks at."""
        if self.plan.unexpected:
            url = self.plan.unexpected[0]
            help = f'say what comes back, before or where it is used: fetched "{url}" reply {{…}}'
            raise _Wrong(
                ScriptFailure(
                    "no `fetch` that the test does not know of", (f"fetched {url}",), line.verb.span, help=help
                )
            )
        for reply in self.stage.failures:
            where = f" ({reply.place})" if reply.place else ""
            raise _Wrong(
                ScriptFailure("a flow that goes on", (f"{reply.code} {reply.problem}{where}",), line.verb.span)
            )

    # ---- waiting

    def _settled(self) -> bool:
        """Whether the call waits for an answer of whoever is at the phone, or is over. A machine gives none."""
        if self.stage.over:
            return True
        listening = self.leg.listening
        waits = listening is not None and listening is not self.answered
        return waits and self.leg.quiet and not self.leg.callee.persona.machine

    def _held(self) -> bool:
        """Whether the call waits for a message that is recorded, which ends by itself too."""
        held = self.leg.held_by
        return held is not None and held is not self.answered and self.leg.quiet

    def _step(self) -> bool:
        """Let the next thing happen; False where the call waits for somebody, or is over."""
        return not self._settled() and self.stage.step()

    def _note(self) -> None:
        """Look at what has happened since the last look: each entry once, however long the call."""
        entries = self.leg.timeline.entries
        for index in range(self._read, len(entries)):
            entry = entries[index]
            if entry.kind == "hears" and entry.leg == self.leg.name and entry.data.get("text"):
                self._hears.append(entry)
            elif entry.kind == "records" or (entry.kind == "webhook" and _is_notice(entry)):
                self._unnamed[entry.kind].append(entry)
        self._read = len(entries)

    def _heard(self) -> list[TimelineEntry]:
        """What was said or played to the first leg, in order."""
        self._note()
        return self._hears

    # ---- what whoever is at the phone does

    def _act(self, line: ScriptTestLine) -> None:
        while not self._held() and self._step():
            pass
        if self.stage.over:
            raise self._wrong(f"the call to wait for somebody to {_said(line)}", line, "it is over")
        self.acted = len(self._heard())
        self.heard_until = (self.acted, 0)
        listening = self.answered = self.leg.listening or self.leg.held_by
        if line.name == "press":
            if self.leg.held_by is None and (self.leg.listening is None or not self.leg.listening.takes_keys):
                raise self._wrong("the call to wait for keys", line, "it waits for speech alone")
            self._press(str(line.value))
        elif line.name == "say":
            if self.leg.held_by is None and (self.leg.listening is None or not self.leg.listening.takes_speech):
                raise self._wrong("the call to wait for speech", line, "it waits for keys alone")
            seconds = self.leg.speak(str(line.value))
            if self.leg.held_by is not None:
                self.clock.run_until(self.clock.now + seconds)
                self.answered = None
        elif isinstance(line.value, int | float):
            self.clock.run_until(self.clock.now + float(line.value))
            # Where the call still waits, it may be answered now.
            self.answered = None
        else:
            while listening in (self.leg.listening, self.leg.held_by) and not self.stage.over and self.stage.step():
                pass

    def _press(self, keys: str) -> None:
        self.stage.network.log(self.leg, "presses", " ".join(keys), {"keys": keys})
        for number, key in enumerate(keys):
            if number:
                self.clock.run_until(self.clock.now + BETWEEN_KEYS)
            self.leg.press(key)

    # ---- what is expected

    def _hear(self, line: ScriptTestLine, _number: int) -> None:
        wanted = _folded(line.value)
        if line.verb.negated:
            while self._step():
                pass
            for entry in self._heard()[self.acted :]:
                if wanted in _folded(entry.data["text"]):
                    raise self._wrong(f"not to hear “{line.value}”", line)
            return
        while True:
            heard = self._heard()
            first, offset = self.heard_until
            for index in range(first, len(heard)):
                text = _folded(heard[index].data["text"])
                at = text.find(wanted, offset if index == first else 0)
                if at >= 0:
                    self.heard_until = (index, at + len(wanted))
                    return
            if not self._step():
                raise self._wrong(f"to hear “{line.value}”", line)

    def _ended(self, line: ScriptTestLine, _number: int) -> None:
        while self._step():
            pass
        if not self.stage.over:
            raise self._wrong("the call to end", line, self._waiting())

    def _dialled(self, line: ScriptTestLine, _number: int) -> None:
        while True:
            legs = list(self.stage.network.legs.values())
            for number in range(self.dialled, len(legs)):
                if legs[number].direction == "outbound" and legs[number].endpoint_name == line.value:
                    self.dialled = number + 1
                    return
            if not self._step():
                others = [f"dialled {leg.endpoint_name}" for leg in legs if leg.direction == "outbound"]
                raise self._wrong(f"{line.value} to be dialled", line, *(others or ["nobody was dialled"]))

    def _outcome(self, line: ScriptTestLine, number: int) -> None:
        while not self.plan.is_taken(number) and self._step():
            pass
        if not self.plan.is_taken(number):
            raise self._wrong(f"somebody to be dialled, who is `{line.name}`", line, "nobody was dialled")
        endpoint = self.plan.legs[number]
        leg = next(leg for leg in reversed(self.stage.network.legs.values()) if leg.endpoint_name == endpoint)
        ends = line.name not in ("answered", "machine")
        while (not leg.outcome if ends else leg.answered_at is None) and leg.ended_at is None and self.stage.step():
            pass
        reached = leg.outcome == line.name if ends else leg.answered_at is not None
        if not reached:
            raise self._wrong(f"{endpoint} to be `{line.name}`", line, f"it was {leg.outcome or leg.status}")

    def _recorded(self, line: ScriptTestLine, _number: int) -> None:
        entry = self._await("records", line, lambda _entry: True)
        if entry is None:
            raise self._wrong("a recording", line, "nothing was recorded")
        if isinstance(line.value, str):
            while entry.until is None and not self.stage.over and self.stage.step():
                pass
            voices = self.stage.network.files[entry.data["recording_uuid"]].voices
            if not any(_folded(line.value) in _folded(voice.words) for voice in voices):
                words = [f"it holds “{voice.words}”" for voice in voices if voice.words]
                raise self._wrong(f"a recording of “{line.value}”", line, *(words or ["it holds no words"]))

    def _notified(self, line: ScriptTestLine, _number: int) -> None:
        found = self._await("webhook", line, lambda entry: _fits(line.value, entry))
        if found is None:
            sent = [f"notified {entry.data['payload'].get('payload')}" for entry in self._notices()]
            raise self._wrong(f"to notify {_shown(line.value)}", line, *(sent or ["nobody was notified"]))

    def _notices(self) -> Iterator[TimelineEntry]:
        return (entry for entry in self.leg.timeline.of("webhook") if _is_notice(entry))

    def _await(self, kind: str, _line: ScriptTestLine, fits: object) -> TimelineEntry | None:
        """The next entry of a kind that no line has named yet."""
        assert callable(fits)
        unnamed = self._unnamed[kind]
        looked = 0
        while True:
            self._note()
            for index in range(looked, len(unnamed)):
                if fits(unnamed[index]):
                    return unnamed.pop(index)
            looked = len(unnamed)
            if not self._step():
                return None

    def _fetched(self, _line: ScriptTestLine, number: int) -> None:
        """It may be said before what leads there; whether it was fetched is seen at the end."""
        while not self.plan.is_taken(number) and not self.plan.unexpected and self._step():
            pass

    def _all_fetched(self) -> None:
        for number, line in enumerate(self.plan.lines):
            if line.name == "fetched" and not self.plan.is_taken(number):
                raise self._wrong(f"{line.value} to be fetched", line, "it was not")

    # ---- telling

    def _wrong(self, expected: str, line: ScriptTestLine, *instead: str) -> _Wrong:
        self._sound(line)
        told = list(instead)
        if line.name == "hear":
            heard = [f"heard “{entry.data['text']}”" for entry in self._heard()[self.acted :]]
            told = [*(heard or ["heard nothing"]), *([] if self.stage.over else [self._waiting()])]
        elif line.name in ACTS and not self.stage.over and not instead:
            told.append(self._waiting())
        return _Wrong(ScriptFailure(expected, tuple(told), line.verb.span))

    def _waiting(self) -> str:
        waits = self.stage.moves[-1].waits if self.stage.moves else ()
        ask = self.stage.script.blocks[waits[-1]].ask if waits else None
        if ask is None:
            return "it waits for whoever is at the phone"
        file = self.stage.flow.program.sources.file_of(ask.span)
        line = file.line_column(ask.span.start)[0]
        return f"it waits for whoever is at the phone, in the step `{ask.step}` ({file.name}:{line})"


_EXPECTATIONS = {
    "hear": _Run._hear,
    "ended": _Run._ended,
    "dialled": _Run._dialled,
    "recorded": _Run._recorded,
    "notified": _Run._notified,
    "fetched": _Run._fetched,
}


def _is_notice(entry: TimelineEntry) -> bool:
    return entry.data["kind"] == "notify" and "/resume?" not in entry.data["url"]


def _fits(wanted: object, entry: TimelineEntry) -> bool:
    """Whether a notice is the one that is meant: by its address, or by a part of its payload."""
    if isinstance(wanted, str):
        return wanted in (entry.data["url"], "") or wanted in str(entry.data["url"])
    return wanted is None or _holds(entry.data["payload"].get("payload"), wanted)


def _holds(payload: object, wanted: object) -> bool:
    if isinstance(wanted, dict) and isinstance(payload, dict):
        return all(key in payload and _holds(payload[key], value) for key, value in wanted.items())
    return payload == wanted


def _shown(value: object) -> str:
    return "somebody" if value is None else str(value)


def _number(value: object) -> str:
    """The digits that are dialled, however the test writes the number."""
    with suppress(NotAPhoneNumber):
        return digits(str(value))
    return str(value)


def _said(line: ScriptTestLine) -> str:
    return f"{line.name} {line.value}" if line.value is not None else line.name


def _folded(text: object) -> str:
    return " ".join(str(text).casefold().split())
