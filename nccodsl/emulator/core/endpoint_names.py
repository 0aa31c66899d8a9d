"""What endpoints are called by."""

from __future__ import annotations

from typing import Any

from nccodsl.base.main_members import MAIN_MEMBERS


def endpoint_value(endpoint: dict[str, Any]) -> str:
    """The number, address, user or extension of an endpoint."""
    kind = str(endpoint.get("type", ""))
    if kind == "sip" and not endpoint.get("uri"):
        user = endpoint.get("user")
        return f"sip:{user}@{endpoint.get('domain')}" if user else f"sip:{endpoint.get('domain')}"
    return str(endpoint.get(MAIN_MEMBERS.get(kind, ""), ""))


def endpoint_name(endpoint: dict[str, Any]) -> str:
    """`phone 14155550101`, as scripts write it."""
    return f"{endpoint.get('type')} {endpoint_value(endpoint)}".strip()
