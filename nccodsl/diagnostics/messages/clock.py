"""E320, E321, E322, E409 and W043: zones, opening hours, and the moment that a script is rendered for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.suggest import Instead, did_you_mean, write

# ---- zones


def no_zone(name: str, known: Callable[[], Iterable[str]]) -> Message:
    """`known` is asked only for findings that are kept."""
    return Message(
        "E320",
        f"`{name[:60]}` is not a time zone",
        lambda: did_you_mean(name, known()) or 'write `"Europe/London"`, or another name of the IANA database',
    )


def zone_not_text(shown: str) -> Message:
    return Message("E320", f"a time zone is a text such as `Europe/London`, not {shown}")


def zone_reads_call(name: str) -> Message:
    help = "use params and lets: the zone is known before the call begins"
    return Message("E320", f"`zone` cannot depend on `{name}`", help)


def zone_missing(what: str) -> Message:
    """`what`: hours, or `now`."""
    help = 'add `zone "Europe/London"` to the script'
    return Message("E409", f"{what} needs a time zone, and the script names none", help)


# ---- hours


def unknown_day(name: str, known: Iterable[str]) -> Message:
    help = did_you_mean(name, known) or "days are mon, tue, wed, thu, fri, sat, sun, and ranges such as mon-fri"
    return Message("E321", f"`{name}` is not a day", help)


def times_form(written: str, right: str, edit: Edit) -> Message:
    """`edit` writes the right form."""
    message = f"`{written}` is not a range of times: write hours and minutes"
    return Message("E101", message, fix=Fix(f"write `{right}`", (edit,), safe=True))


def date_alone(text: str) -> Message:
    help = f"write `closed {text}`, or `open {text} 10:00-12:00`"
    return Message("E101", f"the date `{text}` needs `closed` or `open` before it", help)


def bad_time(text: str) -> Message:
    return Message("E321", f"`{text}` is not a time of day", "times go from 00:00 to 24:00, as in 09:00-17:30")


def empty_range(text: str) -> Message:
    return Message("E321", f"`{text}` is empty", write("00:00-24:00"))


def bad_date(text: str, least: int, most: int) -> Message:
    return Message("E321", f"`{text}` is not a date", f"dates are written 2026-12-25, in the years {least} to {most}")


def dates_backwards(first: str, last: str) -> Message:
    return Message("E321", f"`{first}..{last}` ends before it begins", write(f"{last}..{first}"))


def date_twice(text: str, first: Span) -> Message:
    return Message("E321", f"`{text}` is given twice", labels=((first, "first given here"),))


def unknown_region(name: str, known: Iterable[str]) -> Message:
    help = did_you_mean(name, known) or "countries have two letters, and parts follow a dash: GB, GB-ENG, US-CA"
    return Message("E321", f"no public holidays are known for `{name}`", help)


def hours_without_days(name: str) -> Message:
    help = "say when they are open, such as mon-fri 09:00-17:00"
    return Message("E321", f"the hours `{name}` are never open", help)


# ---- moments


def bad_moment(text: str) -> Message:
    return Message(
        "E322", f"`{text[:40]}` is not a date and time", Instead("write `2026-12-24 18:30`", '"2026-12-24 18:30"')
    )


def moment_twice(first: Span) -> Message:
    return Message("E322", "a test plays at one moment", labels=((first, "first given here"),))


def moment_late() -> Message:
    return Message("E322", "`at` must come before the first verb of the test")


def moment_missing(name: str) -> Message:
    """`name`: the hours, or `now`."""
    help = 'add `at "2026-11-30 10:00"` as the first line of the test'
    return Message("E322", f"the script reads the clock (`{name}`), and the test does not say when it plays", help)


def output_ages(name: str) -> Message:
    help = "run `nccodsl compile` with `--at 2026-12-24T18:30` to choose the moment, or serve the script"
    return Message("W043", f"`{name}` reads the clock: this output holds only for the moment it was compiled", help)
