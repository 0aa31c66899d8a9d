"""Jinja's own lexer and parser, made to tell character offsets in place of line numbers.

Owns the syntax tree and where each part of it stands in the text. Knows nothing of what the parts mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError
from jinja2.lexer import Lexer, newline_re
from jinja2.parser import Parser

from nccodsl.diagnostics import messages
from nccodsl.templates import limits, tree
from nccodsl.templates.jinja_tree import template_of
from nccodsl.templates.places import Source
from nccodsl.templates.scope import TemplateProblem
from nccodsl.templates.template import TransBlock
from nccodsl.templates.trans_blocks import TransTag

_QUIET = frozenset({"whitespace", "data", "comment", "raw_begin", "raw_end"})
_TAGS = (
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "endset",
    "with",
    "endwith",
    "raw",
    "endraw",
    "trans",
    "pluralize",
    "endtrans",
)
_REFUSED_TAGS = ("do", "debug", "break", "continue", "import", "load", "print")
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '(.*?)'\.")


class _OffsetLexer(Lexer):
    """Yields each token with the offset of its first character where Jinja has the line number."""

    def __init__(self, environment: Environment, source: Source) -> None:
        super().__init__(environment)
        self.source = source

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        where = self.source
        if "\r" in source:
            where.places = list(_unfolded(source))
            source = newline_re.sub("\n", source)
        depth = 0
        position = 0
        kind = ""
        try:
            for _, kind, value in super().tokeniter(source, name, filename, state):
                # Whitespace eaten by a `-` stands between the tokens; nothing else does.
                start = source.find(value, position) if value else position
                position = start + len(value)
                where.cursor = position
                begin = where.place(start)
                if kind == "operator":
                    depth += (value in "([{") - (value in ")]}")
                    if depth > limits.BRACKET_DEPTH:
                        raise _TooDeep(begin)
                end = where.place(start + len(value.rstrip()))
                if kind not in _QUIET and end > begin:
                    where.starts.append(begin)
                    where.ends.append(end)
                yield begin, kind, value
            if kind in ("comment_begin", "raw_begin"):
                # Jinja lets pass what is opened at the very end.
                raise TemplateSyntaxError(f"Missing end of {kind.partition('_')[0]}", 0)
        except TemplateSyntaxError as error:
            raise TemplateSyntaxError(error.message or "", where.place(position)) from None


class _TooDeep(Exception):
    def __init__(self, start: int) -> None:
        self.start = start


def _unfolded(source: str) -> Iterator[int]:
    """For each character of the text with its line ends made one character: its offset in the given text."""
    skip = False
    for offset, character in enumerate(source):
        if skip:
            skip = False
            continue
        yield offset
        skip = character == "\r" and source.startswith("\n", offset + 1)
    yield len(source)


class _Environment(Environment):
    """An environment whose lexer is ours. Made for each text, since the lexer notes the places of that text."""

    _lexer: Lexer
    text: str
    blocks: list[TransBlock]

    @property
    def lexer(self) -> Lexer:
        return self._lexer


_TEMPLATE_ENVIRONMENT = _Environment(keep_trailing_newline=True, extensions=[TransTag])


def parse_with_jinja(text: str, source: Source) -> tuple[tree.Template | None, TemplateProblem | None]:
    """The tree of `text`, or what is wrong with it."""
    if len(text) > limits.TEMPLATE_CHARACTERS:
        return None, TemplateProblem(
            messages.template_limits.template_too_long(limits.TEMPLATE_CHARACTERS), 0, source.limit
        )
    environment = _TEMPLATE_ENVIRONMENT.overlay()
    environment._lexer = _lexer(source)
    environment.text, environment.blocks = text, source.blocks
    try:
        return template_of(Parser(environment, text).parse()), None
    except TemplateSyntaxError as error:
        return None, _syntax_problem(error, source)
    except _TooDeep as error:
        message = messages.template_limits.too_many_brackets(limits.BRACKET_DEPTH)
        return None, TemplateProblem(message, error.start, error.start + 1)
    except RecursionError:
        start = source.place(source.cursor)
        return None, TemplateProblem(messages.template_limits.nested_too_deeply(), start, source.end_of(start))
    except (ValueError, SyntaxError):
        # Python's own limit on the digits of a number, or digits that it does not take.
        start = source.place(source.cursor)
        begin = max(0, (source.starts or [start])[-1])
        return None, TemplateProblem(messages.template_limits.too_many_digits(), begin, source.end_of(begin))


_PROTOTYPE: list[Lexer] = []


def _lexer(source: Source) -> Lexer:
    """A lexer for `source`; its rules, which are slow to build, are shared."""
    if not _PROTOTYPE:
        _PROTOTYPE.append(Lexer(_TEMPLATE_ENVIRONMENT))
    lexer = _OffsetLexer.__new__(_OffsetLexer)
    lexer.__dict__.update(_PROTOTYPE[0].__dict__)
    lexer.source = source
    return lexer


def _syntax_problem(error: TemplateSyntaxError, source: Source) -> TemplateProblem:
    start = min(max(0, error.lineno), source.limit)
    end = source.end_of(start)
    message = error.message or "syntax error"
    unknown = _UNKNOWN_TAG.match(message)
    if unknown:
        tag = unknown[1]
        if tag in _REFUSED_TAGS:
            return TemplateProblem(messages.templates.tag_not_allowed(tag), start, end)
        if tag not in _TAGS:
            return TemplateProblem(messages.templates.unknown_tag(tag, _TAGS), start, end)
        if "innermost block" not in message:
            return TemplateProblem(messages.templates.closes_nothing(tag), start, end)
    message = re.sub(r" at \d+$", "", message).rstrip(".")
    message = message[:1].lower() + message[1:]
    if block := message.partition("innermost block that needs to be closed is '")[2].partition("'")[0]:
        if unknown and unknown[1].startswith("end"):
            return TemplateProblem(messages.templates.other_end(unknown[1], block), start, end)
        return TemplateProblem(messages.templates.never_closed(block), max(source.limit - 1, 0), source.limit)
    return _sign(message, start, source) or TemplateProblem(
        messages.templates.syntax_error(_worded(message), _help(message)), start, max(end, start)
    )


_OPERATORS = (("&&", "and", 0), ("||", "or", 1), ("===", "==", 2), ("!==", "!=", 2), ("!", "not", 0), ("=", "==", 0))
"""Operators of other languages, what templates have for them, and where in them Jinja stops."""


def _sign(message: str, start: int, source: Source) -> TemplateProblem | None:
    """What is wrong with an operator of other languages, and with a `|` behind which no filter stands."""
    text = source.text
    for written, right, offset in _OPERATORS:
        begin, end = start - offset, start - offset + len(written)
        if begin < 0 or not text.startswith(written, begin) or (written == "!" and text[end : end + 1] == "="):
            continue
        word = right.isalpha()
        before = " " if word and written != "!" and not text[begin - 1 : begin].isspace() else ""
        after = " " if word and not text[end : end + 1].isspace() else ""
        return TemplateProblem(messages.templates.other_sign(written, right, f"{before}{right}{after}"), begin, end)
    if (mark := text[start : start + 1]) and mark in "“”„‘’":
        return TemplateProblem(messages.templates.curly_quote(mark), start, start + 1)
    if message.startswith("expected token 'name'") and text[:start].rstrip().endswith("|"):
        got = _worded(message).rpartition("`")[0].rpartition("`")[2]
        return TemplateProblem(messages.templates.filter_missing(got), start, source.end_of(start))
    return None


def _worded(message: str) -> str:
    message = message.replace("expected token 'end of print statement'", "expected `}}`")
    message = message.replace("expected name or number", "expected a name or a number")
    message = message.replace("expected token 'name'", "expected a name").replace("expected token ", "expected ")
    message = message.replace(", got ", ", not ").replace("unexpected char ", "unexpected ")
    message = message.replace("expected token 'end of statement block'", "expected `%}`")
    message = message.replace("'end of print statement'", "`}}`").replace("'end of statement block'", "`%}`")
    message = message.replace(" Jinja was looking for", " Looking for")
    return re.sub(r"'([^']*)'", r"`\1`", message)


def _help(message: str) -> str | None:
    if message == "unexpected char '?'":
        return "put it as `b if a else c`"
    if "end of template" in message or "missing end" in message:
        return "close what is open: `}}`, `%}`, `#}` or an end tag"
    if message.startswith("expected an expression"):
        return "put a name or an expression between `{{` and `}}`"
    return None
