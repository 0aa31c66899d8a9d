"""Personas: how the called person or machine behaves.

Owns: what a persona can say of itself, reading one from plain data. Does not own: files, acting it out (callee).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Protocol

from nccodsl.base.record import Record
from nccodsl.emulator.bad_input import BadPersona
from nccodsl.emulator.personas import members
from nccodsl.voice.catalogue import catalogue

OUTCOMES = ("answered", *catalogue().failures)
"""How ringing can end: the states of a leg (webhook reference) that the other side brings about."""
BEEP = "<beep>"


class Act(Record):
    """One thing that is done: `verb` is press, say, wait or hang_up, `value` keys, words, seconds or None."""

    verb: str
    value: Any


class Turn(Record):
    """An application has been heard, or has been silent, for so many `seconds`; `what` is speech or silence."""

    what: str
    seconds: float


class Rule(Record):
    """When (`hears` a text, `after` so many seconds, or as soon as `when` it is so) what is done, in order.

    `turn` is a condition on an application; rules with one take turns, in their order.

    `times`: how often, None without end. `interrupt`: at once, not when the other side has finished.
    """

    acts: tuple[Act, ...]
    hears: str | None = None
    after: float | None = None
    when: str | None = None
    turn: Turn | None = None
    times: int | None = 1
    interrupt: bool = False


class Persona(Record):
    """One who is called. `delay` is from ringing to `outcome`; `stays` how long it talks with others, all in seconds.

    `language`: what it speaks, by default the language of what it has heard last.
    `of` is which endpoints it stands for: patterns such as `phone 1415555*`; empty for every one.
    """

    name: str = "callee"
    of: tuple[str, ...] = ()
    outcome: str = "answered"
    delay: float = 2.0
    detail: str | None = None
    machine: bool = False
    greeting: str = ""
    beep: bool = True
    stays: float = 30.0
    reaction: float = 0.8
    confidence: float = 0.95
    language: str | None = None
    does: tuple[Rule, ...] = ()


class Casting(Protocol):
    """Knows the persona of each endpoint of a call: asked each time that one is dialled or calls in."""

    def playing(self, endpoint: str) -> Persona:
        """The persona of an endpoint, written as `phone 14155550101`."""


class Cast(Record):
    """The personas that a call may meet; the first that stands for an endpoint plays it."""

    personas: tuple[Persona, ...] = ()

    def playing(self, endpoint: str) -> Persona:
        """The persona of an endpoint, written as `phone 14155550101`."""
        for persona in self.personas:
            if not persona.of or any(fnmatchcase(endpoint, pattern) for pattern in persona.of):
                return persona
        return DEFAULT


DEFAULT = Persona()
_HELP = "run `nccodsl explain E711` for an example"
_GREETING = "Hello. I cannot take your call now. Please leave a message after the tone."
BUILT_IN: dict[str, Persona] = {
    "answers": DEFAULT,
    "busy": Persona("busy", outcome="busy"),
    "rejects": Persona("rejects", outcome="rejected", detail="declined"),
    "unreachable": Persona("unreachable", outcome="failed", detail="cannot_route"),
    "no-answer": Persona("no-answer", outcome="timeout"),
    "voicemail": Persona("voicemail", machine=True, greeting=_GREETING),
    "hangs-up": Persona("hangs-up", does=(Rule((Act("hang_up", None),), after=5.0),)),
}
"""Personas that need no file."""


def read_cast(data: object) -> Cast:
    """Personas from plain data: one object, or `personas: […]`. Raises BadPersona with the path of the mistake."""
    if isinstance(data, Mapping) and "personas" in data:
        members.only(data, {"personas"}, "")
        listed = data["personas"]
        if not isinstance(listed, Sequence) or isinstance(listed, str) or not listed:
            raise BadPersona("`personas` must be a list of personas", "write `personas: [{answers: 2s}]`")
        return Cast(tuple(read_persona(one, f"personas[{index}]") for index, one in enumerate(listed)))
    return Cast((read_persona(data, ""),))


def read_persona(data: object, path: str) -> Persona:
    """One persona, at a path in the data. Raises BadPersona."""
    if not isinstance(data, Mapping):
        raise BadPersona(f"{path or 'a persona'} must be a map, not {members.shown(data)}", "write `answers: 2s`")
    members.only(data, _MEMBERS, path)
    found: dict[str, Any] = {}
    for key, value in data.items():
        try:
            found.update(_MEMBERS[key](value))
        except ValueError as reason:
            raise BadPersona(f"{members.at(path, key)} {reason}", _HELP) from None
    if found.get("greeting") and "machine" not in found:
        found["machine"] = True
    if found.get("machine") and "greeting" not in found:
        found["greeting"] = _GREETING
    return Persona(**found)


def _rule(data: object) -> Rule:
    if not isinstance(data, Mapping):
        raise ValueError(f"must be a list of maps such as {{hears: press 1, press: 1}}, not of {members.shown(data)}")
    members.only(data, {*_TRIGGERS, *_ACTS, *_MANNERS}, "does")
    triggers = [key for key in data if key in _TRIGGERS]
    if len(triggers) > 1:
        raise ValueError(f"cannot have both `{triggers[0]}` and `{triggers[1]}` in one map: write two")
    values: dict[str, Any] = dict(_TRIGGERS[key](data[key]) for key in triggers)
    values |= {key: _MANNERS[key](data[key]) for key in data if key in _MANNERS}
    acts = tuple(Act("wait" if key == "silence" else key, _ACTS[key](data[key])) for key in data if key in _ACTS)
    if not acts:
        raise ValueError(f"has no act: add one of {', '.join(_ACTS)}")
    return Rule(acts, **(values or {"when": "answered"}))


def _rules(value: object) -> tuple[Rule, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"must be a list such as [{{hears: press 1, press: 1}}], not {members.shown(value)}")
    return tuple(_rule(one) for one in value)


def _heard(value: object) -> tuple[str, Any]:
    """`hears: words`, or `hears: {silence: 800ms}`."""
    if not isinstance(value, Mapping):
        return "hears", members.text(value)
    if len(value) != 1 or next(iter(value)) not in ("speech", "silence"):
        raise ValueError(f"must be a text, {{speech: 1s}} or {{silence: 800ms}}, not {members.shown(dict(value))}")
    ((what, lasts),) = value.items()
    return "turn", Turn(str(what), members.duration(lasts))


def _answers(value: object) -> dict[str, Any]:
    if value is False:
        return {"outcome": "timeout"}
    return {"delay": members.duration(value)}


_outcome = members.choice(*OUTCOMES)
_MEMBERS: dict[str, Callable[[object], dict[str, Any]]] = {
    "name": members.named("name", members.text),
    "for": members.named("of", members.endpoints),
    "answers": _answers,
    "outcome": members.named("outcome", _outcome),
    "after": members.named("delay", members.duration),
    "detail": members.named("detail", members.text),
    "machine": members.named("machine", members.truth),
    "greeting": members.named("greeting", members.text),
    "beep": members.named("beep", members.truth),
    "stays": members.named("stays", members.duration),
    "reaction": members.named("reaction", members.duration),
    "confidence": members.named("confidence", members.share),
    "language": members.named("language", members.language),
    "does": members.named("does", _rules),
}
"""The members of a persona, and what each is read as."""
_moment = members.choice("answered", "beep", "joined")
PERSONA_MEMBERS = frozenset(_MEMBERS)
_TRIGGERS: dict[str, Callable[[object], tuple[str, Any]]] = {
    "hears": _heard,
    "after": lambda value: ("after", members.duration(value)),
    "when": lambda value: ("when", _moment(value)),
}
"""The conditions, and the member of a Rule that each becomes."""
_MANNERS: dict[str, Callable[[object], Any]] = {"times": members.times, "interrupt": members.truth}
_ACTS: dict[str, Callable[[object], Any]] = {
    "press": members.keys,
    "say": members.text,
    "wait": members.duration,
    "silence": members.duration,
    "hang_up": members.truth,
}
