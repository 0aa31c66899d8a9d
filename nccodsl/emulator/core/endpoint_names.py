"""What endpoints are called by."""

from __future__ import annotations

from typing import Any

SHOWN_BY = {"phone": "number", "sip": "uri", "websocket": "uri", "app": "user", "vbc": "extension"}
"""The member that names an endpoint of each type."""


def endpoint_value(endpoint: dict[str, Any]) -> str:
    """The number, address, user or extension of an endpoint."""
    kind = str(endpoint.get("type", ""))
    if kind == "sip" and not endpoint.get("uri"):
        user = endpoint.get("user")
        return f"sip:{user}@{endpoint.get('domain')}" if user else f"sip:{endpoint.get('domain')}"
    return str(endpoint.get(SHOWN_BY.get(kind, ""), ""))


def endpoint_name(endpoint: dict[str, Any]) -> str:
    """`phone 14155550101`, as scripts write it."""
    return f"{endpoint.get('type')} {endpoint_value(endpoint)}".strip()
