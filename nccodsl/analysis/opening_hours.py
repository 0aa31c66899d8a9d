"""`zone` and `hours`: days, times and dates are judged here; what they say at a moment is the clock's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from nccodsl.analysis.names import Names
from nccodsl.analysis.parameters import check_name
from nccodsl.analysis.program import Hole, HoursItem
from nccodsl.analysis.templates import Templates
from nccodsl.base import lazy_re
from nccodsl.base.source import Span
from nccodsl.clock.hours import DAY, WEEKDAYS, YEARS, DateRule, TimeRange
from nccodsl.clock.zones import zone_names, zone_of
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax import ast
from nccodsl.templates import is_template

_TIMES = lazy_re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")

Zone = str | Hole | None


class OpeningHours:
    """Analyses the zone and the hours of one script. `zone`: its name, or a hole; None where the script names none."""

    def __init__(self, collector: Collector, names: Names, templates: Templates) -> None:
        self._collector = collector
        self._names = names
        self._templates = templates
        self.zone: Zone = None
        self.zone_span: Span | None = None
        self.hours: dict[str, HoursItem] = {}

    def declare_zone(self, node: ast.Zone) -> None:
        if self.zone_span is not None:
            self._collector.report(messages.options.given_twice("zone", self.zone_span), node.span)
            return
        self.zone_span = node.span
        self.zone = self._zone(node.place)

    def declare_hours(self, node: ast.Hours) -> None:
        check_name(node.name, "hours", self._collector)
        zone: Zone = None
        seen: dict[str, Span] = {}
        for option in node.options:
            name = option.name.text
            if name != "zone":
                self._collector.report(messages.names.unknown_option("`hours`", name, ("zone",)), option.name.span)
            elif name in seen:
                self._collector.report(messages.options.given_twice(name, seen[name]), option.name.span)
            else:
                zone = self._zone(option.value)
            seen.setdefault(name, option.name.span)
        week: list[tuple[TimeRange, ...]] = [()] * len(WEEKDAYS)
        dates: list[DateRule] = []
        regions: list[str] = []
        given: dict[str, Span] = {}
        for rule in node.rules:
            match rule:
                case ast.Weekdays():
                    times = self._times(rule.times)
                    for day in self._days(rule.days):
                        week[day] = times
                case ast.Closed():
                    dates += self._dates(rule.dates, (), given)
                case ast.Open():
                    dates += self._dates((rule.dates,), self._times(rule.times), given)
                case ast.Holidays():
                    regions += self._region(rule.region)
        never = not any(isinstance(rule, (ast.Weekdays, ast.Open)) for rule in node.rules)
        if never and not self._collector.has_errors:  # a rule may have been dropped
            self._collector.report(messages.clock.hours_without_days(node.name.text), node.name.span)
        if self._names.declare_hours(node.name.text, node.name.span):
            self.hours[node.name.text] = HoursItem(
                node.name.text, zone, tuple(week), tuple(dates), tuple(regions), node.name.span
            )

    def check(self) -> None:
        """After all declarations and uses: what needs a zone has one."""
        if self.zone_span is not None:
            return
        for item in self.hours.values():
            if item.zone is None:
                self._collector.report(messages.clock.zone_missing(f"`hours {item.name}`"), item.span)
        for name, span in self._names.clock:
            if name not in self.hours:
                self._collector.report(messages.clock.zone_missing(f"`{name}`"), span)

    # ---- parts

    def _zone(self, node: ast.Value) -> Zone:
        match node:
            case ast.Template():
                return self._known_early(self._templates.expression(node))
            case ast.Text() if is_template(node.text):
                return self._known_early(self._templates.text(node))
            case ast.Text() | ast.Word():
                if zone_of(node.text) is None:
                    self._collector.report(messages.clock.no_zone(node.text, zone_names), node.span)
                    return "UTC"
                return node.text
            case _:
                shown = self._collector.sources.file_of(node.span).slice(node.span)[:40]
                self._collector.report(messages.clock.zone_not_text(f"`{shown}`"), node.span)
                return "UTC"

    def _known_early(self, hole: Hole) -> Hole:
        for use in hole.code.names:
            if not self._names.is_early(use.name):
                self._collector.report(messages.clock.zone_reads_call(use.name), hole.span)
                break
        return hole

    def _days(self, names: Iterable[ast.Name]) -> list[int]:
        days: list[int] = []
        for name in names:
            first, _, last = name.text.partition("-")
            if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
                self._collector.report(messages.clock.unknown_day(name.text, WEEKDAYS), name.span)
                continue
            start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
            days += [day % len(WEEKDAYS) for day in range(start, end + (1 if start <= end else len(WEEKDAYS) + 1))]
        return days

    def _times(self, nodes: Iterable[ast.Times]) -> tuple[TimeRange, ...]:
        found: list[TimeRange] = []
        for node in nodes:
            match = _TIMES.fullmatch(node.text)
            assert match is not None, "the grammar knows its form"
            hours = [int(part) for part in match.groups()]
            start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
            if hours[1] > 59 or hours[3] > 59 or start >= DAY or end > DAY:
                self._collector.report(messages.clock.bad_time(node.text), node.span)
            elif start == end:
                self._collector.report(messages.clock.empty_range(node.text), node.span)
            else:
                found.append(TimeRange(start, end))
        return tuple(found)

    def _dates(
        self, nodes: Iterable[ast.Dates], ranges: tuple[TimeRange, ...], given: dict[str, Span]
    ) -> Iterable[DateRule]:
        for node in nodes:
            if node.text in given:
                self._collector.report(messages.clock.date_twice(node.text, given[node.text]), node.span)
            given.setdefault(node.text, node.span)
            written = node.text.split("..")
            try:
                first, last = date.fromisoformat(written[0]), date.fromisoformat(written[-1])
                good = first.year in YEARS and last.year in YEARS
            except ValueError:
                good = False
            if not good:
                self._collector.report(messages.clock.bad_date(node.text, YEARS[0], YEARS[-1]), node.span)
            elif first > last:
                self._collector.report(messages.clock.dates_backwards(*written), node.span)
            else:
                yield DateRule(first, last, ranges, node.reason.text if node.reason is not None else "")

    def _region(self, name: ast.Name) -> list[str]:
        from nccodsl.clock.holidays import is_region, regions  # slow to import, and few scripts name a country

        if is_region(name.text):
            return [name.text]
        country = name.text.partition("-")[0].upper()
        self._collector.report(messages.clock.unknown_region(name.text, regions(country) or regions()), name.span)
        return []
