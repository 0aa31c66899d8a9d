"""The events of a server's calls, read from its feed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from nccodsl.base.record import Record
from nccodsl.dap.scope_expressions import ScopeNames
from nccodsl.errors import UsageError
from nccodsl.rehearsal.known_names import HIDDEN_VALUE
from nccodsl.runtime.history import from_json_line
from nccodsl.runtime.redaction import LARGE, Withheld
from nccodsl.templates import Scope

FORMAT = 1
"""The version of the feed that is understood."""

_MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, OverflowError)
_TEXTS = ("time", "flow", "version", "call", "leg", "conversation", "kind", "route", "code", "problem")


class LiveFile(Record):
    """A file of a script as the server has it: the hash of its text says which version it is."""

    name: str
    path: str
    sha256: str


class LiveFrame(Record):
    """A line, and what people call the place."""

    name: str
    file: str
    line: int
    column: int


class Greeting(Record):
    """What the server says first: its latest event, the files of all scripts, and which of them are the main ones."""

    last: int
    files: tuple[LiveFile, ...]
    main: tuple[str, ...]


class LiveEvent(Record):
    """A webhook, and where the call is behind it. `lines` are those that are played there, by file."""

    number: int
    time: str
    flow: str
    version: str
    call: str
    leg: str
    conversation: str
    kind: str
    route: str
    status: int
    moved: bool
    ended: bool
    code: str
    problem: str
    given: object
    frames: tuple[LiveFrame, ...]
    lines: tuple[tuple[str, int], ...]
    files: Mapping[str, LiveFile]
    names: Mapping[str, object]
    visits: Mapping[str, object]

    @property
    def notable(self) -> bool:
        """Whether the call is elsewhere now, or something is wrong."""
        return self.moved or self.ended or bool(self.code)

    def is_of(self, wanted: str) -> bool:
        """Whether the call, its leg or its conversation has this ID; an empty one is that of all."""
        return not wanted or wanted in (self.call, self.leg, self.conversation)

    @cached_property
    def known(self) -> ScopeNames:
        """The names as expressions read them."""
        withheld = frozenset(name for name, value in self.names.items() if has_withheld(value))
        scope = Scope({name: value for name, value in self.names.items() if name not in withheld})
        return ScopeNames(scope, {}, lambda value, used: has_withheld(value), withheld)

    def in_words(self) -> str:
        """One line for the console."""
        given = ", ".join(f"{name} {value}" for name, value in _told(self.given))
        step = f" → {self.frames[0].name}, line {self.frames[0].line}" if self.frames and self.moved else ""
        problem = f" {self.code} {self.problem}" if self.code else ""
        ended = " the call is over" if self.ended else ""
        what = self.kind or self.route
        return f"{self.time[11:19]}  {self.flow} {what}{f': {given}' if given else ''}{step}{problem}{ended}"


def has_withheld(value: object) -> bool:
    """Whether a part of a value is not in the feed."""
    if isinstance(value, Mapping):
        return any(has_withheld(one) for one in value.values())
    if isinstance(value, list | tuple):
        return any(has_withheld(one) for one in value)
    return isinstance(value, Withheld)


def withheld_in_words(value: Withheld) -> str:
    """Why a value is not in the feed."""
    return "(too large)" if value.why == LARGE else HIDDEN_VALUE


def read_line(line: bytes) -> dict[str, Any]:
    """The members of a line of the feed. Raises UsageError."""
    try:
        members = from_json_line(line)
    except (ValueError, RecursionError):
        raise _foreign() from None
    if not isinstance(members, dict) or not isinstance(members.get("type"), str):
        raise _foreign()
    return members


def greeting_of(members: Mapping[str, Any]) -> Greeting:
    """What the server says first. Raises UsageError where it is no server, or speaks another version."""
    version = str(members.get("nccodsl"))[:40]
    if members.get("type") != "hello" or members.get("format") != FORMAT:
        raise UsageError(f"the server runs nccodsl {version}, whose feed this version does not understand")
    try:
        scripts = members["scripts"]
        files = tuple(_file(file) for one in scripts for file in one["files"])
        return Greeting(int(members["last"]), files, tuple(str(one["files"][0]["path"]) for one in scripts))
    except _MISSHAPEN:
        raise _foreign() from None


def event_of(members: Mapping[str, Any]) -> LiveEvent:
    """A webhook. Raises UsageError."""
    try:
        texts: dict[str, Any] = {name: str(members[name]) for name in _TEXTS}
        files = [_file(one) for one in members.get("files", ())]
        return LiveEvent(
            number=int(members["number"]),
            status=int(members["status"]),
            moved=members["moved"] is True,
            ended=members["ended"] is True,
            **texts,
            given=members.get("given"),
            frames=tuple(_frame(one) for one in members.get("frames", ())),
            lines=tuple((str(file), int(line)) for file, line in members.get("lines", ())),
            files={file.name: file for file in files},
            names=dict(members.get("names", {})),
            visits=dict(members.get("visits", {})),
        )
    except _MISSHAPEN:
        raise _foreign() from None


def _file(members: Mapping[str, Any]) -> LiveFile:
    return LiveFile(*(str(members[name]) for name in LiveFile._fields))


def _frame(members: Mapping[str, Any]) -> LiveFrame:
    return LiveFrame(str(members["name"]), str(members["file"]), int(members["line"]), int(members["column"]))


def _told(given: object) -> list[tuple[str, object]]:
    if isinstance(given, Withheld):
        return [("", withheld_in_words(given))]
    if not isinstance(given, Mapping):
        return []
    return [
        (name, withheld_in_words(value) if isinstance(value, Withheld) else value)
        for name, value in given.items()
        if name != "confidence"
    ]


def _foreign() -> UsageError:
    return UsageError("the server does not answer as `nccodsl serve` does")
