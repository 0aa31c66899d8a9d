"""What a campaign file says, as records. A plan has no clock, no file and no network: it can be stored and compared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from nccodsl.base.record import Record
from nccodsl.voice.catalogue import catalogue

Purpose = Literal["marketing", "informational", "emergency"]
PURPOSES: tuple[Purpose, ...] = ("marketing", "informational", "emergency")
RETRIED = (*catalogue().failures, "machine")
"""The outcomes of a call that may be retried, as a script names them in `on …`."""
TABLE_FORMATS = ("csv", "jsonl", "parquet")
STANDARD_INPUT = "-"


class RecipientSource(Record):
    """Where recipients come from: a `file` (`-`: standard input) or the rows of a `query`.

    `format` is one of `TABLE_FORMATS`; None: by the name of the file, or by its beginning. A query goes to the SQLite
    file `database`, or to the connection that the function `connect` (`module:function`) returns. Paths can be opened
    as they are. `compared`: when the recipients were last compared with their country's do-not-call list, in Unix time.
    """

    file: str | None = None
    format: str | None = None
    query: str | None = None
    database: str | None = None
    connect: str | None = None
    compared: float | None = None


class Columns(Record):
    """Which column holds what. `params`: pairs of a param of the script and its column, where their names differ."""

    number: str = "number"
    zone: str | None = None
    postal_code: str | None = None
    consent: str | None = None
    params: tuple[tuple[str, str], ...] = ()


class CallLimits(Record):
    """The most calls that begin in a second, that are active at a time, and that are placed at all. None: no limit.

    Those of the account hold as well.
    """

    calls_per_second: int | None = None
    calls_at_once: int | None = None
    calls: int | None = None


class Windows(Record):
    """When calls may begin, besides the rules of the country that a number belongs to.

    `rules` names rule sets that all recipients are called by. `hours`: rules as in the `hours` of a script, one a line;
    they mean the time in `zone`, or where the recipient is, if it is None.
    """

    rules: tuple[str, ...] = ()
    hours: str | None = None
    zone: str | None = None


class OutcomeRetry(Record):
    """After an outcome: the seconds to `wait`, the `most` retries, and whether to wait for another part of the day."""

    outcome: str
    wait: float
    most: int = 1
    other_daypart: bool = False


class Caps(Record):
    """The most calls to one number, over all campaigns: in any 24 hours, in any 30 days, and in all (None: no cap).

    Rule sets may allow fewer.
    """

    in_24_hours: int = 3
    in_30_days: int = 4
    in_all: int | None = None


class ForecastTerms(Record):
    """What `campaign forecast` assumes, as far as it is said. None: a default.

    Outcomes are in percent of all calls, 0 where one is given and others are not; the rest reach a person. The shares
    were seen in `sample` calls. `ring` is seconds until an answer, `talk` those of an answered call. It connects
    `connects` legs on average, each for `connected` seconds. `round_trip`: seconds from a request to its answer.
    `price`: of a minute.
    """

    busy: int | None = None
    failed: int | None = None
    rejected: int | None = None
    timeout: int | None = None
    unanswered: int | None = None
    machine: int | None = None
    sample: int | None = None
    ring: float | None = None
    talk: float | None = None
    connected: float | None = None
    connects: float | None = None
    round_trip: float | None = None
    price: float | None = None


class CampaignPlan(Record):
    """A campaign: what is said to whom, when, and how often.

    `script` is a path that can be opened. No call begins before `begins` or after `deadline`, in Unix time. `caller`
    is the number that recipients see; None: that of the script. Campaigns with a higher `priority` (0 to 9) go first.
    """

    name: str
    script: str
    purpose: Purpose
    recipients: RecipientSource
    columns: Columns = Columns()
    limits: CallLimits = CallLimits()
    windows: Windows = Windows()
    retries: tuple[OutcomeRetry, ...] = ()
    caps: Caps = Caps()
    forecast: ForecastTerms = ForecastTerms()
    caller: str | None = None
    begins: float | None = None
    deadline: float | None = None
    priority: int = 5


def as_members(plan: CampaignPlan) -> dict[str, Any]:
    """A plan as JSON, in the form of the file: `plan_of` returns an equal plan."""
    members: dict[str, Any] = {
        "name": plan.name,
        "script": plan.script,
        "purpose": plan.purpose,
        "from": plan.caller,
        **_given_moment("begins", plan.begins),
        **_given_moment("deadline", plan.deadline),
        "priority": plan.priority,
        "recipients": _given(plan.recipients) | _given_moment("compared", plan.recipients.compared),
        "columns": {**_given(plan.columns), "params": dict(plan.columns.params)},
        "limits": _given(plan.limits),
        "windows": {**_given(plan.windows), "rules": list(plan.windows.rules)},
        "caps": _given(plan.caps),
        "forecast": _given(plan.forecast) | _given_durations(plan.forecast, "ring", "talk", "connected"),
        "retries": {
            rule.outcome: {"wait": _duration(rule.wait), "most": rule.most, "other_daypart": rule.other_daypart}
            for rule in plan.retries
        },
    }
    return {name: value for name, value in members.items() if value is not None}


def _given(record: Record) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if value is not None}


def _given_moment(name: str, instant: float | None) -> dict[str, str]:
    return {} if instant is None else {name: datetime.fromtimestamp(instant, UTC).isoformat()}


def _given_durations(record: Record, *names: str) -> dict[str, str]:
    return {name: _duration(value) for name in names if (value := getattr(record, name)) is not None}


def _duration(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"
