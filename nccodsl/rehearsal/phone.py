"""A phone: a person hears what a flow says, presses keys, speaks, waits, and hangs up. No time passes meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Protocol

from nccodsl.durations import seconds
from nccodsl.emulator.legs import Leg
from nccodsl.emulator.listing import Line, listing
from nccodsl.emulator.personas import DEFAULT, OUTCOMES, Cast, Persona
from nccodsl.emulator.timeline import Entry
from nccodsl.lowering.flow import Flow
from nccodsl.record import Record
from nccodsl.rehearsal.stage import Stage, as_heard
from nccodsl.runtime.operations import Fetch, Fetched

BETWEEN_KEYS = 0.3
"""Seconds from one key to the next."""
TALKS = 20.0
"""Seconds that somebody who is connected talks, where nothing else is said."""
MOST_SILENCES = 30
"""How often nobody answers before whoever is at the phone is taken to have hung up."""
HELP = (
    "keys: 1, 12#, *      speech: say sales please, or just the words",
    "wait: stay silent until the call goes on (or an empty line); wait 3s: for so long",
    "!1: press 1 at the next prompt before it ends; again: what was heard; where: step, line and names; hang up: bye",
)
_KEYS = re.compile(r"[0-9*#]+")
_SHOWN = frozenset(("hears", "says", "records", "joins", "leaves", "note", "webhook"))


class Person(Protocol):
    """Who is at the phone."""

    def told(self, kind: str, text: str, at: float) -> None:
        """Something happens: `kind` of a timeline's entry, `step`, or `hint`; `at` in seconds of the call."""

    def asked(self, prompt: str) -> str | None:
        """What is pressed or said; None where nothing comes any more."""


class Where(Record):
    """A place in the script: the step, and `file:line`."""

    step: str
    place: str


class Phone:
    """One call. `stage` must have been made with this phone's `cast` and `fetcher`."""

    def __init__(self, flow: Flow, person: Person, personas: Cast | None = None) -> None:
        self._flow = flow
        self._person = person
        self._plays = personas
        self.stage: Stage
        self.cast: Cast = personas if personas is not None else _Asking(self)
        self._shown = 0
        self._moves = 0
        self._step = ""
        self._answered: object = None
        self._early = ""
        self._silences = 0
        self._gone = False
        self._heard_from = 0

    def run(self, stage: Stage) -> None:
        """Let the call begin, and end. Raises RenderError, ScriptError as `Stage.begin` does."""
        self.stage = stage
        leg = stage.begin()
        while not stage.over:
            self._show()
            if self._early and leg.listening is not None and leg.listening.takes_keys and not leg.quiet:
                keys, self._early = self._early, ""
                self._press(leg, keys)
            elif self._plays is None and self._waits(leg):
                self._turn(leg)
            elif not stage.step():
                break
        stage.finish()
        self._show()

    # ---- what is told

    def _show(self) -> None:
        """What has happened since."""
        for move in self.stage.moves[self._moves :]:
            self._moves += 1
            for _, name in move.trail:
                block = self._flow.blocks.get(name)
                if block is not None and block.step == name and name != self._step:
                    self._step = name
                    self._person.told("step", f"{name} ({_place(self._flow, block.span)})", move.at)
        entries = self.stage.leg.timeline.entries if hasattr(self.stage, "leg") else []
        for entry in entries[self._shown :]:
            self._shown += 1
            if _worth_telling(entry):
                self._tell(entry)

    def _tell(self, entry: Entry) -> None:
        (line,) = listing(_only(entry, self.stage), everything=True)
        # Whoever is at the phone hears it; what happens at other legs is told with their names.
        leg = "" if entry.leg == self.stage.leg.name else f"{entry.leg} "
        self._person.told(entry.kind, f"{leg}{line.text}", entry.at)

    def _waits(self, leg: Leg) -> bool:
        """Whether the call waits for whoever is at the phone."""
        if not leg.quiet:
            return False
        if leg.listening is not None and leg.listening is not self._answered:
            return True
        if leg.held_by is not None and leg.held_by is not self._answered:
            return True
        conversation = leg.conversation
        return conversation.name is not None and leg in conversation.members and conversation is not self._answered

    # ---- what the person does

    def _turn(self, leg: Leg) -> None:
        given = None if self._gone else self._person.asked("> ")
        if given is None:
            self._gone = True
            self._silence(leg)
            return
        self._act(leg, given.strip())

    def _act(self, leg: Leg, given: str) -> None:
        word, _, rest = given.partition(" ")
        folded = given.casefold()
        if not given or folded == "wait":
            self._silence(leg)
        elif folded in ("hang up", "hangup", "bye"):
            self.stage.network.end(leg, by="user")
        elif folded in ("help", "?"):
            for line in HELP:
                self._hint(line)
        elif folded == "where":
            for line in self.where():
                self._hint(line)
        elif folded == "again":
            for text in self._last_heard():
                self._hint(text)
        elif word.casefold() == "wait":
            self._wait(leg, rest)
        elif given[0] == "!" or word.casefold() == "interrupt":
            keys = given[1:].strip() if given[0] == "!" else rest.strip()
            if _KEYS.fullmatch(keys):
                self._early = keys
                self._silence(leg)
            else:
                self._hint("write the keys behind it: !1")
        elif _KEYS.fullmatch(given):
            self._press(leg, given)
        else:
            self._say(leg, rest if word.casefold() == "say" else given)

    def _hint(self, text: str) -> None:
        self._person.told("hint", text, self.stage.network.clock.now)

    def _press(self, leg: Leg, keys: str) -> None:
        if leg.listening is not None and not leg.listening.takes_keys:
            self._hint("it listens for speech alone: say something, or wait")
            return
        self._answers(leg)
        self.stage.network.log(leg, "presses", " ".join(keys), {"keys": keys})
        for number, key in enumerate(keys):
            if number:
                self.stage.network.clock.run_until(self.stage.network.clock.now + BETWEEN_KEYS)
            leg.press(key)

    def _say(self, leg: Leg, words: str) -> None:
        if not words.strip():
            self._hint("say what? such as: say sales")
            return
        if leg.listening is not None and not leg.listening.takes_speech:
            self._hint("it listens for keys alone, and takes no speech (`help` says what there is)")
            return
        held = leg.held_by
        self._answers(leg)
        spoken = leg.speak(words)
        if held is not None:
            # A message may have more than one sentence.
            self.stage.network.clock.run_until(self.stage.network.clock.now + spoken)
            self._answered = None

    def _answers(self, leg: Leg) -> None:
        self._answered = leg.listening or leg.held_by or leg.conversation
        self._silences = 0
        self._heard_from = len(leg.timeline.entries)

    def _silence(self, leg: Leg) -> None:
        """Say nothing until the call goes on."""
        self._silences += 1
        if self._silences > MOST_SILENCES or (self._gone and leg.listening is None and leg.held_by is None):
            self._hint("nobody is there any more: hung up")
            self.stage.network.end(leg, by="user")
            return
        self._answered = leg.listening or leg.held_by or leg.conversation
        self._heard_from = len(leg.timeline.entries)

    def _wait(self, leg: Leg, text: str) -> None:
        try:
            duration = float(seconds(text.strip() if not text.strip().isdecimal() else f"{text.strip()}s"))
        except ValueError:
            self._hint(f"`{text.strip()[:20]}` is no duration such as 3s")
            return
        self.stage.network.clock.run_until(self.stage.network.clock.now + min(duration, 7200.0))

    def _last_heard(self) -> Iterator[str]:
        entries = self.stage.leg.timeline.entries[self._heard_from :]
        mine = [entry.text for entry in entries if entry.kind == "hears" and entry.leg == self.stage.leg.name]
        return iter(mine or ["nothing since"])

    def where(self) -> Iterator[str]:
        """The step, the line of the script that it waits at, and the names with their values; none that is private."""
        move = self.stage.moves[-1] if self.stage.moves else None
        waits = move.waits if move is not None else ()
        ask = self.stage.script.blocks[waits[-1]].ask if waits else None
        if move is None or ask is None:
            yield "the call waits for nobody"
            return
        file = self._flow.program.sources.file_of(ask.span)
        number = file.line_column(ask.span.start)[0]
        yield f"step {ask.step}, {file.name}:{number}: {file.text.splitlines()[number - 1].strip()}"
        state = move.state
        for name, value in {**state.values, **state.names}.items():
            shown = "(private)" if name in self._flow.private_names else json.dumps(value, default=str)[:80]
            yield f"{name} = {shown}"

    # ---- who else is called, and what is fetched

    def persona(self, endpoint: str) -> Persona:
        """How somebody behaves who is dialled now: the person at the phone says so."""
        while True:
            given = None if self._gone else self._person.asked(f"{endpoint} rings. {', '.join(OUTCOMES)}? [answered] ")
            words = (given or "answered").split()
            if words and words[0].casefold() in OUTCOMES:
                stays = TALKS
                if len(words) > 1:
                    try:
                        stays = float(seconds(words[1] if not words[1].isdecimal() else f"{words[1]}s"))
                    except ValueError:
                        self._person.told("hint", f"`{words[1][:20]}` is no duration such as 20s", 0.0)
                        continue
                return Persona(endpoint, outcome=words[0].casefold(), stays=stays)
            self._person.told(
                "hint", f"one of: {', '.join(OUTCOMES)}; behind `answered`, for how long: answered 20s", 0.0
            )

    def fetched(self, fetch: Fetch) -> Fetched:
        """What a fetch brings: the person at the phone says so."""
        while True:
            given = None if self._gone else self._person.asked(f"{fetch.url} answers with (JSON, or `error`): ")
            if given is None or given.strip().casefold() in ("", "error"):
                return Fetched(failure="it failed, as was said")
            try:
                return Fetched(json.loads(given))
            except (ValueError, RecursionError):
                self._person.told("hint", 'that is no JSON: write such as {"name": "Ann"}, or error', 0.0)


class _Asking(Cast):
    """The one who is at the phone is there; of everybody else it is asked."""

    def __init__(self, phone: Phone) -> None:
        super().__init__()
        self.__dict__.update(phone=phone, first=True)

    def playing(self, endpoint: str) -> Persona:
        members: dict[str, Any] = self.__dict__
        if members["first"]:
            members["first"] = False
            return DEFAULT
        phone: Phone = members["phone"]
        return phone.persona(endpoint)


def transcript(flow: Flow, stage: Stage) -> list[dict[str, Any]]:
    """The whole conversation, in order: seconds, kind, words, and the step and line of the script."""
    marks: list[tuple[float, Where]] = []
    for move in stage.moves:
        for _, name in move.trail:
            block = flow.blocks.get(name)
            if block is not None:
                marks.append((move.at, Where(block.step, _place(flow, block.span))))
    lines: list[dict[str, Any]] = []
    for entry in sorted(as_heard(stage.result()).timeline.entries, key=lambda entry: entry.at):
        if entry.kind == "action" or not _worth_telling(entry, presses=True):
            continue
        (line,) = listing(_only(entry, stage), everything=True)
        before = [mark for at, mark in marks if at <= entry.at]
        where = before[-1] if before else Where("", "")
        leg = "" if entry.leg == stage.leg.name else entry.leg
        lines.append(
            {
                "at": round(entry.at, 3),
                "leg": leg,
                "kind": entry.kind,
                "text": line.text,
                "step": where.step,
                "place": where.place,
            }
        )
    return lines


def _only(entry: Entry, stage: Stage) -> Any:
    """A call in which nothing happens but one thing."""
    from nccodsl.emulator.timeline import Timeline
    from nccodsl.emulator.virtual import Emulated

    timeline = Timeline()
    timeline.entries = [entry]
    return Emulated(timeline, stage.network.summaries(stage.leg), 0.0)


def _worth_telling(entry: Entry, *, presses: bool = False) -> bool:
    if entry.kind == "status":
        return (
            entry.text in ("ringing", "answered", "completed", "machine", "human") or entry.text.split()[0] in OUTCOMES
        )
    if entry.kind == "presses":
        return presses
    if entry.kind == "webhook":
        return not str(entry.data["url"]).startswith("https://flow.test/")
    if entry.kind == "note":
        return not entry.text.startswith(("an NCCO of ", "the input took"))
    return entry.kind in _SHOWN


def _place(flow: Flow, span: Any) -> str:
    file = flow.program.sources.file_of(span)
    return f"{file.name}:{file.line_column(span.start)[0]}"


__all__ = ["HELP", "Line", "Person", "Phone", "transcript"]
