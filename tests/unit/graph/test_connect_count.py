"""How many calls a flow can connect: the worst of its ways."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.graph.build import build
from nccodsl.graph.connect_count import most_connects

HEAD = "param vip: boolean = false\nparam names: list = []\n"
CONNECT = "connect phone 14155550102 from=14155550100\n"


@pytest.mark.parametrize(
    ("script", "most"),
    [
        ('talk "a"\n', 0),
        (CONNECT, 1),
        (CONNECT + CONNECT, 2),
        ("if {{ vip }} { " + CONNECT + '} else { talk "a" }\n' + CONNECT, 2),
        ("if {{ vip }} { " + CONNECT + "} else { " + CONNECT + CONNECT + "}\n", 2),
        ("for name in {{ names }} { " + CONNECT + "}\n", None),
        ('for name in {{ names }} { talk "a" }\n' + CONNECT, 1),
    ],
)
def test_the_worst_way_counts(script: str, most: int | None) -> None:
    flow = nccodsl.load(HEAD + script)
    assert most_connects(build(flow, unfold=True)) == most
