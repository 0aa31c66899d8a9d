"""JSON Schema of a campaign file, for editors: what the reader takes, as far as a schema can say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.campaign.plan_fields import FIELDS, FUNCTION, NAME, OUTCOMES, REQUIRED, RETRY_FIELDS, RULE_SET, PlanField
from nccodsl.voice.json_schema import DIALECT

_NOT_BLANK = {"type": "string", "pattern": r"\S"}
_KINDS: dict[str, Callable[[PlanField], dict[str, Any]]] = {
    "text": lambda field: _NOT_BLANK,
    "name": lambda field: {"type": "string", "pattern": f"^{NAME}$"},
    "path": lambda field: _NOT_BLANK,
    "file": lambda field: _NOT_BLANK,
    "function": lambda field: {"type": "string", "pattern": f"^{FUNCTION}$"},
    "phone": lambda field: {"type": "string", "pattern": r"[0-9]"},
    "moment": lambda field: {"type": "string", "format": "date-time"},
    "choice": lambda field: {"enum": list(field.choices)},
    "integer": lambda field: {"type": "integer", "minimum": field.least, "maximum": field.most},
    "number": lambda field: {"type": "number", "minimum": field.least, "maximum": field.most},
    "boolean": lambda field: {"type": "boolean"},
    "duration": lambda field: {"type": "string", "pattern": r"^([0-9]+(\.[0-9]+)?(ms|[hms]))+$"},
    "zone": lambda field: _NOT_BLANK,
    "rules": lambda field: {
        "type": "array",
        "items": {"type": "string", "pattern": f"^{RULE_SET}$"},
        "uniqueItems": True,
    },
    "params": lambda field: {"type": "object", "additionalProperties": _NOT_BLANK},
    "hours": lambda field: _NOT_BLANK,
}
"""Each kind of setting as a schema. What phone numbers, zones, durations and hours there are only the reader knows."""
_ABOUT = {
    "recipients": "Who is called",
    "columns": "Which column holds what",
    "limits": "How many calls; the limits of the account hold as well",
    "windows": "When calls may begin, besides the rules of the recipient's country",
    "caps": "How often a number may be called, over all campaigns",
    "forecast": "What `campaign forecast` assumes",
    "retries": "After which outcomes a recipient is called again",
}
_SOURCES: dict[str, Any] = {
    "oneOf": [{"required": ["file"]}, {"required": ["query"]}],
    "not": {"required": ["database", "connect"]},
    "dependentRequired": {"format": ["file"], "database": ["query"], "connect": ["query"]},
    "if": {"required": ["query"]},
    "then": {"anyOf": [{"required": ["database"]}, {"required": ["connect"]}]},
}
_MORE: dict[str, dict[str, Any]] = {"recipients": _SOURCES, "windows": {"dependentRequired": {"zone": ["hours"]}}}
"""Rules between the settings of a table."""


def campaign_schema() -> dict[str, Any]:
    """Of a whole file."""
    tables = {
        name: {"description": _ABOUT[name], **_table(fields), **_MORE.get(name, {})}
        for name, fields in FIELDS.items()
        if name
    }
    outcome = {**_table(RETRY_FIELDS), "required": list(REQUIRED["retries"])}
    tables["retries"] = {
        "description": _ABOUT["retries"],
        "type": "object",
        "properties": dict.fromkeys(OUTCOMES, outcome),
        "additionalProperties": False,
    }
    top = _table(FIELDS[""])
    return {
        "$schema": DIALECT,
        "title": "campaign.toml",
        **top,
        "properties": top["properties"] | tables,
        "required": [*REQUIRED[""], "recipients"],
    }


def _table(fields: Mapping[str, PlanField]) -> dict[str, Any]:
    properties = {name: {"description": field.about, **_KINDS[field.kind](field)} for name, field in fields.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}
