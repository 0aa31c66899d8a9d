"""How many places ask dialogs: each counts once, whatever the order of the declarations."""

from __future__ import annotations

import pytest

import nccodsl

INNER = 'dialog inner() -> done { talk "Listen." -> done }\n'
OUTER = "dialog outer() -> done { ask inner() -> done }\n"


@pytest.mark.parametrize("dialogs", [INNER + OUTER, OUTER + INNER])
@pytest.mark.parametrize(("asks", "codes"), [(1998, []), (1999, ["E514"])])
def test_a_place_counts_once(dialogs: str, asks: int, codes: list[str]) -> None:
    """The script asks `outer` once, which asks `inner`: two places more."""
    body = "\n".join(["ask outer()", *["ask inner()"] * asks])
    found = nccodsl.check(f'{dialogs}step main {{\n{body}\ntalk "That is all." }}\n')
    assert [one.code for one in found if one.is_error] == codes
