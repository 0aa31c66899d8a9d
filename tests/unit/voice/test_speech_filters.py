"""The filters of speech, and what is imported when."""

from __future__ import annotations

import datetime
import subprocess
import sys
import zoneinfo
from decimal import Decimal
from typing import Any

import pytest

from nccodsl.templates import RenderFailure, Scope, Template
from nccodsl.templates.dialect import Manner
from nccodsl.templates.scope import Refusal
from nccodsl.voice.languages import languages
from nccodsl.voice.spoken_times import spoken_datetime, spoken_duration
from tests.templating import compile_expression, compile_text


def value(source: str, language: str | None = None, **values: Any) -> object:
    expression = compile_expression(f" {source} ", language=language)
    assert expression.problems == ()
    return expression.evaluate(Scope(values))


@pytest.mark.parametrize(
    ("source", "language", "expected"),
    [
        ("'AB 12' | spell", None, "A, B, 1, 2"),
        ("407 | spell", None, "4, 0, 7"),
        ("12.5 | money", None, "12.50 US dollars"),
        ("2 | money('GBP')", "en-GB", "2.00 British pounds"),
        ("'3' | money(currency='EUR')", "de-DE", "3,00 Euro"),
        ("5 | money('EUR')", "xx-YY", "5.00 euros"),
        ("5 | money('CNY')", "cmn-CN", "5.00人民币"),
        ("'2026-03-04' | spoken_date", None, "Wednesday, March 4, 2026"),
        ("'2026-03-04T10:00:00' | spoken_date('long')", "fr-FR", "4 mars 2026"),
        ("'17:30' | spoken_time", "en-US", "5:30 PM"),
        ("'2026-03-04T17:30:00+02:00' | spoken_time", "de-DE", "17:30"),
        ("'+1 (415) 555-0101' | e164", None, "14155550101"),
        ("'0044 20 7946 0958' | e164", None, "442079460958"),
        ("14155550101 | e164", None, "14155550101"),
    ],
)
def test_filters_of_our_own(source: str, language: str | None, expected: str) -> None:
    assert value(source, language) == expected


def test_dates_and_decimals() -> None:
    when = datetime.datetime(2026, 3, 4, 17, 30)
    assert value("when | spoken_date", when=when) == "Wednesday, March 4, 2026"
    assert value("when | spoken_time", when=when.time()) == "5:30 PM"
    assert value("when.year * 100 + when.month", when=when.date()) == 202603
    assert value("when.strftime('%d/%m')", when=when) == "04/03"
    assert value("when.weekday()", when=when) == 2
    assert value("(b - a).days", a=when, b=when + datetime.timedelta(days=3)) == 3
    assert value("sum | money", sum=Decimal("10.10")) == "10.10 US dollars"


@pytest.mark.parametrize(
    "source",
    [
        "'soon' | spoken_date",
        "5 | spoken_date",
        "'25:99' | spoken_time",
        "'14.30' | spoken_time",
        "'20260304' | spoken_date",
        "true | money",
        "'1e999999' | money",
        "5 | money('XXXX')",
        "'2026-01-01' | spoken_date('shrt')",
        "'555' | e164",
        "none | e164",
        "[1] | money",
    ],
)
def test_values_that_cannot_be_spoken(source: str) -> None:
    with pytest.raises(RenderFailure) as caught:
        value(source)
    assert caught.value.code == "E606"


def outcome(template: Template, scope: Scope) -> str:
    try:
        return template.render(scope)
    except RenderFailure as failure:
        return failure.code


def test_the_fast_ways_and_the_common_way_agree() -> None:
    values = ["a", "", "%s {} <&>'\"", 7, -(10**30), True, 2.5, [1, "<"], "é\u0001", 10**5000]
    for markup in (False, True):
        for first in values:
            for second in values:
                scope = Scope({"a": first, "b": second})
                fast = compile_text("%d {{ a }}{{ b }}|", markup=markup)
                single = compile_text("%d {{ a }}|", markup=markup)
                common = compile_text("{% if true %}%d {{ a }}{{ b }}|{% endif %}", markup=markup)
                expected = outcome(common, scope)
                assert outcome(fast, scope) == expected
                if second == "":
                    assert outcome(single, scope) == expected


def test_what_is_imported_only_when_needed() -> None:
    program = """if True:
        import sys
        import nccodsl.templates
        from nccodsl.voice.speech_filters import SPEECH
        nccodsl.templates.compile_text("no holes", SPEECH)
        assert not {"jinja2", "babel", "phonenumbers"} & set(sys.modules)
        nccodsl.templates.compile_text("{{ a }}", SPEECH)
        assert not {"babel", "phonenumbers"} & set(sys.modules)
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""


NOW = datetime.datetime(2026, 12, 24, 18, 30)


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en-GB", 0, "today at 09:05"),
        ("en-US", 1, "tomorrow at 9:05 AM"),
        ("en-GB", -1, "yesterday at 09:05"),
        ("en-GB", 2, "Saturday at 09:05"),
        ("en-GB", 6, "Wednesday at 09:05"),
        ("en-GB", 7, "Thursday, 31 December 2026 at 09:05"),
        ("de-DE", 2, "übermorgen um 09:05"),
        ("es-ES", 1, "mañana, 9:05"),
        ("fr-FR", 1, "demain à 09:05"),
        ("cy-GB", 1, "yfory am 09:05"),
    ],
)
def test_spoken_datetime(language: str, days: int, said: str) -> None:
    moment = datetime.datetime(2026, 12, 24, 9, 5) + datetime.timedelta(days=days)
    assert spoken_datetime(Manner(None, language), moment, NOW) == said


def test_spoken_datetime_without_a_clock_names_the_day() -> None:
    manner = Manner(None, "en-GB")
    assert spoken_datetime(manner, datetime.datetime(2026, 12, 25, 9, 5)) == "Friday, 25 December 2026 at 09:05"
    assert spoken_datetime(manner, "2026-12-25T09:05", "noon") == "Friday, 25 December 2026 at 09:05"


def test_spoken_datetime_in_the_zone_of_the_clock() -> None:
    here = NOW.replace(tzinfo=zoneinfo.ZoneInfo("Europe/London"))
    there = datetime.datetime(2026, 12, 25, 8, 0, tzinfo=zoneinfo.ZoneInfo("Asia/Tokyo"))
    assert spoken_datetime(Manner(None, "en-GB"), there, here) == "today at 23:00"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (59.6, "1 minute"),
        (90, "1 minute, 30 seconds"),
        (3600, "1 hour"),
        (3605, "1 hour"),
        (4980, "1 hour, 23 minutes"),
        (90_061, "1 day, 1 hour"),
        (datetime.timedelta(hours=26), "1 day, 2 hours"),
    ],
)
def test_spoken_duration(seconds: object, said: str) -> None:
    assert spoken_duration(Manner(None, "en-GB"), seconds) == said


@pytest.mark.parametrize("value", [-1, "90", True, None, float("nan"), 1e12])
def test_no_duration(value: object) -> None:
    with pytest.raises(Refusal):
        spoken_duration(Manner(None, "en-GB"), value)


@pytest.mark.parametrize("language", languages().tts)
def test_every_voice_can_say_when(language: str) -> None:
    manner = Manner(None, language)
    assert spoken_datetime(manner, NOW + datetime.timedelta(days=1), NOW)
    assert spoken_duration(manner, 4980)
