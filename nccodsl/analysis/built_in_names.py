"""The names that a script need not declare, and the members of what it knows."""

from __future__ import annotations

from nccodsl.analysis.shapes import Known

OF_THE_CALL = ("caller", "callee", "call")
"""What the platform says of a call, by the names that a script reads it with."""
CALL_MEMBERS = ("uuid", "conversation_uuid", "direction", "from_user", "custom_data", "headers")
ENDED_MEMBERS = ("seconds", "outcome", "price")
"""What `call` says besides in `on ended`."""
STEP = "step"
"""The last step of the call, in `on ended`."""
RUNNING = {
    "caller": frozenset[str](),
    "callee": frozenset[str](),
    "call": frozenset(CALL_MEMBERS),
    "visits": frozenset[str](),
}
"""What a running call knows of itself, with the members of each."""

NOW = "now"
"""The moment, in the script's zone."""
HOURS_MEMBERS = frozenset({"open", "opens", "closes", "reason"})
"""What opening hours say."""
HOURS_PARAM: Known = dict.fromkeys(sorted(HOURS_MEMBERS))
"""The members of a dialog's param that stands for opening hours."""
RECORDING_MEMBERS: Known = dict.fromkeys(("url", "uuid", "seconds", "size", "text"))
"""What is known of a recording in its handlers."""
