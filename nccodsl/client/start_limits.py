"""How many calls an account may start in a second."""

from __future__ import annotations

PLATFORM_LIMIT = 3
"""Starts a second that the platform allows an account, creates and connects together (Voice API reference)."""
MOST_SLOTS = 1000
LONGEST_ATTEMPT = 300.0
"""Seconds after which a request cannot have arrived any more, whatever became of its process."""
