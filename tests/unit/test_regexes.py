"""Every regular expression of the project, with texts that would take one that is written carelessly for ever.

Python's `re` goes back and tries again: `(a*)*b` takes twice the time for each further `a`, and `\\s+x` the square of a
row of spaces. So each has an entry in the table of hostile texts; besides, every pair of signs that it names is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from tests.growth import assert_linear_search
from tests.hostile import HOSTILE, LOCAL, METHODS, Text
from tests.regexes import regexes


def test_every_regular_expression_has_an_entry() -> None:
    assert sorted(HOSTILE) == sorted(regexes())


@pytest.mark.parametrize("key", sorted(HOSTILE))
def test_work_grows_with_the_size(key: str) -> None:
    found = regexes()[key]
    regex = found.compile(LOCAL.get(key, {}))
    methods = [METHODS[key]] if key in METHODS else sorted(found.methods or {"search"})
    for method, (head, row, tail) in product(methods, [*HOSTILE[key], *_rows_of_signs(regex.pattern)]):
        assert_linear_search(
            _doing(regex, method), lambda size, head=head, row=row, tail=tail: head + row * (size // len(row)) + tail
        )


def _doing(regex: re.Pattern[str], method: str) -> Callable[[str], Any]:
    # What replaces or splits goes through the whole text, as `findall` does.
    return getattr(regex, method if method in ("match", "fullmatch", "search") else "findall")


def _rows_of_signs(pattern: str) -> Iterator[Text]:
    if re.search(r"[*+{]", pattern):
        signs = [sign for sign in dict.fromkeys(pattern) if not sign.isalnum() and sign not in "?*+()|^$[]"][:7]
        for first, second in product(["a", "1", *signs], ["", *signs]):
            yield "", first + second, "\x00"
