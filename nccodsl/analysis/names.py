"""Which names templates may use, and where each was declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from nccodsl.analysis.answers import check_answer
from nccodsl.analysis.built_in_names import ENDED_MEMBERS, HOURS_MEMBERS, HOURS_PARAM, NOW, RUNNING, STEP
from nccodsl.analysis.read_members import check_members
from nccodsl.analysis.shapes import Known
from nccodsl.analysis.typed_answers import VALUE, is_answer, joined_members
from nccodsl.analysis.used_as import used_as
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.diagnostics.edits import without
from nccodsl.templates import NameUse
from nccodsl.templates.dialect import LANGUAGE


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
        self.reads: dict[tuple[str, str], object] = {}
        """What was asked about single names, as `read` answers it; all else is in `surroundings`."""
        self.used: set[str] = set()
        self.outside: dict[str, None] = {}
        self.running: list[Span] = []
        self.clock: list[tuple[str, Span]] = []
        self._hours: set[str] = set()
        self._secrets: set[str] = set()
        self._takes_secrets = self._shows_secrets = False
        self._at_end = False
        self.owner = ""
        """The dialog whose statements are checked, empty outside of one."""
        self.local_keys: Mapping[str, str] = {}
        """What the scope calls a name, where that is not what the script calls it: in dialogs, and loops that wait."""
        self.speaks: Span | None = None
        """Where the script says which languages it speaks."""
        self.open = True
        self.zoned = False
        """Whether the script says anywhere where its clock stands."""
        self.has_zone = False
        """Whether it has a zone that is not only that of some hours."""

    def declare(self, name: str, span: Span, whole: Span | None = None, *, param: bool = False) -> bool:
        """Declare a param or let; it hides what a running call knows by that name. False, and reported, on a clash.

        `whole`: the place of all of the declaration. `param`: one may say in which language a call begins.
        """
        if not param:
            self._not_language(name, span)
        if name in self._declared:
            removal = without(self._collector.sources.file_of(span), whole or span)
            self._collector.report(messages.names.declared_twice(name, self._declared[name], removal), span)
            return False
        self._declared[name] = span
        return True

    def _not_language(self, name: str, span: Span) -> None:
        """In a script with several languages, `language` is the one that it speaks, and nothing else."""
        if name == LANGUAGE and self.speaks is not None:
            self._collector.report(messages.translations.name_of_languages(self.speaks), span)

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

    @contextmanager
    def dialog(self, name: str, own: Mapping[str, tuple[Span, Known | None]]) -> Iterator[None]:
        """Within a dialog, its `own` names are known, and what the script declares; nothing of the place that asks."""
        before = (self._bound, self._members, self._local, self.open)
        self._bound = {one: span for one, (span, _) in own.items()}
        self._members = {one: members for one, (_, members) in own.items() if members is not None}
        self._local, self.open = {}, False
        self.owner, self.local_keys = name, {one: f"{name}.{one}" for one in own}
        try:
            yield
        finally:
            self._bound, self._members, self._local, self.open = before
            self.owner, self.local_keys = "", {}

    def key(self, name: str) -> str:
        """What the scope calls a name."""
        return self.local_keys.get(name, name)

    @property
    def hours(self) -> list[str]:
        """The names of opening hours that may be used here."""
        own = [name for name in self.local_keys if self.is_hours(name)]
        return [*own, *(name for name in sorted(self._hours) if name not in self.local_keys)]

    def is_hours(self, name: str) -> bool:
        """Whether a name is that of opening hours, or of a dialog's param that stands for some."""
        if name in self.local_keys:
            return self._members.get(name) is HOURS_PARAM
        return name in self._hours

    def is_early(self, name: str) -> bool:
        """Whether the value of a name is known before the call begins, whatever the clock says."""
        if name in self._hours or name in self._secrets:
            return False
        return self.declares(name) or (self.open and name not in RUNNING and name != NOW)

    def surroundings(self) -> tuple[object, ...]:
        """All that statements read of it, but for `reads`; equal where that is the same."""
        names = {*self._hours}, {*self._secrets}
        return (*names, not self._declared, self.open, self.zoned, self.has_zone, self.speaks is None)

    def read(self, what: str, name: str) -> object:
        """What may be noted in `reads`: see `_note`."""
        match what:
            case "declares":
                return name in self._declared
            case "declared" | "bound":
                return (self._declared if what == "declared" else self._bound).get(name)
            case "perhaps":
                return name in self._perhaps
            case "members":
                return name in self._bound, self._members.get(name)
            case _:
                return tuple(self._declared), tuple(self._bound)

    def _note(self, what: str, name: str = "") -> None:
        """Note a read: if or where a name is declared or bound, `perhaps` hidden by a mistake; its members; all."""
        if (what, name) not in self.reads:
            self.reads[what, name] = self.read(what, name)

    def declares(self, name: str) -> bool:
        """Whether the script has declared a param or let of that name already."""
        self._note("declares", name)
        return name in self._declared

    def is_perhaps_hidden(self, name: str) -> bool:
        """Whether something of that name may be declared by what a syntax error hides."""
        self._note("perhaps", name)
        return name in self._perhaps

    def takes(self, name: str) -> bool:
        """Whether the script declares a name, which stands for its value somewhere: it is used."""
        if declared := self.declares(name):
            self.used.add(name)
        return declared

    def expect(self, name: str, span: Span, members: Known | None) -> None:
        """Note beforehand that a name is bound while the call runs, somewhere in the script."""
        known = self._members.get(name) if name in self._bound else members
        self._bound.setdefault(name, span)
        if (joined := joined_members(known, members)) is not None:
            self._members[name] = joined
        else:
            self._members.pop(name, None)

    def bind(self, name: str, span: Span) -> None:
        """Judge a name that the running call gives a value: where it may be used is found out later (assigned)."""
        self._not_language(name, span)
        taken = self.declares(name) and not self.owner
        if taken or name in RUNNING or self.local_keys.get(name) in self._local:
            self._note("declared", name)
            self._collector.report(messages.names.name_is_taken(name, self._declared.get(name)), span)

    @contextmanager
    def local(self, name: str, span: Span, key: str | None = None) -> Iterator[None]:
        """Within a `for`, its target is a name; `key`: what the scope calls it, if not that."""
        self._not_language(name, span)
        before = (self._local, self.local_keys)
        self._local = {**self._local, key or name: span}
        self.local_keys = {one: of for one, of in self.local_keys.items() if one != name}
        if key is not None:
            self.local_keys = {**self.local_keys, name: key}
        try:
            yield
        finally:
            self._local, self.local_keys = before

    def use(self, use: NameUse, span: Span, *, quoted: bool = False) -> None:
        """A template takes `use.name` at `span`: judge it. `quoted`: the template stands in a text."""
        name = use.name
        if name in self._local:
            return None
        own = name.removeprefix(f"{self.owner}.") if self.owner else name
        if own != name:
            return self._own(use, own, span, quoted=quoted)
        if name in self._hours:
            self.used.add(name)
            self.clock.append((name, span))
            check_members(use, HOURS_MEMBERS, span, self._collector)
        elif name in self._secrets:
            self._secret(name, span)
        elif self.declares(name) or (name == LANGUAGE and self.speaks is not None):
            self.used.add(name)
        else:
            self._of_call(use, span, quoted=quoted)
        return None

    def _of_call(self, use: NameUse, span: Span, *, quoted: bool) -> None:
        """A name that the running call brings, or none."""
        name = use.name
        self._note("members", name)
        if name == NOW and name not in self._bound and self._reads_now(use):
            self.clock.append((name, span))
        elif name in RUNNING:
            self.running.append(span)
            ended = ENDED_MEMBERS if name == "call" and self._at_end else ()
            check_members(use, RUNNING[name] | {*ended}, span, self._collector)
        elif name == STEP and self._at_end and name not in self._bound:
            self.running.append(span)
        elif name in self._bound:
            self.running.append(span)
            self._read(use, span, quoted=quoted)
        elif self.open:
            if name != NOW or not use.optional:
                self.outside[name] = None
        elif not use.optional and not self.is_perhaps_hidden(name):
            self._note("all")
            self._collector.report(self._not_known(use, span), span)

    def _reads_now(self, use: NameUse) -> bool:
        """Whether it is the clock's: what can do without takes it only from a script with a zone."""
        return self.has_zone if use.optional else self.zoned or not self.open

    def _secret(self, name: str, span: Span) -> None:
        self.used.add(name)
        if not self._takes_secrets:
            self._collector.report(messages.http_requests.secret_shown(name), span)
        elif self._shows_secrets:
            self.running.append(span)

    def _not_known(self, use: NameUse, span: Span) -> Message:
        if self.owner:
            known = [*self.local_keys, *self._declared, *RUNNING]
            return messages.dialogs.not_known(use.name, self.owner, known)
        return messages.templates.undeclared(use.name, self._known, used_as(use, span, self._collector.sources))

    def _own(self, use: NameUse, name: str, span: Span, *, quoted: bool) -> None:
        """A dialog takes one of its own names."""
        plain = NameUse(name, use.start, use.end, use.optional, use.attributes, use.optional_member)
        self._read(plain, span, quoted=quoted)

    def _read(self, use: NameUse, span: Span, *, quoted: bool) -> None:
        """What a template reads of a name that the running call brings."""
        members = self._members.get(use.name)
        if members is None:
            return
        check_members(use, members, span, self._collector)
        if is_answer(members):
            self._note("bound", use.name)
            at = None if VALUE in members else self._bound.get(use.name)
            texts = ("digits", VALUE) if members.get(VALUE) == {} else ("digits",)
            check_answer(use, span, at, self._collector, quoted=quoted, texts=texts)

    def _known(self) -> list[str]:
        local = [name for name in self._local if name not in self.local_keys.values()]
        known = [*self._declared, *local, *self.local_keys, *self._bound, *RUNNING]
        return [*known, LANGUAGE] if self.speaks is not None else known

    @property
    def declared(self) -> dict[str, Span]:
        return self._declared
