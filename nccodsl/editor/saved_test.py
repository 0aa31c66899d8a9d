"""A replayed call as a `test` block: what was heard, done, dialed and fetched, in order.

The block is tried before it is given away: it passes under `nccodsl test`, or there is none.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from datetime import datetime

from nccodsl.analysis.analyse import analyse
from nccodsl.base.source import Sources
from nccodsl.decompiler.literals import NOWHERE, free, name, option, text
from nccodsl.editor.tape import Awaited, Replay
from nccodsl.editor.whereabouts import private_values
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.personas.persona import Persona
from nccodsl.errors import CannotRead, ScriptError, UsageError
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.entry import Entered, entered, outcome, question
from nccodsl.rehearsal.run_tests import diagnostic_of, run_test
from nccodsl.rehearsal.scripted import ACTS
from nccodsl.runtime.runnable import Runnable
from nccodsl.syntax import ast
from nccodsl.syntax.formatter import format_script


def saved_test(
    flow: Compiled, values: Mapping[str, object], play: Replay, title: str, at: datetime | None = None
) -> str:
    """The block, as `nccodsl fmt` writes it. Raises UsageError where no test can tell this call."""
    if play.failures:
        raise UsageError(f"a call that failed cannot be saved as a test: {play.failures[0]}")
    lines: list[ast.With | ast.Moment | ast.Expect] = []
    if values:
        lines.append(ast.With(span=NOWHERE, values=tuple(option(key, free(value)) for key, value in values.items())))
    if at is not None and flow.reads_clock:
        lines.insert(0, ast.Moment(span=NOWHERE, text=text(at.isoformat(" ", "seconds"))))
    verbs = list(_Lines(play).all())
    if _stopped_at_fetch(play):
        # What leads to the fetch is left out: it has no reply. What the end of the call sends stays.
        last = max((n for n, verb in enumerate(verbs) if verb.verb.text in ACTS), default=len(verbs))
        verbs = [verb for n, verb in enumerate(verbs) if n < last or verb.verb.text == "sent"]
    if not any(verb.verb.text not in ACTS for verb in verbs):
        raise UsageError("there is nothing to save yet: nothing was heard, dialed or fetched")
    block = ast.Test(span=NOWHERE, title=text(title), verbs=(*lines, *verbs))
    try:
        written = format_script(ast.Script(span=NOWHERE, items=(block,)))
    except UnicodeEncodeError:
        raise UsageError("a text has half a character (a lone surrogate), which a script cannot contain") from None
    _prove(flow, written)
    return written


def _stopped_at_fetch(play: Replay) -> bool:
    """Whether the last thing that the call wanted was a reply, and none was given."""
    if not play.asked or play.asked[-1].what != "fetch":
        return False
    return play.pending is not None or question(play.tape[len(play.asked) - 1]) is not None


class _Lines:
    """The lines of a test that does what a tape did."""

    def __init__(self, play: Replay) -> None:
        self._play = play
        self._leg = play.call.legs[0].name
        self._private = private_values(play.stage)
        self._fetches = 0
        self._opted_out = False

    def all(self) -> Iterator[ast.Expect]:
        """The verbs, in the order in which things happened."""
        asked = 0
        questions = self._play.asked
        for number, entry in enumerate(self._play.entries):
            while asked < len(questions) and questions[asked].after <= number:
                yield from self._answer(asked)
                asked += 1
            yield from self._noticed(entry)
        for rest in range(asked, len(questions)):
            yield from self._answer(rest)

    def _noticed(self, entry: TimelineEntry) -> Iterator[ast.Expect]:
        """What the test expects because of an entry."""
        event = entry.data.get("event")
        if event == "send":
            if not self._lost(entry):
                yield _verb("sent", self._address(entry.data["url"]))
        elif event == "fetch":
            yield from self._fetched(entry)
        elif event == "opt_out" and not self._opted_out:
            self._opted_out = True
            yield _verb("opted_out")
        elif entry.leg != self._leg:
            return
        elif entry.kind == "hears" and entry.data.get("source") == "NCCO" and entry.data.get("text"):
            heard = max(self._private.pieces(str(entry.data["text"])), key=len).strip()
            if heard:
                yield _verb("hear", text(heard))
        elif entry.kind == "status" and self._ends(entry):
            yield _verb("ended")

    def _lost(self, entry: TimelineEntry) -> bool:
        """Whether it was sent because the person hung up where a test cannot: elsewhere than at a question."""
        leg, asked = self._play.call.legs[0], self._play.asked
        ended = leg.ended is not None and leg.ended_by == "user" and entry.at >= leg.ended
        return ended and bool(asked) and asked[-1].what != "input"

    def _ends(self, entry: TimelineEntry) -> bool:
        """Whether the call ended by itself, and this is its end."""
        leg = self._play.call.legs[0]
        return leg.ended is not None and entry.data.get("status") == leg.outcome and leg.ended_by != "user"

    def _fetched(self, entry: TimelineEntry) -> Iterator[ast.Expect]:
        """The reply that a fetch had."""
        found = self._play.stage.fetched[self._fetches]
        self._fetches += 1
        address = self._address(entry.data["url"])
        if found.failure:
            yield _verb("fetched", address)
            yield _verb("failed")
        else:
            yield _verb("fetched", address, reply=free(found.value))

    def _address(self, url: str) -> ast.Text:
        """An address, with `*` for each private value in it."""
        return text("*".join(self._private.pieces(url)))

    # ---- what the person did

    def _answer(self, number: int) -> Iterator[ast.Expect]:
        asked = self._play.asked[number]
        if asked is self._play.pending:
            return
        line = self._play.tape[number]
        if asked.what == "connect":
            yield from _dialed(asked, line)
        elif asked.what in ("input", "recording"):
            yield from self._acted(number, asked, line)

    def _acted(self, number: int, asked: Awaited, line: str) -> Iterator[ast.Expect]:
        if self._still(number):
            return
        speech = asked.what == "recording" or "words" in asked.prompt
        keys = asked.what == "recording" or "keys" in asked.prompt
        found: Entered = entered(line, speech=speech)
        if found.verb == "press" and keys:
            yield _verb("press", text(str(found.value)))
        elif found.verb == "say" and speech:
            yield _verb("say", text(str(found.value)))
        elif found.verb == "wait" and found.value is None:
            yield _verb("silence")
        elif found.verb in ("wait", "say"):
            yield _verb("silence", self._lasting(number, found))

    def _still(self, number: int) -> bool:
        """Whether keys were pressed in this recording before: a test goes on behind it then."""
        asked, before = self._play.asked[number], self._play.asked[number - 1] if number else None
        if before is None or asked.what != "recording" or not _same(before, asked):
            return False
        return entered(self._play.tape[number - 1]).verb == "press" or self._still(number - 1)

    def _lasting(self, number: int, found: Entered) -> ast.Value | None:
        """How long the person was silent; None: until the call went on by itself."""
        asked, following = self._play.asked[number], self._play.asked[number + 1 : number + 2]
        if not following or not _same(asked, following[0]):
            return None
        if found.verb == "wait" and found.value is not None:
            seconds = float(found.value)
        else:
            said = next(one for one in self._play.entries[asked.after :] if one.kind == "says")
            seconds = following[0].at - said.at
        return _duration(round(seconds * 1000))


def _same(asked: Awaited, following: Awaited) -> bool:
    """Whether the call still waits for the same."""
    return (asked.what, asked.moves, asked.place) == (following.what, following.moves, following.place)


def _dialed(asked: Awaited, line: str) -> Iterator[ast.Expect]:
    found = outcome(line, asked.subject) if question(line) is None else None
    if not isinstance(found, Persona):
        return
    kind, _, whom = asked.subject.partition(" ")
    number = kind == "phone" and whom.isdecimal() and whom.isascii()
    value = ast.Number(span=NOWHERE, text=whom, value=int(whom)) if number else text(whom)
    yield _verb("dialled", value, kind=kind)
    yield _verb("machine" if found.machine else found.outcome)


def _verb(verb: str, value: ast.Value | None = None, *, kind: str = "", reply: ast.Value | None = None) -> ast.Expect:
    return ast.Expect(span=NOWHERE, verb=name(verb), kind=name(kind) if kind else None, value=value, reply=reply)


def _duration(milliseconds: int) -> ast.Duration:
    whole = milliseconds % 1000 == 0
    written = f"{milliseconds // 1000}s" if whole else f"{milliseconds}ms"
    return ast.Duration(span=NOWHERE, text=written, milliseconds=milliseconds)


# ---- the proof


def _prove(flow: Compiled, written: str) -> None:
    """The test passes with the script. Raises UsageError."""
    try:
        tried = with_test(flow, written)
    except ScriptError as error:
        raise UsageError(f"this call cannot be saved as a test: {error.diagnostics[0].message}") from None
    case = tried.program.tests[-1]
    result = run_test(tried, Runnable(tried, "https://flow.test/call"), case)
    if result.failure is not None:
        raise UsageError(f"this call cannot be saved as a test: {diagnostic_of(tried, result).message}")


def with_test(flow: Compiled, written: str) -> Compiled:
    """The script with a test at its end. Raises ScriptError."""
    first, *others = flow.program.sources.files
    known = {file.name: file.text for file in others}

    def read(wanted: str, including: str) -> tuple[str, str]:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(including), wanted))
        # A script that has another name than its file includes files by names that only end alike.
        alike = [called for called in known if called.endswith(f"/{path}")]
        for called in (wanted, path, *(alike if len(alike) == 1 else ())):
            if called in known:
                return called, known[called]
        raise CannotRead(f"{wanted} does not exist", missing=True)

    sources = Sources()
    checked = analyse(sources, sources.add(first.name, f"{first.text.rstrip()}\n\n{written}"), read)
    if checked.collector.has_errors:
        raise ScriptError([found for found in checked.collector.sorted() if found.is_error])
    return Compiled(checked, flow.name)
