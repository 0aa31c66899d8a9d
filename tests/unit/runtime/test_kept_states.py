"""A state as it is once it was kept: by way of its bytes, and without them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from nccodsl.diagnostics import messages
from nccodsl.runtime.state import TYPE, State, as_kept
from nccodsl.runtime.web_requests import Fetch, Request
from tests.sizes import examples


class Text(str):
    """A text of another class."""


PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("\ud83d\ude00 $type")
)
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=5, minutes=30), "X"), ZoneInfo("Europe/London")])
ODD = st.one_of(
    st.builds(lambda at, zone: at.replace(tzinfo=zone), st.datetimes(datetime(1950, 1, 1)), ZONES),
    st.dates(),
    st.times(),
    st.timedeltas(timedelta(days=-9), timedelta(days=9)),
    st.builds(Text, st.text(max_size=4)),
    st.sampled_from([range(3), b"bytes", 1j, frozenset()]),
)
KEYS = st.one_of(st.sampled_from(["name", "is", TYPE, "\ud800"]), st.text(max_size=4))
ANY_KEYS = st.one_of(KEYS, st.integers(0, 9), st.booleans(), st.none())
VALUES = st.recursive(
    PLAIN | ODD | st.sampled_from([{TYPE: "date", "is": "2026-01-01"}, {TYPE: "object", "is": []}]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(KEYS, inner, max_size=3),
        st.dictionaries(ANY_KEYS, inner, max_size=2),
    ),
    max_leaves=8,
)
NAMED = st.dictionaries(st.text("abc", min_size=1, max_size=3), VALUES, max_size=3)


def told(value: Any) -> str:
    """A value with its types."""
    return repr(value)


@settings(max_examples=examples(400))
@given(NAMED, NAMED, st.lists(VALUES, max_size=2))
def test_is_that_of_its_bytes(values: dict[str, Any], names: dict[str, Any], fetched: list[Any]) -> None:
    results = tuple((f"main.{number}", value, "", "200") for number, value in enumerate(fetched))
    state = State("1", "leg-1", "main", values=values, names=names, fetched=results, visits={"main": 2}, now=1.5)
    by_bytes = State.from_bytes(state.to_bytes())
    assert told(state.kept().__dict__) == told(by_bytes.__dict__)
    # Once kept, it stays as it is.
    assert told(state.kept().kept().__dict__) == told(by_bytes.__dict__)


def test_what_only_the_latest_move_has_is_not_kept() -> None:
    request = Request("https://crm.example.com/1")
    cut = messages.webhooks.about_no_call().about()
    late: dict[str, Any] = {"cut": (cut,), "sends": (request,), "opt_outs": (("1415", ""),), "beside": ("main",)}
    state = State("1", pending=Fetch(request, 2.0), **late)
    assert told(state.kept().__dict__) == told(State("1").__dict__)


def test_nothing_of_it_is_shared() -> None:
    names = {"cart": [{"id": 1}], "when": date(2026, 1, 1), "at": time(9, 30)}
    kept = as_kept(names)
    assert kept == names
    assert kept is not names
    assert kept["cart"] is not names["cart"]
    assert kept["cart"][0] is not names["cart"][0]  # type: ignore[index]
