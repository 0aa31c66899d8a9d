"""Playing a recorded call by another version of its script, and how its path differs. Pure.

What a history does not hold is never guessed: a decision that depends on it is taken as it was recorded where the
script still says the same of it, and otherwise the replay stops and says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from nccodsl.analysis.program import Hole, holes_in
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import Wait
from nccodsl.rehearsal.compare import BROKEN, DIFFERENT, SAME, UNKNOWN, Comparison, Outcome, Stopped, after_words
from nccodsl.rehearsal.history_values import KEY, HistoryValues
from nccodsl.rehearsal.recorded import RecordedRun, Segment, filled, moment_of, payload_of, segments_of, told
from nccodsl.rehearsal.settled import settled, taken_before
from nccodsl.runtime.advance import advance, play
from nccodsl.runtime.event import Event
from nccodsl.runtime.history import Entry, FetchedEntry
from nccodsl.runtime.match import Taken
from nccodsl.runtime.path import INPUT, PathMark, Paths
from nccodsl.runtime.redaction import Withheld, holes_of_program
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk
from nccodsl.runtime.web_requests import Fetched


def replayed(script: Runnable, paths: Paths, run: RecordedRun) -> Outcome:
    """Play a run that is whole, from its beginning."""
    player = Replayer(script, paths)
    return player.outcome(player.all_of(run))


class Replayer:
    """One call, by the script as it is now. `old` and `new` are the paths of the NCCO that is being played."""

    def __init__(self, script: Runnable, paths: Paths) -> None:
        self.script = script
        self.paths = paths
        self.state: State | None = None
        self.old: tuple[PathMark, ...] = ()
        self.new: tuple[PathMark, ...] = ()
        self.settled = 0
        self.playing = script
        self._forks: dict[str, str] = {}
        self.states: list[State] = []
        self._program = script.flow.program
        self.known = HistoryValues(script)
        self.compared = Comparison(script, paths)

    def outcome(self, playing: Iterator[None]) -> Outcome:
        """Play to the end, or to where it stops."""
        try:
            for _ in playing:
                pass
        except Stopped as stop:
            return Outcome(stop.verdict, stop.message, stop.span, self.settled, tuple(self.states))
        return Outcome(SAME, settled=self.settled, states=tuple(self.states))

    def all_of(self, run: RecordedRun) -> Iterator[None]:
        """Play a whole run, an answer at a time. Raises Stopped."""
        first, values = run.entries[0], self.known.values(run.entries[0])
        begins = Event("answer", self.known.of_the_call(first), key=KEY, values=values, received=moment_of(first))
        segments = segments_of(run.entries)
        if first.kind == "answer":
            self._play(segments[0], begins)
            segments = segments[1:]
            yield
        else:
            self.state = self._advanced(None, begins, deque(), self.script)
            self.new = self.path(self.state)
        yield from self.rest(segments)

    def rest(self, segments: list[Segment]) -> Iterator[None]:
        """Play what follows. Raises Stopped."""
        for segment in segments:
            self._play(segment, self._event(segment.entry))
            yield

    # ---- where it stands

    def brought(self, state: State, fetched: tuple[FetchedEntry, ...]) -> State:
        """The state with what had been fetched for the NCCO that it plays. Raises Stopped."""
        for _, value, failure, outcome in fetched:
            walk = self._walk(state, self.playing)
            if walk.pending is None:
                break
            ask = self.script.blocks[walk.at].ask
            if ask is not None and ask.binding is not None:
                self.known.note(ask.binding, value)
            state = state.changed(fetched=(*state.fetched, (walk.at, filled(value), failure, outcome)))
        return state

    def path(self, state: State, script: Runnable | None = None) -> tuple[PathMark, ...]:
        """The path of what a state plays. Raises Stopped."""
        return self.paths.of(state, self._walk(state, script or self.playing))

    # ---- one answer

    def _event(self, entry: Entry) -> Event:
        """The event, about the wait of the script that stands where the recorded one stood. Raises Stopped."""
        assert self.state is not None
        moves = self.state.moves
        given = entry.given if isinstance(entry.given, Mapping) else {}
        if entry.kind == "resume":
            return Event("resume", {}, self._walk(self.state, self.playing).resumes or entry.at, moves)
        if entry.kind == "status":
            return Event("status", dict(given), moves=moves, received=moment_of(entry))
        payload = dict(given) if entry.kind == "connect" else payload_of(entry)
        return Event(entry.kind, payload, self._at(entry), moves, received=moment_of(entry))

    def _at(self, entry: Entry) -> str:
        """The name of the wait. Raises Stopped."""
        number = self._number(entry)
        if number is not None and number < len(self.new) and self.new[number].waits:
            return self.new[number].at
        if entry.at in [mark.at for mark in self.new if mark.waits]:
            return entry.at
        raise Stopped(BROKEN, f"the script does not wait for {told(entry)} at `{entry.at}` where the call is")

    def _number(self, entry: Entry) -> int | None:
        """Where on the recorded path the wait stands."""
        return max((n for n, mark in enumerate(self.old) if mark.waits and mark.at == entry.at), default=None)

    def _play(self, segment: Segment, event: Event) -> None:
        """Take the script on by an answer, and compare. Raises Stopped."""
        entry = segment.entry
        number = self._number(entry)
        asked = self.old[number] if number is not None else None
        answers = self._answers(segment, event, asked)
        before, lacking = self.state, set(self.known.lacking)

        def tried(script: Runnable) -> tuple[State, tuple[PathMark, ...]]:
            self.known.lacking = set(lacking)
            return self._followed(segment, event, before, script)

        self.state, self.new = self._settled(segment, asked, answers, tried)
        self.old = segment.path
        self.states.append(self.state)

    def stand(self, state: State, entry: Entry) -> None:
        """Stand where a recorded call stood; its path is not compared. Raises Stopped."""
        segment = Segment(entry, entry.path, (), open=False)
        self.state, self.new = self._settled(
            segment, None, {}, lambda script: (state, self.path(state, script)), compares=False
        )
        self.old = entry.path

    def _settled(
        self,
        segment: Segment,
        asked: PathMark | None,
        answers: Mapping[str, Taken | None],
        tried: Callable[[Runnable], tuple[State, tuple[PathMark, ...]]],
        *,
        compares: bool = True,
    ) -> tuple[State, tuple[PathMark, ...]]:
        """Try until no `if` on the path depends on what is not recorded: it goes as recorded. Raises Stopped.

        What was settled of the NCCO before still holds while the answer to it is found.
        """
        waits = [mark for mark in self.new if mark.waits]
        near = self.paths.span(waits[-1]) if waits else None
        forks, confirmed = dict(self._forks), set[str]()
        while True:
            after, marks = tried(settled(self.script, forks, answers))
            doubtful = self.compared.doubtful(marks, confirmed, self.known.unknown)
            if compares:
                self.compared.check(segment, asked, marks[:doubtful], whole=doubtful is None, near=near)
            if doubtful is None:
                self._forks = {block: forks[block] for block in confirmed}
                self.playing = settled(self.script, self._forks, {})
                return after, marks
            block, target = self.compared.as_recorded(marks[doubtful], segment.path, doubtful)
            if forks.get(block, target) != target:
                raise Stopped(UNKNOWN, "a decision on a value that is not recorded took two different branches")
            forks[block] = target
            confirmed.add(block)
            self.settled += 1

    def _followed(
        self, segment: Segment, event: Event, before: State | None, script: Runnable
    ) -> tuple[State, tuple[PathMark, ...]]:
        """The state after an answer, and the path there; where the call asks how it goes on, as far as is recorded."""
        entry = segment.entry
        fetched = deque(segment.fetched)
        after = self._advanced(before, event, fetched, script, entry)
        if before is not None and after.moves == before.moves:
            raise Stopped(
                BROKEN, f"{after_words(entry, None)}, the script does not continue: it does not wait for that"
            )
        self._bind(event, entry, script)
        marks = self.path(after, script)
        while len(marks) < len(segment.path):
            resumes = self._walk(after, script).resumes
            if not resumes:
                break
            after = self._advanced(after, Event("resume", {}, resumes, after.moves), fetched, script)
            marks += self.path(after, script)
        return after, marks

    def _advanced(
        self,
        state: State | None,
        event: Event,
        fetched: deque[FetchedEntry],
        script: Runnable,
        entry: Entry | None = None,
    ) -> State:
        try:
            after, _ = advance(script, state, event)
            while after.pending is not None:
                ask = script.blocks[play(script, after).at].ask
                assert ask is not None
                if not fetched and entry is not None and entry.position is None:
                    raise Stopped(
                        UNKNOWN, "the recorded call stopped, and a reply that the script now needs is not recorded"
                    )
                if not fetched:
                    line = self.paths.line(ask.span)
                    raise Stopped(
                        DIFFERENT, f"the script now has a `fetch` at line {line}, whose reply is not recorded", ask.span
                    )
                _, value, failure, outcome = fetched.popleft()
                if ask.binding is not None:
                    self.known.note(ask.binding, value)
                after, _ = advance(script, after, Event("fetched", fetched=Fetched(filled(value), failure, outcome)))
        except RenderError as error:
            raise self._broken(error.diagnostics[0], entry) from None
        if entry is not None and entry.position is None:
            message = f"the recorded call stopped there with {entry.code} ({_place(entry)}); the script now continues"
            raise Stopped(DIFFERENT, f"{after_words(entry, None)}, {message}")
        return after

    def _walk(self, state: State, script: Runnable) -> Walk:
        try:
            return play(script, state)
        except RenderError as error:
            raise self._broken(error.diagnostics[0], None) from None

    def _broken(self, found: Diagnostic, entry: Entry | None) -> Stopped:
        line = self.paths.line(found.span) if found.span is not None else "?"
        if found.span is not None and self._reads(found.span) & self.known.unknown:
            return Stopped(UNKNOWN, f"what line {line} reads is not recorded, so what follows is unknown", found.span)
        if entry is not None and entry.position is None and entry.code == found.code:
            return Stopped(SAME, "")
        when = f"{after_words(entry, None)}, " if entry is not None else ""
        return Stopped(BROKEN, f"{when}the call stops at line {line}: {found.message} ({found.code})", found.span)

    def _reads(self, span: Span) -> set[str]:
        """The names of the template at a place."""
        holes = (hole for hole in holes_of_program(self._program) if _within(span, hole))
        return {use.name for hole in holes for use in hole.code.names}

    def _bind(self, event: Event, entry: Entry, script: Runnable) -> None:
        ask = script.blocks[event.at].ask if event.kind == INPUT and event.at in script.blocks else None
        if ask is not None and ask.binding is not None:
            self.known.note(ask.binding, entry.given)

    # ---- decisions that depend on what is not recorded

    def _answers(self, segment: Segment, event: Event, asked: PathMark | None) -> dict[str, Taken | None]:
        """The branch of an answer, where only the recorded one can be known. Raises Stopped."""
        block = self.script.flow.blocks.get(event.at)
        if event.kind != INPUT or block is None or not isinstance(block.transition, Wait):
            return {}
        wait = block.transition
        uses = {use.name for hole in holes_in([m for ms, _ in wait.cases for m in ms]) for use in hole.code.names}
        ask = self.script.blocks[event.at].ask
        if ask is None or not ask.choose.has_branches:
            return {}
        if not isinstance(segment.entry.given, Withheld) and not uses & self.known.unknown:
            return {}
        now = self.paths.wait(event.at)
        if asked is None or now is None or asked.decides != now.decides:
            line = self.paths.line(block.transition.item.span)
            raise Stopped(
                UNKNOWN,
                f"the branch at line {line} depends on a value that is not recorded",
                block.transition.item.span,
            )
        self.settled += 1
        return {event.at: taken_before(segment.path, wait, ask.choose)}


def _place(entry: Entry) -> str:
    return f"line {entry.place.rpartition(':')[2]}" if entry.place else "no line"


def _within(span: Span, hole: Hole) -> bool:
    return hole.span.start <= span.start and span.end <= hole.span.end
