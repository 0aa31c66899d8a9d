"""The filters of speech, and what is imported when."""

from __future__ import annotations

import datetime
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from nccodsl.templates import RenderFailure, Scope, Template
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
