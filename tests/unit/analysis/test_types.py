from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, strategies as st

import nccodsl
from nccodsl.analysis.types import CONVERTERS, seconds

GOOD = [
    ("text", "x", "x"),
    ("text", 5, "5"),
    ("number", "12.50", 12.5),
    ("number", " 7 ", 7),
    ("number", "1e3", 1000.0),
    ("integer", "7", 7),
    ("integer", 7.0, 7),
    ("boolean", "Yes", True),
    ("boolean", "0", False),
    ("boolean", True, True),
    ("phone", "+1 415 555 0101", "14155550101"),
    ("phone", 14155550101, "14155550101"),
    ("url", "https://example.com/a?b=c", "https://example.com/a?b=c"),
    ("date", "2026-12-01", date(2026, 12, 1)),
    ("date", datetime(2026, 12, 1, 10), date(2026, 12, 1)),
    ("time", "14:30", time(14, 30)),
    ("time", " 14:30:05.5 ", time(14, 30, 5, 500_000)),
    ("time", "14:30Z", time(14, 30, tzinfo=UTC)),
    ("datetime", "2026-12-01", datetime(2026, 12, 1)),
    ("datetime", "2026-12-01 14:30+00:00", datetime(2026, 12, 1, 14, 30, tzinfo=UTC)),
    ("datetime", "2026-12-01T14:30:00", datetime(2026, 12, 1, 14, 30)),
    ("duration", "1h30m", 5400),
    ("duration", "500ms", 0.5),
    ("duration", 20, 20),
    ("list", '["a", 1]', ["a", 1]),
    ("list", "a, b", ["a", "b"]),
    ("list", "", []),
    ("map", '{"a": 1}', {"a": 1}),
    ("any", None, None),
]
BAD = [
    ("text", True, "a boolean"),
    ("text", None, "nothing"),
    ("number", "1_000", "number such as"),
    ("number", "nan", "number such as"),
    ("number", "1e9999", "finite"),
    ("number", True, "boolean"),
    ("integer", "7.5", "whole"),
    ("boolean", "maybe", "true or false"),
    ("boolean", 1, "true or false"),
    ("phone", "hello", "digits"),
    ("phone", [1], "a list"),
    ("phone", "1.41556E+10", "a spreadsheet has shortened it"),
    ("url", "example.com", "URL"),
    ("url", "javascript:alert(1)", "URL"),
    ("date", "1.12.2026", "ISO"),
    ("date", "20261201", "`2026-12-01` is right"),
    ("date", "2026/12/1", "`2026-12-01` is right"),
    ("date", "2026-W49-2", "ISO"),
    ("date", "2026-02-30", "there is no day 2026-02-30"),
    ("time", "half past two", "ISO"),
    ("time", "14.30", "`14:30` is right"),
    ("time", "14,30", "`14:30` is right"),
    ("time", "9:30", "`09:30` is right"),
    ("time", "1430", "`14:30` is right"),
    ("time", "14.5", "ISO"),
    ("time", "14", "ISO"),
    ("time", "25:00", "there is no time 25:00"),
    ("datetime", "2026-13-01", "there is no day 2026-13-01"),
    ("datetime", "2026-12-01T25:00", "there is no time 25:00"),
    ("datetime", "2026-12-01T14.30", "ISO"),
    ("duration", "10min", "duration"),
    ("list", 5, "a number"),
    ("list", "[1,", "JSON"),
    ("map", "[1]", "a list"),
    ("map", {1: 2}, "keys"),
    ("map", "[" * 100_000, "JSON"),
]


@pytest.mark.parametrize(("kind", "given", "wanted"), GOOD)
def test_converted(kind: str, given: object, wanted: object) -> None:
    result = CONVERTERS[kind](given)
    assert result == wanted
    assert type(result) is type(wanted)


@pytest.mark.parametrize(("kind", "given", "reason"), BAD, ids=lambda value: str(value)[:20])
def test_refused(kind: str, given: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        CONVERTERS[kind](given)


@pytest.mark.parametrize(
    ("kind", "written", "right"),
    [("date", "2026/12/01", "2026-12-01"), ("date", "2026.12.1", "2026-12-01"), ("time", "9:30", "09:30")],
)
def test_a_default_in_another_form_has_a_fix(kind: str, written: str, right: str) -> None:
    found = nccodsl.check(f'param at: {kind} = "{written}"\ntalk "{{{{ at }}}}"\n')
    fix = found[0].fix
    assert (found[0].code, found[0].help) == ("E315", f'write `"{right}"`')
    assert fix is not None
    assert fix.safe
    assert fix.edits[0].text == f'"{right}"'


def test_a_private_default_in_another_form_is_not_shown() -> None:
    (found,) = nccodsl.check('param at: time private = "9:30"\ntalk "{{ at }}"\n')
    assert found.code == "E315"
    assert "9:30" not in f"{found.message} {found.help}"
    assert found.fix is None


@given(st.sampled_from(sorted(CONVERTERS)), st.one_of(st.text(), st.none(), st.booleans(), st.integers(), st.floats()))
def test_anything_is_converted_or_refused(kind: str, value: object) -> None:
    with suppress(ValueError):
        CONVERTERS[kind](value)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_durations_add_up(hours: int, minutes: int, rest: int) -> None:
    assert seconds(f"{hours}h{minutes}m{rest}s") == hours * 3600 + minutes * 60 + rest
