"""Callers for an application at the end of a WebSocket: what each does, and what is expected of the application."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.emulator.bad_input import BadPersona
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.emulator.personas import members
from nccodsl.emulator.personas.persona import PERSONA_MEMBERS, Persona, read_persona
from nccodsl.rehearsal.agent_turns import AgentTurns
from nccodsl.voice.catalogue import catalogue

RATES = (8_000, 16_000, 24_000)
ENDS = {
    "application": "the application closed the WebSocket",
    "caller": "the caller hung up",
    "platform": "the platform ended the leg",
    "broken": "the WebSocket broke",
    "failed": "the WebSocket was not opened",
}
"""How a WebSocket leg can end."""
_HELP = "run `nccodsl explain E711` for an example"


class Expected(Record):
    """What a caller expects; None or empty: nothing. Times in seconds, each the most that it may be.

    `answers`: how often the application answers at least. `ends`: who ends the leg. `reaches`: endpoints that the call
    dials later, with `*` for anything. `notifies`: members of payloads that it sends with `notify`. `says`: words that
    it says, which takes a recognizer.
    """

    latency: float | None = None
    silence: float | None = None
    overlap: float | None = None
    dropped: int | None = None
    answers: int | None = None
    ends: str | None = None
    reaches: tuple[str, ...] = ()
    notifies: tuple[Mapping[str, Any], ...] = ()
    says: tuple[str, ...] = ()


class Caller(Record):
    """A person who calls, and what they expect."""

    persona: Persona
    expected: Expected

    @property
    def name(self) -> str:
        """As the report names it."""
        return self.persona.name


class CallerSuite(Record):
    """Several callers of one application: of a `script` with its `values`, or of an `agent`, an address of a WebSocket.

    With a script, `agent` takes the place of the addresses in it. `replies`: what its fetches bring, by address.
    """

    callers: tuple[Caller, ...]
    script: str | None = None
    agent: str | None = None
    values: Mapping[str, Any] = {}
    replies: Mapping[str, Any] = {}
    headers: Mapping[str, Any] = {}
    rate: int = 16_000


def read_callers(data: object) -> CallerSuite:
    """Callers from plain data. Raises BadPersona with the path of the mistake."""
    if not isinstance(data, Mapping):
        raise BadPersona("the file must be a map with `callers`", _HELP)
    if "callers" not in data and data.keys() & PERSONA_MEMBERS:
        raise BadPersona("this is a persona, not a file of callers", "write it into a list below `callers:`")
    members.only(data, _SUITE, "", "a file of callers")
    listed = data.get("callers")
    if not isinstance(listed, list) or not listed:
        raise BadPersona("`callers` must be a list of callers", "write `callers: [{name: Ann, does: […]}]`")
    if "script" in data and (more := {"headers", "rate"} & data.keys()):
        raise BadPersona(f"{min(more)} cannot be combined with `script`, which says it itself", None)
    if data.get("script") is None and data.get("agent") is None:
        raise BadPersona("the file has neither `script` nor `agent`", "write `agent: ws://127.0.0.1:8080/voice`")
    found: dict[str, Any] = {}
    for key, value in data.items():
        try:
            found[key] = _SUITE[key](value)
        except ValueError as reason:
            raise BadPersona(f"{key} {reason}", _HELP) from None
    found["callers"] = tuple(_caller(one, f"callers[{index}]") for index, one in enumerate(listed))
    ((name, times),) = Counter(caller.name for caller in found["callers"]).most_common(1)
    if times > 1:
        raise BadPersona(f"two callers are called {members.shown(name)}", "give each a `name` of its own")
    return CallerSuite(**found)


def shortcomings(expected: Expected, call: Emulated, turns: AgentTurns) -> Iterator[tuple[str, str]]:
    """What was expected and did not come, each with what came instead."""
    if expected.latency is not None:
        slowest = max(turns.latencies, default=None)
        if slowest is None or slowest > expected.latency:
            instead = "none came" if slowest is None else f"one began after {slowest:g} s"
            yield f"each answer to begin within {expected.latency:g} s", instead
    if expected.silence is not None and turns.silence > expected.silence:
        yield f"the application to be silent for {expected.silence:g} s at most", f"it was for {turns.silence:g} s"
    if expected.overlap is not None and (turns.overlap is None or turns.overlap > expected.overlap):
        instead = "it was not interrupted" if turns.overlap is None else f"it spoke on for {turns.overlap:g} s"
        yield f"the application to fall silent within {expected.overlap:g} s of an interruption", instead
    if expected.dropped is not None and turns.dropped > expected.dropped:
        yield f"{expected.dropped} lost frames at most", f"{turns.dropped} were lost"
    if expected.answers is not None and len(turns.latencies) < expected.answers:
        yield f"{counted(expected.answers, 'answer')} at least", f"there were {len(turns.latencies)}"
    if expected.ends is not None and turns.ended != expected.ends:
        yield f"the leg to end because {ENDS[expected.ends]}", ENDS[turns.ended]
    dialled = [leg.name for leg in call.legs[1:] if not leg.endpoint.startswith("websocket ")]
    for pattern in expected.reaches:
        if not any(fnmatchcase(name, pattern) for name in dialled):
            yield f"the call to reach {pattern}", f"it reached {', '.join(dialled) or 'nothing else'}"
    for wanted in expected.notifies:
        if not any(_has(payload, wanted) for payload in turns.payloads):
            instead = ", ".join(map(_json, turns.payloads)) or "nothing"
            yield f"a `notify` with {_json(wanted)}", f"the application sent {instead}"
    for words in expected.says:
        if words.casefold() not in turns.words.casefold():
            instead = f"it said “{turns.words.strip()}”" if turns.words.strip() else "no words were recognized"
            yield f"the application to say “{words}”", instead


def _has(payload: object, wanted: object) -> bool:
    """Whether a payload has these members, maps in it too."""
    if isinstance(wanted, Mapping) and isinstance(payload, Mapping):
        return all(key in payload and _has(payload[key], value) for key, value in wanted.items())
    return payload == wanted


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _caller(data: object, path: str) -> Caller:
    if not isinstance(data, Mapping):
        raise BadPersona(f"{path} must be a map, not {members.shown(data)}", _HELP)
    expected: dict[str, Any] = {}
    wanted = data.get("expect", {})
    if not isinstance(wanted, Mapping):
        raise BadPersona(f"{path}.expect must be a map, not {members.shown(wanted)}", _HELP)
    members.only(wanted, _EXPECTED, f"{path}.expect", "what a caller expects")
    for key, value in wanted.items():
        try:
            expected[key] = _EXPECTED[key](value)
        except ValueError as reason:
            raise BadPersona(f"{path}.expect.{key} {reason}", _HELP) from None
    members.only(data, (PERSONA_MEMBERS | {"expect"}) - {"for"}, path, "a caller")
    persona = read_persona({"name": path, "answers": 0, **{key: data[key] for key in data if key != "expect"}}, path)
    for rule in persona.does:
        if rule.turn is not None and rule.turn.seconds > persona.stays:
            raise BadPersona(
                f"{path}.does: {rule.turn.seconds:g} s of {rule.turn.what} are longer than the caller stays, "
                f"{persona.stays:g} s",
                "numbers are seconds: write `600ms`, or a longer `stays`",
            )
    return Caller(persona, Expected(**expected))


def _reached(value: object) -> tuple[str, ...]:
    patterns = members.endpoints(value)
    for pattern in patterns:
        if pattern.partition(" ")[0] not in (*catalogue().endpoints["connect"], "*"):
            raise ValueError(
                f"must be an endpoint such as `phone 14155550123` or `sip *`, not {members.shown(pattern)}"
            )
    return patterns


def _map(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ValueError(f"must be a map, not {members.shown(value)}")
    return value


def _maps(value: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(map(_map, value if isinstance(value, list) else [value]))


def _socket(value: object) -> str:
    if not isinstance(value, str) or not value.startswith(("ws://", "wss://")):
        raise ValueError(
            f"must be the address of a WebSocket such as ws://127.0.0.1:8080/voice, not {members.shown(value)}"
        )
    return value


def _rate(value: object) -> int:
    if value not in RATES:
        raise ValueError(f"must be one of {', '.join(map(str, RATES))}, not {members.shown(value)}")
    return int(str(value))


_SUITE: Mapping[str, Callable[[object], Any]] = {
    "script": members.text,
    "agent": _socket,
    "values": _map,
    "replies": _map,
    "headers": _map,
    "rate": _rate,
    "callers": lambda value: value,  # read by themselves
}
_EXPECTED: Mapping[str, Callable[[object], Any]] = {
    "latency": members.duration,
    "silence": members.duration,
    "overlap": members.duration,
    "dropped": members.count,
    "answers": members.count,
    "ends": members.choice(*ENDS),
    "reaches": _reached,
    "notifies": _maps,
    "says": members.texts,
}
"""What a caller can expect, and how it is read."""
