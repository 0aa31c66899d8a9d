"""The quick way from a template to its tree, for text and expressions that are right: no Jinja is imported.

Jinja's parser is the authority. What this way reads, Jinja reads, into the same tree with the same places; tests hold
it to that. Where it is not sure, be it for a mistake or for a tag, Jinja reads the text and says why.
"""

from __future__ import annotations

import re

from nccodsl.templates import limits, tree
from nccodsl.templates.expression_reader import ExpressionReader
from nccodsl.templates.operand_reader import NAME, NUMBER, SIGN, STRING, Tokens, Undecided
from nccodsl.templates.places import Source

_TOKEN = re.compile(
    r"[ \t\n\f\v]*+(?:"
    r"([A-Za-z_][A-Za-z0-9_]*+)(?!\w)"
    r"|('[^'\\]*+'|\"[^\"\\]*+\")"
    r"|([0-9]+\.[0-9]+|0|[1-9][0-9]*+)(?![\w.])"
    r"|(-\}\}|\}\}|//|\*\*|[=!<>]=|[-+/*%~\[\](){}<>=.:|,])"
    r")"
).match
_KINDS = (NAME, NAME, STRING, NUMBER, SIGN)
"""By the group that matches."""
_MOST_DIGITS = 40
_MOST_TOKENS = 150
"""Of one expression: what is longer could be so deep that only Jinja's limits are right."""


def quick_parse(text: str, source: Source) -> tree.Template | None:
    """The tree of a text; None where Jinja has to look at it. `source` has the places of the tokens then."""
    if "{%" in text or "{#" in text or "\r" in text or len(text) > limits.TEMPLATE_CHARACTERS:
        return None
    parts: list[tree.Expr] = []
    at = 0
    try:
        while (begin := text.find("{{", at)) >= 0:
            if begin > at:
                parts.append(tree.TemplateData(source.place(at), text[at:begin]))
            tokens = Tokens()
            at = _read_tokens(text, begin, source, tokens)
            parts.append(ExpressionReader(tokens).whole())
    except (Undecided, RecursionError):
        source.starts.clear()
        source.ends.clear()
        return None
    if at < len(text):
        parts.append(tree.TemplateData(source.place(at), text[at:]))
    return tree.Template(0, (tree.Output(parts[0].at, tuple(parts)),) if parts else ())


def _read_tokens(text: str, begin: int, source: Source, tokens: Tokens) -> int:
    """Read from `{{` to its `}}`; where that ends."""
    at = begin + 2
    _note(source, begin, at)
    if text[at : at + 1] in ("-", "+"):
        raise Undecided
    depth = 0
    while True:
        found = _TOKEN(text, at)
        if found is None:
            raise Undecided
        group = found.lastindex or 0
        start, at = found.span(group)
        token = found[group]
        if depth and token == "}}":
            at, token = at - 1, "}"
        if group == len(_KINDS) - 1:
            depth += (token in "([{") - (token in ")]}")
            if depth > limits.BRACKET_DEPTH or depth < 0 or token == "-}}":
                raise Undecided
        elif group == 3 and len(token) > _MOST_DIGITS:
            raise Undecided
        tokens.kinds.append(_KINDS[group])
        tokens.texts.append(token)
        tokens.places.append(_note(source, start, at))
        if token == "}}":
            return at
        if len(tokens.texts) > _MOST_TOKENS:
            raise Undecided


def _note(source: Source, start: int, end: int) -> int:
    """Note where a token stands in the given text; where it begins."""
    start, end = source.place(start), source.place(end)
    if end > start:
        source.starts.append(start)
        source.ends.append(end)
    return start
