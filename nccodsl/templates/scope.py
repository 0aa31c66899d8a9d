"""The plain types of the template room: problems, name uses, failures and the scope that values are looked up in.

Nothing here imports Jinja, so that a script without templates starts fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from nccodsl.base.record import Record
from nccodsl.diagnostics import Message, messages


class TemplateProblem(Record):
    """Something wrong in a template's text; the offsets count characters of the text that was given."""

    said: Message
    start: int
    end: int

    @property
    def code(self) -> str:
        return self.said.code


class NameUse(Record):
    """A name that the template takes from outside.

    `optional` is set where the name may be without a value (`is defined`, `| default(...)`). `attributes` is what
    is read of it: `account.digits` gives `("digits",)`. A method (`name.upper()`) is not among them. `optional_member`
    is set where a member of the name itself may be missing.
    """

    name: str
    start: int
    end: int
    optional: bool
    attributes: tuple[str, ...] = ()
    optional_member: bool = False


class RenderFailure(Exception):
    """A template failed while it was rendered; the offsets count characters of that template's text."""

    def __init__(self, said: Message, start: int, end: int) -> None:
        super().__init__(said.text)
        self.said = said
        self.start = start
        self.end = end

    @property
    def code(self) -> str:
        return self.said.code


class Refusal(Exception):
    """A failure that does not yet know where it is: what stands around the operation adds the place."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.text)
        self.said = said

    def at(self, start: int, end: int) -> RenderFailure:
        return RenderFailure(self.said, start, end)


class ChangedMarkup(Refusal):
    """Markup was to be cut or changed. What it is called there, and what helps, is said by what adds the place."""

    def __init__(self) -> None:
        super().__init__(messages.template_values.cannot_change_markup())


class Scope(dict[str, object]):
    """The values that names stand for, and the work done with them so far.

    One scope belongs to one rendering: the work of all templates rendered with it adds up towards the limit. In a
    running call `cuts` gathers which texts were too long to be said, and were cut; None where that is an error.
    """

    __slots__ = ("cuts", "steps")

    def __init__(self, values: Mapping[str, object] | Iterable[tuple[str, object]] = ()) -> None:
        super().__init__(values)
        self.steps = 0
        self.cuts: list[object] | None = None

    def child(self) -> Scope:
        """A copy whose new names do not show in this one. The work done in it must be handed back in `steps`."""
        scope = Scope(self)
        scope.cuts = self.cuts
        # Copying is work too, where there are many names.
        scope.steps = self.steps + (len(self) >> 3)
        return scope


class Missing:
    """The type of `MISSING`, what stands for no value where having none is allowed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<no value>"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
