"""Which names templates may use, and where each was declared."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from nccodsl.analysis.answers import check_answer
from nccodsl.analysis.shapes import Known
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.diagnostics.edits import without
from nccodsl.templates import NameUse

OF_THE_CALL = ("caller", "callee", "call")
"""What the platform says of a call, by the names that a script reads it with."""
CALL_MEMBERS = ("uuid", "conversation_uuid", "direction", "from_user", "custom_data", "headers")
ENDED_MEMBERS = ("seconds", "outcome", "price")
"""What `call` says besides in `on ended`."""
STEP = "step"
"""The last step of the call, in `on ended`."""
RUNNING = {
    "caller": frozenset[str](),
    "callee": frozenset[str](),
    "call": frozenset(CALL_MEMBERS),
    "visits": frozenset[str](),
}
"""What a running call knows of itself, with the members of each."""

NOW = "now"
"""The moment, in the script's zone."""
HOURS_MEMBERS = frozenset({"open", "opens", "closes", "reason"})
"""What opening hours say."""
INPUT_MEMBERS: Known = dict.fromkeys(("digits", "speech", "confidence", "timed_out"))
"""What comes back from an `input … as name`."""
RECORDING_MEMBERS: Known = dict.fromkeys(("url", "uuid", "seconds", "size", "text"))
"""What is known of a recording in its handlers."""

_OF_LISTS = re.compile(r"\s*(?:\[|\|\s*(?:length|count|first|last|join|sort|sum|map|select|reject|unique)\b)")
_RUN_OVER = re.compile(r"\bin\s+(?:\{\{-?\s*)?\Z")


class Names:
    """The names in force at the place that is being checked."""

    def __init__(self, collector: Collector, perhaps: frozenset[str] = frozenset()) -> None:
        """`perhaps`: names that may be declared by what a syntax error hides."""
        self._collector = collector
        self._perhaps = perhaps
        self._declared: dict[str, Span] = {}
        self._local: dict[str, Span] = {}
        self._bound: dict[str, Span] = {}
        self._members: dict[str, Known] = {}
        self.used: set[str] = set()
        self.outside: dict[str, None] = {}
        self.running: list[Span] = []
        self.clock: list[tuple[str, Span]] = []
        self._hours: set[str] = set()
        self._secrets: set[str] = set()
        self._takes_secrets = self._shows_secrets = False
        self._at_end = False
        self.local_keys: dict[str, str] = {}
        """What the scope calls a name, where that is not what the script calls it: values of loops that wait."""
        self.open = True
        self.zoned = False
        """Whether the script says anywhere where its clock stands."""

    def declare(self, name: str, span: Span, whole: Span | None = None) -> bool:
        """Declare a param or let; it hides what a running call knows by that name. False, and reported, on a clash.

        `whole`: the place of all of the declaration.
        """
        if name in self._declared:
            removal = without(self._collector.sources.file_of(span), whole or span)
            self._collector.report(messages.names.declared_twice(name, self._declared[name], removal), span)
            return False
        self._declared[name] = span
        return True

    def declare_hours(self, name: str, span: Span) -> bool:
        """As `declare`, for opening hours."""
        fresh = self.declare(name, span)
        if fresh:
            self._hours.add(name)
        return fresh

    def declare_secret(self, name: str, span: Span, whole: Span) -> bool:
        """As `declare`, for a secret."""
        fresh = self.declare(name, span, whole)
        if fresh:
            self._secrets.add(name)
        return fresh

    def is_secret(self, name: str) -> bool:
        """Whether a name is that of a secret."""
        return name in self._secrets and name not in self._local

    @contextmanager
    def secrets_allowed(self, *, running: bool = False) -> Iterator[None]:
        """Within a header, secrets are names. `running`: an NCCO holds it, which only a server may make."""
        self._takes_secrets, self._shows_secrets = True, running
        try:
            yield
        finally:
            self._takes_secrets = self._shows_secrets = False

    @contextmanager
    def at_end(self) -> Iterator[None]:
        """Within `on ended`, what the call was is known."""
        self._at_end = True
        try:
            yield
        finally:
            self._at_end = False

    def is_early(self, name: str) -> bool:
        """Whether the value of a name is known before the call begins, whatever the clock says."""
        if name in self._hours or name in self._secrets:
            return False
        return name in self._declared or (self.open and name not in RUNNING and name != NOW)

    def declares(self, name: str) -> bool:
        """Whether the script has declared a param or let of that name already."""
        return name in self._declared

    def takes(self, name: str) -> bool:
        """Whether the script declares a name, which stands for its value somewhere: it is used."""
        if name in self._declared:
            self.used.add(name)
        return name in self._declared

    def expect(self, name: str, span: Span, members: Known | None) -> None:
        """Note beforehand that a name is bound while the call runs, somewhere in the script."""
        self._bound.setdefault(name, span)
        if members is not None:
            self._members.setdefault(name, members)

    def bind(self, name: str, span: Span) -> None:
        """Judge a name that the running call gives a value: where it may be used is found out later (assigned)."""
        if name in self._declared or name in RUNNING or name in self.local_keys:
            self._collector.report(messages.names.name_is_taken(name, self._declared.get(name)), span)

    @contextmanager
    def local(self, name: str, span: Span, key: str | None = None) -> Iterator[None]:
        """Within a `for`, its target is a name; `key`: what the scope calls it, if not that."""
        before = (self._local, self.local_keys)
        self._local = {**self._local, key or name: span}
        self.local_keys = {one: of for one, of in self.local_keys.items() if one != name}
        if key is not None:
            self.local_keys[name] = key
        try:
            yield
        finally:
            self._local, self.local_keys = before

    def use(self, use: NameUse, span: Span, *, quoted: bool = False) -> None:
        """A template takes `use.name` at `span`: judge it. `quoted`: the template stands in a text."""
        name = use.name
        if name in self._local:
            return
        if name in self._hours:
            self.used.add(name)
            self.clock.append((name, span))
            self._member(use, HOURS_MEMBERS, span)
        elif name in self._secrets:
            self.used.add(name)
            if not self._takes_secrets:
                self._collector.report(messages.http_requests.secret_shown(name), span)
            elif self._shows_secrets:
                self.running.append(span)
        elif name in self._declared:
            self.used.add(name)
        elif name == NOW and name not in self._bound and (self.zoned or not (self.open or use.optional)):
            self.clock.append((name, span))
        elif name in RUNNING:
            self.running.append(span)
            ended = ENDED_MEMBERS if name == "call" and self._at_end else ()
            self._member(use, RUNNING[name] | {*ended}, span)
        elif name == STEP and self._at_end and name not in self._bound:
            self.running.append(span)
        elif name in self._bound:
            self.running.append(span)
            if name in self._members:
                self._member(use, self._members[name], span)
                if self._members[name] is INPUT_MEMBERS:
                    check_answer(use, span, self._bound[name], self._collector, quoted=quoted)
        elif self.open:
            if name != NOW or not use.optional:
                self.outside[name] = None
        elif not use.optional and name not in self._perhaps:
            self._collector.report(messages.templates.undeclared(name, self._known, self._kind(use, span)), span)

    def _kind(self, use: NameUse, span: Span) -> str:
        """The type of param that a name is used as."""
        file = self._collector.sources.file_of(span)
        start, end = span.start - file.base, span.end - file.base
        if use.attributes:
            return "map"
        listed = _OF_LISTS.match(file.text, end) or _RUN_OVER.search(file.text[max(start - 40, 0) : start])
        return "list" if listed else "text"

    def _known(self) -> list[str]:
        local = [name for name in self._local if name not in self.local_keys.values()]
        return [*self._declared, *local, *self.local_keys, *self._bound, *RUNNING]

    def _member(self, use: NameUse, members: Collection[str], span: Span) -> None:
        """Judge the members that a template reads, as deep as they are known."""
        if not use.attributes or use.optional:
            return None
        owner, end = use.name, span.end
        known: Collection[str] | None = members
        for number, attribute in enumerate(use.attributes):
            if known is None:
                return None
            if attribute not in known:
                if number and attribute == "length" and not known:
                    return self._length(use, number, span)
                behind = Span(end + 1, end + 1 + len(attribute))
                exact = self._collector.sources.file_of(span).slice(behind) == attribute
                self._collector.report(messages.names.no_member(owner, attribute, known), behind if exact else span)
                return None
            owner, end = f"{owner}.{attribute}", end + 1 + len(attribute)
            known = known[attribute] if isinstance(known, Mapping) else None
            if known is None and use.attributes[number + 1 : number + 2] == ("length",):
                return self._length(use, number + 1, span)
        return None

    def _length(self, use: NameUse, number: int, span: Span) -> None:
        """`length` as a member of what is a text."""
        path = ".".join((use.name, *use.attributes[:number]))
        whole = Span(span.start, span.end + len(path) - len(use.name) + len(".length"))
        self._collector.report(messages.names.length_as_member(path), whole)

    @property
    def declared(self) -> dict[str, Span]:
        return self._declared
