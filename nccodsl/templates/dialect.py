"""What the one who compiles templates adds to them: filters, and how values get into a text that is marked up.

Owns: these types. Does not own: any filter, any markup. Nothing here imports Jinja.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from nccodsl.base.record import Record

Function = Callable[..., Any]
"""A filter: called with the `Manner`, the value, and the arguments that the template gives."""


class MarkupForm(Record):
    """A kind of marked-up text, and how values are put into it.

    `filters` make markup, and may stand in such a text only; `misplaced_help` and `last_help` say so to authors.
    """

    name: str
    escape: Callable[[str], str]
    is_plain: Callable[[str], bool]
    """Can a text stand in markup as it is? Quick: it is asked for each value."""
    find_illegal: Callable[[str], re.Match[str] | None]
    """The first character that markup cannot hold, however it is written."""
    filters: frozenset[str] = frozenset()
    misplaced_help: str | None = None
    last_help: str | None = None


class Dialect(Record):
    """`checks` judge the arguments of a filter where all are written out: called with them by name, they may refuse.

    `implied`: for a filter, the argument that is the value of the name called so where a template does not give it.
    `of_language`: the filters whose result depends on the language.
    """

    filters: Mapping[str, Function] = {}
    implied: Mapping[str, str] = {}
    of_language: frozenset[str] = frozenset()
    checks: Mapping[str, Callable[..., None]] = {}
    markup: MarkupForm | None = None


PLAIN = Dialect()
"""The filters that Jinja has too, and texts without markup."""


LANGUAGE = "language"
"""The name that says in which language a script with several speaks."""
FOLLOWS = "*"
"""In place of a language: the one that the name `language` says when the template is rendered."""


class Manner(NamedTuple):
    """How the template is to be written: what a filter may depend on besides the value.

    `markup`: the form of a text that is marked up; None of any other. `plural`: which of the forms of a `trans` block
    is for a number; None: the first for 1, the second for any other.
    """

    markup: MarkupForm | None
    language: str | None
    plural: Callable[[int], int] | None = None

    def in_language_of(self, scope: Mapping[str, object]) -> Manner:
        """The same in the language that the name `language` says."""
        language = scope.get(LANGUAGE)
        return Manner(self.markup, language if isinstance(language, str) else None, self.plural)
