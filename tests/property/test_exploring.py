"""Merging equal states loses nothing: the same is found, by ways that are as short."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.explored import Explored
from nccodsl.rehearsal.liveness import Liveness
from nccodsl.runtime.runnable import Runnable
from tests.property.flows import flows

OF_THE_END = ("W030", "W031")
"""What is said when all was walked."""


def found(explored: Explored) -> dict[tuple[str, int], int]:
    return {
        (one.code, one.span.start): len(one.way)
        for one in explored.findings
        if explored.complete or one.code not in OF_THE_END
    }


@settings(max_examples=60, deadline=None)
@given(flow=flows(), bound=st.integers(1, 3))
def test_merged_and_not(flow: nccodsl.Flow, bound: int) -> None:
    script = Runnable(flow, "https://flow.test")
    merged = explore(flow, script, bound)
    with patch.object(Liveness, "reduced", lambda _self, state: state):
        plain = explore(flow, script, bound)
    assert merged.states <= plain.states
    assert merged.complete or not plain.complete
    shorter, longer = found(merged), found(plain)
    if merged.complete and not plain.complete:
        shorter = {what: way for what, way in shorter.items() if what in longer or what[0] not in OF_THE_END}
    assert shorter == longer
