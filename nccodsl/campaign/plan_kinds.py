"""The kinds of settings in a campaign file: what each may be, and as what it is kept."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import date, datetime

from nccodsl.base.durations import seconds
from nccodsl.base.iso_times import read_iso
from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.campaign.campaign_plan import STANDARD_INPUT
from nccodsl.campaign.own_hours import opening_hours
from nccodsl.campaign.plan_fields import FUNCTION, LONGEST_WAIT, NAME, PlanField
from nccodsl.campaign.policy.rule_sets import rule_sets
from nccodsl.clock.hours import YEARS
from nccodsl.clock.zones import zone_of


class WrongValue(ValueError):
    """A value of another kind; `wanted` says what it must be, `found` is what is wrong, if not the whole value."""

    def __init__(self, wanted: str, found: object = None) -> None:
        super().__init__(wanted)
        self.wanted, self.found = wanted, found


Kept = Callable[[object, PlanField, str], object]
"""Makes of a value what is kept. The last argument is the folder of the file. Raises WrongValue, BadHours."""


def _text(value: object, field: PlanField, folder: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongValue("a text")
    return value


def _name(value: object, field: PlanField, folder: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(NAME, value):
        raise WrongValue("a name of letters, digits, `.`, `_` and `-`")
    return value


def _path(value: object, field: PlanField, folder: str) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise WrongValue("a path")
    return os.path.normpath(os.path.join(folder, os.path.expanduser(value)))  # noqa: PTH111, PTH118


def _file(value: object, field: PlanField, folder: str) -> str:
    return STANDARD_INPUT if value == STANDARD_INPUT else _path(value, field, folder)


def _function(value: object, field: PlanField, folder: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(FUNCTION, value):
        raise WrongValue("a module and a function, `module:function`")
    return value


def _phone(value: object, field: PlanField, folder: str) -> str:
    if not isinstance(value, str):
        raise WrongValue("a phone number in quotes")
    try:
        return digits(value)
    except NotAPhoneNumber as error:
        raise WrongValue(f"a phone number in international form ({error})") from None


def _moment(value: object, field: PlanField, folder: str) -> float:
    """Whole seconds of Unix time."""
    if isinstance(value, str):
        try:
            read = read_iso(datetime, value)
        except ValueError:
            read = None
        value = read
    if not isinstance(value, datetime) or value.tzinfo is None or value.year not in YEARS:
        raise WrongValue("a date and time with an offset")
    return float(value.timestamp() // 1)


def _choice(value: object, field: PlanField, folder: str) -> str:
    if not isinstance(value, str):
        raise WrongValue("a text")
    return value


def _integer(value: object, field: PlanField, folder: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not field.least <= value <= field.most:
        raise WrongValue(f"an integer from {field.least} to {field.most}")
    return value


def _number(value: object, field: PlanField, folder: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not field.least <= value <= field.most:
        raise WrongValue(f"a number from {field.least} to {field.most}")
    return float(value)


def _boolean(value: object, field: PlanField, folder: str) -> bool:
    if not isinstance(value, bool):
        raise WrongValue("true or false")
    return value


def _duration(value: object, field: PlanField, folder: str) -> float:
    try:
        found = float(seconds(value)) if isinstance(value, str) else 0.0
    except ValueError:
        found = 0.0
    if not 1 <= found <= LONGEST_WAIT:
        raise WrongValue("a duration in quotes, from 1 s to 720 h")
    return found


def _zone(value: object, field: PlanField, folder: str) -> str:
    if not isinstance(value, str) or zone_of(value) is None:
        raise WrongValue("a time zone such as `Europe/Berlin`")
    return value


def _rules(value: object, field: PlanField, folder: str) -> tuple[str, ...]:
    wanted = "a list of rule sets such as `US` or `US-FL`, each once"
    if not isinstance(value, list):
        raise WrongValue(wanted)
    for number, one in enumerate(value):
        if not isinstance(one, str) or one not in rule_sets() or one in value[:number]:
            raise WrongValue(wanted, one)
    return tuple(value)


def _params(value: object, field: PlanField, folder: str) -> tuple[tuple[str, str], ...]:
    wanted = "a table of params and their columns, each a text"
    if not isinstance(value, dict):
        raise WrongValue(wanted)
    for column in value.values():
        if not isinstance(column, str) or not column.strip():
            raise WrongValue(wanted, column)
    return tuple(value.items())


def _hours(value: object, field: PlanField, folder: str) -> str:
    text = _text(value, field, folder)
    opening_hours(text)
    return text


KINDS: dict[str, Kept] = {
    "text": _text,
    "name": _name,
    "path": _path,
    "file": _file,
    "function": _function,
    "phone": _phone,
    "moment": _moment,
    "choice": _choice,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "duration": _duration,
    "zone": _zone,
    "rules": _rules,
    "params": _params,
    "hours": _hours,
}
"""Each kind of setting, and what is made of its value."""


def shown_value(value: object) -> str:
    """A value as a message quotes it: short, and as TOML writes it where that is simple."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, dict):
        return "a table"
    elif isinstance(value, list):
        return "a list"
    elif isinstance(value, date):
        text = value.isoformat()
    elif isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = str(value)
    return f"`{text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + '…'}`"


_MOST_SHOWN = 60
