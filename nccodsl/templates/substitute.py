"""The fastest way to render: where all holes are plain names, their values are put in without a closure for each.

Anything but text and whole numbers goes the common way, which converts it or tells what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from nccodsl.templates import limits
from nccodsl.templates.dialect import MarkupForm
from nccodsl.templates.scope import Scope
from nccodsl.templates.template import Expression

Writer = Callable[[Scope], str]


def substituting(pieces: list[str | Expression], names: list[str], form: MarkupForm | None, fallback: Writer) -> Writer:
    """What renders literal text with holes that are `names`, in their order; `fallback` is the common way."""
    is_plain = form.is_plain if form is not None else None
    if len(names) == 1:
        place = next(index for index, piece in enumerate(pieces) if isinstance(piece, Expression))
        prefix, suffix = ("".join(map(str, part)) for part in (pieces[:place], pieces[place + 1 :]))
        return _one(names[0], prefix, suffix, is_plain, fallback)
    pattern = "".join("%s" if isinstance(piece, Expression) else piece.replace("%", "%%") for piece in pieces)
    return _several(names, pattern, is_plain, fallback)


def _one(name: str, prefix: str, suffix: str, is_plain: Callable[[str], bool] | None, fallback: Writer) -> Writer:
    def render(scope: Scope) -> str:
        value = scope.get(name)
        if (
            type(value) is str
            and len(value) < limits.SMALL_TEXT
            and (is_plain is None or (value.isprintable() and is_plain(value)))
        ):
            return f"{prefix}{value}{suffix}"
        return fallback(scope)

    return render


def _several(names: list[str], pattern: str, is_plain: Callable[[str], bool] | None, fallback: Writer) -> Writer:
    fetch = itemgetter(*names)
    fused = "%s" * len(names)
    quick = {str, int}

    def render(scope: Scope) -> str:
        try:
            values = fetch(scope)
        except KeyError:
            return fallback(scope)
        if quick.issuperset(map(type, values)):
            try:
                if is_plain is not None:
                    together = fused % values
                    if not (together.isprintable() and is_plain(together)):
                        return fallback(scope)
                text: str = pattern % values
            except ValueError:
                # A number with too many digits for Python to write.
                return fallback(scope)
            if len(text) <= limits.OUTPUT_CHARACTERS:
                return text
        return fallback(scope)

    return render
