"""What a template that fails tells: in a script author's words, never in those of Python."""

from __future__ import annotations

import datetime
import itertools
import re
from decimal import Decimal

import pytest

from nccodsl.templates import RenderFailure, Scope
from tests.templating import compile_expression, compile_text

VALUES = (
    None, True, 3, -1, 1.5, float("inf"), 10**30, "x", "", [1, "a"], [], {"a": 1}, (1, 2), {1}, b"x", object(), range(3),
    datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    datetime.time(1), datetime.timedelta(1), Decimal("1.5"), Decimal("NaN"),
)  # fmt: skip
PAIRS = (
    "a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "a ** b", "a < b", "a in b", "a ~ b", "a[b]", "a[b:]",
    "a.split(b)", "a.startswith(b)", "a.strftime(b)", "a.get(b)", "a.replace(b, b)", "a.count(b)",
    "[a, b] | sort", "[a, b] | max", "[a, b] | unique | list", "a | sum(start=b)", "a | trim(b)", "a | join(b)", "a | round(b)",
)  # fmt: skip
ALONE = (
    "-a",
    "a | abs",
    "a | length",
    "a | urlencode",
    "a | tojson",
    "a | first",
    "a | sort",
    "a | int",
    "a is even",
    "a | money",
)
INTERNAL = re.compile(
    r"NoneType|\bstr\b|\bint\b|\bdict\b|\blist\(|object of|object is|instances|operand|iterable|unhashable|<class|"
    r"datetime\.|decimal|Decimal|positional|argument \d|offset-naive|arg must|len\(\)|unpack"
)


def messages(source: str, values: list[tuple[object, object]]) -> set[str]:
    expression = compile_expression(source)
    found = set()
    for a, b in values:
        try:
            expression.evaluate(Scope({"a": a, "b": b}))
        except RenderFailure as failure:
            found.add(failure.said.text)
    return found


@pytest.mark.parametrize("source", PAIRS)
def test_no_message_of_two_values_is_of_python(source: str) -> None:
    told = messages(source, list(itertools.product(VALUES, VALUES)))
    assert not [message for message in told if INTERNAL.search(message)]


@pytest.mark.parametrize("source", ALONE)
def test_no_message_of_one_value_is_of_python(source: str) -> None:
    told = messages(source, [(value, None) for value in VALUES])
    assert not [message for message in told if INTERNAL.search(message)]


@pytest.mark.parametrize(
    ("source", "a", "b", "message"),
    [
        ("[a, b] | sort", 1, "x", "text cannot be compared with a number"),
        ("[a, b] | max", None, 2, "a number cannot be compared with `none`"),
        ("a | abs", "x", None, "expected a number, not text"),
        ("a | length", 3, None, "a number has no length"),
        ("a + b", datetime.date(2026, 1, 1), 3, "a date and a number cannot be combined"),
        ("a.split(b)", "x", 1, "expected text, not a number"),
        ("a.split(b)", "x", "", "the separator must not be empty"),
        ("a ** b", Decimal("1.5"), 10**30, "the result is not a number"),
        ("a - b", VALUES[18], VALUES[19], "only one of these times has a time zone"),
        ("a | urlencode", [1, "a"], None, "a value here has the wrong type"),
    ],
)
def test_the_words(source: str, a: object, b: object, message: str) -> None:
    assert messages(source, [(a, b)]) == {message}


def test_a_text_tells_it_too() -> None:
    with pytest.raises(RenderFailure) as caught:
        compile_text("{{ xs | sort }}").render(Scope({"xs": [1, "a"]}))
    assert caught.value.said.text == "text cannot be compared with a number"
