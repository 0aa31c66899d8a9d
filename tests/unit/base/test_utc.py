"""Times in UTC are what `datetime` makes of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from nccodsl.base.utc import utc_text


def by_datetime(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@given(st.floats(-2_000_000_000, 9_000_000_000))
def test_is_what_datetime_writes(seconds: float) -> None:
    assert utc_text(seconds) == by_datetime(seconds)


@pytest.mark.parametrize(
    "seconds",
    [0.0, -0.0, 0.0005, 0.9994999, 0.9995, 0.9999994, 0.9999995, 0.9999996, 1.9999999, -0.0000004, -0.0000006, -0.001],
)
def test_rounds_as_datetime_does(seconds: float) -> None:
    for whole in (0, 1_767_225_600, -1_000):
        assert utc_text(whole + seconds) == by_datetime(whole + seconds)


@given(st.integers(0, 4_000_000), st.integers(0, 999))
def test_many_times_of_one_second(seconds: int, thousandths: int) -> None:
    assert utc_text(seconds + thousandths / 1000) == by_datetime(seconds + thousandths / 1000)
