"""The rules between actions, across the branches of a script: where it goes elsewhere, nothing behind it is played."""

from __future__ import annotations

import pytest

import nccodsl

ASK = 'input dtmf max_digits=1 { on "1" -> next otherwise hangup }'


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        # Behind a hangup comes no input, whatever stands behind the `if`.
        (f'if {{{{ a }}}} {{ talk "x" barge_in=true hangup }} {ASK}', ["E404"]),
        (f'if {{{{ a }}}} {{ talk "x" barge_in=true -> next }} {ASK}', ["E404"]),
        (f'if {{{{ a }}}} {{ talk "x" barge_in=true -> asks }} {ASK}', []),
        (f'if {{{{ a }}}} {{ talk "x" barge_in=true }} {ASK}', []),
        # What is played before a jump says nothing of what is played without it.
        ('if {{ a }} { -> next } else { conversation "c" } talk "never"', ["W013"]),
        ('if {{ a }} { -> next } else { talk "x" } talk "y"', []),
    ],
)
def test_ways_that_leave(body: str, codes: list[str]) -> None:
    steps = f'step next {{ talk "next" }}\nstep asks {{ talk "what" {ASK} }}\n'
    found = nccodsl.check(f"step main {{ {body} }}\n{steps}")
    assert [one.code for one in found if one.code != "E501"] == codes  # not each of them leads to both steps
