"""The settings of a campaign file: one table for its reader, its schema and its documentation."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.campaign.campaign_plan import PURPOSES, RETRIED, TABLE_FORMATS


class PlanField(Record):
    """What a setting means, and what it may be.

    `kind` names a row of the tables of kinds, in the reader and in the schema. `sample` is a value as TOML. An integer
    is from `least` to `most`; `choices` are those of a choice.
    """

    kind: str
    about: str
    sample: str
    least: int = 1
    most: int = 1
    choices: tuple[str, ...] = ()


MOST_CALLS = 10_000_000
_LONG_AGO = 1000

_SHARES = {
    "busy": ("Percent of calls that meet a busy line", "4"),
    "failed": ("Percent of calls that cannot be put through", "2"),
    "rejected": ("Percent of calls that are declined", "3"),
    "timeout": ("Percent of calls that ring for too long", "1"),
    "unanswered": ("Percent of calls that no one takes", "31"),
    "machine": ("Percent of calls that a machine takes, and the script notices", "22"),
}
"""What a forecast assumes of each outcome, and a sample. Without any of them, it has defaults."""

FIELDS: dict[str, dict[str, PlanField]] = {
    "": {
        "name": PlanField("name", "The name of the campaign; no two campaigns have the same", '"reminders"'),
        "script": PlanField("path", "The script, relative to this file", '"reminder.call"'),
        "purpose": PlanField("choice", "Why people are called: rules differ", '"informational"', choices=PURPOSES),
        "from": PlanField("phone", "The number that recipients see; otherwise that of the script", '"14155550100"'),
        "begins": PlanField("moment", "No call begins before this moment", "2026-12-01T09:00:00+01:00"),
        "deadline": PlanField("moment", "No call begins after this moment", "2026-12-24T18:00:00+01:00"),
        "priority": PlanField("integer", "Campaigns with a higher priority go first; without it, 5", "5", 0, 9),
    },
    "recipients": {
        "file": PlanField("file", "A .csv, .jsonl or .parquet file, or - for standard input", '"recipients.csv"'),
        "format": PlanField(
            "choice", "The format, if the name of the file does not tell", '"csv"', choices=TABLE_FORMATS
        ),
        "query": PlanField("text", "An SQL query; each row is a recipient", '"SELECT number, name FROM customers"'),
        "database": PlanField("path", "The SQLite file that the query goes to", '"customers.db"'),
        "connect": PlanField(
            "function", "A function that returns a DB-API connection for the query", '"crm.database:connect"'
        ),
        "compared": PlanField(
            "moment", "When they were last compared with the do-not-call list", "2026-11-20T00:00:00+01:00"
        ),
    },
    "columns": {
        "number": PlanField("text", "The column with the number to call; without it, number", '"phone"'),
        "zone": PlanField("text", "The column with the time zone", '"time_zone"'),
        "postal_code": PlanField("text", "The column with the postal code", '"zip"'),
        "consent": PlanField("text", "The column that says what the recipient agreed to", '"consent"'),
        "params": PlanField("params", "Params of the script, and their columns if these have other names", "{}"),
    },
    "limits": {
        "calls_per_second": PlanField("integer", "The most calls that begin in a second", "1", 1, 100),
        "calls_at_once": PlanField("integer", "The most calls that are active at a time", "20", 1, 100_000),
        "calls": PlanField("integer", "The most calls in all", "1000", 1, MOST_CALLS),
    },
    "windows": {
        "rules": PlanField("rules", "Rule sets that hold for all recipients", '["US"]'),
        "hours": PlanField("hours", "When calls may begin, as in the hours of a script", '"mon-fri 9:00-18:00"'),
        "zone": PlanField("zone", "The time zone of the hours; without it, that of the recipient", '"Europe/Berlin"'),
    },
    "caps": {
        "in_24_hours": PlanField("integer", "The most calls to a number in 24 hours; without it, 3", "1", 1, _LONG_AGO),
        "in_30_days": PlanField("integer", "The most calls to a number in 30 days; without it, 4", "4", 1, _LONG_AGO),
        "in_all": PlanField("integer", "The most calls to a number", "10", 1, _LONG_AGO),
    },
    "forecast": {
        **{name: PlanField("integer", about, sample, 0, 100) for name, (about, sample) in _SHARES.items()},
        "sample": PlanField(
            "integer", "How many calls these shares were seen in; without it, 100", "2000", 1, MOST_CALLS
        ),
        "ring": PlanField("duration", "How long it rings until an answer; without it, 10 s", '"12s"'),
        "talk": PlanField("duration", "How long an answered call lasts; otherwise as the emulator plays it", '"45s"'),
        "connected": PlanField("duration", "How long a leg lasts that the call connects", '"3m"'),
        "connects": PlanField("number", "How many legs a call to a person connects, on average", "0.2", 0, 100),
        "round_trip": PlanField("number", "Seconds that a request to the API takes; without it, 0.2", "0.15", 0, 60),
        "price": PlanField("number", "The price of a minute; without it, no cost is forecast", "0.0139", 0, 1000),
    },
}
"""Of each table of the file (``""``: the top), its settings in the order in which they are written."""

RETRY_FIELDS: dict[str, PlanField] = {
    "wait": PlanField("duration", "How long to wait before the next call", '"30m"'),
    "most": PlanField("integer", "The most retries; without it, 1", "1", 1, 20),
    "other_daypart": PlanField("boolean", "Whether to wait for another part of the day", "true"),
}
"""The settings of an outcome in the table `retries`."""
OUTCOMES = RETRIED
REQUIRED = {"": ("name", "script", "purpose"), "retries": ("wait",)}
TABLES = (*(name for name in FIELDS if name), "retries")

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
FUNCTION = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*"
RULE_SET = r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?"
"""What names of campaigns, functions and rule sets look like, whole."""
LONGEST_WAIT = 30 * 24 * 3600
"""Seconds between two calls to one recipient."""
