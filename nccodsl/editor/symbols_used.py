"""What the table of names is made of: names, where they are used, and who jumps where."""

from __future__ import annotations

from typing import NamedTuple

from nccodsl.base.source import Span
from nccodsl.editor.document import FilePlace


class Symbol(NamedTuple):
    """What a name stands for. Two uses are of one thing if their symbols are equal.

    `space`: "value" (params, lets, secrets, hours, bindings, the values of loops), "target" (steps and outcomes),
    "dialog", "member", "builtin" (what the platform says), or "outer": a value that a dialog takes from the script.
    `owner`: the dialog that it belongs to, the place of a loop or of a template (with a space), or empty for the
    script. Of a member, what it is read of: `:customer` of the script, `d:customer` of the dialog `d`, `d()` for what
    that dialog returns.
    """

    space: str
    owner: str
    name: str


class FoundName(NamedTuple):
    """One use in a top-level item, with a span of the nodes' number line. `kind` is "value" until it is resolved."""

    kind: str
    name: str
    span: Span
    symbol: Symbol | None = None
    is_definition: bool = False


class TextMark(NamedTuple):
    """A part of the text that names nothing: a string, number, enum, type, literal, comment, keyword of a template."""

    kind: str
    span: Span


class Jump(NamedTuple):
    """A `->` or an `ask` in `source`. `branch`: the branch that it stands in, up to what is done there."""

    source: Symbol
    target: Symbol
    span: Span
    branch: Span | None


class SymbolUse(NamedTuple):
    """One place where something is named.

    `kind`: step, dialog, outcome, param, let, secret, binding, loop, hours, local (of one template), builtin, outside
    (given by the one who renders), unknown, member, option, key (of a map), keyword, endpoint, filter, predicate (a
    test of Jinja's), function, include, test (its title). `symbol`: None where nothing refers to it.
    """

    kind: str
    name: str
    place: FilePlace
    is_definition: bool
    symbol: Symbol | None

    @property
    def owner(self) -> str:
        """The dialog, loop or template that the name belongs to; empty for the script."""
        return self.symbol.owner if self.symbol is not None else ""
