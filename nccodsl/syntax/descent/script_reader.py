"""Declarations, tests and whole scripts."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.base.source import SourceFile, Span
from nccodsl.syntax import ast
from nccodsl.syntax.descent.reserved_words import EVENTS, RESERVED, VERBS
from nccodsl.syntax.descent.statement_reader import StatementReader
from nccodsl.syntax.descent.token_reader import DATES, END, LIBRARY, OPTION, TIMES, WORD, NotSure


def read_script(file: SourceFile) -> ast.Script | None:
    """The tree of a file; None where the text is wrong, or where only the parser of the grammar knows whether it is."""
    try:
        return ScriptReader(file).script()
    except NotSure:
        return None


class ScriptReader(StatementReader):
    """Reads declarations. A method with a `start` reads what stands behind the keyword that begins there."""

    def script(self) -> ast.Script:
        """All of the file. Raises NotSure."""
        items: list[ast.Declaration | ast.Statement] = []
        while self.kind != END:
            items.append(self._item())
        return ast.Script(Span(self._base, self._base + len(self._text)), tuple(items), True)

    def _item(self) -> ast.Declaration | ast.Statement:
        read = _DECLARATIONS.get(self.token) if self.kind == WORD else None
        if read is None:
            return self._statement()
        start = self.start
        self._next()
        return read(self, start)

    # ---- declarations

    def _param(self, start: int) -> ast.Param:
        name = self._name()
        self._take(":")
        kind = self._name()
        private, default = self._private_and_default()
        doc = self._optional_text()
        return ast.Param(self._span(start), name, kind, private, default, doc)

    def _secret(self, start: int) -> ast.Secret:
        name, doc = self._name(), self._optional_text()
        return ast.Secret(self._span(start), name, doc)

    def _let(self, start: int) -> ast.Let:
        name, value = self._name(), self._given()
        return ast.Let(self._span(start), name, value)

    def _languages(self, start: int) -> ast.Languages:
        tongues = [self._tongue()]
        while self._took(","):
            tongues.append(self._tongue())
        return ast.Languages(self._span(start), tuple(tongues))

    def _tongue(self) -> ast.Tongue:
        start, name, options = self.start, self._name(), self._options()
        return ast.Tongue(self._span(start), name, options)

    def _defaults(self, start: int) -> ast.Defaults:
        action, options = self._name(), self._options()
        return ast.Defaults(self._span(start), action, options)

    def _include(self, start: int) -> ast.Include:
        if self.kind != LIBRARY:
            path = self._short_string()
            return ast.Include(self._span(start), path)
        at, text = self.start, self.token[1:-1]
        self._next()
        return ast.Include(self._span(start), ast.Library(self._span(at), text))

    def _handler(self, start: int) -> ast.On:
        if self.kind != WORD or self.token not in EVENTS:
            raise NotSure
        return self._on(start)

    def _step(self, start: int) -> ast.Step:
        name, body = self._name(), self._block()
        return ast.Step(self._span(start), name, body)

    # ---- the clock

    def _zone(self, start: int) -> ast.Zone:
        place = self._text_value()
        return ast.Zone(self._span(start), place)

    def _hours(self, start: int) -> ast.Hours:
        name, options = self._name(), self._options()
        rules = self._braced(self._rule)
        return ast.Hours(self._span(start), name, options, rules)

    def _rule(self) -> ast.Weekdays | ast.Closed | ast.Open | ast.Holidays:
        start = self.start
        if not self._is_word(_RULES):
            days = [self._name()]
            while self._took(","):
                days.append(self._name())
            times = self._times()
            return ast.Weekdays(self._span(start), tuple(days), times)
        if self._took("holidays"):
            region = self._name()
            return ast.Holidays(self._span(start), region)
        if self._took("open"):
            at, dates = self._date()
            times = self._times()
            reason = self._reason()
            return ast.Open(self._span(start), ast.Dates(at, dates, reason), times)
        self._take("closed")
        found = [self._dates()]
        while self._took(","):
            found.append(self._dates())
        return ast.Closed(self._span(start), tuple(found))

    def _dates(self) -> ast.Dates:
        start = self.start
        _, text = self._date()
        reason = self._reason()
        return ast.Dates(self._span(start), text, reason)

    def _reason(self) -> ast.Text | None:
        if not self.token.startswith('"'):
            return None
        reason = self._short_string()
        # Behind a string, the lexer of the grammar tries every keyword: no day can be called as one is.
        if self.token not in _RULES and self._is_word(RESERVED):
            raise NotSure
        return reason

    def _date(self) -> tuple[Span, str]:
        """The span and the text of a date, or of two."""
        if self.kind != DATES:
            raise NotSure
        at, text = self._token_span(), self.token
        self._next()
        return at, text

    def _times(self) -> tuple[ast.Times, ...]:
        found: list[ast.Times] = []
        while self.kind == TIMES:
            found.append(ast.Times(self._token_span(), "".join(self.token.split())))
            self._next()
        if not found:
            raise NotSure
        return tuple(found)

    # ---- the call

    def _call(self, start: int) -> ast.Call:
        items = self._braced(self._call_item)
        return ast.Call(self._span(start), items)

    def _call_item(self) -> ast.To | ast.From | ast.Option | ast.On:
        return self._option() if self.kind == OPTION else self._by_keyword(_CALL_ITEMS)

    def _to(self, start: int) -> ast.To:
        endpoint = self._endpoint()
        return ast.To(self._span(start), endpoint)

    def _from(self, start: int) -> ast.From:
        endpoint = self._endpoint()
        return ast.From(self._span(start), endpoint)

    # ---- dialogs

    def _dialog(self, start: int) -> ast.Dialog:
        name, params = self._name(), self._members("(", ")")
        self._take("->")
        outcomes = [self._outcome()]
        while self._took(","):
            outcomes.append(self._outcome())
        items = self._braced(self._part)
        return ast.Dialog(self._span(start), name, params, tuple(outcomes), items)

    def _outcome(self) -> ast.Outcome:
        start, name = self.start, self._name()
        members = self._members("(", ")") if self.token == "(" else ()
        return ast.Outcome(self._span(start), name, members)

    def _part(self) -> ast.Step | ast.Statement:
        """A step or a statement of a dialog."""
        start = self.start
        return self._step(start) if self._took("step") else self._statement()

    # ---- tests

    def _test(self, start: int) -> ast.Test:
        title = self._short_string()
        asked = self._asked() if self.token == "of" else None
        verbs = self._braced(self._verb)
        return ast.Test(self._span(start), title, verbs, asked)

    def _asked(self) -> ast.Asked:
        start = self.start
        self._take("of")
        name, args = self._name(), self._args()
        return ast.Asked(self._span(start), name, args)

    def _verb(self) -> ast.With | ast.Moment | ast.Expect:
        start = self.start
        if self._took("with"):
            values = self._options()
            return ast.With(self._span(start), values)
        if self._took("at"):
            text = self._short_string()
            return ast.Moment(self._span(start), text)
        return self._expect(start)

    def _expect(self, start: int) -> ast.Expect:
        negated = self._took("not")
        if self.kind != WORD or self.token not in VERBS:
            raise NotSure
        verb = self._name()
        kind = self._name() if self.kind == WORD and not self._is_word(_VERB_ENDS) else None
        seen = self._seen()
        body = self._map() if self.token == "{" else None
        options = self._options()
        reply = self._main() if self._took("reply") else None
        value, body = (body, None) if seen is None else (seen, body)
        return ast.Expect(self._span(start), verb, negated, kind, value, options, reply, body)

    def _seen(self) -> ast.Value | ast.AnyValue | None:
        start = self.start
        return ast.AnyValue(self._span(start)) if self._took("*") else self._optional_simple()


_RULES = frozenset(("closed", "open", "holidays"))
_VERB_ENDS = VERBS | {"not", "with", "at", "reply"}
"""The words that end what stands behind a verb."""
_DECLARATIONS: dict[str, Callable[[ScriptReader, int], ast.Declaration]] = {
    "param": ScriptReader._param,
    "secret": ScriptReader._secret,
    "let": ScriptReader._let,
    "zone": ScriptReader._zone,
    "hours": ScriptReader._hours,
    "languages": ScriptReader._languages,
    "defaults": ScriptReader._defaults,
    "include": ScriptReader._include,
    "call": ScriptReader._call,
    "on": ScriptReader._handler,
    "dialog": ScriptReader._dialog,
    "step": ScriptReader._step,
    "test": ScriptReader._test,
}
_CALL_ITEMS: dict[str, Callable[[ScriptReader, int], ast.To | ast.From | ast.On]] = {
    "to": ScriptReader._to,
    "from": ScriptReader._from,
    "on": ScriptReader._on,
}
