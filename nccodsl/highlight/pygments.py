"""The Pygments lexer of `.call` scripts; its words and terminals come from the grammar.

It colors by place, as the parser reads by place: `record` is a statement, `record=` an option, and a word behind `step`
a name. It never fails: what fits nowhere is an `Error` token, and the next character is tried. Strings and expressions
are read piece by piece, in states, so that a text without an end is read once.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pygments.lexer import RegexLexer, default, include, words
from pygments.token import Comment, Error, Keyword, Literal, Name, Number, Operator, Punctuation, String, Whitespace

from nccodsl.syntax.keywords import RESERVED, VERBS, pattern

_WORD, _OPTION = pattern("WORD"), pattern("OPTION")
_CONSTANTS = ("_TRUE", "_FALSE", "_NULL")
_AFTER: dict[str, tuple[str, ...]] = {
    "ACTION": ("main",),
    "RECORD": ("simple",),
    "VERB": ("main", "main", "kind"),
    "_REPLY": ("main",),
    "_PARAM": ("default", "type", "name"),
    "_SECRET": ("name",),
    "_LET": ("equals", "name"),
    "_HOURS": ("name",),
    "_SET": ("equals", "name"),
    "_FOR": ("in", "name"),
    "_AS": ("shape", "name"),
    "_LANGUAGES": ("word",),
    "_HOLIDAYS": ("word",),
    "_FETCH": ("method",),
    "_SEND": ("method",),
    "_STEP": ("label",),
    "_DIALOG": ("outcomes", "label"),
    "_ASK": ("label",),
    "_OF": ("label",),
    "_DEFAULTS": ("about",),
    "_CONNECT": ("kind",),
    "_TO": ("kind",),
    "_FROM": ("kind",),
    "_ON": ("others", "match"),
    "_WHEN": ("others", "match"),
}
"""The states of what follows the words of a terminal, the first of them last."""
_OPERATORS = ("and", "or", "not", "in", "is", "if", "else", "elif", "endif", "for", "endfor", "set")


def _reserved(*terminals: str) -> Any:
    """The words of terminals, whole: `talk-x` is another word."""
    return words([word for word, name in RESERVED.items() if name in terminals], suffix=r"\b(?!-[A-Za-z_])")


def _keywords() -> list[Any]:
    """A rule for each terminal with reserved words; constants are reserved only among values."""
    names = [name for name in dict.fromkeys(RESERVED.values()) if name not in _CONSTANTS]
    return [(_reserved(name), Keyword, *([_AFTER[name]] if name in _AFTER else [])) for name in names]


def _scalars(*pop: str) -> list[Any]:
    """Strings, templates and numbers. `pop` is `#pop` where only one value may stand."""
    return [
        (r"\{\{", String.Interpol, (*pop, "template")),
        (r'"""', String, (*pop, "long")),
        (r'"', String, (*pop, "string")),
        (pattern("DURATION"), Number.Duration, *pop),
        (pattern("NUMBER"), Number, *pop),
        (r"-?[0-9][A-Za-z0-9_.]*", Error, *pop),  # whole, so that a long one is tried once
    ]


def _literals(*pop: str) -> list[Any]:
    """Values other than words."""
    return [
        *_scalars(*pop),
        (r"\[", Punctuation, (*pop, "list")),
        (r"\{", Punctuation, (*pop, "map")),
    ]


def _values(*pop: str) -> list[Any]:
    return [*_literals(*pop), (_reserved(*_CONSTANTS), Keyword.Constant, *pop), (_WORD, Name.Constant, *pop)]


def _one_word(token: Any, unless: str = "") -> list[Any]:
    """A state that takes one word, or nothing."""
    return [include("blank"), (unless + _WORD, token, "#pop"), default("#pop")]


def _members(end: str, token: Any) -> list[Any]:
    """What stands in a list of members: the name of each, what it must be, and its default."""
    return [
        include("blank"),
        (r",", Punctuation),
        (r":", Punctuation, ("field-rest", "shape-value")),
        (end, Punctuation, "#pop"),
        (r'"', Name.Tag, "string"),
        (_WORD, token),
    ]


def _text(plain: str, jinja: str) -> list[Any]:
    """What stands in a string: escapes, expressions, and text of the characters `plain`."""
    return [
        (r"\\(?:u[0-9a-fA-F]{4}|[^\n])", String.Escape),
        (r"\{\{|\{%", String.Interpol, jinja),
        (r"\{#", Comment, "note"),
        (plain, String),
        (r'["{\\]', String),
    ]


def _quoted(quote: str, plain: str) -> list[Any]:
    """What stands in a string of an expression."""
    return [(quote, String, "#pop"), (r"\\[\s\S]?", String.Escape), (plain, String), (r"[\"']", String)]


def _end_before(end: str) -> tuple[Any, ...]:
    """Leave a state where `end` follows, which belongs to the state around it."""
    return (f"(?={end})", Whitespace, "#pop")


_EXPRESSION: list[Any] = [
    (r"\s+", Whitespace),
    (r"\|", Operator, "filter"),
    (words(_OPERATORS, suffix=r"\b"), Operator.Word),
    (words(("true", "false", "none", "True", "False", "None"), suffix=r"\b"), Keyword.Constant),
    (r"\d[\w.]*", Number),
    (r"\w+", Name.Variable),
    (r"\\[^\n]?", String.Escape),
    (r"[(){}\[\]]", Punctuation),
    (r"""[^\s\w"']""", Operator),
]


class CallLexer(RegexLexer):
    """Scripts of nccodsl: `.call` files, and code blocks that say `call`."""

    name = "nccodsl"
    aliases: ClassVar[list[str]] = ["call", "nccodsl"]
    filenames: ClassVar[list[str]] = ["*.call"]
    flags = re.NOFLAG
    tokens: ClassVar[dict[str, list[Any]]] = {
        "blank": [(r"[ \t\r\n\f]+", Whitespace), (r"#[^\n]*", Comment.Single)],
        "root": [
            include("blank"),
            (_OPTION, Name.Attribute, "equals"),
            *_keywords(),
            (r"->", Operator, "label"),
            (pattern("TIMES"), Literal.Date),
            (pattern("DATES"), Literal.Date),
            (pattern("STATUS"), Number),
            (pattern("LIBRARY"), String),
            *_scalars(),
            (_WORD, Name.Class),
            (r",", Punctuation, "word"),
            (r"\(", Punctuation, "arguments"),
            (r"[{}\[\]):?]", Punctuation),
            (r"[*=]", Operator),
        ],
        # What a dialog takes and gives, and what is given to it.
        "outcomes": [
            include("blank"),
            (r"->|,", Operator, "label"),
            (r"\(", Punctuation, "members"),
            default("#pop"),
        ],
        "members": _members(r"\)", Name.Variable),
        "arguments": [
            include("blank"),
            (_OPTION, Name.Attribute, "equals"),
            (r",", Punctuation),
            (r"\)", Punctuation, "#pop"),
            *_scalars(),
            (_WORD, Name.Constant),
        ],
        # What stands behind a word.
        "equals": [include("blank"), (r"=", Operator, ("#pop", "value")), default("#pop")],
        "in": [include("blank"), (_reserved("_IN"), Keyword, ("#pop", "value")), default("#pop")],
        "name": _one_word(Name.Variable),
        "label": _one_word(Name.Label),
        "about": _one_word(Keyword),
        "word": _one_word(Name.Constant),
        "method": [include("blank"), (pattern("METHOD"), Name.Constant, "#pop"), default("#pop")],
        "kind": _one_word(Name.Class, unless=rf"(?!{_OPTION})(?!(?:with|not|reply|{'|'.join(VERBS)})\b)"),
        "type": [(r":", Punctuation), *_one_word(Keyword.Type)],
        "default": [
            include("blank"),
            (_reserved("PRIVATE"), Keyword),
            (r"=", Operator, ("#pop", "value")),
            default("#pop"),
        ],
        # What an answer must be.
        "shape": [include("blank"), (r":", Punctuation, ("#pop", "shape-value")), default("#pop")],
        "shape-value": [
            include("blank"),
            (r"\[", Punctuation, ("#pop", "shape-list", "shape-value")),
            (r"\{", Punctuation, ("#pop", "fields")),
            (_WORD, Keyword.Type, ("#pop", "limits")),
            default("#pop"),
        ],
        "limits": [include("blank"), (r"\(", Punctuation, ("#pop", "limit-list")), default("#pop")],
        "limit-list": [
            include("blank"),
            (r",", Punctuation),
            (r"\)", Punctuation, "#pop"),
            (pattern("RANGE"), Number),
            *_scalars(),
            (_WORD, Name.Constant),
        ],
        "shape-list": [include("blank"), (r"\]", Punctuation, "#pop"), default("#pop")],
        "fields": _members(r"\}", Name.Tag),
        "field-rest": [
            include("blank"),
            (r"\?", Operator),
            (_reserved("PRIVATE"), Keyword),
            (r"=", Operator, ("#pop", "value")),
            default("#pop"),
        ],
        "match": [
            include("blank"),
            (pattern("STATUS"), Number, "#pop"),
            *_scalars("#pop"),
            (_WORD, Name.Constant, "#pop"),
            default("#pop"),
        ],
        "others": [include("blank"), (r",", Punctuation, "match"), default("#pop")],
        # Values.
        "main": [include("blank"), *_literals("#pop"), default("#pop")],
        "simple": [include("blank"), *_scalars("#pop"), (r"\[", Punctuation, ("#pop", "list")), default("#pop")],
        "value": [include("blank"), *_values("#pop"), default("#pop")],
        "list": [include("blank"), (r",", Punctuation), (r"\]", Punctuation, "#pop"), *_values()],
        "map": [
            include("blank"),
            (r",", Punctuation),
            (r":", Punctuation, "value"),
            (r"\}", Punctuation, "#pop"),
            (r'"', Name.Tag, "string"),
            (_WORD, Name.Tag),
        ],
        # Expressions among values: their brackets are matched.
        "template": [(r"\}\}", String.Interpol, "#pop"), include("brackets")],
        "nested": [(r"[)}\]]", Punctuation, "#pop"), include("brackets")],
        "brackets": [
            (r"#[^\n]*", Comment.Single),
            (r"[({\[]", Punctuation, "nested"),
            (r"'", String, "long-single"),
            (r'"', String, "double"),
            *_EXPRESSION,
        ],
        "filter": [(r"[ \t]+", Whitespace), (r"[A-Za-z_]\w*", Name.Function, "#pop"), default("#pop")],
        # Strings, and the expressions in them, which end where the string ends.
        "string": [(r'"', String, "#pop"), (r"\n", Whitespace, "#pop"), *_text(r'[^"\\{\n]+', "jinja")],
        "jinja": [
            (r"\}\}|%\}", String.Interpol, "#pop"),
            _end_before(r'["\n]'),
            (r"'", String, "single"),
            *_EXPRESSION,
        ],
        "note": [(r"#\}", Comment, "#pop"), _end_before(r'"'), (r'[^#"]+|#', Comment)],
        "single": [_end_before(r'["\n]'), *_quoted("'", r"[^'\"\\\n]+")],
        "long": [(r'"""', String, "#pop"), *_text(r'[^"\\{]+', "long-jinja"), (r"\n", String)],
        "long-jinja": [
            (r"\}\}|%\}", String.Interpol, "#pop"),
            _end_before(r'"""'),
            (r"'", String, "long-single"),
            (r'"', String, "double"),
            *_EXPRESSION,
        ],
        "long-single": [_end_before(r'"""'), *_quoted("'", r"[^'\"\\]+")],
        "double": _quoted('"', r'[^"\\]+'),
    }
