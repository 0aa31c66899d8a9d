"""Whether a script can take the place of the one that calls were recorded by. Pure.

Three questions: do recorded calls take the same path from their beginning; what becomes of calls in flight when the
script is deployed; and what would become of them if it had to go on with them itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic, Message, messages
from nccodsl.rehearsal.compare import BROKEN, DIFFERENT, SAME, UNKNOWN, Outcome
from nccodsl.rehearsal.in_flight import continued, standing
from nccodsl.rehearsal.recorded import RecordedRun, runs_of, segments_of
from nccodsl.rehearsal.replayer import replayed
from nccodsl.runtime.history import Entry, History
from nccodsl.runtime.path import Paths
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State

VERDICTS = {
    SAME: "safe",
    UNKNOWN: "unknown",
    DIFFERENT: "calls in flight will behave differently",
    BROKEN: "cannot be continued",
}
"""What is said of calls in flight, from the best to the worst."""
_ORDER = tuple(VERDICTS)
Kept = Callable[[str], bool]
"""Whether the server that is deployed can go on by a version."""


class Judged(Record):
    """One replay of one call."""

    call: str
    version: str
    outcome: Outcome


class JudgedGroup(Record):
    """Replays that ended alike."""

    verdict: str
    message: str
    span: Span | None
    calls: tuple[str, ...]
    count: int


class Safety:
    """The report. `beginnings`: each call from its beginning; `deployed` and `taken_over`: each place in flight."""

    def __init__(self, script: Runnable, history: History, flow: str, kept: Kept | None = None) -> None:
        self.script = script
        self.flow = flow
        self.cut = history.cut
        self.checked = kept is not None
        self._paths = Paths(script)
        self._kept = kept or (lambda _: True)
        self.calls = 0
        self.ended = 0
        self.partial = 0
        self.versions: dict[str, int] = {}
        self.beginnings: list[Judged] = []
        self.deployed: list[Judged] = []
        self.taken_over: list[Judged] = []
        for (name, key), entries in history.calls.items():
            if name == flow:
                self._add(key, entries)

    @property
    def verdict(self) -> str:
        """What becomes of calls in flight, by the words of VERDICTS."""
        return _worst(self.deployed)

    @property
    def safe(self) -> bool:
        """Nothing differs, and nothing is left unknown."""
        return not any(judged.outcome.verdict != SAME for judged in (*self.beginnings, *self.deployed))

    @property
    def settled(self) -> int:
        """The decisions from the beginnings of calls that were taken as recorded."""
        return sum(judged.outcome.settled for judged in self.beginnings)

    def _add(self, key: str, entries: tuple[Entry, ...]) -> None:
        runs = runs_of(entries)
        self.calls += 1
        self.ended += any(entry.ended for entry in entries)
        self.partial += len(runs) > 1 or not all(run.whole for run in runs)
        self.versions[entries[0].version] = self.versions.get(entries[0].version, 0) + 1
        for run in runs:
            self._judge(key, run)

    def _judge(self, key: str, run: RecordedRun) -> None:
        version = run.entries[0].version
        beginning: Outcome | None = None
        if run.whole:
            beginning = self._by_version(version, replayed(self.script, self._paths, run))
            self.beginnings.append(Judged(key, version, beginning))
        if run.carried and beginning is not None:
            # Nothing was kept yet: whichever script is there answers, by the names in the addresses.
            self.deployed.append(Judged(key, version, beginning))
        states = _states(run, beginning)
        for number in standing(run):
            outcome = continued(self.script, self._paths, run, number, states.get(number))
            self.taken_over.append(Judged(key, version, self._by_version(version, outcome)))
            kept = self._kept(version)
            lost = f"the store does not have version {version}, which these calls continue with (E811)"
            self.deployed.append(Judged(key, version, Outcome(SAME) if kept else Outcome(BROKEN, lost)))

    def _by_version(self, version: str, outcome: Outcome) -> Outcome:
        """The same script does the same: what is not recorded decides as it did."""
        same = version == self.script.version and outcome.verdict == UNKNOWN
        return Outcome(SAME, settled=outcome.settled + 1, states=outcome.states) if same else outcome

    # ---- telling

    def diagnostics(self) -> Iterator[Diagnostic]:
        """What keeps the script from being safe: E831 for paths from the beginning, E832 for calls in flight."""
        family = messages.explored
        for wording, judged in ((family.replay_differs, self.beginnings), (family.in_flight_differs, self.deployed)):
            for group in groups(judged):
                yield self.diagnostic(wording, group)

    def diagnostic(self, wording: Callable[[str], Message], group: JudgedGroup) -> Diagnostic:
        """A group at its place in the script."""
        file = self.script.flow.program.sources.file_of(group.span) if group.span is not None else None
        return wording(told(group)).about(file, group.span)

    def to_json(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "flow": self.flow,
            "version": self.script.version,
            "safe": self.safe,
            "calls": self.calls,
            "ended": self.ended,
            "partial": self.partial,
            "unreadable_lines": self.cut,
            "recorded_versions": self.versions,
            "settled_as_recorded": self.settled,
            "from_the_beginning": self._shown(self.beginnings),
            "in_flight": {"verdict": self.verdict, "store_checked": self.checked, **self._shown(self.deployed)},
            "if_taken_over": {"verdict": _worst(self.taken_over), **self._shown(self.taken_over)},
        }

    def _shown(self, judged: list[Judged]) -> dict[str, Any]:
        found = []
        for group in groups(judged):
            place = self.diagnostic(messages.explored.replay_differs, group)
            at = f"{place.file.name}:{place.line}" if place.file else ""
            found.append(
                {
                    "verdict": group.verdict,
                    "message": group.message,
                    "at": at,
                    "calls": list(group.calls),
                    "count": group.count,
                }
            )
        return {"counts": counts(judged), "found": found}


def groups(judged: Iterable[Judged]) -> list[JudgedGroup]:
    """What is not the same, the worst first; the same message at the same place appears once, with its calls."""
    found: dict[tuple[str, str, Span | None], list[str]] = {}
    for one in judged:
        outcome = one.outcome
        if outcome.verdict != SAME:
            found.setdefault((outcome.verdict, outcome.message, outcome.span), []).append(one.call)
    made = [
        JudgedGroup(verdict, message, span, tuple(dict.fromkeys(calls)), len(calls))
        for (verdict, message, span), calls in found.items()
    ]
    return sorted(made, key=lambda group: (-_ORDER.index(group.verdict), -group.count, group.message))


def counts(judged: Iterable[Judged]) -> dict[str, int]:
    """How many ended in which way."""
    found = dict.fromkeys(_ORDER, 0)
    for one in judged:
        found[one.outcome.verdict] += 1
    return found


def told(group: JudgedGroup) -> str:
    """A group in words, with the first of its calls."""
    calls = group.calls
    more = f" and {len(calls) - 1} more" if len(calls) > 1 else ""
    return f"call {calls[0]}{more}: {group.message}"


def _worst(judged: Iterable[Judged]) -> str:
    return VERDICTS[max((one.outcome.verdict for one in judged), key=_ORDER.index, default=SAME)]


def _states(run: RecordedRun, beginning: Outcome | None) -> dict[int, State]:
    """Where a call of the script itself was after each entry of a run, as far as it was the same."""
    if beginning is None:
        return {}
    found: dict[int, State] = {}
    number = -1
    for segment, state in zip(segments_of(run.entries), beginning.states, strict=False):
        number = next(n for n in range(number + 1, len(run.entries)) if run.entries[n] is segment.entry)
        while number + 1 < len(run.entries) and run.entries[number + 1].kind == "resume":
            number += 1
        found[number] = state
    return found
