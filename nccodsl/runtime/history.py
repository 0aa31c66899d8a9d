"""Recorded calls as text: JSON Lines, an event a line. Pure.

Each line says its format, so that files can be cut, joined and rotated. A line that a killed server has not finished
is counted and left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from nccodsl.base.record import Record
from nccodsl.errors import CodedError
from nccodsl.runtime.match import Heard
from nccodsl.runtime.path import IF, KINDS as MARKS, ON, PathMark
from nccodsl.runtime.redaction import LARGE, Withheld, withheld
from nccodsl.runtime.state import TYPE, quoted, typed, untyped
from nccodsl.runtime.webhook import KINDS

FORMAT = 3
"""The version of the form below. Newer versions of nccodsl read older forms; a newer form is refused."""
LARGEST_LINE = 32 * 1024
"""Bytes of one line; where an event takes more, its values are left out."""
_LATEST = 253_402_214_400
"""The Unix time of 9999-12-31: a day before the last that a date can be."""
_BEGINNING = b'{"history":'
_WITHHELD = "withheld"
_MAY_BE_EMPTY = ("values", "moves", "given")


class BadHistory(CodedError):
    """A file is no history, or one that this version cannot read or add to."""

    code = "E830"


FetchedEntry = tuple[str, object, str, str]
"""What a fetch brought: wait, value, failure, outcome."""


class Position(Record):
    """Where the flow was after an event: the members of `State` that say it. `names` are cleaned of private values.

    `now` is 0 where the script does not read the clock.
    """

    block: str
    start: str = ""
    moves: int = 0
    names: Mapping[str, object] = {}
    visits: Mapping[str, int] = {}
    retries: Mapping[str, int] = {}
    handled: tuple[str, ...] = ()
    now: float = 0.0


class Entry(Record):
    """One event of one call, and what it was answered.

    `call` is the key of the call's state, `leg` the uuid of the call's own leg where the key is another.
    `kind` is that of `advance.Event`; `at` and `moves` the wait and the move that it was about; `given` what it said
    (for `input` the members of `Heard`), or a `Withheld`. `begins`: the server had not heard of the call before.
    `values` are the params and `known` the caller, where the call has not moved yet; else None. `fetched` is what was
    fetched: wait, value, failure, outcome. `path` is that of the NCCO that was answered, `resumes` the wait before
    which the call asks again. Without a `position` the event changed nothing: `code` and `place` say what went wrong.
    """

    flow: str
    call: str
    version: str
    kind: str
    time: str = ""
    leg: str = ""
    at: str = ""
    moves: int | None = None
    given: object = None
    begins: bool = False
    values: Mapping[str, object] | None = None
    known: Mapping[str, object] = {}
    fetched: tuple[FetchedEntry, ...] = ()
    status: int = 200
    code: str = ""
    place: str = ""
    moved: bool = False
    ended: bool = False
    position: Position | None = None
    path: tuple[PathMark, ...] = ()
    resumes: str = ""

    def to_line(self) -> bytes:
        """One line of at most `LARGEST_LINE` bytes, with its end."""
        line = _line(self)
        if len(line) > LARGEST_LINE:
            line = _line(self._emptied())
        if len(line) > LARGEST_LINE:
            least = (self.flow, self.call, self.version, self.kind, self.time, self.leg[:64], self.at[:200], self.moves)
            line = _line(Entry(*least))
        return line

    def _emptied(self) -> Entry:
        """The same with no value but its type."""
        emptied: dict[str, Any] = {"given": withheld(self.given, LARGE)}
        emptied["values"] = _types(self.values) if self.values is not None else None
        emptied["known"] = _types(self.known)
        emptied["fetched"] = tuple((name, withheld(value, LARGE), *rest) for name, value, *rest in self.fetched)
        if self.position is not None:
            emptied["position"] = Position(**{**self.position.__dict__, "names": _types(self.position.names)})
        return Entry(**{**self.__dict__, **emptied})

    @property
    def heard(self) -> Heard:
        """What an input event brought; nothing where that is withheld."""
        given = self.given if isinstance(self.given, Mapping) else {}
        texts = given.get("texts", ())
        return Heard(
            str(given.get("digits", "")),
            tuple(str(text) for text in texts) if isinstance(texts, list | tuple) else (),
            float(given.get("confidence", 0.0)),
            bool(given.get("timed_out")),
        )


class History(Record):
    """The calls of a history, each with its events in order, by flow and key. `cut`: lines that could not be read."""

    calls: Mapping[tuple[str, str], tuple[Entry, ...]]
    cut: int = 0

    @property
    def flows(self) -> tuple[str, ...]:
        """The names of the flows, in the order in which they come."""
        return tuple(dict.fromkeys(flow for flow, _ in self.calls))


def read_history(lines: Iterable[bytes], name: str) -> History:
    """The calls in the lines of a file. Raises BadHistory: `name` is no history, or of a newer form."""
    calls: dict[tuple[str, str], list[Entry]] = {}
    cut = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if not line.startswith(_BEGINNING[: len(line)]):
            if not calls and not cut:
                raise BadHistory(f"{name} is not a history of calls", "run `nccodsl serve FILE --record HISTORY`")
            cut += 1
            continue
        entry = _entry(line, f"{name}:{number}")
        if entry is None:
            cut += 1
        else:
            calls.setdefault((entry.flow, entry.call), []).append(entry)
    return History({key: tuple(entries) for key, entries in calls.items()}, cut)


def check_appendable(first: bytes, name: str) -> None:
    """Raise BadHistory where a file that begins with this line is not to be added to."""
    if first.strip():
        read_history((first,), name)


def _types(values: Mapping[str, object]) -> dict[str, object]:
    return {name[:200]: withheld(value, LARGE) for name, value in values.items()}


def _line(entry: Entry) -> bytes:
    members: dict[str, Any] = {"history": FORMAT}
    for name in Entry._fields:
        value = getattr(entry, name)
        if value or (value is not None and name in _MAY_BE_EMPTY):
            members[name] = value
    if entry.position is not None:
        members["position"] = {name: value for name, value in entry.position.__dict__.items() if value}
    if entry.path:
        members["path"] = [_trimmed(mark) for mark in entry.path]
    return to_json_line(members)


def to_json_line(members: Mapping[str, Any]) -> bytes:
    """Values of calls as one line of JSON, with its end; what JSON lacks, and what is withheld, keeps its type."""
    text = _encode(members)
    if TYPE in text:
        text = _encode(quoted(members))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def from_json_line(line: bytes) -> Any:
    """What `to_json_line` wrote. Raises ValueError, RecursionError."""
    return json.loads(line.decode("utf-8", "surrogatepass"), object_hook=_read)


def _trimmed(mark: PathMark) -> list[str]:
    members = list(mark)
    while members and not members[-1]:
        members.pop()
    return members


def _entry(line: bytes, place: str) -> Entry | None:
    """The event of a line; None where the line was cut. Raises BadHistory."""
    try:
        members = from_json_line(line)
        format = members.pop("history")
    except (ValueError, KeyError, RecursionError):
        return None
    if not isinstance(format, int) or format > FORMAT:
        raise BadHistory(
            f"{place} was recorded by a newer version of nccodsl",
            "update nccodsl, or run `nccodsl serve FILE --record HISTORY` for a new history",
        )
    try:
        return _checked(members)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        return None


def _checked(members: dict[str, Any]) -> Entry:
    """The entry of these members. Raises ValueError and its kin where they are not what `to_line` writes."""
    entry = Entry(
        **{
            **members,
            "fetched": tuple(_fetched(*one) for one in members.get("fetched", ())),
            "path": tuple(_mark(one) for one in members.get("path", ())),
            "position": _position(members["position"]) if "position" in members else None,
        }
    )
    for name in ("flow", "call", "version", "kind", "time", "leg", "at", "code", "place", "resumes"):
        _text(getattr(entry, name))
    kinds = (entry.values or {}, dict), (entry.known, dict), (entry.status, int), (entry.moves or 0, int)
    if entry.kind not in KINDS or not all(isinstance(value, kind) for value, kind in kinds):
        raise ValueError("a member has the wrong type")
    entry.heard  # noqa: B018  what was given can be read
    return entry


def _mark(members: list[str]) -> PathMark:
    mark = PathMark(*map(_text, members))
    if mark.kind not in MARKS or (mark.kind in (ON, IF) and not mark.at.isdecimal()):
        raise ValueError("not a mark of a path")
    return mark


def _position(members: dict[str, Any]) -> Position:
    position = Position(**{"block": "", **members, "handled": tuple(map(_text, members.get("handled", ())))})
    counts = [position.moves, *position.visits.values(), *position.retries.values()]
    if not isinstance(position.names, dict) or not all(type(count) is int for count in counts):
        raise ValueError("a member has the wrong type")
    if not 0 <= position.now <= _LATEST:
        raise ValueError("not a time")
    _text(position.block)
    _text(position.start)
    return position


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected text")
    return value


def _write(value: object) -> object:
    return {TYPE: _WITHHELD, "is": [value.kind, value.why]} if isinstance(value, Withheld) else typed(value)


def _read(value: dict[str, Any]) -> object:
    given = value.get("is")
    if value.get(TYPE) == _WITHHELD and len(value) == 2 and isinstance(given, list) and len(given) == 2:
        return Withheld(str(given[0]), str(given[1]))
    return untyped(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_write).encode


def _fetched(name: object, value: object, failure: object, outcome: object = "") -> FetchedEntry:
    """The first form had no outcomes."""
    return _text(name), value, _text(failure), _text(outcome)
