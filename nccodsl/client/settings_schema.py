"""JSON Schema of `nccodsl.toml`, for editors: which settings there are, and what each may be."""

from __future__ import annotations

from typing import Any

from nccodsl.client.hosts import REGIONS
from nccodsl.client.start_limits import MOST_SLOTS, PLATFORM_LIMIT
from nccodsl.voice.call_api import API_VERSIONS
from nccodsl.voice.json_schema import DIALECT

_NOT_BLANK = {"pattern": r"\S"}
SETTINGS: dict[str, dict[str, Any]] = {
    "application_id": {
        "description": "The ID of the voice application",
        "pattern": r"^\s*[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\s*$",
    },
    "private_key": {
        "description": "The private key of the application: a path relative to this file, or the PEM itself",
        **_NOT_BLANK,
    },
    "region": {"description": "The region of the API", "enum": list(REGIONS)},
    "host": {"description": "Another host in place of a region, such as an emulator", **_NOT_BLANK},
    "api": {"description": "The version of the create-call request", "enum": list(API_VERSIONS), "default": "v2"},
    "from": {
        "description": "The number that calls come from, if neither the script nor --from gives one",
        **_NOT_BLANK,
    },
    "limit": {
        "description": "Calls that the account may start per second, connected ones included",
        "type": "integer",
        "minimum": 1,
        "maximum": MOST_SLOTS,
        "default": PLATFORM_LIMIT,
    },
}
"""Each setting and what its value may be: a text, unless it has another type."""


def settings_schema() -> dict[str, Any]:
    """Of a file: the default profile, and under `profile` the others."""
    settings = {name: {"type": "string", **facts} for name, facts in SETTINGS.items()}
    return {
        "$schema": DIALECT,
        "title": "nccodsl.toml",
        "type": "object",
        "properties": {
            **settings,
            "profile": {
                "description": "Other profiles, by name; a profile takes nothing from the default profile",
                "type": "object",
                "additionalProperties": _profile(settings),
            },
        },
        **_RULES,
    }


def _profile(settings: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"$ref": f"#/properties/{name}"} for name in settings}, **_RULES}


_RULES: dict[str, Any] = {"additionalProperties": False, "not": {"required": ["host", "region"]}}
