"""Keys become a value, or do not fit."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.answers import AnswerType, Limit, answer_type
from nccodsl.templates.operators import kind
from tests.sizes import examples

EVERY: list[tuple[str, tuple[Limit, ...]]] = [
    ("digits", ()),
    ("digits", (1,)),
    ("digits", (4,)),
    ("digits", ((4, 10),)),
    ("digits", (20,)),
    ("integer", ()),
    ("integer", ((1, 20),)),
    ("integer", (7,)),
    ("integer", ((0, 9),)),
    ("integer", ((0, 10**15 - 1),)),
    ("date", ("%d%m%Y",)),
    ("date", ("%m%d%y",)),
    ("date", ("%Y%m%d",)),
    ("date", ("%m%y",)),
    ("time", ("%H%M",)),
    ("time", ("%H",)),
    ("time", ("%H%M%S",)),
    ("amount", ()),
    ("luhn", ()),
    ("phone", ("US",)),
    ("phone", ("GB",)),
    ("phone", ("DE",)),
    ("phone", ("it",)),
]
TYPES = [answer_type(*one) for one in EVERY]
EACH = pytest.mark.parametrize("asked", TYPES, ids=[f"{one.name}{one.limits}" for one in TYPES])
PYTHON = {
    "text": str,
    "integer": int,
    "number": (int, float),
    "date": datetime.date,
    "time": datetime.time,
}


@pytest.mark.parametrize(
    ("name", "limits", "keys", "value"),
    [
        ("digits", (4,), "0042", "0042"),
        ("digits", (4,), "042", None),
        ("digits", (4,), "04*2", None),
        ("digits", ((4, 10),), "12345678901", None),
        ("digits", (), "", None),
        ("integer", ((1, 20),), "05", 5),
        ("integer", ((1, 20),), "20", 20),
        ("integer", ((1, 20),), "21", None),
        ("integer", ((1, 20),), "0", None),
        ("integer", (), "1*5", None),
        ("integer", (), "٣", None),
        ("date", ("%d%m%Y",), "23051980", datetime.date(1980, 5, 23)),
        ("date", ("%d%m%Y",), "29021981", None),
        ("date", ("%d%m%Y",), "23050180", None),
        ("date", ("%d%m%Y",), "2305198", None),
        ("date", ("%d%m%y",), "230568", datetime.date(2068, 5, 23)),
        ("date", ("%d%m%y",), "230569", datetime.date(1969, 5, 23)),
        ("date", ("%m%y",), "0527", datetime.date(2027, 5, 1)),
        ("date", ("%m%y",), "1327", None),
        ("time", ("%H%M",), "0930", datetime.time(9, 30)),
        ("time", ("%H%M",), "2400", None),
        ("time", ("%H",), "21", datetime.time(21, 0)),
        ("amount", (), "12*50", 12.5),
        ("amount", (), "12*5", 12.5),
        ("amount", (), "12", 12),
        ("amount", (), "12*00", 12),
        ("amount", (), "*5", 0.5),
        ("amount", (), "12*505", None),
        ("amount", (), "12*", None),
        ("amount", (), "*", None),
        ("amount", (), "1234567890", None),
        ("luhn", (), "4242424242424242", "4242424242424242"),
        ("luhn", (), "4242424242424241", None),
        ("luhn", (), "378282246310005", "378282246310005"),
        ("luhn", (), "00000000000", None),
        ("phone", ("US",), "4155550101", "14155550101"),
        ("phone", ("US",), "14155550101", "14155550101"),
        ("phone", ("US",), "5550101", None),
        ("phone", ("GB",), "07700900123", "447700900123"),
        ("phone", ("DE",), "0043123456789", "43123456789"),
        ("phone", ("DE",), "0301234567", "49301234567"),
        ("phone", ("IT",), "0612345678", "390612345678"),
        ("phone", ("US",), "911", None),
        ("phone", ("US",), "41555501*1", None),
    ],
)
def test_keys(name: str, limits: tuple[Limit, ...], keys: str, value: object) -> None:
    found = answer_type(name, limits).typed(keys)
    assert found == value
    assert type(found) is type(value)


@EACH
@settings(max_examples=examples(50), deadline=None)
@given(st.integers(-(10**6), 10**6))
def test_every_sample_fits(asked: AnswerType, n: int) -> None:
    for keys in (asked.sample(n), *asked.examples()):
        assert asked.least_digits <= len(keys) <= asked.most_digits <= 20
        value = asked.typed(keys)
        assert isinstance(value, PYTHON[asked.value_type])
        assert asked.said(asked.as_speech(keys), "en-US") == value
        assert asked.said(asked.as_speech(keys), "de-DE") == value


@EACH
def test_samples_reach_the_limits(asked: AnswerType) -> None:
    lengths = {len(keys) for keys in asked.examples()}
    if asked.name in ("digits", "integer"):
        assert {min(lengths), max(lengths)} == {asked.least_digits, asked.most_digits}
    assert len(asked.examples()) == len(set(asked.examples()))
    assert asked.examples() == asked.examples()


@EACH
def test_a_misfit_can_be_typed_and_does_not_fit(asked: AnswerType) -> None:
    keys = asked.misfit()
    assert asked.typed(keys) is None
    assert 0 < len(keys) <= asked.most_digits
    assert set(keys) <= set("0123456789*")


@EACH
@given(st.text("0123456789*", max_size=25))
@settings(max_examples=examples(100), deadline=None)
def test_keys_never_fail_and_yield_what_a_call_can_keep(asked: AnswerType, keys: str) -> None:
    value = asked.typed(keys)
    assert value is None or (isinstance(value, PYTHON[asked.value_type]) and "another kind" not in kind(value))
    if value is not None and len(keys) > asked.most_digits:
        assert asked.name in ("integer", "amount", "phone"), "only zeros in front and foreign numbers are longer"


@pytest.mark.parametrize(
    ("name", "limits", "wants"),
    [
        ("digits", (4,), "4 digits"),
        ("digits", (1,), "1 digit"),
        ("digits", ((4, 10),), "4 to 10 digits"),
        ("integer", ((1, 20),), "a whole number from 1 to 20"),
        ("integer", (), "a whole number"),
        ("date", ("%d%m%Y",), "a date as DDMMYYYY"),
        ("time", ("%H%M",), "a time as HHMM"),
        ("amount", (), "an amount, with `*` as the decimal point"),
        ("luhn", (), "a card number of 12 to 19 digits"),
        ("phone", ("gb",), "a phone number as dialed in GB"),
    ],
)
def test_what_fits_in_words(name: str, limits: tuple[Limit, ...], wants: str) -> None:
    assert answer_type(name, limits).wants == wants


def test_types_are_values() -> None:
    assert answer_type("date", ("%d%m%Y",)) == answer_type("date", ("%d%m%Y",))
    assert answer_type("digits", (4,)) != answer_type("digits", (5,))
    assert len({answer_type("time", ("%H%M",)), answer_type("time", ("%H%M",))}) == 1
