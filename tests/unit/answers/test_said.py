"""What callers say becomes a value, or does not fit: never a guess."""

from __future__ import annotations

import datetime
import subprocess
import sys

import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.answers import Limit, answer_type
from nccodsl.answers.speech_words import LONGEST
from tests.sizes import examples
from tests.unit.answers.test_typed import TYPES

DIGITS = [
    ("four two double seven oh", "42770"),
    ("Four, two, uh, double seven, oh.", "42770"),
    ("triple nine", "999"),
    ("double oh seven", "007"),
    ("double 7", "77"),
    ("twenty three", "23"),
    ("twenty-three fifteen", "2315"),
    ("nineteen eighty", "1980"),
    ("one hundred and five", "105"),
    ("eight hundred five five five one two", "80055512"),
    ("my number is 42-77 0 please", "42770"),
    ("１２３", "123"),
    ("٤٢", "42"),
    ("፩", None),
    ("double twenty", None),
    ("double", None),
    ("not five", None),
    ("four or five", None),
    ("third", None),
    ("", None),
    ("please", None),
]
INTEGERS = [
    ("twenty-three", 23),
    ("one hundred and five", 105),
    ("a hundred", 100),
    ("hundred", 100),
    ("a thousand and one", 1001),
    ("fifteen hundred", 1500),
    ("2 million", 2_000_000),
    ("1,234", 1234),
    ("one zero five", 105),
    ("it's twelve, please", 12),
    ("zero", 0),
    ("1,23", None),
    ("three fifty", None),
    ("two point five", None),
    ("2.5", None),
    ("minus five", None),
    ("first", None),
    ("ten or twelve", None),
]
DATES = [
    ("twenty-third of May nineteen eighty", (1980, 5, 23)),
    ("it's the twenty third of May, 1980", (1980, 5, 23)),
    ("May 23rd 1980", (1980, 5, 23)),
    ("May twenty nineteen eighty", (1980, 5, 20)),
    ("May the fifth twenty twenty three", (2023, 5, 5)),
    ("the first of February nineteen eighty", (1980, 2, 1)),
    ("1st Feb 1980", (1980, 2, 1)),
    ("september thirtieth nineteen oh five", (1905, 9, 30)),
    ("sept 30 two thousand and five", (2005, 9, 30)),
    ("1980 May 23", (1980, 5, 23)),
    ("twenty third of the fifth nineteen eighty", (1980, 5, 23)),
    ("1980-05-23", (1980, 5, 23)),
    ("23/5/1980", (1980, 5, 23)),
    ("23 05 1980", (1980, 5, 23)),
    ("two three oh five one nine eight zero", (1980, 5, 23)),
    ("23051980", (1980, 5, 23)),
    ("twenty-third of May", None),
    ("May 23 80", None),
    ("5/23/1980", None),
    ("29th of February 1981", None),
    ("May June 1980", None),
    ("tomorrow", None),
    ("Friday", None),
    ("May", None),
    ("May 123 1980", None),
    ("May 1980", None),
    ("፩ May 1980", None),
    ("May 23rd 0980", None),
    ("not May 23rd 1980", None),
]
TIMES = [
    ("half past nine", (9, 30)),
    ("half nine", (9, 30)),
    ("nine thirty pm", (21, 30)),
    ("9:30 p.m.", (21, 30)),
    ("nine oh five", (9, 5)),
    ("oh nine thirty", (9, 30)),
    ("two one three zero", (21, 30)),
    ("930", (9, 30)),
    ("nine", (9, 0)),
    ("at nine o'clock in the evening", (21, 0)),
    ("this evening at nine", (21, 0)),
    ("quarter to five", (4, 45)),
    ("a quarter past five in the afternoon", (17, 15)),
    ("quarter to one", (12, 45)),
    ("quarter to one in the morning", (0, 45)),
    ("quarter to twelve at night", (23, 45)),
    ("twelve thirty at night", (0, 30)),
    ("twenty five past six", (6, 25)),
    ("ten minutes to midnight", (23, 50)),
    ("ten past noon", (12, 10)),
    ("noon", (12, 0)),
    ("twelve noon", (12, 0)),
    ("midnight", (0, 0)),
    ("12 am", (0, 0)),
    ("12 pm", (12, 0)),
    ("fourteen hundred hours", (14, 0)),
    ("21:30 pm", (21, 30)),
    ("21:30 am", None),
    ("25:00", None),
    ("9:60", None),
    ("9:30:15", None),
    ("nine five", None),
    ("quarter past", None),
    ("past nine", None),
    ("half past half", None),
    ("noon pm", None),
    ("soon", None),
    ("five past thirteen", None),
    ("፩ past ፩", None),
    ("not nine", None),
]
AMOUNTS = [
    ("twelve pounds fifty", 12.5),
    ("twelve pounds five", 12.05),
    ("twelve point five", 12.5),
    ("twelve point oh five", 12.05),
    ("twelve point twenty five", 12.25),
    ("point five", 0.5),
    ("twelve dollars and fifty cents", 12.5),
    ("twelve pounds sterling, fifty pence", 12.5),
    ("$12.50", 12.5),
    ("£1,234.50", 1234.5),
    ("12.50 US dollars", 12.5),
    ("a hundred euros", 100),
    ("fifty pence", 0.5),
    ("fifty p", 0.5),
    ("twelve", 12),
    ("1,234", 1234),
    ("twelve fifty", None),
    ("two fifty", None),
    ("12.345", None),
    ("a hundred and fifty cents", None),
    ("minus five dollars", None),
    ("five dollars or six", None),
    ("dollars", None),
    ("five dollars six dollars", None),
    ("1.2.3", None),
]


def said(name: str, limits: tuple[Limit, ...], text: str, language: str = "en-US") -> object:
    return answer_type(name, limits).said(text, language)


@pytest.mark.parametrize(("text", "value"), DIGITS)
def test_digits(text: str, value: str | None) -> None:
    assert said("digits", (), text) == value


@pytest.mark.parametrize(("text", "value"), INTEGERS)
def test_integers(text: str, value: int | None) -> None:
    assert said("integer", (), text) == value


@pytest.mark.parametrize(("text", "value"), DATES)
def test_dates(text: str, value: tuple[int, int, int] | None) -> None:
    assert said("date", ("%d%m%Y",), text) == (datetime.date(*value) if value else None)


@pytest.mark.parametrize(("text", "value"), TIMES)
def test_times(text: str, value: tuple[int, int] | None) -> None:
    assert said("time", ("%H%M",), text) == (datetime.time(*value) if value else None)


@pytest.mark.parametrize(("text", "value"), AMOUNTS)
def test_amounts(text: str, value: float | None) -> None:
    assert said("amount", (), text) == value


@pytest.mark.parametrize(
    ("name", "limits", "text", "value"),
    [
        ("digits", (4,), "one two three", None),
        ("integer", ((1, 20),), "twenty-one", None),
        ("date", ("%m%d%Y",), "5/23/1980", datetime.date(1980, 5, 23)),
        ("date", ("%d%m%y",), "May 23rd 80", datetime.date(1980, 5, 23)),
        ("date", ("%d%m%y",), "May 23rd 1980", datetime.date(1980, 5, 23)),
        ("date", ("%Y%m%d",), "nineteen eighty oh five twenty three", datetime.date(1980, 5, 23)),
        ("date", ("%Y%m%d",), "1980 5 23", datetime.date(1980, 5, 23)),
        ("date", ("%m%y",), "May 2027", datetime.date(2027, 5, 1)),
        ("date", ("%m%y",), "oh five twenty seven", datetime.date(2027, 5, 1)),
        ("date", ("%m%y",), "05/27", datetime.date(2027, 5, 1)),
        ("time", ("%H%M%S",), "9:30:15", datetime.time(9, 30, 15)),
        ("time", ("%H",), "nine pm", datetime.time(21, 0)),
        ("time", ("%H",), "nine thirty", None),
        ("luhn", (), "forty two forty two 4242 4242 double four two", None),
        ("luhn", (), "4242 4242 4242 4242", "4242424242424242"),
        ("phone", ("US",), "four one five, triple five, oh one oh one", "14155550101"),
        ("phone", ("US",), "(415) 555-0101", "14155550101"),
        ("phone", ("US",), "plus four four 7700 900123", "447700900123"),
        ("phone", ("US",), "+44 7700 900123", "447700900123"),
        ("phone", ("GB",), "oh double seven double oh nine double oh one two three", "447700900123"),
        ("phone", ("GB",), "call me", None),
    ],
)
def test_other_limits(name: str, limits: tuple[Limit, ...], text: str, value: object) -> None:
    assert said(name, limits, text) == value


@pytest.mark.parametrize(
    ("name", "limits", "language", "text", "value"),
    [
        ("digits", (), "de-DE", "4 2 7 7 0", "42770"),
        ("integer", (), "de-DE", "1.234", 1234),
        ("integer", (), "fr-FR", "1 234", 1234),
        ("integer", (), "fr-FR", "1.234", None),
        ("date", ("%d%m%Y",), "de-DE", "am 23. Mai 1980", datetime.date(1980, 5, 23)),
        ("date", ("%d%m%Y",), "fr-FR", "le 1er février 1980", datetime.date(1980, 2, 1)),
        ("date", ("%d%m%Y",), "es-ES", "23 de mayo de 1980", datetime.date(1980, 5, 23)),
        ("date", ("%d%m%Y",), "ja-JP", "1980年5月23日", datetime.date(1980, 5, 23)),
        ("time", ("%H%M",), "de-DE", "21 Uhr 5", datetime.time(21, 5)),
        ("time", ("%H%M",), "fr-FR", "21 h 30", datetime.time(21, 30)),
        ("time", ("%H%M",), "ja-JP", "21時30分", datetime.time(21, 30)),
        ("amount", (), "de-DE", "1.234,50 €", 1234.5),
        ("amount", (), "de-DE", "12 Euro 50", 12.5),
        ("amount", (), "fr-FR", "12 euros et 50 centimes", 12.5),
        ("integer", (), "xx", "23", 23),
    ],
)
def test_figures_in_other_languages(
    name: str, limits: tuple[Limit, ...], language: str, text: str, value: object
) -> None:
    assert said(name, limits, text, language) == value


@pytest.mark.parametrize(
    ("name", "limits", "language", "text", "value"),
    [
        ("digits", (), "de-DE", "vier zwei sieben sieben null", "42770"),
        ("digits", (), "fr-FR", "quatre deux sept", "427"),
        ("integer", (), "de-AT", "dreiundzwanzig", 23),
        ("integer", (), "es-MX", "ciento cinco", 105),
        ("date", ("%d%m%Y",), "de-DE", "dreiundzwanzigster Mai neunzehnhundertachtzig", datetime.date(1980, 5, 23)),
        ("date", ("%d%m%Y",), "fr-FR", "vingt-trois mai mille neuf cent quatre-vingt", datetime.date(1980, 5, 23)),
        ("date", ("%d%m%Y",), "es-ES", "veintitrés de mayo de mil novecientos ochenta", datetime.date(1980, 5, 23)),
        ("time", ("%H%M",), "de-DE", "einundzwanzig Uhr dreißig", datetime.time(21, 30)),
        ("amount", (), "de-DE", "zwölf Euro fünfzig", 12.5),
        ("amount", (), "fr-FR", "douze virgule cinq", 12.5),
        ("integer", (), "de-DE", "ich weiß nicht", None),
    ],
)
def test_words_in_other_languages(
    name: str, limits: tuple[Limit, ...], language: str, text: str, value: object
) -> None:
    pytest.importorskip("text_to_num", reason="text2num is in the `test` extra")
    assert said(name, limits, text, language) == value


def test_without_the_library_figures_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "text_to_num", None)
    assert said("integer", (), "23", "de-DE") == 23
    assert said("integer", (), "dreiundzwanzig", "de-DE") is None
    assert said("integer", (), "twenty-three", "en-GB") == 23


WORDS = st.sampled_from(
    str.split(
        "one two oh zero ten twenty ninety hundred thousand million and a double triple first third may june of the past to"
        " half quarter am pm noon midnight point dollars cents pounds 9 30 1980 5 : . , / - ' 1,234 99999999999999999999"
        " plus minus euro uhr 年 ½ ² ٣ um is"
    )
)
LANGUAGES = st.sampled_from(["en-US", "de-DE", "fr-FR", "es-ES", "it-IT", "pt-BR", "nl-NL", "da-DK", "ja-JP", "", "x"])


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=LONGEST + 20), LANGUAGES)
def test_no_text_fails_and_what_fits_could_be_typed(text: str, language: str) -> None:
    for asked in TYPES:
        value = asked.said(text, language)
        if asked.name in ("digits", "luhn") and value is not None:
            assert asked.typed(str(value)) == value
        if asked.name == "integer" and value is not None:
            assert asked.typed(str(value)) == value


@pytest.mark.parametrize("part", ["one ", "double ", "a ", "and ", "hundred ", "9:", "past ", "1,", "ﷺ", "١", "\u0301"])
@pytest.mark.parametrize("language", ["en-US", "de-DE"])
def test_a_long_text_is_not_read(part: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = part * 100_000
    with monkeypatch.context() as patch:
        patch.setattr("unicodedata.normalize", lambda *_: 1 / 0)
        assert [asked.said(text, language) for asked in TYPES] == [None] * len(TYPES)


def test_a_text_that_grows_when_it_is_normalized_does_not_fit() -> None:
    assert said("digits", (), "ﷺ" * LONGEST) is None


def test_nothing_slow_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, nccodsl.answers\n"
        "nccodsl.answers.answer_type('digits', (4,)).said('one two three four', 'en-US')\n"
        "print([one for one in ('babel.dates', 'phonenumbers', 'text_to_num', 'babel.core') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
