"""Reads a campaign file: TOML in, a plan out. All that is wrong is reported at once, each with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from math import inf
from typing import Any

from nccodsl.base.source import SourceFile, Sources, Span, line_end, line_start
from nccodsl.campaign.campaign_plan import (
    CallLimits,
    CampaignPlan,
    Caps,
    Columns,
    ForecastTerms,
    OutcomeRetry,
    RecipientSource,
    Windows,
)
from nccodsl.campaign.own_hours import BadHours
from nccodsl.campaign.plan_fields import FIELDS, OUTCOMES, REQUIRED, RETRY_FIELDS, TABLES, PlanField
from nccodsl.campaign.plan_kinds import KINDS, WrongValue, shown_value
from nccodsl.campaign.toml_places import places_of
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.errors import ScriptError

_FIELD_OF = {"from": "caller"}
"""Settings whose field in a record has another name."""
_PARTS = {"columns": Columns, "limits": CallLimits, "windows": Windows, "caps": Caps, "forecast": ForecastTerms}
_WHOLE = 100
"""Percent."""
Path = tuple[str, ...]


def read_plan(
    text: str, name: str, folder: str = "", now: float | None = None, *, at_option: bool = False
) -> CampaignPlan:
    """The plan of a campaign file. Raises ScriptError with everything that is wrong (E730).

    `name` is the file's in messages; its paths are relative to `folder`. A deadline before `now`, in Unix time, is
    wrong too. `at_option`: `now` is what `--at` says.
    """
    sources = Sources()
    reading = _Reading(sources.add(name, text), Collector(sources), folder)
    reading.at_option = at_option
    plan = reading.plan(_table_of(text, reading), now)
    if plan is None or reading.collector.has_errors:
        raise ScriptError(reading.collector.sorted())
    return plan


def plan_of(members: Mapping[str, Any]) -> CampaignPlan:
    """The plan that `as_members` made JSON of. Raises ScriptError."""
    sources = Sources()
    reading = _Reading(sources.add("plan", ""), Collector(sources), "")
    plan = reading.plan(members, None)
    if plan is None or reading.collector.has_errors:
        raise ScriptError(reading.collector.sorted())
    return plan


def _table_of(text: str, reading: _Reading) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).partition(" (at ")
        at = re.search(r"line (\d+)", place)
        number = int(at[1]) if at else text.count("\n") + 1
        reading.report_line(messages.campaigns.no_toml(reason, text.split("\n")[number - 1]), number)
    except RecursionError:
        reading.report(messages.campaigns.nested_too_deeply(), ())
    raise ScriptError(reading.collector.sorted())


class _Reading:
    """One file that is read."""

    def __init__(self, file: SourceFile, collector: Collector, folder: str) -> None:
        self.file, self.collector, self.folder = file, collector, folder
        self._places = places_of(file.text)
        self.at_option = False

    def report(self, message: Message, path: Path, line: str = "") -> None:
        """A problem at a setting, or in that table; `line`: the line in its text that is wrong."""
        while path and path not in self._places:
            path = path[:-1]
        span = self._places.get(path, Span(0, line_end(self.file.text, 0)))
        at = self.file.text.find(line, span.start) if line else -1
        marked = Span(at, at + len(line)) if at >= 0 else span
        self.collector.report(message, Span(self.file.base + marked.start, self.file.base + marked.end))

    def report_line(self, message: Message, number: int) -> None:
        """A problem in a line, from 1."""
        text = self.file.text
        start = 0
        for _ in range(number - 1):
            start = line_end(text, start) + 1
        start = min(start, len(text))
        span = Span(self.file.base + line_start(text, start), self.file.base + line_end(text, start))
        self.collector.report(message, span)

    def plan(self, members: Mapping[str, Any], now: float | None) -> CampaignPlan | None:
        known = (*FIELDS[""], *TABLES)
        for key in members:
            if key not in known:
                self.report(messages.campaigns.unknown_setting(key, "", known), (key,))
        top = self._fields(members, FIELDS[""], (), skip=frozenset(TABLES))
        tables = {name: self._table(members, name) for name in TABLES}
        parts = {name: self._fields(tables[name], FIELDS[name], (name,)) for name in FIELDS if name}
        self._missing("", tables={"": top})
        self._judge_source(parts["recipients"])
        if "zone" in parts["windows"] and "hours" not in parts["windows"]:
            self.report(messages.campaigns.only_with("zone", "hours"), ("windows", "zone"))
        self._judge_moments(top, now)
        self._judge_shares(parts["forecast"])
        retries = tuple(filter(None, (self._retry(tables["retries"], outcome) for outcome in tables["retries"])))
        if self.collector.has_errors:
            return None
        top["recipients"] = RecipientSource(**parts["recipients"])
        return CampaignPlan(**top, **{name: kind(**parts[name]) for name, kind in _PARTS.items()}, retries=retries)

    def _judge_moments(self, top: Mapping[str, Any], now: float | None) -> None:
        deadline = top.get("deadline", inf)
        if now is not None and deadline <= now:
            self.report(messages.campaigns.deadline_past(at_option=self.at_option), ("deadline",))
        elif deadline <= top.get("begins", -inf):
            self.report(messages.campaigns.never_open(), ("deadline",))

    def _judge_shares(self, forecast: Mapping[str, Any]) -> None:
        total = sum(forecast.get(outcome, 0) for outcome in OUTCOMES)
        if total > _WHOLE:
            self.report(messages.campaigns.over_a_whole(total), ("forecast",))

    def _table(self, members: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = members.get(name, {})
        if isinstance(found, dict):
            return found
        self.report(messages.campaigns.no_table(name), (name,))
        return {}

    def _fields(
        self, members: Mapping[str, Any], known: Mapping[str, PlanField], path: Path, skip: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """The settings of a table by the names of their fields."""
        kept: dict[str, Any] = {}
        for key, value in members.items():
            field = known.get(key)
            if field is not None:
                self._field(kept, key, value, field, path)
            elif path and key not in skip:
                self.report(messages.campaigns.unknown_setting(key, ".".join(path), known), (*path, key))
        return kept

    def _field(self, kept: dict[str, Any], key: str, value: object, field: PlanField, path: Path) -> None:
        try:
            read = KINDS[field.kind](value, field, self.folder)
        except BadHours as bad:
            self.report(messages.campaigns.bad_hours(bad.reason, bad.help), (*path, key), bad.line)
        except WrongValue as wrong:
            found = shown_value(value if wrong.found is None else wrong.found)
            message = messages.campaigns.wrong_setting(key, wrong.wanted, found, field.sample)
            self.report(message, (*path, key))
        else:
            if field.choices and read not in field.choices:
                self.report(messages.campaigns.wrong_choice(key, field.choices, str(read)), (*path, key))
            else:
                kept[_FIELD_OF.get(key, key)] = read

    def _missing(self, name: str, tables: Mapping[str, Mapping[str, Any]]) -> None:
        for key in REQUIRED[name]:
            if key not in tables[name] and not self.collector.has_errors:
                self.report(messages.campaigns.missing(key, name, FIELDS[name][key].sample), ())

    def _judge_source(self, source: Mapping[str, Any]) -> None:
        pairs = (("file", "query"), ("database", "connect"))
        for first, second in pairs:
            if first in source and second in source:
                self.report(messages.campaigns.two_sources(first, second), ("recipients", second))
                return
        if "file" not in source and "query" not in source and not self.collector.has_errors:
            self.report(messages.campaigns.no_source(), ("recipients",))
        if "query" in source and "database" not in source and "connect" not in source:
            self.report(messages.campaigns.query_without_database(), ("recipients", "query"))
        for key, other in (("format", "file"), ("database", "query"), ("connect", "query")):
            if key in source and other not in source:
                self.report(messages.campaigns.only_with(key, other), ("recipients", key))

    def _retry(self, retries: Mapping[str, Any], outcome: str) -> OutcomeRetry | None:
        path = ("retries", outcome)
        if outcome not in OUTCOMES:
            self.report(messages.campaigns.unknown_setting(outcome, "retries", OUTCOMES), path)
            return None
        members = retries[outcome]
        if not isinstance(members, dict):
            sample = '{ wait = "30m", most = 1 }'
            self.report(messages.campaigns.wrong_setting(outcome, "a table", shown_value(members), sample), path)
            return None
        fields = self._fields(members, RETRY_FIELDS, path)
        if "wait" not in members:
            self.report(messages.campaigns.missing("wait", ".".join(path), RETRY_FIELDS["wait"].sample), path)
        return OutcomeRetry(outcome, **fields) if "wait" in fields else None
