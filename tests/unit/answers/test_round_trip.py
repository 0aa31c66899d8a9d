"""What a voice says of a value, or num2words writes, is understood as the value."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.answers import AnswerType, answer_type
from nccodsl.templates.dialect import Manner
from nccodsl.voice.speech_filters import SPEECH
from nccodsl.voice.spoken_times import spoken_date, spoken_time
from tests.sizes import examples

WORDS = pytest.importorskip("num2words", reason="num2words is in the `test` extra").num2words
MANY = settings(max_examples=examples(200), deadline=None)
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))
MINUTES = st.times().map(lambda time: time.replace(second=0, microsecond=0))
CENTS = st.integers(0, 10**9 - 1) | st.integers(0, 20_000)
ENGLISH = st.sampled_from(["en-US", "en-GB", "en-AU", "en"])
LANGUAGES = st.sampled_from(
    ["en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "pt-BR", "nl-NL", "da-DK", "pl-PL", "ja-JP", "ko-KR"]
)
FIGURES = (["zero", "oh", "o", "nought"], *([WORDS(n)] for n in range(1, 10)))
DATE, TIME = answer_type("date", ("%d%m%Y",)), answer_type("time", ("%H%M",))
INTEGER, DIGITS, AMOUNT = answer_type("integer"), answer_type("digits"), answer_type("amount")


@MANY
@given(st.text("0123456789", min_size=1, max_size=20), st.data())
def test_digits_one_by_one(digits: str, data: st.DataObject) -> None:
    said = ""
    at = 0
    while at < len(digits):
        times = next((n for n in (4, 3, 2) if digits[at : at + n] == digits[at] * n), 1)
        times = data.draw(st.integers(1, times))
        repeat = ("", "double ", "triple ", "quadruple ")[times - 1]
        said += f" {repeat}{data.draw(st.sampled_from(FIGURES[int(digits[at])]))}"
        at += times
    assert DIGITS.said(said, "en-US") == digits


@MANY
@given(st.lists(st.integers(10, 99), min_size=1, max_size=10), ENGLISH)
def test_digits_in_pairs(pairs: list[int], language: str) -> None:
    said = " ".join(WORDS(pair) for pair in pairs)
    assert DIGITS.said(said, language) == "".join(map(str, pairs))


@MANY
@given(st.integers(0, 10**9) | st.integers(0, 3000), ENGLISH)
def test_integers(value: int, language: str) -> None:
    words = WORDS(value)
    assert INTEGER.said(words, language) == value
    assert INTEGER.said(words.replace(" and ", " ").replace(",", ""), language) == value
    assert INTEGER.said(f"{value:,}", language) == value


def test_the_first_thousands() -> None:
    for value in range(0, 10_000, 7):
        assert INTEGER.said(WORDS(value), "en-US") == value


@pytest.mark.parametrize("language", ["fr", "es", "nl", "de"])
@MANY
@given(value=st.integers(0, 10**5 - 1))
def test_integers_in_other_languages(language: str, value: int) -> None:
    pytest.importorskip("text_to_num", reason="text2num is in the `test` extra")
    assert INTEGER.said(WORDS(value, lang=language), language) == value


@MANY
@given(DAYS, ENGLISH)
def test_dates_in_words(day: datetime.date, language: str) -> None:
    ordinal, month, year = WORDS(day.day, to="ordinal"), day.strftime("%B"), WORDS(day.year, to="year")
    for said in (
        f"{ordinal} of {month} {year}",
        f"the {ordinal} of {month}, {day.year}",
        f"{month} {ordinal} {year}",
        f"it's {month} the {ordinal}, {year}",
        f"{day:%A}, {ordinal} of {month} {year}",
    ):
        assert DATE.said(said, language) == day, said


@MANY
@given(DAYS, LANGUAGES, st.sampled_from(["full", "long", "medium"]))
def test_dates_as_a_voice_says_them(day: datetime.date, language: str, form: str) -> None:
    assert DATE.said(spoken_date(Manner(markup=False, language=language), day, form), language) == day


@MANY
@given(DAYS, st.sampled_from(["%d%m%Y", "%m%d%Y", "%Y%m%d"]), LANGUAGES)
def test_dates_in_figures(day: datetime.date, form: str, language: str) -> None:
    asked = answer_type("date", (form,))
    typed = day.strftime(form)
    assert asked.typed(typed) == day
    for said in (typed, " ".join(typed), day.isoformat(), "/".join(day.strftime(form).split())):
        assert asked.said(said, language) == day


@MANY
@given(MINUTES, ENGLISH)
def test_times_in_words(moment: datetime.time, language: str) -> None:
    hour, minute = moment.hour, moment.minute
    minutes = "" if not minute else f"oh {WORDS(minute)}" if minute < 10 else WORDS(minute)
    assert TIME.said(f"{WORDS(hour)} {minutes}", language) == moment
    half = "pm" if hour > 11 else "a.m."
    assert TIME.said(f"{WORDS(hour % 12 or 12)} {minutes} {half}", language) == moment


@MANY
@given(MINUTES, ENGLISH)
def test_times_beside_an_hour(moment: datetime.time, language: str) -> None:
    if moment.minute == 0:
        return
    half = "in the morning" if moment.hour < 12 else "pm"
    if moment.minute <= 30:
        words, hour = {15: "quarter", 30: "half"}.get(moment.minute, WORDS(moment.minute)), moment.hour
        said = f"{words} past {WORDS(hour % 12 or 12)} {half}"
    else:
        left = 60 - moment.minute
        words, hour = {15: "a quarter"}.get(left, WORDS(left) + " minutes"), moment.hour + 1
        said = f"{words} to {WORDS(hour % 12 or 12)} {half}"
    assert TIME.said(said, language) == moment, said


@MANY
@given(MINUTES, LANGUAGES)
def test_times_as_a_voice_says_them(moment: datetime.time, language: str) -> None:
    assert TIME.said(spoken_time(Manner(markup=False, language=language), moment), language) == moment


@MANY
@given(CENTS, ENGLISH)
def test_amounts_in_words(cents: int, language: str) -> None:
    whole, part = divmod(cents, 100)
    value = cents / 100
    spoken = [f"{WORDS(whole)} dollars and {WORDS(part)} cents", f"{WORDS(whole)} pounds {WORDS(part)}"]
    spoken += [WORDS(value), f"${whole:,}.{part:02}", f"{whole}.{part:02} euros"]
    if not whole:
        spoken.append(f"{WORDS(part)} pence")
    for said in spoken:
        assert AMOUNT.said(said, language) == value, said


@MANY
@given(
    CENTS,
    st.sampled_from(["en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "nl-NL"]),
    st.sampled_from(["EUR", "USD"]),
)
def test_amounts_as_a_voice_says_them(cents: int, language: str, currency: str) -> None:
    said = SPEECH.filters["money"](Manner(markup=False, language=language), cents / 100, currency)
    assert AMOUNT.said(said, language) == cents / 100, said


@MANY
@given(st.integers(0, 10**6), st.sampled_from(["luhn", "phone"]))
def test_long_numbers(n: int, name: str) -> None:
    asked: AnswerType = answer_type(name, ("GB",) if name == "phone" else ())
    typed = asked.sample(n)
    assert asked.said(" ".join(WORDS(int(digit)) for digit in typed), "en-GB") == asked.typed(typed)
