"""Words of the Voice API that several rooms know: the versions of its create request, and the statuses of calls."""

from __future__ import annotations

API_VERSIONS = ("v1", "v2")
"""Of the create request: `POST /v1/calls` and `POST /v2/calls`."""
FINAL = frozenset(("completed", "busy", "cancelled", "failed", "rejected", "timeout", "unanswered"))
"""Statuses that no other follows."""
STATUSES = (
    *("started", "ringing", "answered", "machine", "completed", "busy"),
    *("cancelled", "failed", "rejected", "timeout", "unanswered"),
)
"""Statuses that a list of calls can be limited to."""
ORDERS = ("asc", "desc")
"""How a list of calls can be sorted, by time."""
