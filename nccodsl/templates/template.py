"""Compiled templates and expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nccodsl.base.record import Record
from nccodsl.templates.scope import NameUse, Scope, TemplateProblem

Place = tuple[int, int]


class Expression(Record):
    """What stands between `{{` and `}}`."""

    source: str
    problems: tuple[TemplateProblem, ...]
    names: tuple[NameUse, ...]
    evaluate: Callable[[Scope], object]
    """The value, of its own type. Raises `RenderFailure`."""
    start: int = 0
    end: int = 0
    """Where it stands in the text of its template."""
    encoded: bool = False
    """Does `urlencode` make all of it that is not constant?"""

    @property
    def constant(self) -> bool:
        """Is the value the same whatever the scope?"""
        return not self.names and not self.problems


class TransBlock(Record):
    """Where a `trans` block stands in a text: `end` of the whole, and `start` and `end` of each of its forms."""

    end: int
    forms: tuple[tuple[int, int], ...]


class Template(Record):
    """A text with holes, and perhaps statements."""

    text: str
    markup: bool
    problems: tuple[TemplateProblem, ...]
    names: tuple[NameUse, ...]
    pieces: tuple[str | Expression, ...] | None
    """Literal text and expressions in turn; None where the template has statements."""
    render: Callable[[Scope], str]
    """The text with its holes filled. Raises `RenderFailure`."""
    uses_markup_filter: bool = False
    render_address: Callable[[Scope], str] | None = None
    """As `render`, with the values percent-encoded, since the text is an address; None where there are `pieces`."""
    blocks: tuple[TransBlock, ...] = ()
    """The `trans` blocks, in order."""

    def with_forms(self, forms: Sequence[Sequence[str]]) -> str:
        """The text with other forms in its `trans` blocks."""
        pieces: list[str] = []
        at = 0
        for block, wanted in zip(self.blocks, forms, strict=True):
            pieces += [self.text[at : block.forms[0][0]], "{% pluralize %}".join(wanted), "{% endtrans %}"]
            at = block.end
        return "".join([*pieces, self.text[at:]])
