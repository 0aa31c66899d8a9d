"""Personas: how the called person or machine behaves.

Owns: what a persona can say of itself, reading one from plain data. Does not own: files, acting it out (callee).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Protocol

from nccodsl.base.durations import seconds
from nccodsl.base.record import Record
from nccodsl.diagnostics.suggest import did_you_mean, nearest
from nccodsl.emulator.bad_input import BadPersona
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.forms import are_keys

OUTCOMES = ("answered", *catalogue().failures)
"""How ringing can end: the states of a leg (webhook reference) that the other side brings about."""
BEEP = "<beep>"
_MOST_SECONDS = 86_400.0


class Act(Record):
    """One thing that is done: `verb` is press, say, wait or hang_up, `value` keys, words, seconds or None."""

    verb: str
    value: Any


class Rule(Record):
    """When (`hears` a text, `after` so many seconds, or as soon as `when` it is so) what is done, in order.

    `times`: how often, None without end. `interrupt`: at once, not when the other side has finished.
    """

    acts: tuple[Act, ...]
    hears: str | None = None
    after: float | None = None
    when: str | None = None
    times: int | None = 1
    interrupt: bool = False


class Persona(Record):
    """One who is called. `delay` is from ringing to `outcome`; `stays` how long it talks with others, all in seconds.

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
        _only(data, {"personas"}, "")
        listed = data["personas"]
        if not isinstance(listed, Sequence) or isinstance(listed, str) or not listed:
            raise BadPersona("`personas` must be a list of personas", "write `personas: [{answers: 2s}]`")
        return Cast(tuple(_persona(one, f"personas[{index}]") for index, one in enumerate(listed)))
    return Cast((_persona(data, ""),))


def _persona(data: object, path: str) -> Persona:
    if not isinstance(data, Mapping):
        raise BadPersona(f"{path or 'a persona'} must be a map, not {_shown(data)}", "write `answers: 2s`")
    _only(data, _MEMBERS, path)
    found: dict[str, Any] = {}
    for key, value in data.items():
        try:
            found.update(_MEMBERS[key](value))
        except ValueError as reason:
            raise BadPersona(f"{_at(path, key)} {reason}", _HELP) from None
    if found.get("greeting") and "machine" not in found:
        found["machine"] = True
    if found.get("machine") and "greeting" not in found:
        found["greeting"] = _GREETING
    return Persona(**found)


def _rule(data: object) -> Rule:
    if not isinstance(data, Mapping):
        raise ValueError(f"must be a list of maps such as {{hears: press 1, press: 1}}, not of {_shown(data)}")
    _only(data, {*_TRIGGERS, *_ACTS, *_MANNERS}, "does")
    triggers = [key for key in data if key in _TRIGGERS]
    if len(triggers) > 1:
        raise ValueError(f"cannot have both `{triggers[0]}` and `{triggers[1]}` in one map: write two")
    values: dict[str, Any] = {key: _TRIGGERS[key](data[key]) for key in triggers}
    values |= {key: _MANNERS[key](data[key]) for key in data if key in _MANNERS}
    acts = tuple(Act("wait" if key == "silence" else key, _ACTS[key](data[key])) for key in data if key in _ACTS)
    if not acts:
        raise ValueError(f"has no act: add one of {', '.join(_ACTS)}")
    return Rule(acts, **(values or {"when": "answered"}))


def _rules(value: object) -> tuple[Rule, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"must be a list such as [{{hears: press 1, press: 1}}], not {_shown(value)}")
    return tuple(_rule(one) for one in value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"must be a text, not {_shown(value)}")
    return value


def _keys(value: object) -> str:
    keys = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(keys, str) or not are_keys(keys):
        raise ValueError(f"must be keys (0-9, * and #, in quotes), not {_shown(value)}")
    return keys


def _duration(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"must be a duration such as 2s, not {_shown(value)}")
    try:
        amount = float(seconds(value)) if isinstance(value, str) else float(value)
    except ValueError:
        raise ValueError(f"must be a duration such as 2s, not {_shown(value)}") from None
    if not 0 <= amount <= _MOST_SECONDS:
        raise ValueError("must be 0 seconds to a day")
    return amount


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {_shown(value)}")
    return value


def _times(value: object) -> int | None:
    if value == "always":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"must be 1 or more, or always, not {_shown(value)}")
    return value


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"must be 0 to 1, not {_shown(value)}")
    return float(value)


def _choice(*known: str) -> Callable[[object], str]:
    def choose(value: object) -> str:
        if value not in known:
            near = nearest(value, known) if isinstance(value, str) else None
            raise ValueError(f"must be one of {', '.join(known)}" + (f"; did you mean {near}?" if near else ""))
        return str(value)

    return choose


def _endpoints(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    patterns = tuple(str(one).strip() for one in listed if isinstance(one, str | int) and not isinstance(one, bool))
    if len(patterns) != len(listed) or not all(patterns):
        raise ValueError("must be an endpoint such as `phone 14155550101`, or a list of them; `*` matches anything")
    return tuple(f"phone {pattern}" if pattern[:1].isdigit() else pattern for pattern in patterns)


def _only(data: Mapping[Any, Any], known: Any, path: str) -> None:
    for key in data:
        if key not in known:
            raise BadPersona(
                f"{_at(path, str(key))} is not a setting of a persona",
                did_you_mean(str(key), known) or f"write one of {', '.join(f'`{one}`' for one in sorted(known))}",
            )


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(value: object) -> str:
    text = "null" if value is None else str(value)
    return f"`{text[:40]}`"


def _named(name: str, convert: Callable[[object], Any]) -> Callable[[object], dict[str, Any]]:
    return lambda value: {name: convert(value)}


def _answers(value: object) -> dict[str, Any]:
    if value is False:
        return {"outcome": "timeout"}
    return {"delay": _duration(value)}


_outcome = _choice(*OUTCOMES)
_MEMBERS: dict[str, Callable[[object], dict[str, Any]]] = {
    "name": _named("name", _text),
    "for": _named("of", _endpoints),
    "answers": _answers,
    "outcome": _named("outcome", _outcome),
    "after": _named("delay", _duration),
    "detail": _named("detail", _text),
    "machine": _named("machine", _truth),
    "greeting": _named("greeting", _text),
    "beep": _named("beep", _truth),
    "stays": _named("stays", _duration),
    "reaction": _named("reaction", _duration),
    "confidence": _named("confidence", _share),
    "does": _named("does", _rules),
}
"""The members of a persona, and what each is read as."""
_TRIGGERS: dict[str, Callable[[object], Any]] = {
    "hears": _text,
    "after": _duration,
    "when": _choice("answered", "beep", "joined"),
}
_MANNERS: dict[str, Callable[[object], Any]] = {"times": _times, "interrupt": _truth}
_ACTS: dict[str, Callable[[object], Any]] = {
    "press": _keys,
    "say": _text,
    "wait": _duration,
    "silence": _duration,
    "hang_up": _truth,
}
