"""W042: a placeholder of another language in a text, such as `Hello {name}`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nccodsl.analysis.bound_names import every_name
from nccodsl.analysis.draft_places import Path
from nccodsl.analysis.item_walks import actions_in, found_in
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import ActionItem, Body, CallItem, Hole, Program
from nccodsl.analysis.templates import place
from nccodsl.base import lazy_re
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Instead, Message, nearest, write
from nccodsl.templates import Template
from nccodsl.voice.forms import is_ssml

_PLACEHOLDER = lazy_re.compile(
    r"(?<!\{)\$?\{(?!\{)[ \t]{0,9}(?P<braced>[A-Za-z_]\w*)[ \t]{0,9}\}(?!\})"
    r"|%(?P<percent>[A-Za-z_]\w*)%"
    r"|\$(?P<dollar>[A-Za-z_]\w*)"
)
_TEXT = r"[^{}%$\[<]"
_is_ordinary = re.compile(rf"{_TEXT}*+(?:\{{\{{{_TEXT}{{0,500}}+\}}\}}{_TEXT}*+)*+").fullmatch
"""Whether a text has none of the signs of a placeholder, but in the braces of templates. Most texts are like that."""
_TEMPLATE = lazy_re.compile(r"\{\{(?:(?!\{\{).){0,500}?\}\}", re.S)
_OTHER = lazy_re.compile(
    r"\[(?P<square>[A-Za-z_]\w{0,99})\]"
    r"|<(?P<angle>[A-Za-z_]\w{0,99})>"
    r"|(?<![\w{])\{?[ \t]{0,9}(?P<closed>[A-Za-z_]\w{0,99})[ \t]{0,9}\}\}"
)
"""Placeholders that are meant only where the script has that very name."""


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    names = every_name(program)
    for text, span in _texts(program):
        for found in _PLACEHOLDER.finditer(text):
            written = found["braced"] or found["percent"] or found["dollar"]
            # What is only like a name may be meant as it is, unless it stands in braces.
            name = written if written in names else nearest(written, names) if found["braced"] else None
            if name is not None:
                at = place(program.sources, span, found.start(), found.end())
                message = f"`{found[0]}` is read out literally, not replaced by a value"
                yield Message("W042", message, write(f"{{{{ {name} }}}}")), at
        # Templates are blanked out, so that each place stays where it is.
        plain = _TEMPLATE.sub(lambda hole: "\0" * len(hole[0]), text)
        for found in _OTHER.finditer(plain) if not is_ssml(text) else ():
            name = found[found.lastgroup or 0]
            if name in names:
                at = place(program.sources, span, found.end() - len(found[0].lstrip()), found.end())
                message = f"`{found[0].strip()}` is read out literally, not replaced by a value"
                yield Message("W042", message, write(f"{{{{ {name} }}}}")), at
        brace = plain.find("\0}")
        if brace >= 0:
            at = place(program.sources, span, brace + 1, brace + 2)
            yield Message("W042", "this `}` is read out literally", Instead("remove one `}`", "")), at


def _texts(program: Program) -> Iterator[tuple[str, Span]]:
    """The string literals with such signs of actions and of the call, as their values are, and where they are."""
    found = found_in(_in_actions, program.steps, program.handlers)
    for text, span in (*found, *(_unusual(program.call) if program.call is not None else ())):
        if program.sources.file_of(span).slice(span).startswith('"'):
            yield text, span


def _in_actions(body: Body) -> list[tuple[str, Span]]:
    return [text for action in actions_in(body) for text in _unusual(action)]


def _unusual(part: ActionItem | CallItem) -> Iterator[tuple[str, Span]]:
    """The texts that have one of the signs, and where they are."""
    for path, value in _leaves(part.draft, ()):
        text = value.code.text if isinstance(value, Hole) and isinstance(value.code, Template) else value
        if isinstance(text, str) and not _is_ordinary(text):
            yield text, part.places.find(path, at_name=False)


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """What a draft holds that holds nothing itself, and its JSON path."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _leaves(member, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


RULE = Lint(
    Code("W042", "foreign-placeholder", "a text contains a placeholder of another language"),
    "risk",
    _find,
    fix="unsafe",
)
