"""A translated script is the same script: its calls take the same paths, whatever is said on them."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.emulator.personas.persona import Cast
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import Fetched
from tests.catalogs import translated
from tests.property.flows import scripts
from tests.property.test_agreement import bounded, casts
from tests.sizes import examples

LANGUAGES = "languages en-GB, es-ES\n"


def trails(flow: nccodsl.Flow, cast: Cast, values: dict[str, object]) -> list[tuple[tuple[str, str], ...]]:
    stage = Stage(flow, values, cast=cast, fetcher=lambda _: Fetched({"word": "yes"}))
    leg = stage.begin()
    bounded(stage.network, leg)
    return [move.trail for move in stage.moves]


@settings(max_examples=examples(60), deadline=None)
@given(scripts(), casts)
def test_calls_take_the_same_paths(text: str, cast: Cast) -> None:
    # Of the same length, so that nothing takes longer to say.
    other = translated(LANGUAGES + text, translate=lambda one: one.replace("visit", "tisiv"))
    assert trails(other, cast, {"language": "es-ES"}) == trails(nccodsl.load(text), cast, {})


@settings(max_examples=examples(40), deadline=None)
@given(scripts(), st.integers(1, 3))
def test_exploring_finds_the_same(text: str, bound: int) -> None:
    def found(flow: nccodsl.Flow, values: dict[str, object]) -> list[tuple[str, tuple[str, ...]]]:
        explored = explore(flow, Runnable(flow, "https://flow.test", values), bound)
        return [(one.code, one.way) for one in explored.findings if one.code not in ("W030", "W031")]

    other = translated(LANGUAGES + text, translate=lambda one: f"{one}!")
    assert found(other, {"language": "es-ES"}) == found(nccodsl.load(text), {})
