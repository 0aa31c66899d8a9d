"""Where one call is in its script: a small, versioned JSON value."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from nccodsl.base.record import Record
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import NccodslError
from nccodsl.runtime.web_requests import Fetch, Request

FORMAT = 4
"""The version of the form below; a state of another form is refused, never guessed at."""
_FORMATS = (1, 2, 3, FORMAT)
# The first one knew no tags: it is that of calls which began before addresses had them. The second knew no clock, the
# third no outcomes of fetches.


class BadState(NccodslError):
    """What was kept is no state that this version can read."""


class State(Record):
    """The flow is playing the NCCO that begins at `block`; every name has the value that it had when that began.

    `moves` counts the answers that have moved the flow, `last` is the wait that the latest of them answered: so an
    event that comes twice, or late, is known. `start` says how the block begins: empty; `wait`, behind its actions,
    at the wait that ends it; `retry NAME`, with what the wait NAME says before it asks again. `fetched` are the
    results of the fetches in this NCCO, in order; `pending` the one that has still to be made.
    `voice` is that of the talk heard last, where a retry may speak in it: a talk without its text.
    `values` are the params, `names` what the call has brought; `call` what is known of the leg.

    `seal` is the key of the tags in the addresses (tags.py), empty without tags; the addresses of the first
    `bare` moves have none, nor with `bare_outside` those of the routes that belong to the whole call. `used` are the
    signatures that were accepted lately: each with the move that it answered, and the Unix time. `cut` tells of texts
    of this NCCO that were too long to be said, with the place of each in the script. `now` is the Unix time of the
    move, by which the NCCO reads the clock however often it is asked for; 0 where the script does not read it. `step`
    is the step that has ended the call, where it ends without another block. `sends` are the requests of the latest
    move whose answers do not matter, `opt_outs` the numbers that it suppresses (OptedOut), and `beside` what has run
    beside the call (Reply.beside).
    """

    _ignored = frozenset(("cut", "sends", "opt_outs", "beside"))

    version: str
    key: str = ""
    block: str = ""
    moves: int = 0
    start: str = ""
    last: str = ""
    token: str = ""
    values: Mapping[str, object] = {}
    names: Mapping[str, object] = {}
    visits: Mapping[str, int] = {}
    retries: Mapping[str, int] = {}
    fetched: tuple[tuple[str, object, str, str], ...] = ()
    handled: tuple[str, ...] = ()
    call: Mapping[str, object] = {}
    caller: str = ""
    callee: str = ""
    ended: bool = False
    seal: str = ""
    bare: int = 0
    bare_outside: bool = False
    used: tuple[tuple[str, int, int], ...] = ()
    voice: Mapping[str, object] = {}
    pending: Fetch | None = None
    cut: tuple[Diagnostic, ...] = ()
    now: float = 0.0
    step: str = ""
    sends: tuple[Request, ...] = ()
    opt_outs: tuple[tuple[str, str], ...] = ()
    beside: tuple[object, ...] = ()

    def changed(self, **members: Any) -> State:
        """The same state with other members."""
        other = State.__new__(State)
        other.__dict__.update(self.__dict__)
        other.__dict__.update(members)
        return other

    def sealed(self, seal: str) -> State:
        """The state of a call that had no tags until now: its URLs up to here are without."""
        return self.changed(seal=seal, bare=self.moves + 1, bare_outside=True)

    def kept(self) -> State:
        """The state that `from_bytes` makes of `to_bytes`, without the way through JSON."""
        other = self.changed()
        members = other.__dict__
        members.update(_OF_ONE_MOVE)
        # `call` and `voice` have come out of JSON.
        members["values"] = as_kept(self.values)
        members["names"] = as_kept(self.names)
        if self.fetched:
            members["fetched"] = tuple((name, as_kept(value), *more) for name, value, *more in self.fetched)
        return other

    def to_bytes(self) -> bytes:
        """Compact JSON as UTF-8. What was not answered begins anew: what only the latest move has is not kept."""
        # All defaults are empty: what is empty is left out.
        members = {"format": FORMAT, **{name: value for name, value in self.__dict__.items() if value}}
        for name in _OF_ONE_MOVE:
            members.pop(name, None)
        text = _encode(members)
        if TYPE in text:
            text = _encode(quoted(members))
        return text.encode("utf-8", "surrogatepass")

    @classmethod
    def from_bytes(cls, data: bytes) -> State:
        """Raises BadState."""
        try:
            text = data.decode("utf-8", "surrogatepass")
            members = json.loads(text, object_hook=untyped) if TYPE in text else json.loads(text)
            if members.pop("format") not in _FORMATS:
                raise BadState("the state was stored by another version of nccodsl")
            members["used"] = tuple(map(tuple, members.get("used", ())))
            members["fetched"] = tuple((*one, *("",) * (4 - len(one))) for one in members.get("fetched", ()))
            members["handled"] = tuple(members.get("handled", ()))
            return cls(**members)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise BadState("the stored data is not the state of a call") from None


_OF_ONE_MOVE: Mapping[str, object] = {"pending": None, **dict.fromkeys(State._ignored, ())}
"""What only the latest move has, as it is where there is none."""

# Values of types that JSON lacks.
TYPE = "$type"
"""The member that tells what a value was, where JSON has no form for it."""


def _moment(value: datetime.datetime) -> str:
    """In ISO form, with the name of the zone behind it (`2026-12-24T18:30:00+00:00[Europe/London]`) if it has one."""
    zone = value.tzinfo
    return f"{value.isoformat()}[{zone.key}]" if isinstance(zone, ZoneInfo) else value.isoformat()


def _read_moment(text: str) -> datetime.datetime:
    moment, _, zone = text.partition("[")
    value = datetime.datetime.fromisoformat(moment)
    return value.astimezone(ZoneInfo(zone.removesuffix("]"))) if zone else value


_WRITERS: dict[type, tuple[str, Callable[[Any], object]]] = {
    datetime.datetime: ("datetime", _moment),
    datetime.date: ("date", datetime.date.isoformat),
    datetime.time: ("time", datetime.time.isoformat),
    datetime.timedelta: ("duration", datetime.timedelta.total_seconds),
}
_READERS: dict[str, Callable[[Any], object]] = {
    "datetime": _read_moment,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "duration": lambda seconds: datetime.timedelta(seconds=seconds),
    "object": dict,
}


def plain(value: object) -> object:
    """The value that a state gives back once it was kept: what has no JSON of its own becomes a list or a text."""
    kind = type(value)
    if kind in _KEPT or kind in _WRITERS:
        return value
    if isinstance(value, Mapping):
        return {name if type(name) is str else _key(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | range):
        return [plain(one) for one in value]
    return str(value)


def as_kept(value: Any) -> Any:
    """The value that a state gives back once it was kept, copied; what is no plain JSON takes the way through JSON."""
    kind = type(value)
    if kind in _KEPT:
        return value
    if kind is list:
        return [as_kept(one) for one in value]
    if kind is dict:
        kept: dict[str, Any] = {}
        for name, one in value.items():
            if type(name) is not str:
                break  # keys that are no texts become texts
            kept[name] = one if type(one) in _KEPT else as_kept(one)
        else:
            return kept
    return json.loads(_encode(quoted(value)), object_hook=untyped)


_KEPT = frozenset((str, int, float, bool, type(None)))


def _key(name: object) -> str:
    """A key as JSON writes it."""
    return json.dumps(name) if isinstance(name, int | float | None) else str(name)


def quoted(value: object) -> object:
    """The same, where foreign objects that look like ours are written so that they do not."""
    if isinstance(value, dict):
        members = {name: quoted(one) for name, one in value.items()}
        return {TYPE: "object", "is": list(members.items())} if TYPE in members else members
    return [quoted(one) for one in value] if isinstance(value, list | tuple) else value


def typed(value: object) -> object:
    """What `json` writes for a value of a type that JSON lacks."""
    known = _WRITERS.get(type(value))
    if known is None:
        return str(value)
    kind, write = known
    return {TYPE: kind, "is": write(value)}


def untyped(value: dict[str, Any]) -> object:
    """The value that an object of `typed` stands for; any other object stays what it is."""
    reader = _READERS.get(str(value.get(TYPE)))
    if reader is not None and len(value) == 2:
        # A foreign object that only looks like ours stays what it is.
        with suppress(ValueError, TypeError):
            return reader(value.get("is"))
    return value


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=typed).encode
