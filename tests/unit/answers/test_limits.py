"""A type or a limit that cannot be is refused, with what to write."""

from __future__ import annotations

import pytest

from nccodsl.answers import Limit, LimitError, answer_type


@pytest.mark.parametrize(
    ("name", "limits", "message", "help", "position"),
    [
        ("digit", (), "`digit` is not a type of answer", "write `digits`", None),
        ("zzz", (), "`zzz` is not a type of answer", "use one of `digits`, `integer`", None),
        ("digits", (0,), "the limits of `digits` must be 1 to 20 digits", "write a range within 1..20", 0),
        ("digits", ((4, 21),), "the limits of `digits` must be 1 to 20 digits", "write a range within 1..20", 0),
        ("digits", ((10, 4),), "the range 10..4 is empty", "write `digits(4..10)`", 0),
        ("digits", (4, 10), "`digits` takes one limit, not 2", "write one range such as `digits(4..10)`", 1),
        ("digits", ("4",), "the limit of `digits` must be a range", "write `digits(4..10)`", 0),
        ("digits", (True,), "the limit of `digits` must be a range", "write `digits(4..10)`", 0),
        ("integer", ((-5, 5),), "the limits of `integer` must be whole numbers from 0", "write a range within 0..", 0),
        ("integer", (10**15,), "the limits of `integer` must be whole numbers from 0", "write a range within 0..", 0),
        ("date", (), "`date` takes one format in quotes", 'write `date("%d%m%Y")`', None),
        ("date", (8,), "`date` takes one format in quotes", 'write `date("%d%m%Y")`', 0),
        ("date", ("",), "the format is empty", 'write `date("%d%m%Y")`', 0),
        ("date", ("%d%B%Y",), "`%B` is not a part of a `date` that has a fixed number of digits", "use `%m`", 0),
        ("date", ("%d.%m.%Y",), "`.` cannot stand in the format of `date`", "use only `%d`, `%m`, `%Y`, `%y`", 0),
        ("date", ("%d%m%Y%",), "`%` cannot stand in the format of `date`", "use only `%d`, `%m`, `%Y`, `%y`", 0),
        ("date", ("%d%m%H",), "`%H` is not a part of a `date`", "use only `%d`, `%m`, `%Y`, `%y`", 0),
        ("date", ("%d%d%Y",), "`%d` stands twice in the format", "write each of them once: `%d%m%Y`", 0),
        ("date", ("%d%m",), "the format of a date needs a year", "add `%Y`, or use `digits(4)`", 0),
        ("date", ("%d%Y",), "the format of a date needs a month", "add `%m`", 0),
        ("date", ("%d%m%y%Y",), "a date has one year, and the format has two", "use one of `%Y` and `%y`", 0),
        ("date", ("%d%Y%m",), "the year stands between day and month", "write it first or last", 0),
        ("time", ("%I%M",), "`%I` is not a part of a `time` that has a fixed number of digits", "use `%H`", 0),
        ("time", ("%M",), "the format of a time needs `%H`", 'write `time("%H%M")`', 0),
        ("time", ("%H%S",), "the format of a time needs `%M`", 'write `time("%H%M")`', 0),
        ("amount", ((1, 5),), "`amount` takes no limits", "write `amount`", 0),
        ("luhn", (16,), "`luhn` takes no limits", "write `luhn`", 0),
        ("phone", (), "`phone` takes one country", "write `phone(US)`", None),
        ("phone", (1,), "`phone` takes one country", "write `phone(US)`", 0),
        ("phone", ("UK",), "`UK` is not the code of a country", "write `phone(GB)`", 0),
        ("phone", ("XX",), "`XX` is not the code of a country", "write `phone(", 0),
    ],
)
def test_what_cannot_be(name: str, limits: tuple[Limit, ...], message: str, help: str, position: int | None) -> None:
    with pytest.raises(LimitError) as caught:
        answer_type(name, limits)
    assert caught.value.message.startswith(message)
    assert caught.value.help.startswith(help)
    assert caught.value.position == position
    assert str(caught.value) == f"{caught.value.message}; {caught.value.help}"
