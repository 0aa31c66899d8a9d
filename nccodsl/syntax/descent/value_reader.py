"""Values, options, endpoints and shapes."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.base.durations import milliseconds
from nccodsl.base.source import Span
from nccodsl.syntax import ast
from nccodsl.syntax.descent.token_reader import (
    DURATION,
    LONG_STRING,
    NUMBER,
    OPTION,
    RANGE,
    STRING,
    TEMPLATE,
    WORD,
    NotSure,
    TokenReader,
)
from nccodsl.syntax.nodes import LITERALS, LONGEST_RANGE, MOST_DIGITS
from nccodsl.syntax.strings import BadEscape, decode

TEXTS = (STRING, LONG_STRING, TEMPLATE)
_INFINITE = (float("inf"), float("-inf"))


class ValueReader(TokenReader):
    """Reads values. Each method reads one thing, from the token it begins with to behind its last one."""

    # ---- names

    def _name(self) -> ast.Name:
        if self.kind == OPTION:
            self._leave_equals()
        if self.kind != WORD:
            raise NotSure
        name = ast.Name(self._token_span(), self.token)
        self._next()
        return name

    def _token_span(self) -> Span:
        start = self.start + self._base
        return Span(start, start + len(self.token))

    def _is_word(self, words: frozenset[str]) -> bool:
        """Whether this is one of some keywords. By the grammar `true-ish` begins with one: NotSure is raised."""
        if self.token in words:
            return self.kind == WORD
        if self.kind == WORD and "-" in self.token and self.token.partition("-")[0] in words:
            raise NotSure
        return False

    # ---- values

    def _behind_equals(self) -> ast.Value:
        """The value behind the `=` that this token is, or that the name of an option ends with.

        A word stands in the same line and is no name of an option: else the value is missing.
        """
        self._next()
        if self.kind <= WORD and (self.kind == OPTION or "\n" in self._text[self.last : self.start]):
            raise NotSure
        return self._value()

    def _given(self) -> ast.Value:
        """A `=` and the value behind it."""
        if self.token != "=":
            raise NotSure
        return self._behind_equals()

    def _value(self) -> ast.Value:
        if self.kind != WORD:
            return self._main()
        start, word = self.start, self.token
        literal = self._is_word(LITERALS)
        self._next()
        span = self._span(start)
        if not literal:
            return ast.Word(span, word)
        return ast.Null(span) if word == "null" else ast.Boolean(span, word == "true")

    def _main(self) -> ast.Value:
        """A value that is no word."""
        value = self._optional_main()
        if value is None:
            raise NotSure
        return value

    def _optional_main(self) -> ast.Value | None:
        read = _SIMPLE.get(self.kind) or _BRACKETS.get(self.token)
        return read(self) if read else None

    def _optional_simple(self) -> ast.Value | None:
        """A value that is neither a word nor a map."""
        return None if self.token == "{" else self._optional_main()

    def _text_value(self) -> ast.Value:
        """A string or a template."""
        if self.kind not in TEXTS:
            raise NotSure
        return self._main()

    def _optional_text(self) -> ast.Value | None:
        return self._main() if self.kind in TEXTS else None

    def _string(self) -> ast.Text:
        start, literal, kind = self.start, self.token, self.kind
        if kind not in (STRING, LONG_STRING):
            raise NotSure
        self._next()
        if kind == STRING and "\\" not in literal:
            return ast.Text(self._span(start), literal[1:-1], False)
        try:
            return ast.Text(self._span(start), decode(literal), kind == LONG_STRING)
        except BadEscape:
            raise NotSure from None

    def _short_string(self) -> ast.Text:
        if self.kind != STRING:
            raise NotSure
        return self._string()

    def _template(self) -> ast.Template:
        if self.kind != TEMPLATE:
            raise NotSure
        start, source = self.start, self.token[2:-2]
        self._next()
        return ast.Template(self._span(start), source)

    def _number(self) -> ast.Number:
        start, text = self.start, self.token
        if self.kind != NUMBER or len(text) > MOST_DIGITS:
            raise NotSure
        self._next()
        value = int(text) if text.lstrip("-").isdigit() else float(text)
        if value in _INFINITE:
            raise NotSure
        return ast.Number(self._span(start), text, value)

    def _duration(self) -> ast.Duration:
        start, text = self.start, self.token
        self._next()
        try:
            return ast.Duration(self._span(start), text, round(milliseconds(text), 6))
        except ValueError:
            raise NotSure from None

    def _list(self) -> ast.ListValue:
        start = self.start
        items = self._listed("[", "]", self._value)
        return ast.ListValue(self._span(start), tuple(items))

    def _map(self) -> ast.MapValue:
        start = self.start
        entries = self._listed("{", "}", self._entry)
        self._each_once([entry.key.text for entry in entries])
        return ast.MapValue(self._span(start), tuple(entries))

    def _entry(self) -> ast.Entry:
        start, key = self.start, self._key()
        self._take(":")
        value = self._value()
        return ast.Entry(self._span(start), key, value)

    def _key(self) -> ast.Name:
        """The key of an entry, which may stand in quotes."""
        if self.kind != STRING:
            return self._name()
        text = self._string()
        return ast.Name(text.span, text.text)

    def _each_once(self, keys: list[str]) -> None:
        if len(set(keys)) < len(keys):
            raise NotSure

    # ---- options and endpoints

    def _option(self) -> ast.Option:
        if self.kind != OPTION:
            raise NotSure
        start, name = self.start, ast.Name(self._token_span(), self.token)
        value = self._behind_equals()
        return ast.Option(self._span(start), name, value)

    def _options(self) -> tuple[ast.Option, ...]:
        if self.kind != OPTION:
            return ()
        found = [self._option()]
        while self.kind == OPTION:
            found.append(self._option())
        return tuple(found)

    def _args(self) -> tuple[ast.Option, ...]:
        """What stands in the parentheses behind a name."""
        return tuple(self._listed("(", ")", self._option))

    def _endpoint(self) -> ast.Endpoint:
        start, kind = self.start, self._name()
        main = self._main() if self.kind in TEXTS or self.kind == NUMBER else None
        return ast.Endpoint(self._span(start), kind, main)

    # ---- shapes

    def _shape(self) -> ast.Shape:
        start = self.start
        if self.token == "[":
            self._open("[")
            items = self._shape()
            self._close("]")
            return ast.Listed(self._span(start), items)
        if self.token == "{":
            members = self._members("{", "}")
            return ast.Fields(self._span(start), members)
        name = self._name()
        limits = self._limits() if self.token == "(" else ()
        return ast.Type(self._span(start), name, limits)

    def _limits(self) -> tuple[ast.Value | ast.Range, ...]:
        self._open("(")
        found: list[ast.Value | ast.Range] = []
        while self.token != ")":
            found.append(self._limit())
            if self.token != ")":
                self._take(",")
                if self.token == ")":
                    raise NotSure
        self._close(")")
        return tuple(found)

    def _limit(self) -> ast.Value | ast.Range:
        start, text = self.start, self.token
        if self.kind == WORD:
            self._next()
            return ast.Word(self._span(start), text)
        if self.kind == RANGE and len(text) <= LONGEST_RANGE:
            self._next()
            first, _, last = text.partition("..")
            return ast.Range(self._span(start), text, int(first), int(last))
        return self._number() if self.kind == NUMBER else self._short_string()

    def _members(self, opening: str, closing: str) -> tuple[ast.Member, ...]:
        members = self._listed(opening, closing, self._member)
        self._each_once([member.key.text for member in members])
        return tuple(members)

    def _member(self) -> ast.Member:
        start, key = self.start, self._key()
        self._take(":")
        shape = self._shape()
        optional = self._took("?")
        private, default = self._private_and_default()
        return ast.Member(self._span(start), key, shape, optional, private, default)

    def _private_and_default(self) -> tuple[bool, ast.Value | None]:
        """`private`, and `= value`, where they stand behind a type."""
        private = self.token == "private" and self.kind <= WORD
        if private:
            self._name()
        elif self.kind == WORD and self.token.startswith("private-"):
            raise NotSure
        return private, self._given() if self.token == "=" else None


_SIMPLE: dict[int, Callable[[ValueReader], ast.Value]] = {
    STRING: ValueReader._string,
    LONG_STRING: ValueReader._string,
    TEMPLATE: ValueReader._template,
    NUMBER: ValueReader._number,
    DURATION: ValueReader._duration,
}
_BRACKETS: dict[str, Callable[[ValueReader], ast.Value]] = {"[": ValueReader._list, "{": ValueReader._map}
