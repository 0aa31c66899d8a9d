"""W042: a placeholder of another language in a text, such as `Hello {name}`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nccodsl.analysis.draft_places import Path
from nccodsl.analysis.lint.rule import Lint
from nccodsl.analysis.program import Hole, Program, action_of, every_item, every_name
from nccodsl.analysis.templates import place
from nccodsl.base.source import Span
from nccodsl.diagnostics import Code, Edit, Fix, Message, nearest
from nccodsl.templates import Template

_PLACEHOLDER = re.compile(
    r"(?<!\{)\$?\{(?!\{)[ \t]{0,9}(?P<braced>[A-Za-z_]\w*)[ \t]{0,9}\}(?!\})"
    r"|%(?P<percent>[A-Za-z_]\w*)%"
    r"|\$(?P<dollar>[A-Za-z_]\w*)"
)


def _find(program: Program) -> Iterator[tuple[Message, Span]]:
    names = every_name(program)
    for text, span in _texts(program) if names else ():
        for found in _PLACEHOLDER.finditer(text):
            written = found["braced"] or found["percent"] or found["dollar"]
            # What is only like a name may be meant as it is, unless it stands in braces.
            name = written if written in names else nearest(written, names) if found["braced"] else None
            if name is not None:
                at = place(program.sources, span, found.start(), found.end())
                yield _message(found[0], name, at), at


def _message(written: str, name: str, span: Span) -> Message:
    template = f"{{{{ {name} }}}}"
    fix = Fix(f"write {template}", (Edit(span, template),), safe=False)
    return Message("W042", f"`{written}` is not replaced by a value", f"write {template}", fix=fix)


def _texts(program: Program) -> Iterator[tuple[str, Span]]:
    """The string literals of actions and of the call, as their values are, and where they are."""
    actions = [action_of(item) for item in every_item(program.steps, program.call)]
    for part in (*actions, program.call):
        if part is not None:
            for path, span in part.places.values.items():
                value = _at(part.draft, path)
                if isinstance(value, list) and len(value) == 1:
                    value = value[0]  # one value stands for a list of one
                if isinstance(value, Hole) and isinstance(value.code, Template):
                    value = value.code.text
                if isinstance(value, str) and program.sources.file_of(span).slice(span).startswith('"'):
                    yield value, span


def _at(draft: object, path: Path) -> object:
    for key in path:
        try:
            draft = draft[key]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return draft


RULE = Lint(
    Code("W042", "foreign-placeholder", "a text has a placeholder of another language"),
    "risk",
    _find,
    fix="unsafe",
)
