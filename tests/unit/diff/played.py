"""What really happens in calls of two versions: both are played in the emulator, with every answer up to a depth.

It knows nothing of how versions are compared: answers are what stands in quotes behind `on` in either text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import nccodsl
from nccodsl.api import load_with
from nccodsl.base.phone import SOMEBODY
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.personas.persona import Persona
from nccodsl.errors import RenderError
from nccodsl.io.files import reader_for
from nccodsl.rehearsal.stage import Stage, route_of
from nccodsl.runtime.web_requests import Fetch, Fetched

AT = datetime(2026, 1, 5, 12)
"""A Monday at noon."""
SHOWN = ("hears", "says", "presses", "status", "joins", "leaves", "records", "action")
LONG = 900.0
"""Seconds after which a call is hung up."""
INPUT, DIAL, FETCH = "input", "dial", "fetch"
_OWN = re.compile(r'https://flow\.test/call[^"]*')
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|CON-[0-9a-f-]+")
_ON = re.compile(r'\bon ((?:"[^"]*"(?:,\s*)?)+)')
Answers = tuple[tuple[str, object], ...]


class Played(NamedTuple):
    """What happened, and what the call was waiting for when there were no more answers (empty: for nothing)."""

    happened: list[object]
    waits: str


def loaded(text: str, path: str = "script.call") -> nccodsl.Flow:
    """A text as the script at a path: its translations are read from there, like what it includes."""
    return load_with(text, path, reader_for(path))


def notices(
    old: str, new: str, depth: int, values: Mapping[str, object] | None = None, path: str = "script.call"
) -> Answers | None:
    """The answers after which something else happens in the new version; None where nothing does."""
    flows = loaded(old, path), loaded(new, path)
    alphabet = alphabet_of(old, new)
    todo: list[Answers] = [()]
    while todo:
        answers = todo.pop(0)
        one, other = (played(flow, answers, values or {}) for flow in flows)
        if one.happened != other.happened:
            return answers
        if one.waits and len(answers) < depth:
            todo += [(*answers, (one.waits, answer)) for answer in alphabet[one.waits]]
    return None


def alphabet_of(*texts: str) -> dict[str, list[object]]:
    """What may be answered, by what is waited for."""
    named = [answer for text in texts for found in _ON.findall(text) for answer in re.findall(r'"([^"]*)"', found)]
    unused = next(key for key in "0789*" if key not in named)
    replies: list[object] = []
    for text in texts:
        replies += [reply for reply in _replies(text) if reply not in replies]
    return {
        INPUT: list(dict.fromkeys((*named, unused, ""))),
        DIAL: ["answered", "busy", "timeout", "failed"],
        FETCH: [*replies[:2], None],
    }


def played(flow: nccodsl.Flow, answers: Answers, values: Mapping[str, object]) -> Played:
    """One call."""
    return _Call(flow, answers, values).play()


def _replies(text: str) -> list[object]:
    flow = nccodsl.load(text, name="script.call")
    made = (verb.reply for case in flow.program.tests for verb in case.verbs if verb.verb == "fetched")
    return [reply for reply in made if isinstance(reply, dict)]


class _Call:
    """Gives the answers, and then hangs up."""

    def __init__(self, flow: nccodsl.Flow, answers: Answers, values: Mapping[str, object]) -> None:
        self._answers = list(answers)
        self._waits = ""
        self._happened: list[object] = []
        taken = {name: value for name, value in values.items() if flow.takes(name)}
        self._stage = Stage(flow, taken, cast=self, fetcher=self._fetch, at=AT)
        self._called = 0

    def play(self) -> Played:
        stage = self._stage
        try:
            leg = stage.begin(self._placed)
        except RenderError as error:
            return Played([f"{error.diagnostics[0].code}"], "")
        clock, answered = stage.network.clock, None
        while not stage.over and clock.now < LONG and not self._waits:
            if leg.listening is not None and leg.listening is not answered and leg.quiet:
                answered = leg.listening
                self._answer(leg)
            elif not stage.step():
                break
        if not stage.over:
            stage.network.end(leg, by="user")
        stage.finish()
        return Played([*self._happened, *self._told(leg)], self._waits)

    def playing(self, endpoint: str) -> Persona:
        self._called += 1
        if self._called == 1 or endpoint == f"phone {SOMEBODY}":
            return Persona("caller", stays=86_400.0)
        outcome = self._next(DIAL)
        return Persona("callee", outcome=str(outcome or "busy"), stays=5.0)

    def _placed(self, body: dict[str, Any]) -> dict[str, Any]:
        self._happened.append(_plain(body))
        return body

    def _next(self, kind: str) -> object:
        """The next answer; where none is left, the call waits for it, and is hung up."""
        if self._answers and self._answers[0][0] == kind:
            return self._answers.pop(0)[1]
        self._waits = self._waits or kind
        return None

    def _answer(self, leg: Leg) -> None:
        given = self._next(INPUT)
        listening = leg.listening
        assert listening is not None
        if not given:
            return
        if str(given).isalpha() or " " in str(given):
            if listening.takes_speech:
                leg.speak(str(given))
        elif listening.takes_keys:
            for key in str(given):
                leg.press(key)

    def _fetch(self, fetch: Fetch) -> Fetched:
        request = fetch.request
        self._happened.append((request.method, request.url, request.body, request.headers, fetch.timeout))
        reply = self._next(FETCH)
        return Fetched(reply) if reply is not None else Fetched(failure="no reply", outcome="error")

    def _told(self, leg: Leg) -> Sequence[object]:
        """What was heard and done, every NCCO, and what was sent; without ids and addresses of the script."""
        entries = sorted(self._stage.leg.timeline.entries, key=lambda entry: entry.at)
        shown = [
            (round(entry.at, 1), entry.leg, entry.kind, _IDS.sub("*", _OWN.sub("*", entry.text)))
            for entry in entries
            if entry.kind in SHOWN and not (entry.kind == "action" and entry.data.get("action") == "notify")
        ]
        nccos = [_plain(json.loads(move.reply.body)) for move in self._stage.moves if move.reply.body]
        actions = [action for ncco in nccos for action in ncco if not _asks_again(action)]
        others = [
            (entry.data["url"], entry.data.get("kind"))
            for entry in entries
            if entry.kind == "webhook" and not route_of(entry.data["url"])
        ]
        sent = [(one.method, one.url, one.body, one.headers) for one in self._stage.sent]
        failed = [reply.code for reply in self._stage.failures]
        return [shown, actions, others, [_IDS.sub("*", repr(one)) for one in sent], failed]


def _plain(value: Any) -> Any:
    return json.loads(_IDS.sub("*", _OWN.sub("*", json.dumps(value))))


def _asks_again(action: Mapping[str, object]) -> bool:
    """Whether an action only asks the script how the call goes on."""
    return action.get("action") == "notify" and action.get("eventUrl") == ["*"]
