"""The call of a test: letting it go on, doing what the test does, and telling what happened instead."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.emulator.core.callee import BETWEEN_KEYS
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.lowering.blocks import is_in_dialog, shared_name
from nccodsl.rehearsal.expected import is_notice, said, voiced
from nccodsl.rehearsal.scripted import ACTS, Script, ScriptTestLine
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.web_requests import Request
from nccodsl.translation.pseudo_text import is_pseudo

_R = TypeVar("_R")
Turns = Generator[None, None, _R]
"""A part of a test. It stops after each thing that happens in the call, so that something else can be done."""


TEST_FAILED = "E813"


class ScriptFailure(Record):
    """What did not come out: `expected` by the line at `span` (None: by none), and what happened instead."""

    expected: str
    instead: tuple[str, ...]
    span: Span | None
    code: str = TEST_FAILED
    help: str | None = None
    found: Diagnostic | None = None
    """Where the call could not go on: why."""


class Wrong(Exception):
    """The test has failed."""

    def __init__(self, failure: ScriptFailure) -> None:
        super().__init__(failure.expected)
        self.failure = failure


class TestedCall:
    """One call, and how far its test is: `dialled` legs and `acted` entries have been looked at already."""

    def __init__(self, stage: Stage, plan: Script) -> None:
        self.stage = stage
        self.plan = plan
        languages = stage.flow.program.languages
        self.pseudo = languages is not None and languages.pseudo
        """Whether all that is said has to be in the pseudo-language."""
        self.clock = stage.network.clock
        self.leg: Leg = stage.begin()
        self.legs = list(stage.network.legs.values())
        self.dialled = 0
        self.answered: object = None
        self.acted = 0
        self.heard_until = (0, 0)
        self._entries: list[TimelineEntry] = []
        self.unnamed: dict[str, list[TimelineEntry]] = {"records": [], "webhook": [], "whispers": []}
        """The recordings, notices and whispers that no line has named yet."""
        self.sent: list[Request] = []
        """The requests that lines have named."""
        self._read = 0

    def sound(self, line: ScriptTestLine) -> None:
        """Nothing may have gone wrong beside what the test looks at."""
        if self.plan.unexpected:
            url = self.plan.unexpected[0]
            expected = "a reply for each `fetch`"
            help = f'add `fetched "{url}" reply {{}}`'
            raise Wrong(ScriptFailure(expected, (f"{url} has none",), line.verb.span, help=help))
        for entry in self.hears() if self.pseudo else ():
            if entry.data.get("sound", "talk") == "talk" and not is_pseudo(str(entry.data["text"])):
                heard = f"“{entry.data['text']}” is not"
                raise Wrong(ScriptFailure("all texts to be translated", (heard,), line.verb.span))
        for reply in self.stage.failures:
            where = f" ({reply.place})" if reply.place else ""
            raise Wrong(
                ScriptFailure("the call to continue", (f"{reply.code} {reply.problem}{where}",), line.verb.span)
            )

    # ---- waiting

    def _settled(self) -> bool:
        """Whether the call waits for an answer, or is over. A machine gives no answer."""
        leg = self.leg
        if leg.ended_at is not None:
            return True
        listening = leg.listening
        waits = listening is not None and listening is not self.answered
        return waits and leg.quiet and not leg.callee.persona.machine

    def _held(self) -> bool:
        """Whether the call waits for a message that is recorded, which ends by itself too."""
        held = self.leg.held_by
        return held is not None and held is not self.answered and self.leg.quiet

    def step(self) -> bool:
        """Let the next thing happen; False if the call waits for an answer, or is over."""
        return not self._settled() and self.clock.step()

    def look(self) -> None:
        """Look at what has happened since the last look: each entry once, however long the call."""
        entries = self.leg.timeline.entries
        for entry in entries[self._read :]:
            kind = entry.kind
            if kind == "hears":
                if entry.data.get("text"):
                    own = entry.leg == self.leg.name
                    (self._entries if own else self.unnamed["whispers"]).append(entry)
            elif kind == "records" or (kind == "webhook" and is_notice(entry)):
                self.unnamed[kind].append(entry)
        self._read = len(entries)

    def hears(self) -> list[TimelineEntry]:
        """What was said or played to the first leg, in order."""
        self.look()
        return self._entries

    # ---- what the person at the phone does

    def act(self, line: ScriptTestLine) -> Turns[None]:
        while not self._held() and self.step():
            yield
        if self.stage.over:
            raise self.wrong(f"the call to wait for the persona to {said(line)}", line, "it is over")
        self.acted = len(self.hears())
        self.heard_until = (self.acted, 0)
        listening = self.answered = self.leg.listening or self.leg.held_by
        if line.name == "press":
            if self.leg.held_by is None and (self.leg.listening is None or not self.leg.listening.takes_keys):
                raise self.wrong("the call to wait for keys", line, "it only waits for speech")
            yield from self._press(str(line.value))
        elif line.name == "say":
            if self.leg.held_by is None and (self.leg.listening is None or not self.leg.listening.takes_speech):
                raise self.wrong("the call to wait for speech", line, "it only waits for keys")
            seconds = self.leg.speak(str(line.value))
            if self.leg.held_by is not None:
                yield from self._wait(seconds)
                self.answered = None
        elif isinstance(line.value, int | float):
            yield from self._wait(float(line.value))
            # Where the call still waits, it may be answered now.
            self.answered = None
        else:
            while listening in (self.leg.listening, self.leg.held_by) and not self.stage.over and self.stage.step():
                yield

    def _press(self, keys: str) -> Turns[None]:
        self.stage.network.log(self.leg, "presses", " ".join(keys), {"keys": keys})
        for number, key in enumerate(keys):
            if number:
                yield from self._wait(BETWEEN_KEYS)
            self.leg.press(key)

    def _wait(self, seconds: float) -> Turns[None]:
        """Let everything happen that is due in so many seconds."""
        until = self.clock.now + seconds
        while (due := self.clock.next_due()) is not None and due <= until:
            self.clock.step()
            yield
        self.clock.run_until(until)

    # ---- telling

    def wrong(self, expected: str, line: ScriptTestLine, *instead: str) -> Wrong:
        self.sound(line)
        told = list(instead)
        help = None
        if line.name == "hear":
            entries = self.hears()[self.acted :]
            heard = [f"heard “{entry.data['text']}”{voiced(entry, line)}" for entry in entries]
            help = _accepting(str(entries[0].data["text"])) if len(heard) == 1 and not line.verb.negated else None
            told = [*(heard or ["heard nothing"]), *([] if self.stage.over else [self.waiting()])]
        elif line.name in ACTS and not self.stage.over and not instead:
            told.append(self.waiting())
        return Wrong(ScriptFailure(expected, tuple(told), line.verb.span, help=help))

    def waiting(self) -> str:
        waits = self.stage.moves[-1].waits if self.stage.moves else ()
        ask = self.stage.script.blocks[waits[-1]].ask if waits else None
        if ask is None:
            return "it waits for an answer"
        file = self.stage.flow.program.sources.file_of(ask.span)
        line = file.line_column(ask.span.start)[0]
        dialog, _, own = shared_name(ask.step).partition(":")
        where = f"dialog `{dialog}`" if is_in_dialog(ask.step) and not own else f"step `{own or ask.step}`"
        of = f" of `{dialog}`" if own else ""
        return f"it waits for an answer, in the {where}{of} ({file.name}:{line})"


def _accepting(heard: str) -> str | None:
    """Help for a test that expects another text; None where that text cannot stand in a script as it is."""
    return None if any(char in heard for char in '"`\\{\n') else f'if the script is right, write `hear "{heard}"`'
